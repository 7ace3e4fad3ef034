"""The office: what waits for whom, the log as it is read, first steps of an installation."""

"""Where things are: the area tree, compounds, venues, stations, and the calendar of working days."""

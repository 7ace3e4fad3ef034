"""The office: what a member of staff works through.

`waiting`: what waits for whom; `audit_log`: the log as it is read; `first_steps` of an installation.
"""

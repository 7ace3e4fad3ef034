"""Reports: what a street owes upward and takes out.

`figures` with their definitions and the rows that each is made of; `lists`, tables as they are kept; `team_report`.
"""

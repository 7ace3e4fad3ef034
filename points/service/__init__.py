"""Volunteer service: from the plan of an activity to the records that the law asks for.

`activities` are planned, approved and held; `signups` take places (`waiting_list`); `checkin` scans people in and out,
`stays` are what came of it, `makeups` what was not scanned; `hours` counts the minutes, `records` keep them. What
settles is reached through `rewards.settlement` only. `merging` moves what two numbers of one person have under way.
"""

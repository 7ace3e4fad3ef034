"""Upkeep: what the clock does, and the service as one file.

`sweep` runs what is due; `archive` writes and reads the file, `restoring` puts it in the place of what is there.
"""

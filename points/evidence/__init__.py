"""The evidence of a point: from a booking to the scans that earned it, or to the goods that it became (design §6).

An answer is a plain dict of public codes, times and figures; it holds no name, phone or birth date of a volunteer, and
a donor's name only where they consent.
"""

from points.evidence.queries import chain, headlines

__all__ = ["chain", "headlines"]

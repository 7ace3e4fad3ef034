"""Service records: the legal record of time given, one per person, activity and date, in versions (67号令 art. 7).

What is asked of them stands here, and hours taken over from elsewhere. What changes them – `lifecycle`, `computing`,
`versions` – is reached only through `rewards.settlement`, which gives the points that follow.
"""

from points.service.records.queries import (
    Overdue,
    listing,
    mine,
    of_activity,
    outdated,
    overdue,
    pending,
    seen,
    total_minutes,
    turned,
    versions_of,
)
from points.service.records.refusals import OwnRecord, RecordInvalid, RecordState
from points.service.records.transfer_in import transfer_in

__all__ = [
    "Overdue",
    "OwnRecord",
    "RecordInvalid",
    "RecordState",
    "listing",
    "mine",
    "of_activity",
    "outdated",
    "overdue",
    "pending",
    "seen",
    "total_minutes",
    "transfer_in",
    "turned",
    "versions_of",
]

"""Service records: the legal record of time given, one per person, activity and date, in versions (67号令 art. 7)."""

from points.service.records.computing import compute_activity, compute_day, compute_many, outdated
from points.service.records.lifecycle import (
    amend,
    approve_pending,
    confirm,
    dispute,
    evaluate,
    reject,
    transfer_in,
    void,
)
from points.service.records.queries import (
    Overdue,
    listing,
    mine,
    of_activity,
    overdue,
    pending,
    seen,
    total_minutes,
    versions_of,
)
from points.service.records.versions import OwnRecord, RecordInvalid, RecordState, by_code

__all__ = [
    "Overdue",
    "OwnRecord",
    "RecordInvalid",
    "RecordState",
    "amend",
    "approve_pending",
    "by_code",
    "compute_activity",
    "compute_day",
    "compute_many",
    "confirm",
    "dispute",
    "evaluate",
    "listing",
    "mine",
    "of_activity",
    "outdated",
    "overdue",
    "pending",
    "reject",
    "seen",
    "total_minutes",
    "transfer_in",
    "versions_of",
    "void",
]

"""Service records: the legal record of time given, one per person, activity and date, in versions (67号令 art. 7)."""

from points.service.records.asking import (
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
from points.service.records.computing import compute_activity, compute_day, compute_many, outdated
from points.service.records.deciding import (
    amend,
    approve_pending,
    confirm,
    dispute,
    evaluate,
    reject,
    transfer_in,
    void,
)
from points.service.records.versions import (
    Evaluation,
    OwnRecord,
    RecordInvalid,
    RecordState,
    ServiceRecord,
    by_code,
)

__all__ = [
    "Evaluation",
    "Overdue",
    "OwnRecord",
    "RecordInvalid",
    "RecordState",
    "ServiceRecord",
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

"""What is decided of a stay or a record later, with the points that follow: each dates again, only the difference."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import Actor
from points.foundation.errors import N_
from points.rewards.settlement.follow_up import Earned, compute_and_earn, earned, lock, pair
from points.service.records import lifecycle as records_lifecycle
from points.service.records.versions import by_code
from points.service.tables import Activity, ServiceRecord, Stay
from points.service.voiding import void

# --- what happens


def void_stay(session: Session, *, stay: str, reason: str, by: Actor, second: Actor, at: datetime) -> Earned:
    """Strike a stay out by two persons, and compute and earn its date again.

    The refusals are those of `voiding.void`.
    """
    of_stay = select(Stay.activity_id).where(Stay.code == stay)
    activity = lock(session, of_stay, N_("stay"), stay)
    affected = void(session, code=stay, reason=reason, by=by, second=second, at=at)
    return compute_and_earn(session, activity, affected, by=by, at=at)


def approve_pending(session: Session, *, record: str, by: Actor, at: datetime) -> Earned:
    """Credit the minutes of a record beyond eight hours, which wait for the street, and earn for the date again.

    The refusals are those of `records.approve_pending`.
    """
    activity = _lock_of_record(session, record)
    changed = records_lifecycle.approve_pending(session, record=record, by=by, at=at)
    return compute_and_earn(session, activity, [pair(changed)], by=by, at=at)


def amend_record(session: Session, *, record: str, minutes: int, reason: str, by: Actor, at: datetime) -> Earned:
    """Correct the minutes of a record by a new version, and post only the difference in points (P10).

    The refusals are those of `records.amend`.
    """
    activity = _lock_of_record(session, record)
    changed = records_lifecycle.amend(session, record=record, minutes=minutes, reason=reason, by=by, at=at)
    _decided(session, changed, at=at)
    return compute_and_earn(session, activity, [pair(changed)], by=by, at=at)


def void_record(
    session: Session, *, record: str, reason: str, by: Actor, at: datetime, second: Actor | None = None
) -> Earned:
    """Void a record and take its points back; what is already spent is owed (A13). A second person may sign.

    The refusals are those of `records.void`.
    """
    activity = _lock_of_record(session, record)
    changed = records_lifecycle.void(session, record=record, reason=reason, by=by, second=second, at=at)
    _decided(session, changed, at=at)
    return compute_and_earn(session, activity, [pair(changed)], by=by, at=at)


def reject_record(session: Session, *, record: str, reason: str, by: Actor, at: datetime) -> ServiceRecord:
    """Refuse a computed record: the person was not there; what overlapped with it may count elsewhere now.

    The refusals are those of `records.reject`.
    """
    activity = _lock_of_record(session, record)
    rejected = records_lifecycle.reject(session, record=record, reason=reason, by=by, at=at)
    compute_and_earn(session, activity, [pair(rejected)], by=by, at=at)
    return rejected


def dispute_record(session: Session, *, record: str, reason: str, by: Actor, at: datetime) -> ServiceRecord:
    """Contest a confirmed record; until it is decided its points are frozen: neither lost nor spent nor expired.

    The refusals are those of `records.dispute`.
    """
    _lock_of_record(session, record)
    disputed = records_lifecycle.dispute(session, record=record, reason=reason, by=by, at=at)
    account = ledger.lock_accounts(session, volunteer_ids=[disputed.volunteer_id], at=at)[disputed.volunteer_id]
    ledger.freeze_from(session, account=account, source_refs=_versions(session, disputed))
    return disputed


def confirm_record(session: Session, *, record: str, by: Actor, at: datetime) -> Earned:
    """Confirm one computed or disputed record, and earn for its date. Raises NoSuch, NotPermitted."""
    _lock_of_record(session, record)
    found = by_code(session, record)
    confirmed = records_lifecycle.confirm(session, record_ids=[found.id], by=by, at=at)
    _decided(session, found, at=at)
    return earned(session, map(pair, confirmed), by=by, at=at)


def evaluate(session: Session, *, record: str, grade: str, by: Actor, at: datetime, note: str = "") -> Earned:
    """Note how the service was done and earn again: `poor` pays nothing unless the rules say so; hours stay.

    The refusals are those of `records.evaluate`.
    """
    _lock_of_record(session, record)
    evaluation = records_lifecycle.evaluate(session, record=record, grade=grade, note=note, by=by, at=at)
    return earned(session, [(evaluation.volunteer_id, evaluation.local_date)], by=by, at=at)


def _decided(session: Session, record: ServiceRecord, *, at: datetime) -> None:
    """Thaw the points of a record that is no longer disputed."""
    account = ledger.lock_accounts(session, volunteer_ids=[record.volunteer_id], at=at)[record.volunteer_id]
    ledger.unfreeze_from(session, account=account, source_refs=_versions(session, record))


def _versions(session: Session, record: ServiceRecord) -> Sequence[str]:
    """The codes of every version of a record: its lots may come from any of them."""
    return (
        session.execute(
            select(ServiceRecord.code).where(
                ServiceRecord.volunteer_id == record.volunteer_id,
                ServiceRecord.activity_id == record.activity_id,
                ServiceRecord.local_date == record.local_date,
            )
        )
        .scalars()
        .all()
    )


def _lock_of_record(session: Session, record: str) -> Activity:
    return lock(session, select(ServiceRecord.activity_id).where(ServiceRecord.code == record), N_("record"), record)

"""A make-up (补录) and its hours: claimed by the street's rules, decided by another, computed and earned."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_
from points.rewards.earning import Pair
from points.rewards.settlement.follow_up import Earned, compute, earned, hours_of, lock
from points.service import activities
from points.service.makeups import Claim
from points.service.makeups import lifecycle as makeups_lifecycle
from points.service.records import lifecycle as records_lifecycle
from points.service.statuses import SETTLED, RecordStatus
from points.service.tables import Activity, MakeupRequest, ServiceRecord

# --- what happens


def propose_makeup(session: Session, *, claim: Claim, by: Actor, at: datetime) -> MakeupRequest:
    """Claim attendance within the working days of the street's rules. The refusals are those of `makeups.propose`."""
    found = activities.locked(session, claim.activity)
    return makeups_lifecycle.propose(session, claim=claim, rules=hours_of(session, found), by=by, at=at)


def decide_makeup(session: Session, *, makeup: str, approve: bool, by: Actor, at: datetime, reason: str = "") -> Earned:
    """Approve or decline a make-up; approved, its dates are computed and earned again.

    At an activity that is settled already its record is thereby confirmed; otherwise settlement does that.
    The refusals are those of `makeups.decide`: neither the proposer nor the beneficiary decides.
    """
    of_makeup = select(MakeupRequest.activity_id).where(MakeupRequest.code == makeup)
    activity = lock(session, of_makeup, N_("make-up"), makeup)
    affected = makeups_lifecycle.decide(session, makeup=makeup, approve=approve, by=by, at=at, reason=reason)
    compute(session, activity, affected, by=by, at=at)
    if activity.status in SETTLED:
        _confirm_waiting(session, activity, affected, by=by, at=at)
    return earned(session, affected, by=by, at=at)


def _confirm_waiting(session: Session, activity: Activity, pairs: Sequence[Pair], *, by: Actor, at: datetime) -> None:
    """Confirm these people's records of the activity that are still `computed`."""
    waiting = session.execute(
        select(ServiceRecord.id).where(
            ServiceRecord.activity_id == activity.id,
            ServiceRecord.latest,
            ServiceRecord.status == RecordStatus.COMPUTED,
            ServiceRecord.volunteer_id.in_({volunteer_id for volunteer_id, _ in pairs}),
            ServiceRecord.local_date.in_({day for _, day in pairs}),
        )
    ).scalars()
    records_lifecycle.confirm(session, record_ids=waiting.all(), by=by, at=at, seconded=True)

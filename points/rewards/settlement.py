"""Settlement: the hours of an activity become confirmed records, and those become points (domain §3.3, §3.6).

Each verb is one use case that touches the service's records and then earns again for the people and dates concerned.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor
from points.foundation.errors import N_, Conflict, NoSuch
from points.rewards import earning, rulesets
from points.rewards.earning import Pair
from points.service import activities, makeups, records, signups, stays
from points.service.hours import HourRules
from points.service.tables import COUNTED, Activity, AttendanceSession, MakeupRequest, ServiceRecord

# --- what there is


@dataclass(frozen=True)
class Settled:
    """What a settlement did: the `records` it confirmed with their `minutes` and `people`, and the net `points`.

    `left` are the records that still wait for the community administrator (assurance C). `head_count_differs` marks
    that the leader counted more than a tenth more or fewer people than checked in.
    """

    activity: str
    records: int
    people: int
    minutes: int
    points: int
    left: int
    attended: int = 0
    no_show: int = 0
    late: bool = False
    head_count_differs: bool = False


@dataclass(frozen=True)
class Earned:
    """What a later decision on records did: the person's dates that were computed again, and the net `points`."""

    pairs: tuple[Pair, ...]
    points: int


# --- what is refused


@dataclass(eq=False)
class SomeoneIsStillIn(Conflict):
    """An activity is settled when nobody is checked in any more."""

    code = "sessions-open"
    title = N_("Someone is still checked in")
    detail = N_("%(count)s people are still checked in at this activity.")
    next_step = N_("Let them check out, or wait until the stays close by themselves.")
    count: int


@dataclass(eq=False)
class FlagsUndecided(Conflict):
    """Every flagged stay is looked at before an activity is settled."""

    code = "flags-undecided"
    title = N_("Some stays must be looked at first")
    detail = N_("%(count)s flagged stays have not been decided.")
    next_step = N_("Open the list of stays and decide each flagged one.")
    count: int
    sessions: list[str]


# --- what happens


def close_forgotten(session: Session, *, at: datetime) -> int:
    """Close the stays that nobody left, in each street after the time that its rules give; how many there were.

    Part of the sweep. A street without rules in force goes by the customary 120 minutes.
    """
    streets = session.scalars(
        select(Activity.street_id)
        .join(AttendanceSession, AttendanceSession.activity_id == Activity.id)
        .where(AttendanceSession.status == "open")
        .distinct()
        .order_by(Activity.street_id)
    ).all()
    in_force, today = rulesets.InForce(session, street_ids=streets), clock.local_date(at)
    return sum(
        stays.auto_close(session, at=at, rules=in_force.hours_or_customary(street_id, today), street_id=street_id)
        for street_id in streets
    )


def compute_ended(session: Session, *, at: datetime, limit: int = 200) -> int:
    """Compute the records of ended activities that nobody is checked in at any more; of how many activities.

    Part of the sweep. Records stay `computed` until a person confirms them.
    """
    counted = exists().where(AttendanceSession.activity_id == Activity.id, AttendanceSession.status.in_(COUNTED))
    still_in = exists().where(AttendanceSession.activity_id == Activity.id, AttendanceSession.status == "open")
    computed = exists().where(ServiceRecord.activity_id == Activity.id)
    found = session.execute(
        select(Activity.code)
        .where(Activity.status == "ended", counted, ~still_in, ~computed)
        .order_by(Activity.id)
        .limit(limit)
    ).scalars()
    locked = [activities.locked(session, code) for code in found.all()]
    for activity in locked:
        changed = records.compute_activity(
            session, activity_id=activity.id, rules=_hours(session, activity), by=SYSTEM, at=at
        )
        # an overlap may have taken minutes from a record of another activity that is confirmed already
        _earn(session, [_pair(record) for record in changed if record.status == "confirmed"], by=SYSTEM, at=at)
    return len(locked)


def settle(
    session: Session,
    *,
    activity: str,
    by: Actor,
    at: datetime,
    beneficiaries: int = 0,
    head_count: int | None = None,
    result_note: str = "",
) -> Settled:
    """Confirm the records of an ended activity and give their points.

    The leader confirms what was scanned (assurance A and B), the community administrator also what was not (C).
    Later than the rules' working days (10) it is still possible, but marked late.
    Raises SomeoneIsStillIn, FlagsUndecided, WrongState, ActivityInvalid, NoRulesInForce, NoSuch, NotPermitted.
    """
    found = activities.locked(session, activity)
    role = activities.require_runner(found, by, "activity.settle")
    _refuse_unready(session, found)
    rules = _hours(session, found)
    late = activities.mark_settled(
        session,
        found,
        by=by,
        role=role,
        at=at,
        beneficiaries=beneficiaries,
        head_count=head_count,
        result_note=result_note,
        within_wd=rules.settle_wd,
    )
    changed = records.compute_activity(session, activity_id=found.id, rules=rules, by=by, at=at)
    may_confirm_c = by.role_for("record.confirm_c", area_path=found.area_path) is not None
    confirmed = records.confirm(
        session, activity_id=found.id, assurances=("A", "B", "C") if may_confirm_c else ("A", "B"), by=by, at=at
    )
    attended, no_show = signups.settle_roster(session, activity_id=found.id)
    points = _earn(session, map(_pair, [*confirmed, *changed]), by=by, at=at)
    return Settled(
        activity=found.code,
        records=len(confirmed),
        people=len({record.volunteer_id for record in confirmed if record.minutes_credited}),
        minutes=sum(record.minutes_credited for record in confirmed),
        points=points,
        left=_waiting(session, found.id),
        attended=attended,
        no_show=no_show,
        late=late,
        head_count_differs=stays.head_count_differs(session, found),
    )


def confirm_c(session: Session, *, activity: str, by: Actor, at: datetime) -> Settled:
    """Confirm the records that wait for the community administrator, and give their points.

    Raises NoSuch, NotPermitted.
    """
    found = activities.locked(session, activity)
    by.require("record.confirm_c", area_path=found.area_path)
    confirmed = records.confirm(session, activity_id=found.id, assurances=("A", "B", "C"), by=by, at=at)
    return Settled(
        activity=found.code,
        records=len(confirmed),
        people=len({record.volunteer_id for record in confirmed if record.minutes_credited}),
        minutes=sum(record.minutes_credited for record in confirmed),
        points=_earn(session, map(_pair, confirmed), by=by, at=at),
        left=_waiting(session, found.id),
    )


def propose_makeup(
    session: Session,
    *,
    activity: str,
    volunteer: str,
    claimed_in: datetime,
    claimed_out: datetime,
    reason: str,
    by: Actor,
    at: datetime,
    note: str = "",
) -> MakeupRequest:
    """Claim attendance within the working days of the street's rules. The refusals are those of `makeups.propose`."""
    found = activities.locked(session, activity)
    return makeups.propose(
        session,
        activity=activity,
        volunteer=volunteer,
        claimed_in=claimed_in,
        claimed_out=claimed_out,
        reason=reason,
        note=note,
        rules=_hours(session, found),
        by=by,
        at=at,
    )


def decide_makeup(session: Session, *, makeup: str, approve: bool, by: Actor, at: datetime, reason: str = "") -> Earned:
    """Approve or decline a make-up; approved, its dates are computed and earned again.

    At an activity that is settled already its record is thereby confirmed; otherwise settlement does that.
    The refusals are those of `makeups.decide`: neither the proposer nor the beneficiary decides.
    """
    of_makeup = select(MakeupRequest.activity_id).where(MakeupRequest.code == makeup)
    activity = _lock(session, of_makeup, N_("make-up"), makeup)
    affected = makeups.decide(session, makeup=makeup, approve=approve, by=by, at=at, reason=reason)
    _compute(session, activity, affected, by=by, at=at)
    if activity.status in ("settled", "archived"):
        _confirm_waiting(session, activity, affected, by=by, at=at)
    return _earned(session, affected, by=by, at=at)


def void_stay(session: Session, *, stay: str, reason: str, by: Actor, second: Actor, at: datetime) -> Earned:
    """Strike a stay out by two persons, and compute and earn its date again.

    The refusals are those of `attendance.void`.
    """
    of_stay = select(AttendanceSession.activity_id).where(AttendanceSession.code == stay)
    activity = _lock(session, of_stay, N_("stay"), stay)
    affected = stays.void(session, session_code=stay, reason=reason, by=by, second=second, at=at)
    return _compute_and_earn(session, activity, affected, by=by, at=at)


def approve_pending(session: Session, *, record: str, by: Actor, at: datetime) -> Earned:
    """Credit the minutes of a record beyond eight hours, which wait for the street, and earn for the date again.

    The refusals are those of `records.approve_pending`.
    """
    activity = _lock_of_record(session, record)
    changed = records.approve_pending(session, record=record, by=by, at=at)
    return _compute_and_earn(session, activity, [_pair(changed)], by=by, at=at)


def amend_record(session: Session, *, record: str, minutes: int, reason: str, by: Actor, at: datetime) -> Earned:
    """Correct the minutes of a record by a new version, and post only the difference in points (P10).

    The refusals are those of `records.amend`.
    """
    activity = _lock_of_record(session, record)
    changed = records.amend(session, record=record, minutes=minutes, reason=reason, by=by, at=at)
    _decided(session, changed, at=at)
    return _compute_and_earn(session, activity, [_pair(changed)], by=by, at=at)


def void_record(
    session: Session, *, record: str, reason: str, by: Actor, at: datetime, second: Actor | None = None
) -> Earned:
    """Void a record and take its points back; what is already spent is owed (A13). A second person may sign.

    The refusals are those of `records.void`.
    """
    activity = _lock_of_record(session, record)
    changed = records.void(session, record=record, reason=reason, by=by, second=second, at=at)
    _decided(session, changed, at=at)
    return _compute_and_earn(session, activity, [_pair(changed)], by=by, at=at)


def reject_record(session: Session, *, record: str, reason: str, by: Actor, at: datetime) -> ServiceRecord:
    """Refuse a computed record: the person was not there; what overlapped with it may count elsewhere now.

    The refusals are those of `records.reject`.
    """
    activity = _lock_of_record(session, record)
    rejected = records.reject(session, record=record, reason=reason, by=by, at=at)
    _compute_and_earn(session, activity, [_pair(rejected)], by=by, at=at)
    return rejected


def dispute_record(session: Session, *, record: str, reason: str, by: Actor, at: datetime) -> ServiceRecord:
    """Contest a confirmed record; until it is decided its points are frozen: neither lost nor spent nor expired.

    The refusals are those of `records.dispute`.
    """
    _lock_of_record(session, record)
    disputed = records.dispute(session, record=record, reason=reason, by=by, at=at)
    account = ledger.lock_accounts(session, volunteer_ids=[disputed.volunteer_id], at=at)[disputed.volunteer_id]
    ledger.freeze_from(session, account=account, source_refs=_versions(session, disputed))
    return disputed


def confirm_record(session: Session, *, record: str, by: Actor, at: datetime) -> Earned:
    """Confirm one computed or disputed record, and earn for its date. Raises NoSuch, NotPermitted."""
    _lock_of_record(session, record)
    found = records.by_code(session, record)
    confirmed = records.confirm(session, record_ids=[found.id], by=by, at=at)
    _decided(session, found, at=at)
    return _earned(session, map(_pair, confirmed), by=by, at=at)


def evaluate(session: Session, *, record: str, grade: str, by: Actor, at: datetime, note: str = "") -> Earned:
    """Note how the service was done and earn again: `poor` pays nothing unless the rules say so; hours stay.

    The refusals are those of `records.evaluate`.
    """
    _lock_of_record(session, record)
    evaluation = records.evaluate(session, record=record, grade=grade, note=note, by=by, at=at)
    return _earned(session, [(evaluation.volunteer_id, evaluation.local_date)], by=by, at=at)


def _refuse_unready(session: Session, activity: Activity) -> None:
    if still_in := stays.open_sessions(session, activity_id=activity.id):
        raise SomeoneIsStillIn(count=len(still_in))
    if flagged := stays.undecided(session, activity_id=activity.id):
        raise FlagsUndecided(count=len(flagged), sessions=flagged)


def _hours(session: Session, activity: Activity) -> HourRules:
    in_force = rulesets.InForce(session, street_ids=[activity.street_id])
    return in_force.hours_on(activity.street_id, clock.local_date(activity.start_at))


def _pair(record: ServiceRecord) -> Pair:
    return record.volunteer_id, record.local_date


def _earn(session: Session, pairs: Iterable[Pair], *, by: Actor, at: datetime) -> int:
    """Earn for these people's dates, and for the leaders of what they did then: a bonus depends on who counts (P5)."""
    wanted = set(pairs)
    if not wanted:
        return 0
    leaders = session.execute(
        select(Activity.leader_id, ServiceRecord.local_date)
        .join(ServiceRecord, ServiceRecord.activity_id == Activity.id)
        .where(
            ServiceRecord.volunteer_id.in_({volunteer_id for volunteer_id, _ in wanted}),
            ServiceRecord.local_date.in_({day for _, day in wanted}),
        )
        .distinct()
    )
    wanted |= {(leader_id, day) for leader_id, day in leaders}
    return sum(earning.recompute_many(session, pairs=wanted, by=by, at=at).values())


def _earned(session: Session, pairs: Iterable[Pair], *, by: Actor, at: datetime) -> Earned:
    wanted = tuple(sorted(set(pairs)))
    return Earned(wanted, _earn(session, wanted, by=by, at=at))


def _compute(session: Session, activity: Activity, pairs: Sequence[Pair], *, by: Actor, at: datetime) -> None:
    in_force = rulesets.InForce(session, street_ids=[activity.street_id])
    for volunteer_id, day in pairs:
        rules = in_force.hours_on(activity.street_id, day)
        records.compute_day(session, volunteer_id=volunteer_id, day=day, rules=rules, by=by, at=at)


def _compute_and_earn(
    session: Session, activity: Activity, pairs: Sequence[Pair], *, by: Actor, at: datetime
) -> Earned:
    """As `_earned`, after the hours of these dates were computed again: another record's overlap may be free now."""
    _compute(session, activity, pairs, by=by, at=at)
    return _earned(session, pairs, by=by, at=at)


def _confirm_waiting(session: Session, activity: Activity, pairs: Sequence[Pair], *, by: Actor, at: datetime) -> None:
    """Confirm these people's records of the activity that are still `computed`."""
    waiting = session.execute(
        select(ServiceRecord.id).where(
            ServiceRecord.activity_id == activity.id,
            ServiceRecord.latest,
            ServiceRecord.status == "computed",
            ServiceRecord.volunteer_id.in_({volunteer_id for volunteer_id, _ in pairs}),
            ServiceRecord.local_date.in_({day for _, day in pairs}),
        )
    ).scalars()
    records.confirm(session, record_ids=waiting.all(), by=by, at=at)


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


def _waiting(session: Session, activity_id: int) -> int:
    return session.execute(
        select(func.count())
        .select_from(ServiceRecord)
        .where(ServiceRecord.activity_id == activity_id, ServiceRecord.latest, ServiceRecord.status == "computed")
    ).scalar_one()


def _lock_of_record(session: Session, record: str) -> Activity:
    return _lock(session, select(ServiceRecord.activity_id).where(ServiceRecord.code == record), N_("record"), record)


def _lock(session: Session, activity_id: Any, kind: str, key: str) -> Activity:
    code = session.execute(select(Activity.code).where(Activity.id.in_(activity_id))).scalar_one_or_none()
    if code is None:
        raise NoSuch(kind=kind, key=key)
    return activities.locked(session, code)

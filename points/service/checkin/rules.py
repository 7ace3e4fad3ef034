"""The judgement: which of in or out a scan is, or why it is refused (§3.4 rules 5–8). Asks no database."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from points.foundation import clock, masking, workdays
from points.foundation.actors import Actor
from points.service.checkin.refusals import (
    ActivityCancelled,
    AlreadyIn,
    DeviceRevoked,
    Full,
    InvalidCode,
    NeedsGuardian,
    NotIn,
    NotSignedUp,
    OnDuty,
    OtherStayOpen,
    PersonSuspended,
    PersonSuspendedYet,
    ScanRefusal,
    StaysUsedUp,
    TooEarly,
    TooLate,
)
from points.service.checkin.situation import EndedStay, OpenStay, Picture
from points.service.signups import ALONE_FROM
from points.service.statuses import SETTLED, ActivityStatus, Direction, Method, SignupStatus, StayFlag, StayStatus

MARGIN = timedelta(minutes=30)
SAME_SCAN = timedelta(minutes=2)
LATE = timedelta(minutes=10)
SHORT_STAY = timedelta(minutes=30)
BURST = 5
OFFICE_HOURS = (time(9), time(17))
FORCEABLE = frozenset({"not-signed-up", "too-early", "too-late"})

# --- what there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A scan as it is judged: what was asked, how it was read, when it happened and arrived, who did it as what.

    `own`: for oneself; `by_staff`: for another person, by whoever runs the activity.
    """

    direction: Direction
    method: Method
    occurred_at: datetime
    at: datetime
    by: Actor
    role: str
    own: bool
    by_staff: bool
    force: bool = False
    guardian_present: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a scan does: in, or out of `stay`; `walk_in` takes a place first.

    `repeats` says that the same was done to `stay` within two minutes and nothing is to be done. `overridden` are the
    refusals that force set aside.
    """

    direction: Direction
    stay: OpenStay | EndedStay | None = None
    walk_in: bool = False
    repeats: bool = False
    overridden: tuple[str, ...] = ()


# --- what can be asked


def judge(seen: Picture, tap: Tap) -> Judgement:
    """What the scan does. Raises the refusals of design §5; force (staff only) sets aside those that may be."""
    activity = seen.activity
    if seen.device_revoked:
        raise DeviceRevoked()
    if activity.status in (ActivityStatus.DRAFT, ActivityStatus.PENDING_REVIEW):
        raise InvalidCode()
    if seen.person.status != "active":
        unseen = seen.person.status == "pending"
        refusal = PersonSuspendedYet if unseen else PersonSuspended
        raise refusal(volunteer=seen.person.code, status=seen.person.status)
    if repeated := _repeated(seen, tap):
        return repeated
    direction = tap.direction
    if direction == Direction.AUTO:
        direction = Direction.OUT if seen.here or _missed_exit(seen, tap.occurred_at) else Direction.IN
    if activity.status in SETTLED:
        raise TooLate(activity=activity.code, closed_at=activity.end_at + MARGIN)
    return _judge_out(seen, tap) if direction == Direction.OUT else _judge_in(seen, tap)


def flags_of(seen: Picture, tap: Tap, judgement: Judgement) -> list[StayFlag]:
    """What a person should look at afterwards; flags never punish (§3.4 rule 10)."""
    flags = []
    if tap.method == Method.SCAN_STATIC:
        flags.append(StayFlag.STATIC)
    if tap.method == Method.ROSTER:
        flags.append(StayFlag.ROSTER)
        if tap.own:
            flags.append(StayFlag.OWN_HAND)
    if tap.at - tap.occurred_at > LATE:
        flags.append(StayFlag.LATE)
    if judgement.overridden:
        flags.append(StayFlag.FORCED)
    if judgement.direction == Direction.IN and tap.own and seen.device_check_ins + 1 >= BURST:
        flags.append(StayFlag.BURST)
    if judgement.stay is not None and tap.occurred_at - judgement.stay.in_at < SHORT_STAY:
        flags.append(StayFlag.SHORT)
    return flags


class _Force:
    """Sets aside what may be, where staff say that it happened although the rules say no."""

    def __init__(self, tap: Tap) -> None:
        self._may = tap.force and tap.by_staff
        self.overridden: tuple[str, ...] = ()

    def refuse(self, refusal: ScanRefusal) -> None:
        if not (self._may and refusal.code in FORCEABLE):
            raise refusal
        self.overridden += (refusal.code,)


def _repeated(seen: Picture, tap: Tap) -> Judgement | None:
    """What was done here within two minutes, so that a second tap changes nothing."""
    here, ended = seen.here, seen.ended
    if here and tap.direction != Direction.OUT and abs(tap.occurred_at - here.in_at) <= SAME_SCAN:
        return Judgement(Direction.IN, stay=here, repeats=True)
    if (
        seen.inside is None
        and ended is not None
        and ended.status == StayStatus.CLOSED
        and tap.direction != Direction.IN
        and abs(tap.occurred_at - ended.out_at) <= SAME_SCAN
    ):
        return Judgement(Direction.OUT, stay=ended, repeats=True)
    return None


def _missed_exit(seen: Picture, occurred_at: datetime) -> EndedStay | None:
    """The stay that was closed by the clock, if this is its exit, sent late by a device without network."""
    ended = seen.ended
    if ended is None or ended.status != StayStatus.AUTO_CLOSED:
        return None
    return ended if ended.in_at < occurred_at <= seen.activity.end_at + MARGIN else None


def _judge_out(seen: Picture, tap: Tap) -> Judgement:
    activity, force = seen.activity, _Force(tap)
    left = seen.here or _missed_exit(seen, tap.occurred_at)
    if left is None:
        raise NotIn(volunteer=seen.person.code, activity=activity.code)
    if tap.occurred_at < left.in_at:
        raise InvalidCode(reason="out-before-in")
    if tap.occurred_at > activity.end_at + MARGIN:
        force.refuse(TooLate(activity=activity.code, closed_at=activity.end_at + MARGIN))
    return Judgement(Direction.OUT, stay=left, overridden=force.overridden)


def _judge_in(seen: Picture, tap: Tap) -> Judgement:
    activity, person, force = seen.activity, seen.person.code, _Force(tap)
    if activity.status == ActivityStatus.CANCELLED:
        raise ActivityCancelled(activity=activity.code, reason=activity.status_reason)
    _refuse_inside(seen)
    signup = seen.signup
    placed = signup is not None and signup.status in (SignupStatus.APPROVED, SignupStatus.ATTENDED)
    walk_in = not placed and (activity.walk_in_ok or (tap.force and tap.by_staff))
    if not placed and not activity.walk_in_ok:
        force.refuse(NotSignedUp(volunteer=person, activity=activity.code, activity_title=activity.title))
    if tap.occurred_at < activity.start_at - MARGIN:
        force.refuse(TooEarly(activity=activity.code, opens_at=activity.start_at - MARGIN))
    if tap.occurred_at > activity.end_at:
        force.refuse(TooLate(activity=activity.code, closed_at=activity.end_at))
    overridden = force.overridden
    if _on_duty(seen, tap.occurred_at):
        street = tap.by.role_for("duty.override", area_path=activity.area_path)
        if not (tap.force and street and tap.reason.strip()):
            raise OnDuty(volunteer=person, activity=activity.code)
        overridden += ("on-duty",)
    if seen.stays_today >= seen.stays_a_day:
        raise StaysUsedUp(volunteer=person, activity=activity.code, stays=seen.stays_today)
    guarded = tap.guardian_present or (signup is not None and signup.guardian_present)
    if placed and not guarded and _age(seen) < ALONE_FROM:
        raise NeedsGuardian(volunteer=person, activity=activity.code)
    if walk_in and activity.places_taken >= activity.capacity:
        raise Full(activity=activity.code, capacity=activity.capacity)
    return Judgement(Direction.IN, walk_in=walk_in, overridden=overridden)


def _refuse_inside(seen: Picture) -> None:
    """One person is at one place at a time, and once."""
    inside = seen.inside
    if inside is None:
        return
    if seen.here:
        raise AlreadyIn(
            volunteer=seen.person.code,
            activity=seen.activity.code,
            since=inside.in_at,
            let_in_by=inside.in_by,
            where=seen.activity.place,
        )
    raise OtherStayOpen(
        volunteer=seen.person.code,
        other_activity=inside.activity_code,
        other_title=inside.activity_title,
        since=inside.in_at,
    )


def _age(seen: Picture) -> int:
    return masking.age_on(seen.person.birth_date, clock.local_date(seen.activity.start_at))


def _on_duty(seen: Picture, occurred_at: datetime) -> bool:
    if not seen.on_staff:
        return False
    local = clock.local(occurred_at)
    own = {} if seen.workday is None else {local.date(): seen.workday}
    return workdays.is_workday(local.date(), own) and OFFICE_HOURS[0] <= local.time() < OFFICE_HOURS[1]

"""The judgement: which of in or out a scan is, or why it is refused (§3.4 rules 5–8)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from points.foundation import clock, masking
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
    OtherSessionOpen,
    PersonSuspended,
    ScanRefusal,
    SessionsUsedUp,
    TooEarly,
    TooLate,
)
from points.service.checkin.situation import Picture, is_workday
from points.service.signups import ALONE_FROM

MARGIN = timedelta(minutes=30)
SAME_SCAN = timedelta(minutes=2)
LATE = timedelta(minutes=10)
SHORT_STAY = timedelta(minutes=30)
STAYS_A_DAY = 3
BURST = 5
OFFICE_HOURS = (time(9), time(17))
FORCEABLE = frozenset({"not-signed-up", "too-early", "too-late"})


@dataclass
class Judgement:
    """What a scan does: `direction`, on the stay `stay_id` for out; `walk_in` takes a place first.

    `repeats` is "in" or "out" when the same was done within two minutes and nothing is to be done.
    `overridden` are the refusals that force set aside.
    """

    direction: str
    stay_id: int | None = None
    walk_in: bool = False
    repeats: bool = False
    overridden: list[str] = field(default_factory=list)


# --- what can be asked


def judge(
    picture: Picture,
    *,
    direction: str,
    occurred_at: datetime,
    by: Actor,
    by_staff: bool,
    force: bool,
    guardian_present: bool,
    reason: str = "",
) -> Judgement:
    """What the scan does. Raises the refusals of design §5; `force` (staff only) sets aside those that may be."""
    overridden: list[str] = []

    def refuse(refusal: ScanRefusal) -> None:
        if not (force and by_staff and refusal.code in FORCEABLE):
            raise refusal
        overridden.append(refusal.code)

    here = picture.inside_id is not None and picture.inside_activity_id == picture.activity_id
    if picture.device_revoked_at is not None:
        raise DeviceRevoked()
    if picture.activity_status in ("draft", "pending_review"):
        raise InvalidCode()
    if picture.volunteer_status != "active":
        raise PersonSuspended(volunteer=picture.volunteer_code, status=picture.volunteer_status)
    if repeated := _repeats(picture, direction, here, occurred_at):
        return Judgement(repeated, repeats=True)
    if direction == "auto":
        direction = "out" if here or _missed_exit(picture, occurred_at) else "in"
    if picture.activity_status in ("settled", "archived"):
        raise TooLate(activity=picture.activity_code, closed_at=picture.end_at + MARGIN)
    if direction == "out":
        return _judge_out(picture, here, occurred_at, refuse, overridden)
    return _judge_in(picture, here, occurred_at, by, by_staff, force, guardian_present, reason, refuse, overridden)


def flags_of(
    picture: Picture, *, judgement: Judgement, method: str, occurred_at: datetime, at: datetime, own: bool
) -> list[str]:
    """What a person should look at afterwards; flags never punish (§3.4 rule 10)."""
    flags = []
    if method == "scan_static":
        flags.append("static")
    if method == "roster":
        flags.append("roster")
    if own and method == "roster":
        flags.append("own_hand")
    if at - occurred_at > LATE:
        flags.append("late")
    if judgement.overridden:
        flags.append("forced")
    if judgement.direction == "in" and own and picture.device_burst + 1 >= BURST:
        flags.append("burst")
    if judgement.direction == "out":
        in_at = picture.last_in_at if judgement.stay_id == picture.last_id else picture.inside_in_at
        if occurred_at - in_at < SHORT_STAY:
            flags.append("short")
    return flags


def _repeats(picture: Picture, direction: str, here: bool, occurred_at: datetime) -> str:
    """The direction that was done here within two minutes, so that a second tap changes nothing."""
    if here and direction in ("in", "auto") and abs(occurred_at - picture.inside_in_at) <= SAME_SCAN:
        return "in"
    if (
        picture.inside_id is None
        and picture.last_status == "closed"
        and direction in ("out", "auto")
        and abs(occurred_at - picture.last_out_at) <= SAME_SCAN
    ):
        return "out"
    return ""


def _missed_exit(picture: Picture, occurred_at: datetime) -> bool:
    """Whether this is the exit of a stay that was closed by the clock, sent late by a device without network."""
    return bool(picture.last_status == "auto_closed" and picture.last_in_at < occurred_at <= picture.end_at + MARGIN)


def _judge_out(
    picture: Picture, here: bool, occurred_at: datetime, refuse: Callable[[ScanRefusal], None], overridden: list[str]
) -> Judgement:
    if not here and not _missed_exit(picture, occurred_at):
        raise NotIn(volunteer=picture.volunteer_code, activity=picture.activity_code)
    since = picture.inside_in_at if here else picture.last_in_at
    if occurred_at < since:
        raise InvalidCode(reason="out-before-in")
    if occurred_at > picture.end_at + MARGIN:
        refuse(TooLate(activity=picture.activity_code, closed_at=picture.end_at + MARGIN))
    return Judgement("out", stay_id=picture.inside_id if here else picture.last_id, overridden=overridden)


def _judge_in(
    picture: Picture,
    here: bool,
    occurred_at: datetime,
    by: Actor,
    by_staff: bool,
    force: bool,
    guardian_present: bool,
    reason: str,
    refuse: Callable[[ScanRefusal], None],
    overridden: list[str],
) -> Judgement:
    person, activity = picture.volunteer_code, picture.activity_code
    if picture.activity_status == "cancelled":
        raise ActivityCancelled(activity=activity, reason=picture.status_reason)
    if here:
        raise AlreadyIn(
            volunteer=person,
            activity=activity,
            since=picture.inside_in_at,
            let_in_by=picture.inside_in_by,
            where=picture.place,
        )
    if picture.inside_id is not None:
        raise OtherSessionOpen(
            volunteer=person,
            other_activity=picture.inside_activity_code,
            other_title=picture.inside_activity_title,
            since=picture.inside_in_at,
        )
    placed = picture.signup_status in ("approved", "attended")
    walk_in = not placed and (picture.walk_in_ok or (force and by_staff))
    if not placed and not picture.walk_in_ok:
        refuse(NotSignedUp(volunteer=person, activity=activity, activity_title=picture.activity_title))
    if occurred_at < picture.start_at - MARGIN:
        refuse(TooEarly(activity=activity, opens_at=picture.start_at - MARGIN))
    if occurred_at > picture.end_at:
        refuse(TooLate(activity=activity, closed_at=picture.end_at))
    if _on_duty(picture, occurred_at):
        street = by.role_for("duty.override", area_path=picture.area_path)
        if not (force and street and reason.strip()):
            raise OnDuty(volunteer=person, activity=activity)
        overridden.append("on-duty")
    if picture.stays_today >= STAYS_A_DAY:
        raise SessionsUsedUp(volunteer=person, activity=activity, stays=picture.stays_today)
    age = masking.age_on(picture.birth_date, clock.local_date(picture.start_at))
    if placed and age < ALONE_FROM and not (guardian_present or picture.guardian_present):
        raise NeedsGuardian(volunteer=person, activity=activity)
    if walk_in and picture.places_taken >= picture.capacity:
        raise Full(activity=activity, capacity=picture.capacity)
    return Judgement("in", walk_in=walk_in, overridden=overridden)


def _on_duty(picture: Picture, occurred_at: datetime) -> bool:
    if not picture.on_staff:
        return False
    local = clock.local(occurred_at)
    return OFFICE_HOURS[0] <= local.time() < OFFICE_HOURS[1] and is_workday(picture, local.date())

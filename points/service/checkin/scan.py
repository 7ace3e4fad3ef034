"""Scans: one tap checks in, the next checks out (design §4, §5; domain §3.4)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from points.foundation import clock, masking
from points.foundation.actors import Actor, NotPermitted
from points.journal import refused_scans
from points.people import guardians, minors
from points.people.tables import Volunteer
from points.service import signups
from points.service.checkin import codes, in_and_out, queries, rules, situation, subject
from points.service.checkin.in_and_out import Deed, Raced, ScanAnswer
from points.service.checkin.refusals import CodeExpired, InvalidCode, NeedsGuardian, NotSignedUp, ScanRefusal
from points.service.checkin.situation import Picture
from points.service.checkin.subject import Subject
from points.service.statuses import PUBLIC
from points.service.tables import Activity

CLOCK_SKEW = timedelta(minutes=5)
DIRECTIONS = ("in", "out", "auto")
_TRIES = 3

# --- what there is


@dataclass(frozen=True)
class Preview:
    """What the button of a check-in page will do: `direction`, or why it would be refused."""

    direction: str
    refusal: ScanRefusal | None
    activity: str
    activity_title: str
    place: str
    start_at: datetime
    end_at: datetime
    in_at: datetime | None


# --- what happens


def scan(
    session: Session,
    *,
    code: str = "",
    direction: str = "auto",
    occurred_at: datetime | None = None,
    nonce: str,
    by: Actor,
    at: datetime,
    activity: str | None = None,
    device: str = "",
    volunteer: str | None = None,
    ticket: str | None = None,
    force: bool = False,
    guardian_present: bool = False,
    reason: str = "",
) -> ScanAnswer:
    """Check a person in or out.

    `code` is anything that identifies the activity (screen, poster, six digits with `activity`) or, for whoever runs
    the activity named by `activity`, the person (card, volunteer code); or a full address of either. A `ticket`
    stands for a code scanned before sign-in. `device` is an enrolled device's code or a browser's salted hash; the
    same nonce from the same device does the same once. `occurred_at` is the device's clock: it counts for staff and
    posters, late ones are flagged; with a rotating code it is now, because the code proves no other time.
    `force` (staff): it happened although the rules say no. With `duty.override` and a reason also on duty.
    Raises the refusals of design §5, journalled; NotPermitted, NonceReused.
    """
    return _journalled(
        session,
        code=code,
        direction=direction,
        occurred_at=occurred_at or at,
        nonce=nonce,
        by=by,
        at=at,
        activity=activity,
        device=device,
        volunteer=volunteer,
        ticket=ticket,
        force=force,
        guardian_present=guardian_present,
        reason=reason,
        method=None,
    )


def roster_tick(
    session: Session,
    *,
    activity: str,
    volunteer: str,
    direction: str,
    nonce: str,
    by: Actor,
    at: datetime,
    occurred_at: datetime | None = None,
    device: str = "",
    force: bool = False,
    guardian_present: bool = False,
) -> ScanAnswer:
    """Tick a person of the roster in or out: as `scan`, by whoever runs the activity; evidence grade C."""
    return _journalled(
        session,
        code=volunteer,
        direction=direction,
        occurred_at=occurred_at or at,
        nonce=nonce,
        by=by,
        at=at,
        activity=activity,
        device=device,
        volunteer=volunteer,
        ticket=None,
        force=force,
        guardian_present=guardian_present,
        reason="",
        method="roster",
    )


# --- what can be asked


def preview(
    session: Session,
    *,
    at: datetime,
    volunteer_id: int,
    ticket: str | None = None,
    code: str = "",
    activity: str | None = None,
    guardian_present: bool = False,
) -> Preview:
    """What a signed-in volunteer's scan would do now. Nothing changes.

    Raises InvalidCode, CodeExpired, AmbiguousCode where not even the activity can be told.
    """
    by = Actor(person="", volunteer_id=volunteer_id)
    asked = subject.identify(
        session, code=code, activity=activity, volunteer=None, ticket=ticket, by=by, at=at, method=None
    )
    seen = _picture(session, asked, device="", nonce="", occurred_at=at)
    inside = seen.inside_in_at if seen.inside_activity_id == seen.activity_id else None
    refusal: ScanRefusal | None = None
    direction = "out" if inside else "in"
    try:
        _refuse_stale(seen, asked, at)
        judgement = rules.judge(
            seen,
            direction="auto",
            occurred_at=at,
            by=by,
            by_staff=False,
            force=False,
            guardian_present=guardian_present,
        )
        direction = judgement.direction
        _refuse_self_scan(seen, asked)
        if judgement.walk_in:
            _refuse_unsuitable(session, seen, guardian_present)
    except ScanRefusal as refused:
        refusal = refused
    return Preview(
        direction=direction,
        refusal=refusal,
        activity=seen.activity_code,
        activity_title=seen.activity_title,
        place=seen.place,
        start_at=seen.start_at,
        end_at=seen.end_at,
        in_at=inside,
    )


def _journalled(session: Session, **asked: Any) -> ScanAnswer:
    """Do it; a refusal is noted in the journal."""
    at, by, device = asked["at"], asked["by"], asked["device"]
    try:
        if asked["direction"] not in DIRECTIONS:
            raise InvalidCode(reason="direction")
        if not 1 <= len(asked["nonce"]) <= 64 or len(device) > 64:
            raise InvalidCode(reason="nonce")
        if asked["occurred_at"] > at + CLOCK_SKEW:
            raise InvalidCode(reason="in-the-future")
        asked["device"] = device or f"by:{by.person}"[:64]
        for last_try in (False,) * (_TRIES - 1) + (True,):
            try:
                return _attempt(session, own_device=bool(device), **asked)
            except Raced:
                if last_try:
                    raise
        raise AssertionError("unreachable")
    except ScanRefusal as refusal:
        activity, volunteer = queries.meant(
            session, raw=asked["code"], ticket=asked["ticket"], with_activity=asked["activity"] is not None, by=by
        )
        refused_scans.note(
            session,
            raw=asked["code"] or "ticket",
            reason=refusal.code,
            direction=asked["direction"],
            occurred_at=asked["occurred_at"],
            at=at,
            by=by.person,
            device=device,
            activity=(asked["activity"] or getattr(refusal, "activity", "") or activity)[:40],
            volunteer=(asked["volunteer"] or getattr(refusal, "volunteer", "") or volunteer)[:20],
        )
        raise


def _attempt(
    session: Session,
    *,
    code: str,
    direction: str,
    occurred_at: datetime,
    nonce: str,
    by: Actor,
    at: datetime,
    activity: str | None,
    device: str,
    own_device: bool,
    volunteer: str | None,
    ticket: str | None,
    force: bool,
    guardian_present: bool,
    reason: str,
    method: str | None,
) -> ScanAnswer:
    asked = subject.identify(
        session, code=code, activity=activity, volunteer=volunteer, ticket=ticket, by=by, at=at, method=method
    )
    seen = _picture(session, asked, device=device, nonce=nonce, occurred_at=occurred_at)
    own = by.volunteer_id is not None and by.volunteer_id == seen.volunteer_id
    role, by_staff = _role(session, seen, by, own, at)
    if seen.scanned_code is not None:
        return _named(session, in_and_out.answer_again(seen), seen, role, by, at)
    _refuse_stale(seen, asked, at)
    if by_staff:
        method = method or "staff_scan"
    else:
        _refuse_self_scan(seen, asked)
        # one's own card proves no presence
        method = "roster" if asked.method == "staff_scan" else asked.method
        guardian_present = guardian_present or role == "guardian"
        if method in ("scan_dynamic", "code6"):
            occurred_at = at
    judgement = rules.judge(
        seen,
        direction=direction,
        occurred_at=occurred_at,
        by=by,
        by_staff=by_staff,
        force=force,
        guardian_present=guardian_present,
        reason=reason,
    )
    if judgement.repeats:
        return _named(session, in_and_out.answer_repeat(seen, judgement.direction), seen, role, by, at)
    if judgement.walk_in:
        _refuse_unsuitable(session, seen, guardian_present)
    flags = rules.flags_of(
        seen, judgement=judgement, method=method, occurred_at=occurred_at, at=at, own=own and not by_staff
    )
    deed = Deed(
        seen=seen,
        judgement=judgement,
        ticket=asked.ticket,
        method=method,
        flags=flags,
        occurred_at=occurred_at,
        nonce=nonce,
        device=device,
        device_hash=device if own_device and not by_staff else "",
        by=by,
        role=role,
        at=at,
        guardian_present=guardian_present,
        reason=reason,
    )
    done = in_and_out.check_in(session, deed) if judgement.direction == "in" else in_and_out.check_out(session, deed)
    return _named(session, done, seen, role, by, at)


def _picture(session: Session, asked: Subject, *, device: str, nonce: str, occurred_at: datetime) -> Picture:
    seen = situation.take(
        session,
        activity_key=asked.activity_key,
        activity=asked.activity,
        person_key=asked.person_key,
        person=asked.person,
        device=device,
        nonce=nonce,
        occurred_at=occurred_at,
    )
    if seen is None or seen.activity_status not in ("cancelled", *PUBLIC):
        raise InvalidCode()
    return seen


def _role(session: Session, seen: Picture, by: Actor, own: bool, at: datetime) -> tuple[str, bool]:
    """The role of whoever scans, and whether they do it as staff for another person. Raises NotPermitted."""
    if own:
        return "volunteer", False
    if by.volunteer_id is not None and by.volunteer_id == seen.leader_id:
        return "team_leader", True
    role = by.role_for("activity.run", area_path=seen.area_path, team_id=seen.team_id, station_id=seen.station_id)
    if role is not None:
        return role, True
    if guardians.stands_for(session, by.volunteer_id, seen.volunteer_id, day=clock.local_date(at)):
        return "guardian", False
    raise NotPermitted(action="activity.run")


def _named(session: Session, done: ScanAnswer, seen: Picture, role: str, by: Actor, at: datetime) -> ScanAnswer:
    """Of a minor no name, except for themselves, their guardian and who has said why; an adult costs no statement."""
    of_age = masking.age_on(seen.birth_date, clock.local_date(at)) >= guardians.OF_AGE
    if of_age or role in ("volunteer", "guardian") or minors.explained(session, [done.volunteer], by=by, at=at):
        return done
    return replace(done, volunteer_name=masking.mask_minor(done.volunteer))


def _refuse_stale(seen: Picture, asked: Subject, at: datetime) -> None:
    if asked.ticket is not None:
        if asked.ticket.used or asked.ticket.expires_at < at:
            raise CodeExpired()
    else:
        codes.refuse_stale(seen.secret, asked.reading, at)


def _refuse_self_scan(seen: Picture, asked: Subject) -> None:
    """Where the leader scans or ticks, nobody checks themselves in."""
    if seen.check_mode in ("staff", "roster"):
        raise InvalidCode(reason="staff-only")


def _refuse_unsuitable(session: Session, seen: Picture, guardian_present: bool) -> None:
    """Refuse a walk-in whom the activity is not for; a suitable adult costs no statement."""
    age = masking.age_on(seen.birth_date, clock.local_date(seen.start_at))
    if age >= max(signups.ADULT, seen.min_age) and age <= (seen.max_age or age) and not seen.required_skill:
        return
    activity, person = session.get(Activity, seen.activity_id), session.get(Volunteer, seen.volunteer_id)
    assert activity is not None
    assert person is not None
    try:
        signups.refuse_unsuitable(session, activity=activity, person=person, guardian_present=guardian_present)
    except signups.GuardianNeeded as refusal:
        raise NeedsGuardian(volunteer=seen.volunteer_code, activity=seen.activity_code) from refusal
    except signups.NotSuitable as refusal:
        if age < signups.ADULT:
            raise NeedsGuardian(volunteer=seen.volunteer_code, activity=seen.activity_code) from refusal
        raise NotSignedUp(
            volunteer=seen.volunteer_code, activity=seen.activity_code, activity_title=seen.activity_title
        ) from refusal

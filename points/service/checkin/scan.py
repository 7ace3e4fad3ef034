"""Scans: one tap checks in, the next checks out (design §4, §5; domain §3.4)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from points.foundation import clock, masking
from points.foundation.actors import Actor, NotPermitted
from points.journal import refused_scans
from points.journal.refused_scans import Attempt
from points.people import guardians, minors
from points.people.tables import Volunteer
from points.service import signups
from points.service.checkin import in_and_out, kept, queries, rules, scanned, situation
from points.service.checkin.in_and_out import Deed, Raced, ScanAnswer
from points.service.checkin.refusals import (
    CodeExpired,
    CodeRevoked,
    InvalidCode,
    NeedsGuardian,
    NotSignedUp,
    ScanRefusal,
)
from points.service.checkin.rules import Tap
from points.service.checkin.scanned import Kind, Reading, ScanRequest, Subject
from points.service.checkin.situation import Picture, StaysADay, customary
from points.service.statuses import ASKED, PUBLIC, ActivityStatus, CheckMode, Direction, Method
from points.service.tables import Activity

CLOCK_SKEW = timedelta(minutes=5)
TRIES = 3

# --- what there is


@dataclass(frozen=True)
class Preview:
    """What the button of a check-in page will do: `direction`, or why it would be refused."""

    direction: Direction
    refusal: ScanRefusal | None
    activity: str
    activity_title: str
    place: str
    start_at: datetime
    end_at: datetime
    in_at: datetime | None


# --- what happens


def scan(
    session: Session, asked: ScanRequest, *, by: Actor, at: datetime, stays_a_day: StaysADay = customary
) -> ScanAnswer:
    """Check a person in or out; `rewards.attending` knows how often a day the street's rules allow it.

    Raises the refusals of design §5, journalled; NotPermitted, NonceReused.
    """
    return _journalled(session, asked, ticked=False, by=by, at=at, stays_a_day=stays_a_day)


def roster_tick(
    session: Session, asked: ScanRequest, *, by: Actor, at: datetime, stays_a_day: StaysADay = customary
) -> ScanAnswer:
    """Tick the `volunteer` of the `activity`'s roster in or out: as `scan`, by whoever runs it; evidence grade C."""
    ticked = replace(asked, code=asked.volunteer or "")
    return _journalled(session, ticked, ticked=True, by=by, at=at, stays_a_day=stays_a_day)


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
    stays_a_day: StaysADay = customary,
) -> Preview:
    """What a signed-in volunteer's scan would do now. Nothing changes.

    Raises InvalidCode, CodeExpired, AmbiguousCode where not even the activity can be told.
    """
    by = Actor(person="", volunteer_id=volunteer_id)
    asked = ScanRequest(nonce="", ticket=ticket, code=code, activity=activity, guardian_present=guardian_present)
    subject = scanned.identify(session, asked, by=by)
    seen = _picture(session, subject, device="", nonce="", occurred_at=at, stays_a_day=stays_a_day)
    direction, refusal = Direction.OUT if seen.here else Direction.IN, None
    try:
        _refuse_stale(seen, subject, at)
        tap = Tap(
            direction=Direction.AUTO,
            method=_method(seen, subject),
            occurred_at=at,
            at=at,
            by=by,
            role="volunteer",
            own=True,
            by_staff=False,
            guardian_present=guardian_present,
        )
        judgement = rules.judge(seen, tap)
        direction = judgement.direction
        _refuse_self_scan(seen)
        if judgement.walk_in:
            _refuse_unsuitable(session, seen, guardian_present)
    except ScanRefusal as refused:
        refusal = refused
    return Preview(
        direction=direction,
        refusal=refusal,
        activity=seen.activity.code,
        activity_title=seen.activity.title,
        place=seen.activity.place,
        start_at=seen.activity.start_at,
        end_at=seen.activity.end_at,
        in_at=seen.here.in_at if seen.here else None,
    )


def _journalled(
    session: Session, asked: ScanRequest, *, ticked: bool, by: Actor, at: datetime, stays_a_day: StaysADay
) -> ScanAnswer:
    """Do it; a refusal is noted in the journal."""
    occurred_at = asked.occurred_at or at
    try:
        if asked.direction not in ASKED:
            raise InvalidCode(reason="direction")
        if not 1 <= len(asked.nonce) <= 64 or len(asked.device) > 64:
            raise InvalidCode(reason="nonce")
        if occurred_at > at + CLOCK_SKEW:
            raise InvalidCode(reason="in-the-future")
        tries = 1
        while True:
            try:
                return _attempt(session, asked, ticked=ticked, by=by, at=at, stays_a_day=stays_a_day)
            except Raced:
                if tries == TRIES:
                    raise
                tries += 1
    except ScanRefusal as refusal:
        again = _again(session, asked, by=by, at=at)
        if again is not None:
            return again
        activity, volunteer = queries.meant(session, asked, by=by)
        attempt = Attempt(
            raw=asked.code or "ticket",
            direction=asked.direction,
            occurred_at=occurred_at,
            device=asked.device,
            activity=asked.activity or getattr(refusal, "activity", "") or activity,
            volunteer=asked.volunteer or getattr(refusal, "volunteer", "") or volunteer,
        )
        refused_scans.note(session, attempt, reason=refusal.code, by=by.person, at=at)
        raise


def _attempt(
    session: Session, asked: ScanRequest, *, ticked: bool, by: Actor, at: datetime, stays_a_day: StaysADay
) -> ScanAnswer:
    occurred_at = asked.occurred_at or at
    device = _device(asked, by)
    subject = scanned.identify(session, asked, by=by, ticked=ticked)
    seen = _picture(
        session, subject, device=device, nonce=asked.nonce, occurred_at=occurred_at, stays_a_day=stays_a_day
    )
    role, own, by_staff = _role(session, seen, by, at)
    if seen.earlier_id is not None:
        earlier = situation.earlier(session, seen.earlier_id)
        return _named(session, in_and_out.answer_again(seen, earlier), seen, role, by, at)
    if seen.kept_id is not None:
        said = kept.found(session, seen.kept_id, asked, device=device)
        return _named(session, in_and_out.answer_repeat(seen, said), seen, role, by, at)
    _refuse_stale(seen, subject, at)
    try:
        done = _decided(session, asked, seen, subject, by=by, at=at, ticked=ticked, who=(role, own, by_staff))
    except ScanRefusal as refusal:
        kept.keep(session, asked, refusal, device=device, at=at)
        raise
    return _named(session, done, seen, role, by, at)


def _again(session: Session, asked: ScanRequest, *, by: Actor, at: datetime) -> ScanAnswer | None:
    """What this nonce was answered before its ticket was forgotten, or its card replaced. Raises what refused it."""
    device = _device(asked, by)
    first = situation.scan_with(session, device=device, nonce=asked.nonce)
    if first is None:
        return None
    subject = Subject(Reading(Kind.TICKET, ""), "code", first.activity, "id", first.volunteer_id)
    seen = situation.take(session, subject, device=device, nonce=asked.nonce, occurred_at=at)
    if seen is None or seen.earlier_id is None:
        return None
    role, _own, _by_staff = _role(session, seen, by, at)
    earlier = situation.earlier(session, seen.earlier_id)
    return _named(session, in_and_out.answer_again(seen, earlier), seen, role, by, at)


def _decided(
    session: Session,
    asked: ScanRequest,
    seen: Picture,
    subject: Subject,
    *,
    by: Actor,
    at: datetime,
    ticked: bool,
    who: tuple[str, bool, bool],
) -> ScanAnswer:
    """Judge the scan and do it; what comes out is the answer to its nonce."""
    role, own, by_staff = who
    occurred_at, device = asked.occurred_at or at, _device(asked, by)
    method = _method(seen, subject)
    if by_staff:
        # a card that was read proves that somebody held it; a number that was typed proves as little as a tick
        method = Method.STAFF_SCAN if subject.person_by == "card" and not ticked else Method.ROSTER
    else:
        _refuse_self_scan(seen)
        # one's own card proves no presence
        method = Method.ROSTER if ticked or method == Method.STAFF_SCAN else method
        if method in (Method.SCAN_DYNAMIC, Method.CODE6):
            occurred_at = at
    tap = Tap(
        direction=Direction(asked.direction),
        method=method,
        occurred_at=occurred_at,
        at=at,
        by=by,
        role=role,
        own=own,
        by_staff=by_staff,
        force=asked.force,
        guardian_present=asked.guardian_present or role == "guardian",
        reason=asked.reason,
    )
    judgement = rules.judge(seen, tap)
    if judgement.repeats:
        said = in_and_out.repeat_of(judgement)
        kept.keep(session, asked, said, device=device, at=at)
        return in_and_out.answer_repeat(seen, said)
    if judgement.walk_in:
        _refuse_unsuitable(session, seen, tap.guardian_present)
    deed = Deed(
        seen=seen,
        tap=tap,
        judgement=judgement,
        flags=rules.flags_of(seen, tap, judgement),
        nonce=asked.nonce,
        device=device,
        device_hash=asked.device if not by_staff else "",
    )
    return in_and_out.check_out(session, deed) if judgement.stay else in_and_out.check_in(session, deed)


def _device(asked: ScanRequest, by: Actor) -> str:
    """What a nonce belongs to: the device, or who scans where it has no name."""
    return asked.device or f"by:{by.person}"[:64]


def _picture(
    session: Session, subject: Subject, *, device: str, nonce: str, occurred_at: datetime, stays_a_day: StaysADay
) -> Picture:
    seen = situation.take(
        session, subject, device=device, nonce=nonce, occurred_at=occurred_at, stays_a_day=stays_a_day
    )
    if seen is None:
        scanned.refuse_unknown(session, subject)
    if seen.card_revoked:
        raise CodeRevoked()
    if seen.activity.status not in (ActivityStatus.CANCELLED, *PUBLIC):
        raise InvalidCode()
    return seen


def _role(session: Session, seen: Picture, by: Actor, at: datetime) -> tuple[str, bool, bool]:
    """The role of whoever scans, whether for themselves, and whether as staff for another. Raises NotPermitted."""
    activity, me = seen.activity, by.volunteer_id
    if me is not None and me == seen.person.id:
        return "volunteer", True, False
    if me is not None and me == activity.leader_id:
        return "team_leader", False, True
    role = by.role_for(
        "activity.run", area_path=activity.area_path, team_id=activity.team_id, station_id=activity.station_id
    )
    if role is not None:
        return role, False, True
    if guardians.stands_for(session, me, seen.person.id, day=clock.local_date(at)):
        return "guardian", False, False
    raise NotPermitted(action="activity.run")


def _named(session: Session, done: ScanAnswer, seen: Picture, role: str, by: Actor, at: datetime) -> ScanAnswer:
    """Of a minor no name, except for themselves, their guardian and who has said why; an adult costs no statement."""
    of_age = masking.age_on(seen.person.birth_date, clock.local_date(at)) >= guardians.OF_AGE
    if of_age or role in ("volunteer", "guardian") or minors.explained(session, [done.volunteer], by=by, at=at):
        return done
    return replace(done, volunteer_name=masking.mask_minor(done.volunteer))


def _method(seen: Picture, subject: Subject) -> Method:
    return seen.ticket.method if seen.ticket is not None else scanned.method_of(subject.reading)


def _refuse_stale(seen: Picture, subject: Subject, at: datetime) -> None:
    ticket = seen.ticket
    if ticket is None:
        scanned.refuse_stale(seen.activity.secret, subject.reading, at)
    elif ticket.used_at is not None or ticket.expires_at < at:
        raise CodeExpired()


def _refuse_self_scan(seen: Picture) -> None:
    """Where the leader scans or ticks, nobody checks themselves in."""
    if seen.activity.check_mode in (CheckMode.STAFF, CheckMode.ROSTER):
        raise InvalidCode(reason="staff-only")


def _refuse_unsuitable(session: Session, seen: Picture, guardian_present: bool) -> None:
    """Refuse a walk-in whom the activity is not for; a suitable adult costs no statement."""
    here, volunteer = seen.activity, seen.person.code
    age = masking.age_on(seen.person.birth_date, clock.local_date(here.start_at))
    if age >= max(signups.ADULT, here.min_age) and age <= (here.max_age or age) and not here.required_skill:
        return
    activity, person = session.get(Activity, here.id), session.get(Volunteer, seen.person.id)
    assert activity is not None
    assert person is not None
    try:
        signups.refuse_unsuitable(session, activity=activity, person=person, guardian_present=guardian_present)
    except signups.GuardianNeeded as refusal:
        raise NeedsGuardian(volunteer=volunteer, activity=here.code) from refusal
    except signups.NotSuitable as refusal:
        if age < signups.ADULT:
            raise NeedsGuardian(volunteer=volunteer, activity=here.code) from refusal
        raise NotSignedUp(volunteer=volunteer, activity=here.code, activity_title=here.title) from refusal

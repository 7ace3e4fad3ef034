"""Scans: one tap checks in, the next checks out (design §4, §5; domain §3.4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from points.foundation import clock, codes, secrets
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_
from points.journal import audit, refused_scans
from points.people.cards import Card
from points.people.volunteers import Guardian, Volunteer
from points.service import signups
from points.service.activities import PUBLIC, Activity
from points.service.attendance import AttendanceSession
from points.service.checkin import judging, picture, reading
from points.service.checkin.judging import Judgement
from points.service.checkin.picture import Picture
from points.service.checkin.reading import Reading
from points.service.checkin.refusals import (
    AmbiguousCode,
    CodeExpired,
    CodeRevoked,
    Full,
    InvalidCode,
    NeedsGuardian,
    NonceReused,
    NotSignedUp,
    ScanRefusal,
    TooLate,
)
from points.service.checkin.tickets import Scan, ScanTicket
from points.service.signups import Signup

CLOCK_SKEW = timedelta(minutes=5)
_TRIES = 3


@dataclass(frozen=True)
class ScanAnswer:
    """What a scan did. `replayed`: it had been done before, by this nonce or within two minutes.

    `spoken` is a message id, to be translated and said aloud.
    """

    result: str
    direction: str
    session: str
    volunteer: str
    volunteer_name: str
    activity: str
    activity_title: str
    occurred_at: datetime
    in_at: datetime
    out_at: datetime | None
    replayed: bool
    flags: tuple[str, ...]
    spoken: str


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


@dataclass(frozen=True)
class _Asked:
    """Everything that was asked for, as read; `ticket_id` when a ticket stands for the code."""

    reading: Reading
    activity_key: str
    activity: str | int
    person_key: str
    person: str | int
    method: str
    ticket: "_Ticket | None" = None


@dataclass(frozen=True)
class _Ticket:
    id: int
    used: bool
    expires_at: datetime


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
    asked = _read(session, code=code, activity=activity, volunteer=None, ticket=ticket, by=by, at=at, method=None)
    seen = _picture(session, asked, device="", nonce="", occurred_at=at)
    inside = seen.inside_in_at if seen.inside_activity_id == seen.activity_id else None
    refusal: ScanRefusal | None = None
    direction = "out" if inside else "in"
    try:
        _refuse_stale(seen, asked, at)
        judgement = judging.judge(
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


class _Raced(Exception):
    """Another transaction was first; look again."""


def _journalled(session: Session, **asked: Any) -> ScanAnswer:
    """Do it; a refusal is noted in the journal."""
    at, by, device = asked["at"], asked["by"], asked["device"]
    try:
        if asked["direction"] not in ("in", "out", "auto"):
            raise InvalidCode(reason="direction")
        if not 1 <= len(asked["nonce"]) <= 64 or len(device) > 64:
            raise InvalidCode(reason="nonce")
        if asked["occurred_at"] > at + CLOCK_SKEW:
            raise InvalidCode(reason="in-the-future")
        asked["device"] = device or f"by:{by.person}"[:64]
        for last_try in (False,) * (_TRIES - 1) + (True,):
            try:
                return _attempt(session, own_device=bool(device), **asked)
            except _Raced:
                if last_try:
                    raise
        raise AssertionError("unreachable")
    except ScanRefusal as refusal:
        refused_scans.note(
            session,
            raw=asked["code"] or "ticket",
            reason=refusal.code,
            direction=asked["direction"],
            occurred_at=asked["occurred_at"],
            at=at,
            by=by.person,
            device=device,
            activity=(asked["activity"] or getattr(refusal, "activity", ""))[:40],
            volunteer=(asked["volunteer"] or getattr(refusal, "volunteer", ""))[:20],
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
    asked = _read(
        session, code=code, activity=activity, volunteer=volunteer, ticket=ticket, by=by, at=at, method=method
    )
    seen = _picture(session, asked, device=device, nonce=nonce, occurred_at=occurred_at)
    own = by.volunteer_id is not None and by.volunteer_id == seen.volunteer_id
    role, by_staff = _role(session, seen, by, own)
    if seen.scanned_code is not None:
        return _answer_again(seen)
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
    judgement = judging.judge(
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
        return _answer_repeat(seen, judgement.direction)
    if judgement.walk_in:
        _refuse_unsuitable(session, seen, guardian_present)
    flags = judging.flags_of(
        seen, judgement=judgement, method=method, occurred_at=occurred_at, at=at, own=own and not by_staff
    )
    write = _check_in if judgement.direction == "in" else _check_out
    return write(
        session,
        seen,
        judgement=judgement,
        asked=asked,
        method=method,
        flags=flags,
        occurred_at=occurred_at,
        nonce=nonce,
        device=device,
        device_hash=device if own_device and not by_staff else "",
        by=by,
        role=role,
        at=at,
        force=force,
        guardian_present=guardian_present,
        reason=reason,
    )


def _read(
    session: Session,
    *,
    code: str,
    activity: str | None,
    volunteer: str | None,
    ticket: str | None,
    by: Actor,
    at: datetime,
    method: str | None,
) -> _Asked:
    """What was scanned, of which activity, for whom."""
    person_key: str = "id"
    person: str | int | None = by.volunteer_id
    if volunteer is not None:
        person_key, person = "code", volunteer.strip().upper()
    if ticket is not None:
        row = session.execute(_TICKET, {"token_hash": secrets.token_hash(ticket)}).first()
        if row is None:
            raise CodeExpired()
        if person is None:
            raise AmbiguousCode(missing="volunteer")
        held = _Ticket(id=row.id, used=row.used_at is not None, expires_at=row.expires_at)
        return _Asked(Reading("ticket", ""), "id", row.activity_id, person_key, person, row.method, held)
    read = reading.read(code, with_activity=activity is not None) if method != "roster" else Reading("person", code)
    if read.kind in ("screen", "poster"):
        if person is None:
            raise AmbiguousCode(missing="volunteer")
        return _Asked(read, read.kind, read.value, person_key, person, method or reading.method_of(read))
    if activity is None:
        raise AmbiguousCode(missing="activity")
    if read.kind == "digits":
        if person is None:
            raise AmbiguousCode(missing="volunteer")
    elif read.kind == "card":
        person_key, person = "id", _holder(session, read.value)
    else:
        person_key, person = "code", read.value
    return _Asked(read, "code", activity, person_key, person, method or reading.method_of(read))


def _holder(session: Session, card: str) -> int:
    row = session.execute(_CARD, {"code": card}).first()
    if row is None:
        raise InvalidCode()
    if row.revoked_at is not None:
        raise CodeRevoked()
    return int(row.volunteer_id)


def _picture(session: Session, asked: _Asked, *, device: str, nonce: str, occurred_at: datetime) -> Picture:
    seen = picture.take(
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


def _role(session: Session, seen: Picture, by: Actor, own: bool) -> tuple[str, bool]:
    """The role of whoever scans, and whether they do it as staff for another person. Raises NotPermitted."""
    if own:
        return "volunteer", False
    if by.volunteer_id is not None and by.volunteer_id == seen.leader_id:
        return "team_leader", True
    role = by.role_for("activity.run", area_path=seen.area_path, team_id=seen.team_id, station_id=seen.station_id)
    if role is not None:
        return role, True
    if by.volunteer_id is not None:
        guards = session.scalars(
            select(Guardian.id).where(
                Guardian.minor_id == seen.volunteer_id, Guardian.guardian_volunteer_id == by.volunteer_id
            )
        ).first()
        if guards is not None:
            return "guardian", False
    raise NotPermitted(action="activity.run")


def _refuse_stale(seen: Picture, asked: _Asked, at: datetime) -> None:
    if asked.ticket is not None:
        if asked.ticket.used or asked.ticket.expires_at < at:
            raise CodeExpired()
    else:
        reading.refuse_stale(seen.secret, asked.reading, at)


def _refuse_self_scan(seen: Picture, asked: _Asked) -> None:
    """Where the leader scans or ticks, nobody checks themselves in."""
    if seen.check_mode in ("staff", "roster"):
        raise InvalidCode(reason="staff-only")


def _refuse_unsuitable(session: Session, seen: Picture, guardian_present: bool) -> None:
    """Refuse a walk-in whom the activity is not for; a suitable adult costs no statement."""
    age = signups.age_on(seen.birth_date, clock.local_date(seen.start_at))
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


def _check_in(
    session: Session,
    seen: Picture,
    *,
    judgement: Judgement,
    asked: _Asked,
    method: str,
    flags: list[str],
    occurred_at: datetime,
    nonce: str,
    device: str,
    device_hash: str,
    by: Actor,
    role: str,
    at: datetime,
    force: bool,
    guardian_present: bool,
    reason: str,
) -> ScanAnswer:
    _hold_activity(session, seen, judgement)
    _use_ticket(session, asked, at)
    stay_code = codes.new()
    stay_id = session.execute(
        _on_conflict_nothing(session, "stay"),
        [
            {
                "code": stay_code,
                "activity_id": seen.activity_id,
                "volunteer_id": seen.volunteer_id,
                "local_date": clock.local_date(occurred_at),
                "in_at": occurred_at,
                "in_method": method,
                "in_by": by.person,
                "status": "open",
                "device_hash": device_hash,
                "flags": flags,
                "reason": reason[:200],
                "created_at": at,
                "created_by": by.person,
            }
        ],
    ).scalar()
    if stay_id is None:
        if judgement.walk_in:
            signups.free_place(session, seen.activity_id)
        raise _Raced()
    if judgement.walk_in:
        _walk_in(session, seen, guardian_present=guardian_present, by=by, at=at)
    _note_scan(
        session,
        seen,
        judgement,
        stay_id,
        method=method,
        occurred_at=occurred_at,
        nonce=nonce,
        device=device,
        by=by,
        role=role,
        at=at,
        stay_code=stay_code,
        reason=reason,
    )
    return _answer(seen, "in", stay_code, occurred_at, occurred_at, None, flags)


def _check_out(
    session: Session,
    seen: Picture,
    *,
    judgement: Judgement,
    asked: _Asked,
    method: str,
    flags: list[str],
    occurred_at: datetime,
    nonce: str,
    device: str,
    device_hash: str,
    by: Actor,
    role: str,
    at: datetime,
    force: bool,
    guardian_present: bool,
    reason: str,
) -> ScanAnswer:
    _use_ticket(session, asked, at)
    missed = judgement.stay_id == seen.last_id and judgement.stay_id != seen.inside_id
    before = list(seen.last_flags if missed else seen.inside_flags)
    flags = before + [flag for flag in flags if flag not in before]
    in_at, stay_code = (seen.last_in_at, seen.last_code) if missed else (seen.inside_in_at, seen.inside_code)
    left = session.execute(
        _LEAVE,
        {
            "stay": judgement.stay_id,
            "was": "auto_closed" if missed else "open",
            "out": occurred_at,
            "how": method,
            "who": by.person,
            "marks": flags,
        },
    )
    if not left.rowcount:  # type: ignore[attr-defined]
        raise _Raced()
    _note_scan(
        session,
        seen,
        judgement,
        judgement.stay_id,
        method=method,
        occurred_at=occurred_at,
        nonce=nonce,
        device=device,
        by=by,
        role=role,
        at=at,
        stay_code=stay_code,
        reason=reason,
    )
    return _answer(seen, "out", stay_code, occurred_at, in_at, occurred_at, flags)


def _hold_activity(session: Session, seen: Picture, judgement: Judgement) -> None:
    """Keep settlement and the last place away until this scan is committed. SQLite has one writer anyway."""
    if judgement.walk_in:
        if not signups.take_place(session, seen.activity_id):
            _refuse_full(seen)
    elif session.get_bind().dialect.name == "postgresql":
        status = session.execute(_HOLD, {"activity": seen.activity_id}).scalar_one()
        if status in ("settled", "archived", "cancelled"):
            raise TooLate(activity=seen.activity_code, closed_at=seen.end_at)


def _refuse_full(seen: Picture) -> NoReturn:
    raise Full(activity=seen.activity_code, capacity=seen.capacity)


def _use_ticket(session: Session, asked: _Asked, at: datetime) -> None:
    if asked.ticket is None:
        return
    if not session.execute(_USE_TICKET, {"ticket": asked.ticket.id, "now": at}).rowcount:  # type: ignore[attr-defined]
        raise _Raced()


def _walk_in(session: Session, seen: Picture, *, guardian_present: bool, by: Actor, at: datetime) -> None:
    """Note who came without a sign-up, or whose sign-up had no place."""
    if seen.signup_id is not None:
        session.execute(
            update(Signup)
            .where(Signup.id == seen.signup_id)
            .values(status="attended", walk_in=True, guardian_present=guardian_present),
            execution_options={"synchronize_session": "fetch"},
        )
        return
    session.execute(
        _ADD_SIGNUP,
        [
            {
                "activity_id": seen.activity_id,
                "volunteer_id": seen.volunteer_id,
                "status": "attended",
                "queued_at": at,
                "walk_in": True,
                "guardian_present": guardian_present,
                "created_at": at,
                "created_by": by.person,
            }
        ],
    )


def _note_scan(
    session: Session,
    seen: Picture,
    judgement: Judgement,
    stay_id: int | None,
    *,
    method: str,
    occurred_at: datetime,
    nonce: str,
    device: str,
    by: Actor,
    role: str,
    at: datetime,
    stay_code: str,
    reason: str,
) -> None:
    session.execute(
        _ADD_SCAN,
        [
            {
                "device": device,
                "nonce": nonce,
                "session_id": stay_id,
                "direction": judgement.direction,
                "method": method,
                "occurred_at": occurred_at,
                "forced": bool(judgement.overridden),
                "refusal_overridden": ",".join(judgement.overridden)[:40],
                "operator_account_id": by.account_id,
                "created_at": at,
                "created_by": by.person,
            }
        ],
    )
    audit.write(
        session,
        by=by,
        role=role,
        action=f"attendance.{judgement.direction}",
        target=f"attendance:{stay_code}",
        at=at,
        area_path=seen.area_path,
        reason=reason,
        facts={"activity": seen.activity_code, "volunteer": seen.volunteer_code, "method": method}
        | ({"overridden": judgement.overridden} if judgement.overridden else {}),
    )


def _answer_again(seen: Picture) -> ScanAnswer:
    """The answer of the first scan with this nonce. Raises NonceReused when that was another person or activity."""
    if (seen.scanned_volunteer_id, seen.scanned_activity_id) != (seen.volunteer_id, seen.activity_id):
        raise NonceReused()
    return _answer(
        seen,
        seen.scan_direction,
        seen.scanned_code,
        seen.scan_occurred_at,
        seen.scanned_in_at,
        seen.scanned_out_at if seen.scan_direction == "out" else None,
        seen.scanned_flags,
        replayed=True,
    )


def _answer_repeat(seen: Picture, direction: str) -> ScanAnswer:
    if direction == "in":
        return _answer(
            seen, "in", seen.inside_code, seen.inside_in_at, seen.inside_in_at, None, seen.inside_flags, replayed=True
        )
    return _answer(
        seen, "out", seen.last_code, seen.last_out_at, seen.last_in_at, seen.last_out_at, seen.last_flags, replayed=True
    )


def _answer(
    seen: Picture,
    direction: str,
    stay_code: str,
    occurred_at: datetime,
    in_at: datetime,
    out_at: datetime | None,
    flags: list[str],
    *,
    replayed: bool = False,
) -> ScanAnswer:
    return ScanAnswer(
        result="ok",
        direction=direction,
        session=stay_code,
        volunteer=seen.volunteer_code,
        volunteer_name=seen.volunteer_name,
        activity=seen.activity_code,
        activity_title=seen.activity_title,
        occurred_at=occurred_at,
        in_at=in_at,
        out_at=out_at,
        replayed=replayed,
        flags=tuple(flags),
        spoken=N_("Checked in") if direction == "in" else N_("Checked out, thank you"),
    )


def _on_conflict_nothing(session: Session, what: str) -> Any:
    return _ADD_STAY[session.get_bind().dialect.name]


_STAYS: Any = AttendanceSession.__table__
_TICKET = select(
    ScanTicket.id, ScanTicket.activity_id, ScanTicket.method, ScanTicket.used_at, ScanTicket.expires_at
).where(ScanTicket.token_hash == bindparam("token_hash"))
_CARD = select(Card.volunteer_id, Card.revoked_at).where(Card.code == bindparam("code"))
_HOLD = select(Activity.status).where(Activity.id == bindparam("activity")).with_for_update(read=True)
_USE_TICKET = (
    update(ScanTicket.__table__)  # type: ignore[arg-type]
    .where(ScanTicket.id == bindparam("ticket"), ScanTicket.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
_ADD_STAY = {
    "postgresql": postgresql.insert(_STAYS).on_conflict_do_nothing().returning(_STAYS.c.id),
    "sqlite": sqlite.insert(_STAYS).on_conflict_do_nothing().returning(_STAYS.c.id),
}
_LEAVE = (
    update(_STAYS)
    .where(_STAYS.c.id == bindparam("stay"), _STAYS.c.status == bindparam("was"))
    .values(
        status="closed",
        out_at=bindparam("out"),
        out_method=bindparam("how"),
        out_by=bindparam("who"),
        flags=bindparam("marks"),
        flags_decided_by=None,
    )
)
_ADD_SCAN = insert(Scan.__table__)  # type: ignore[arg-type]
_ADD_SIGNUP = insert(Signup.__table__)  # type: ignore[arg-type]

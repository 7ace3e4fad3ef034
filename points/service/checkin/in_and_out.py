"""What a judged scan does: a stay opened or closed, noted, and answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.foundation.errors import N_
from points.foundation.orm import adding, rows_changed, table_of
from points.foundation.statements import run
from points.journal import audit
from points.service import waiting_list
from points.service.checkin.refusals import Full, NonceReused, TooLate
from points.service.checkin.rules import Judgement
from points.service.checkin.situation import Picture
from points.service.checkin.subject import Ticket
from points.service.tables import Activity, AttendanceSession, Scan, ScanTicket, Signup

# --- what there is


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
class Deed:
    """A scan that was judged and is to be done: what was seen, what it does, how, when, by whom.

    `device_hash` is kept on the stay when a person scanned for themselves.
    """

    seen: Picture
    judgement: Judgement
    ticket: Ticket | None
    method: str
    flags: list[str]
    occurred_at: datetime
    nonce: str
    device: str
    device_hash: str
    by: Actor
    role: str
    at: datetime
    guardian_present: bool
    reason: str


class Raced(Exception):
    """Another transaction was first; look again."""


# --- what happens


def check_in(session: Session, deed: Deed) -> ScanAnswer:
    """Open a stay, and take a walk-in's place first. Raises Raced, Full, TooLate."""
    seen, by = deed.seen, deed.by
    _hold_activity(session, deed)
    _use_ticket(session, deed)
    code = codes.new()
    stay_id = run(
        session,
        _ADD_STAY[session.get_bind().dialect.name],
        [
            {
                "code": code,
                "activity_id": seen.activity_id,
                "volunteer_id": seen.volunteer_id,
                "local_date": clock.local_date(deed.occurred_at),
                "in_at": deed.occurred_at,
                "in_method": deed.method,
                "in_by": by.person,
                "status": "open",
                "device_hash": deed.device_hash,
                "flags": deed.flags,
                "reason": deed.reason[:200],
                "created_at": deed.at,
                "created_by": by.person,
            }
        ],
    ).scalar()
    if stay_id is None:
        if deed.judgement.walk_in:
            waiting_list.free_place(session, seen.activity_id)
        raise Raced()
    if deed.judgement.walk_in:
        _note_walk_in(session, deed)
    _note_scan(session, deed, stay_id, code)
    return answer(seen, "in", code, deed.occurred_at, deed.occurred_at, None, deed.flags)


def check_out(session: Session, deed: Deed) -> ScanAnswer:
    """Close the stay; one that the clock had closed becomes what really happened. Raises Raced."""
    seen, stay_id = deed.seen, deed.judgement.stay_id
    _use_ticket(session, deed)
    missed = stay_id != seen.inside_id
    in_at, code, before = (
        (seen.last_in_at, seen.last_code, seen.last_flags)
        if missed
        else (seen.inside_in_at, seen.inside_code, seen.inside_flags)
    )
    flags = [*before, *(flag for flag in deed.flags if flag not in before)]
    left = run(
        session,
        _LEAVE,
        {
            "stay": stay_id,
            "was": "auto_closed" if missed else "open",
            "out": deed.occurred_at,
            "how": deed.method,
            "who": deed.by.person,
            "marks": flags,
        },
    )
    if not rows_changed(left):
        raise Raced()
    _note_scan(session, deed, stay_id, code)
    return answer(seen, "out", code, deed.occurred_at, in_at, deed.occurred_at, flags)


# --- what can be asked


def answer_again(seen: Picture) -> ScanAnswer:
    """The answer of the first scan with this nonce. Raises NonceReused when that was another person or activity."""
    if (seen.scanned_volunteer_id, seen.scanned_activity_id) != (seen.volunteer_id, seen.activity_id):
        raise NonceReused()
    return answer(
        seen,
        seen.scan_direction,
        seen.scanned_code,
        seen.scan_occurred_at,
        seen.scanned_in_at,
        seen.scanned_out_at if seen.scan_direction == "out" else None,
        seen.scanned_flags,
        replayed=True,
    )


def answer_repeat(seen: Picture, direction: str) -> ScanAnswer:
    """The answer to a second tap within two minutes."""
    if direction == "in":
        return answer(
            seen, "in", seen.inside_code, seen.inside_in_at, seen.inside_in_at, None, seen.inside_flags, replayed=True
        )
    return answer(
        seen, "out", seen.last_code, seen.last_out_at, seen.last_in_at, seen.last_out_at, seen.last_flags, replayed=True
    )


def answer(
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
    """What a scan did, for the page and the device."""
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


def _hold_activity(session: Session, deed: Deed) -> None:
    """Keep settlement and the last place away until this scan is committed. SQLite has one writer anyway."""
    seen = deed.seen
    if deed.judgement.walk_in:
        if not waiting_list.take_place(session, seen.activity_id):
            raise Full(activity=seen.activity_code, capacity=seen.capacity)
    elif session.get_bind().dialect.name == "postgresql":
        status = run(session, _HOLD, {"activity": seen.activity_id}).scalar_one()
        if status in ("settled", "archived", "cancelled"):
            raise TooLate(activity=seen.activity_code, closed_at=seen.end_at)


def _use_ticket(session: Session, deed: Deed) -> None:
    if deed.ticket is None:
        return
    used = run(session, _USE_TICKET, {"ticket": deed.ticket.id, "now": deed.at})
    if not rows_changed(used):
        raise Raced()


def _note_walk_in(session: Session, deed: Deed) -> None:
    """Note who came without a sign-up, or whose sign-up had no place."""
    seen = deed.seen
    if seen.signup_id is not None:
        session.execute(
            update(Signup)
            .where(Signup.id == seen.signup_id)
            .values(status="attended", walk_in=True, guardian_present=deed.guardian_present),
            execution_options={"synchronize_session": "fetch"},
        )
        return
    run(
        session,
        _ADD_SIGNUP,
        [
            {
                "activity_id": seen.activity_id,
                "volunteer_id": seen.volunteer_id,
                "status": "attended",
                "queued_at": deed.at,
                "walk_in": True,
                "guardian_present": deed.guardian_present,
                "created_at": deed.at,
                "created_by": deed.by.person,
            }
        ],
    )


def _note_scan(session: Session, deed: Deed, stay_id: int | None, stay: str) -> None:
    seen, judgement = deed.seen, deed.judgement
    run(
        session,
        _ADD_SCAN,
        [
            {
                "device": deed.device,
                "nonce": deed.nonce,
                "session_id": stay_id,
                "direction": judgement.direction,
                "method": deed.method,
                "occurred_at": deed.occurred_at,
                "forced": bool(judgement.overridden),
                "refusal_overridden": ",".join(judgement.overridden)[:40],
                "operator_account_id": deed.by.account_id,
                "created_at": deed.at,
                "created_by": deed.by.person,
            }
        ],
    )
    overridden = {"overridden": judgement.overridden} if judgement.overridden else {}
    audit.write(
        session,
        by=deed.by,
        role=deed.role,
        action=f"attendance.{judgement.direction}",
        target=f"attendance:{stay}",
        at=deed.at,
        area_path=seen.area_path,
        reason=deed.reason,
        facts={"activity": seen.activity_code, "volunteer": seen.volunteer_code, "method": deed.method} | overridden,
    )


_STAYS = table_of(AttendanceSession)
_HOLD = select(Activity.status).where(Activity.id == bindparam("activity")).with_for_update(read=True)
_USE_TICKET = (
    update(table_of(ScanTicket))
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
_ADD_SCAN = adding(Scan)
_ADD_SIGNUP = adding(Signup)

"""What a judged scan does: a stay opened or left, noted, and answered.

What is written belongs together: the stay, the scan, the entry in the log, a ticket used up, a walk-in's sign-up. On
PostgreSQL it goes in one statement, whose parts wait for one another; SQLite, which has one writer and no such
statement, gets it row by row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, NotRequired

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Select,
    TableClause,
    Update,
    bindparam,
    insert,
    null,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from points.foundation import clock, codes
from points.foundation.errors import N_
from points.foundation.orm import adding, dialect_of, rows_changed, table_of
from points.foundation.statements import run
from points.journal import audit
from points.service import waiting_list
from points.service.checkin.kept import Repeated
from points.service.checkin.refusals import Full, NonceReused, TooLate
from points.service.checkin.rules import Judgement, Tap
from points.service.checkin.situation import EarlierScan, EndedStay, OpenStay, Picture
from points.service.statuses import SETTLED, ActivityStatus, Direction, SignupStatus, StayFlag, StayStatus
from points.service.tables import Activity, Scan, ScanTicket, Signup, Stay

CLOSED = (*SETTLED, ActivityStatus.CANCELLED)
"""The states of an activity to which nobody is let in any more."""

Row = dict[str, object]

# --- what there is


@dataclass(frozen=True)
class ScanAnswer:
    """What a scan did. `replayed`: it had been done before, by this nonce or within two minutes.

    `spoken` is a message id, to be translated and said aloud.
    """

    result: str
    direction: Direction
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


@dataclass(frozen=True, slots=True)
class Deed:
    """A scan that was judged and is to be done.

    `device_hash` is kept on the stay when a person scanned for themselves.
    """

    seen: Picture
    tap: Tap
    judgement: Judgement
    flags: Sequence[StayFlag]
    nonce: str
    device: str
    device_hash: str


class _Noted(audit.Act):
    """An entry in the log of what was done to a stay."""

    action: str
    target: str
    area_path: NotRequired[str | None]


class Raced(Exception):
    """Another transaction was first; look again."""


# --- what happens


def check_in(session: Session, deed: Deed) -> ScanAnswer:
    """Open a stay, and take a walk-in's place first. Raises Raced, Full, TooLate."""
    activity, at, walk_in = deed.seen.activity, deed.tap.occurred_at, deed.judgement.walk_in
    if walk_in and not waiting_list.take_place(session, activity.id):
        raise Full(activity=activity.code, capacity=activity.capacity)
    code = codes.new()
    come = _come_at_once if dialect_of(session) == "postgresql" else _come_row_by_row
    if not come(session, deed, code):
        if walk_in:
            waiting_list.free_place(session, activity.id)
        raise Raced()
    return _answer(deed.seen, Direction.IN, code, occurred_at=at, in_at=at, flags=deed.flags)


def check_out(session: Session, deed: Deed) -> ScanAnswer:
    """Close the stay; one that the clock had closed becomes what really happened. Raises Raced."""
    stay, at = deed.judgement.stay, deed.tap.occurred_at
    assert stay is not None
    flags = _flags(deed)
    leaving: Row = {
        "id": stay.id,
        "was": StayStatus.OPEN if isinstance(stay, OpenStay) else StayStatus.AUTO_CLOSED,
        "out_at": at,
        "out_method": deed.tap.method,
        "out_by": deed.tap.by.person,
        "flags": flags,
    }
    go = _go_at_once if dialect_of(session) == "postgresql" else _go_row_by_row
    if not go(session, deed, stay, _named("stay", leaving)):
        raise Raced()
    return _answer(deed.seen, Direction.OUT, stay.code, occurred_at=at, in_at=stay.in_at, out_at=at, flags=flags)


# --- what can be asked


def answer_again(seen: Picture, earlier: EarlierScan) -> ScanAnswer:
    """The answer of the first scan with this nonce. Raises NonceReused when that was another person or activity."""
    if (earlier.volunteer_id, earlier.activity_id) != (seen.person.id, seen.activity.id):
        raise NonceReused()
    return _answer(
        seen,
        earlier.direction,
        earlier.code,
        occurred_at=earlier.occurred_at,
        in_at=earlier.in_at,
        out_at=earlier.occurred_at if earlier.direction == Direction.OUT else None,
        flags=earlier.flags,
        replayed=True,
    )


def repeat_of(judgement: Judgement) -> Repeated:
    """What a second tap within two minutes is answered."""
    stay = judgement.stay
    assert stay is not None
    out_at = stay.out_at if isinstance(stay, EndedStay) else None
    return Repeated(
        direction=judgement.direction,
        session=stay.code,
        occurred_at=out_at or stay.in_at,
        in_at=stay.in_at,
        out_at=out_at,
        flags=tuple(stay.flags),
    )


def answer_repeat(seen: Picture, said: Repeated) -> ScanAnswer:
    """The answer to a second tap, and to its nonce ever after."""
    return _answer(
        seen,
        said.direction,
        said.session,
        occurred_at=said.occurred_at,
        in_at=said.in_at,
        out_at=said.out_at,
        flags=said.flags,
        replayed=True,
    )


def _answer(
    seen: Picture,
    direction: Direction,
    code: str,
    *,
    occurred_at: datetime,
    in_at: datetime,
    flags: Sequence[str],
    out_at: datetime | None = None,
    replayed: bool = False,
) -> ScanAnswer:
    return ScanAnswer(
        result="ok",
        direction=direction,
        session=code,
        volunteer=seen.person.code,
        volunteer_name=seen.person.name,
        activity=seen.activity.code,
        activity_title=seen.activity.title,
        occurred_at=occurred_at,
        in_at=in_at,
        out_at=out_at,
        replayed=replayed,
        flags=tuple(flags),
        spoken=N_("Checked in") if direction == Direction.IN else N_("Checked out, thank you"),
    )


def _come_row_by_row(session: Session, deed: Deed, code: str) -> bool:
    """Write what belongs to a check-in; whether nobody else was first."""
    signup = deed.seen.signup
    if not _use_ticket(session, deed):
        return False
    stay_id = run(session, _ADD_STAY, _stay(deed, code)).scalar()
    if stay_id is None:
        return False
    if deed.judgement.walk_in and signup is None:
        run(session, _ADD_SIGNUP, _signup(deed))
    elif deed.judgement.walk_in and signup is not None:
        run(session, _TAKE_PART, _taking_part(deed, signup.id))
    _note(session, deed, stay_id, code)
    return True


def _go_row_by_row(session: Session, deed: Deed, stay: OpenStay | EndedStay, leaving: Row) -> bool:
    """Write what belongs to a check-out; whether nobody else was first."""
    if not _use_ticket(session, deed) or not rows_changed(run(session, _LEAVE, leaving)):
        return False
    _note(session, deed, stay.id, stay.code)
    return True


def _use_ticket(session: Session, deed: Deed) -> bool:
    return deed.seen.ticket is None or rows_changed(run(session, _USE_TICKET, _using(deed))) == 1


def _note(session: Session, deed: Deed, stay_id: int, code: str) -> None:
    run(session, _ADD_SCAN, _scan(deed) | {"session_id": stay_id})
    audit.write(session, **_noted(deed, code))


def _come_at_once(session: Session, deed: Deed, code: str) -> bool:
    """Write what belongs to a check-in; whether nobody else was first. Raises TooLate."""
    activity, signup, ticket = deed.seen.activity, deed.seen.signup, deed.seen.ticket
    given = _named("stay", _stay(deed, code)) | _named("scan", _scan(deed))
    given |= _named("entry", audit.entry(**_noted(deed, code))) | {"activity": activity.id}
    if ticket is not None:
        given |= _using(deed)
    if not deed.judgement.walk_in:
        statement = _coming("placed", ticket is not None)
    elif signup is None:
        statement = _coming("new", ticket is not None)
        given |= _named("signup", _signup(deed))
    else:
        statement = _coming("known", ticket is not None)
        given |= _taking_part(deed, signup.id)
    stay_id, status = run(session, statement, given).one()
    if status in CLOSED:
        raise TooLate(activity=activity.code, closed_at=activity.end_at)
    return stay_id is not None


def _go_at_once(session: Session, deed: Deed, stay: OpenStay | EndedStay, leaving: Row) -> bool:
    """Write what belongs to a check-out; whether nobody else was first."""
    given = leaving | _named("scan", _scan(deed)) | _named("entry", audit.entry(**_noted(deed, stay.code)))
    if deed.seen.ticket is not None:
        given |= _using(deed)
    return run(session, _going(deed.seen.ticket is not None), given).scalar() is not None


@cache
def _coming(place: Literal["placed", "new", "known"], with_ticket: bool) -> Select[int | None, str | None]:
    """Everything that is written when somebody comes: who has a place, or a walk-in with a new or a known sign-up.

    No part writes when the one that it waits for found nothing. Who has a place holds the activity, so that it is not
    settled meanwhile; a walk-in, who has just taken a place, holds it already. What comes back is the stay's id, and
    the status of the activity that was held.
    """
    may: list[ColumnElement[bool]] = []
    status: ColumnElement[Any] = null()  # Any: null() is of no type, and a status takes its place
    if place == "placed":
        held = (
            select(Activity.status).where(Activity.id == bindparam("activity")).with_for_update(read=True).cte("held")
        )
        may = [select(held).where(held.c.status.not_in(CLOSED)).exists()]
        status = select(held.c.status).scalar_subquery()
    if with_ticket:
        used = _use().where(*may).returning(_TICKETS.c.id).cte("used")
        may = [select(used).exists()]
    names, given = _given("stay", _STAYS, without=("out_at", "out_method", "out_by", "flags_decided_by"))
    stay = (
        postgresql.insert(_STAYS)
        .from_select(names, select(*given).where(*may))
        .on_conflict_do_nothing()
        .returning(_STAYS.c.id)
        .cte("stay")
    )
    parts = _notes(stay)
    if place == "new":
        names, given = _given(
            "signup", table_of(Signup), without=("as_report_in_id", "as_team_id", "note", "place_given_at")
        )
        parts.append(insert(table_of(Signup)).from_select(names, select(*given).select_from(stay)).cte("signup"))
    elif place == "known":
        parts.append(_TAKE_PART.where(select(stay).exists()).cte("signup"))
    return select(select(stay.c.id).scalar_subquery(), status).add_cte(*parts)


@cache
def _going(with_ticket: bool) -> Select[int]:
    """Everything that is written when somebody leaves; what comes back is the stay's id, or nothing."""
    leave = _leave()
    if with_ticket:
        leave = leave.where(select(_use().returning(_TICKETS.c.id).cte("used")).exists())
    stay = leave.returning(_STAYS.c.id).cte("stay")
    return select(stay.c.id).add_cte(*_notes(stay))


def _notes(stay: CTE) -> list[CTE]:
    """The scan and the entry in the log, where the stay was written."""
    names, given = _given("scan", table_of(Scan), without=("session_id", "undoes_id"))
    scan = insert(table_of(Scan)).from_select([*names, "session_id"], select(*given, stay.c.id))
    names, given = _given("entry", audit.ADD.table)
    entry = insert(audit.ADD.table).from_select(names, select(*given).select_from(stay))
    return [scan.cte("scan"), entry.cte("entry")]


def _given(
    part: str, table: TableClause, *, without: Sequence[str] = ()
) -> tuple[list[str], list[BindParameter[object]]]:
    """The columns of a row that comes as parameters, and these; the id is the database's."""
    columns = [column for column in table.c if not column.primary_key and column.name not in without]
    return [column.name for column in columns], [
        bindparam(f"{part}_{column.name}", type_=column.type) for column in columns
    ]


def _named(part: str, row: Row) -> Row:
    """The same row as parameters of a statement that writes others beside it."""
    return {f"{part}_{name}": value for name, value in row.items()}


def _stay(deed: Deed, code: str) -> Row:
    seen, tap = deed.seen, deed.tap
    return {
        "code": code,
        "activity_id": seen.activity.id,
        "volunteer_id": seen.person.id,
        "local_date": clock.local_date(tap.occurred_at),
        "in_at": tap.occurred_at,
        "in_method": tap.method,
        "in_by": tap.by.person,
        "status": StayStatus.OPEN,
        "device_hash": deed.device_hash,
        "flags": deed.flags,
        "reason": tap.reason[:200],
        "created_at": tap.at,
        "created_by": tap.by.person,
    }


def _signup(deed: Deed) -> Row:
    """The sign-up of a walk-in who had none."""
    return {
        "activity_id": deed.seen.activity.id,
        "volunteer_id": deed.seen.person.id,
        "status": SignupStatus.ATTENDED,
        "queued_at": deed.tap.at,
        "walk_in": True,
        "guardian_present": deed.tap.guardian_present,
        "created_at": deed.tap.at,
        "created_by": deed.tap.by.person,
    }


def _scan(deed: Deed) -> Row:
    tap, overridden = deed.tap, deed.judgement.overridden
    return {
        "device": deed.device,
        "nonce": deed.nonce,
        "direction": deed.judgement.direction,
        "method": tap.method,
        "occurred_at": tap.occurred_at,
        "forced": bool(overridden),
        "refusal_overridden": ",".join(overridden)[:40],
        "operator_account_id": tap.by.account_id,
        "answered_in_at": tap.occurred_at if deed.judgement.stay is None else deed.judgement.stay.in_at,
        "answered_flags": _flags(deed),
        "created_at": tap.at,
        "created_by": tap.by.person,
    }


def _flags(deed: Deed) -> list[str]:
    """What stands on the stay after this scan."""
    before = [] if deed.judgement.stay is None else deed.judgement.stay.flags
    return [*before, *(flag for flag in deed.flags if flag not in before)]


def _noted(deed: Deed, code: str) -> _Noted:
    seen, tap, judgement = deed.seen, deed.tap, deed.judgement
    facts = {"activity": seen.activity.code, "volunteer": seen.person.code, "method": tap.method}
    return {
        "by": tap.by,
        "role": tap.role,
        "at": tap.at,
        "action": f"attendance.{judgement.direction}",
        "target": f"attendance:{code}",
        "area_path": seen.activity.area_path,
        "reason": tap.reason,
        "facts": facts | ({"overridden": judgement.overridden} if judgement.overridden else {}),
    }


def _taking_part(deed: Deed, signup_id: int) -> Row:
    return {"signup_id": signup_id, "guarded": deed.tap.guardian_present}


def _using(deed: Deed) -> Row:
    assert deed.seen.ticket is not None
    return {"ticket": deed.seen.ticket.id, "now": deed.tap.at}


def _use() -> Update:
    return (
        update(_TICKETS)
        .where(_TICKETS.c.id == bindparam("ticket"), _TICKETS.c.used_at.is_(None))
        .values(used_at=bindparam("now"))
    )


def _leave() -> Update:
    return (
        update(_STAYS)
        .where(_STAYS.c.id == bindparam("stay_id"), _STAYS.c.status == bindparam("stay_was"))
        .values(
            status=StayStatus.CLOSED,
            out_at=bindparam("stay_out_at"),
            out_method=bindparam("stay_out_method"),
            out_by=bindparam("stay_out_by"),
            flags=bindparam("stay_flags"),
            flags_decided_by=None,
        )
    )


_STAYS, _TICKETS = table_of(Stay), table_of(ScanTicket)
_ADD_STAY = sqlite.insert(_STAYS).on_conflict_do_nothing().returning(_STAYS.c.id)
_ADD_SCAN = adding(Scan)
_ADD_SIGNUP = adding(Signup)
_TAKE_PART = (
    update(table_of(Signup))
    .where(Signup.id == bindparam("signup_id"))
    .values(status=SignupStatus.ATTENDED, walk_in=True, guardian_present=bindparam("guarded"))
)
_USE_TICKET = _use()
_LEAVE = _leave()

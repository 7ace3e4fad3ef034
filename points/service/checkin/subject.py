"""Whom a scan is about: the person and the activity that a code, a card or a ticket stands for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from points.foundation import secrets
from points.foundation.actors import Actor
from points.foundation.statements import run
from points.people.tables import Card, MergedNumber
from points.service.checkin import codes
from points.service.checkin.codes import Reading
from points.service.checkin.refusals import AmbiguousCode, CodeExpired, CodeRevoked, InvalidCode
from points.service.tables import ScanTicket

# --- what there is


@dataclass(frozen=True)
class Ticket:
    """A scan ticket as it stands."""

    id: int
    used: bool
    expires_at: datetime


@dataclass(frozen=True)
class Subject:
    """Which person at which activity a scan is about, how it was read, and the ticket that stands for the code."""

    reading: Reading
    activity_key: str
    activity: str | int
    person_key: str
    person: str | int
    method: str
    ticket: "Ticket | None" = None


# --- what can be asked


def identify(
    session: Session,
    *,
    code: str,
    activity: str | None,
    volunteer: str | None,
    ticket: str | None,
    by: Actor,
    at: datetime,
    method: str | None,
) -> Subject:
    """What was scanned, of which activity, for whom.

    Raises InvalidCode, AmbiguousCode, CodeExpired, CodeRevoked.
    """
    person_key: str = "id"
    person: str | int | None = by.volunteer_id
    if volunteer is not None:
        person_key, person = "code", volunteer.strip().upper()
    if ticket is not None:
        row = run(session, _TICKET, {"token_hash": secrets.token_hash(ticket)}).first()
        if row is None:
            raise CodeExpired()
        if person is None:
            raise AmbiguousCode(missing="volunteer")
        held = Ticket(id=row.id, used=row.used_at is not None, expires_at=row.expires_at)
        return Subject(Reading("ticket", ""), "id", row.activity_id, person_key, person, row.method, held)
    read = codes.read(code, with_activity=activity is not None) if method != "roster" else Reading("person", code)
    if read.kind in ("screen", "poster"):
        if person is None:
            raise AmbiguousCode(missing="volunteer")
        return Subject(read, read.kind, read.value, person_key, person, method or codes.method_of(read))
    if activity is None:
        raise AmbiguousCode(missing="activity")
    if read.kind == "digits":
        if person is None:
            raise AmbiguousCode(missing="volunteer")
    elif read.kind == "card":
        person_key, person = "id", _holder(session, read.value)
    else:
        person_key, person = "code", read.value
    return Subject(read, "code", activity, person_key, person, method or codes.method_of(read))


def _holder(session: Session, card: str) -> int:
    row = run(session, _CARD, {"code": card}).first()
    if row is None:
        raise InvalidCode()
    if row.revoked_at is not None:
        raise CodeRevoked()
    return int(row.volunteer_id)


_TICKET = select(
    ScanTicket.id, ScanTicket.activity_id, ScanTicket.method, ScanTicket.used_at, ScanTicket.expires_at
).where(ScanTicket.token_hash == bindparam("token_hash"))
_CARD = (
    select(func.coalesce(MergedNumber.kept_id, Card.volunteer_id).label("volunteer_id"), Card.revoked_at)
    .select_from(Card)
    .outerjoin(MergedNumber, MergedNumber.gone_id == Card.volunteer_id)
    .where(Card.code == bindparam("code"))
)

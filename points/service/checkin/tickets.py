"""Scan tickets and accepted scans."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from points.foundation import secrets
from points.foundation.orm import rows_changed
from points.journal import refused_scans
from points.service.checkin import codes
from points.service.checkin.codes import Reading
from points.service.checkin.refusals import AmbiguousCode, InvalidCode, ScanRefusal
from points.service.statuses import PUBLIC
from points.service.tables import Activity, ScanTicket

# --- what there is

TICKET_LASTS = timedelta(minutes=5)

# --- what happens


def ticket(session: Session, *, code: str, at: datetime, activity: str | None = None) -> str:
    """Exchange a scanned activity code, before any sign-in, for a ticket that stands for it for five minutes, once.

    `activity` is needed with six digits. The answer is a secret that the browser keeps; only its hash is stored.
    Raises InvalidCode, AmbiguousCode, CodeExpired; the refusal is journalled.
    """
    try:
        found, method = _read_activity(session, code, activity, at)
    except ScanRefusal as refusal:
        refused_scans.note(
            session,
            raw=code,
            reason=refusal.code,
            direction="auto",
            occurred_at=at,
            at=at,
            by="public",
            activity=(activity or _named(session, code))[:40],
        )
        raise
    token = secrets.new_token()
    session.add(
        ScanTicket(
            token_hash=secrets.token_hash(token),
            activity_id=found.id,
            method=method,
            occurred_at=at,
            expires_at=at + TICKET_LASTS,
            created_at=at,
            created_by="public",
        )
    )
    session.flush()
    return token


def forget_old(session: Session, *, at: datetime) -> int:
    """Drop the tickets that expired more than a day ago; how many there were."""
    return rows_changed(session.execute(delete(ScanTicket).where(ScanTicket.expires_at < at - timedelta(days=1))))


# --- what can be asked


def activity_of(session: Session, *, ticket: str | None = None, read: Reading | None = None) -> str:
    """The code of the activity that a ticket stands for, or a screen or poster, however old; empty for none."""
    if ticket is not None:
        held = ScanTicket.token_hash == secrets.token_hash(ticket)
        found = select(Activity.code).join(ScanTicket, ScanTicket.activity_id == Activity.id).where(held)
    elif read is not None and read.kind in ("screen", "poster"):
        shown = Activity.screen_code if read.kind == "screen" else Activity.poster_code
        found = select(Activity.code).where(shown == read.value)
    else:
        return ""
    return session.scalar(found) or ""


def _named(session: Session, code: str) -> str:
    try:
        return activity_of(session, read=codes.read(code, with_activity=False))
    except InvalidCode:
        return ""


def _read_activity(session: Session, code: str, activity: str | None, at: datetime) -> tuple[Activity, str]:
    read = codes.read(code, with_activity=False)
    if read.kind == "digits":
        if activity is None:
            raise AmbiguousCode(missing="activity")
        condition = Activity.code == activity
    elif read.kind == "screen":
        condition = Activity.screen_code == read.value
    elif read.kind == "poster":
        condition = Activity.poster_code == read.value
    else:
        raise InvalidCode(reason="not-an-activity")
    found = session.scalars(select(Activity).where(condition)).first()
    if found is None or found.status not in ("cancelled", *PUBLIC):
        raise InvalidCode()
    codes.refuse_stale(found.secret, read, at)
    return found, codes.method_of(read)

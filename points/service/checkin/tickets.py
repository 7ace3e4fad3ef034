"""Scan tickets and accepted scans."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation import secrets
from points.foundation.orm import Base, Row, append_only, choice, rows_changed, table_of
from points.journal import refused_scans
from points.service import activities
from points.service.activities import Activity
from points.service.checkin import reading
from points.service.checkin.reading import Reading
from points.service.checkin.refusals import AmbiguousCode, InvalidCode, ScanRefusal

# --- what there is


class ScanTicket(Row, Base):
    """A scanned activity code, exchanged before any sign-in: single use, five minutes, so a rotating code counts.

    `occurred_at` is when the code was scanned; `method` how. Used up by `used_at`.
    """

    __tablename__ = "scan_ticket"
    __table_args__ = (Index(None, "expires_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    method: Mapped[str] = mapped_column(choice("method", "scan_dynamic", "scan_static", "code6"))
    occurred_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Scan(Row, Base):
    """One accepted scan with both clocks: `occurred_at` (device) and `created_at` (received).

    `device` is an enrolled device's code or a browser's salted hash; (device, nonce) is unique, so a repeat finds
    the first. `undoes_id` marks an undo of an earlier scan. `forced` only where the rules would have refused.
    """

    __tablename__ = "scan"
    __table_args__ = (UniqueConstraint("device", "nonce"), Index(None, "session_id"))

    device: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    session_id: Mapped[int] = mapped_column(ForeignKey("attendance_session.id"))
    direction: Mapped[str] = mapped_column(choice("direction", "in", "out", "undo"))
    method: Mapped[str] = mapped_column(
        choice("method", "scan_dynamic", "scan_static", "code6", "staff_scan", "roster", "makeup")
    )
    occurred_at: Mapped[datetime]
    forced: Mapped[bool] = mapped_column(default=False)
    refusal_overridden: Mapped[str] = mapped_column(String(40), default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("scan.id"), unique=True)
    operator_account_id: Mapped[int | None]


append_only(
    table_of(Scan),
    # all but `device`, which is forgotten after 180 days
    frozen=(
        "nonce",
        "session_id",
        "direction",
        "method",
        "occurred_at",
        "forced",
        "refusal_overridden",
        "undoes_id",
        "operator_account_id",
        "created_at",
        "created_by",
    ),
)

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
        return activity_of(session, read=reading.read(code, with_activity=False))
    except InvalidCode:
        return ""


def _read_activity(session: Session, code: str, activity: str | None, at: datetime) -> tuple[Activity, str]:
    read = reading.read(code, with_activity=False)
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
    if found is None or found.status not in ("cancelled", *activities.PUBLIC):
        raise InvalidCode()
    reading.refuse_stale(found.secret, read, at)
    return found, reading.method_of(read)

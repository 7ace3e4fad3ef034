"""Check-in: from a scanned code to an attendance session, or to a refusal that helps (design §4, §5)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, choice

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


append_only(Scan.__table__)  # type: ignore[arg-type]

"""Sign-in and the sessions it opens: an opaque cookie whose hash is stored, listed and revocable per device."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check

# --- what there is


class SignIn(Row, Base):
    """One signed-in browser, of a staff account or of a volunteer. `token_hash` is the SHA-256 of the cookie."""

    __tablename__ = "sign_in"
    __table_args__ = (
        Index(None, "account_id"),
        Index(None, "volunteer_id"),
        check("someone", "account_id IS NOT NULL OR volunteer_id IS NOT NULL"),
    )

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))
    agent: Mapped[str] = mapped_column(String(120), default="")
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class FailedAttempt(Row, Base):
    """A wrong password or PIN; `subject` is `account:<login>`, `pin:<volunteer code>` or `address:<salted hash>`."""

    __tablename__ = "failed_attempt"
    __table_args__ = (Index(None, "subject", "created_at"),)

    subject: Mapped[str] = mapped_column(String(80))

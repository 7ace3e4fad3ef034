"""API tokens: a named bearer secret with one role in one scope, shown once, revocable."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row

# --- what there is


class ApiToken(Row, Base):
    """A token acts as its own account, whose grants say what it may do. `token_hash` is SHA-256 of the secret."""

    __tablename__ = "api_token"

    name: Mapped[str] = mapped_column(String(60), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

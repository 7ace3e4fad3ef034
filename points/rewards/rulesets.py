"""Rule sets: versioned parameters and coefficients, frozen when published, never retroactive (domain §3.6)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, check, choice

# --- what there is


class RuleSet(Row, Base):
    """One version of the rules of one street. `params` holds the hour and point parameters and `categories`."""

    __tablename__ = "rule_set"
    __table_args__ = (
        check("two_people", "published_by IS NULL OR published_by <> drafted_by OR first"),
    )

    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    version: Mapped[str] = mapped_column(String(20), unique=True)
    effective_from: Mapped[date]
    status: Mapped[str] = mapped_column(choice("status", "draft", "published", "retired"), default="draft")
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    resolution_ref: Mapped[str] = mapped_column(String(120), default="")
    first: Mapped[bool] = mapped_column(default=False)
    drafted_by: Mapped[str]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]


append_only(RuleSet.__table__, frozen=("version", "params", "effective_from", "street_id"))  # type: ignore[arg-type]

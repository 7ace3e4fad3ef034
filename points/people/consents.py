"""Consents: one per purpose, versioned, as easily withdrawn as given (个人信息保护法)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check, choice

# --- what there is

PURPOSES = (
    "register",
    "points",
    "publish_name",
    "share_unit",
    "household_pool",
    "guardian",
    "wish_publish",
    "notice",
)


class Consent(Row, Base):
    """A consent of one person to one purpose under one version of its text; at most one open per purpose."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_open",
            "subject_id",
            "purpose",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        check("paper_has_reference", "channel <> 'paper' OR paper_ref <> ''"),
    )

    subject_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    purpose: Mapped[str] = mapped_column(choice("purpose", *PURPOSES))
    text_version: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(choice("channel", "web", "paper"))
    paper_ref: Mapped[str] = mapped_column(String(60), default="")
    recorded_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]

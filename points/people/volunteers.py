"""Volunteers, their guardians, printed cards and verified skills."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check, choice

# --- what there is


class Volunteer(Row, Base):
    """A person who volunteers. No ID number, no photo, no health field, no party status (domain §3.2).

    A minor has `phone_none` and is reached through the guardian.

    `street_id` and `area_path` (of the 邻 if known, else of the community) are copied from the tree, so that scope
    is one comparison. `phone` is unique among volunteers of age; a guardian's may repeat on minors, so it stands on
    the guardian, not here. `pin_hash` is argon2.
    """

    __tablename__ = "volunteer"
    __table_args__ = (
        Index(None, "community_id"),
        Index(None, "area_path"),
        Index(None, "name"),
        check("phone_or_reason", "phone IS NOT NULL OR phone_none OR status = 'anonymised'"),
    )

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    gender: Mapped[str] = mapped_column(choice("gender", "female", "male", "unsaid"), default="unsaid")
    birth_date: Mapped[date]
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    phone_none: Mapped[bool] = mapped_column(default=False)
    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    neighbour_group_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    area_path: Mapped[str] = mapped_column(String(200))
    compound_id: Mapped[int | None] = mapped_column(ForeignKey("compound.id"))
    residence_text: Mapped[str] = mapped_column(String(60), default="")
    service_categories: Mapped[str] = mapped_column(String(200), default="")
    availability: Mapped[str] = mapped_column(String(120), default="")
    emergency_contact: Mapped[str] = mapped_column(String(60), default="")
    national_volunteer_no: Mapped[str | None] = mapped_column(String(40), unique=True)
    registered_via: Mapped[str] = mapped_column(choice("registered_via", "self", "staff", "import"))
    status: Mapped[str] = mapped_column(
        choice("status", "pending", "active", "suspended", "closed", "anonymised"), default="active"
    )
    points_policy: Mapped[str] = mapped_column(choice("points_policy", "earn", "hours_only"), default="earn")
    elder_mode: Mapped[bool] = mapped_column(default=False)
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    is_demo: Mapped[bool] = mapped_column(default=False)


class Guardian(Row, Base):
    """Who stands for a minor: name, phone and relation, verified by staff, with the guardian's consent."""

    __tablename__ = "guardian"
    __table_args__ = (Index(None, "minor_id"),)

    minor_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20))
    relation: Mapped[str] = mapped_column(String(20))
    guardian_volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"))
    verified_by: Mapped[str]


class Card(Row, Base):
    """A printed 便民服务卡. `code` is in its QR (`/c/<code>`), `serial` is read aloud. It identifies, never signs in.

    At most one live card a volunteer; a lost one is revoked and its code stays known as revoked.
    """

    __tablename__ = "card"
    __table_args__ = (
        Index(
            "uq_card_live",
            "volunteer_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    serial: Mapped[str] = mapped_column(String(20), unique=True)
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(String(60), default="")


class VolunteerSkill(Row, Base):
    """A skill with a verified qualification."""

    __tablename__ = "volunteer_skill"
    __table_args__ = (Index(None, "volunteer_id"),)

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    skill: Mapped[str] = mapped_column(String(40))
    qualification_no_last4: Mapped[str] = mapped_column(String(4), default="")
    valid_until: Mapped[date | None]
    verified_by: Mapped[str]

"""Who takes part: every table of people and what belongs to them (domain §3.2)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, validates

from points.foundation import initials
from points.foundation.orm import Base, Row, append_only, check, choice, table_of
from points.people.statuses import LookReason

# --- what there is


class MergedNumber(Row, Base):
    """The number `gone_id` belongs to the person of `kept_id`. The kept one is never itself merged away.

    `second_by` is who signed beside `created_by` where points or hours came along.
    """

    __tablename__ = "merged_number"
    __table_args__ = (Index(None, "kept_id"), check("two_numbers", "gone_id <> kept_id"))

    gone_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"), unique=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    second_by: Mapped[str | None]
    reason: Mapped[str] = mapped_column(String(200), default="")


class KnownApart(Row, Base):
    """Two volunteers who look like one person and are two; they are not proposed again. The lower id comes first."""

    __tablename__ = "known_apart"
    __table_args__ = (UniqueConstraint("low_id", "high_id"), check("in_order", "low_id < high_id"))

    low_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))


def _initials(context: DefaultExecutionContext) -> str:
    return initials.of(context.get_current_parameters()["name"])  # type: ignore[no-untyped-call]  # SQLAlchemy's


class Volunteer(Row, Base):
    """A person who volunteers. No ID number, no photo, no health field, no party status (domain §3.2).

    A minor has `phone_none` and is reached through the guardian.

    `street_id` and `area_path` (of the 邻 if known, else of the community) are copied from the tree, so that scope
    is one comparison. `phone` is unique among volunteers of age; a guardian's may repeat on minors, so it stands on
    the guardian, not here. `pin_hash` is argon2. `initials` are those of the name's pinyin and follow it by themselves;
    a bulk UPDATE of names writes them too. `pin_set_by` and `phone_set_by` are the staff who set the PIN or the phone
    last, null where the person did. Who leaves is `closed_at` a time, with points to be used until `points_until` at
    most; within 15 days after that the sweep makes them `anonymised`.
    """

    __tablename__ = "volunteer"
    __table_args__ = (
        Index(None, "community_id"),
        Index(None, "area_path"),
        Index(None, "name"),
        Index(None, "initials"),
        Index(None, "birth_date"),
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
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"), sort_order=110)
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
    pin_set_by: Mapped[str | None] = mapped_column(String(40), sort_order=101)
    pin_set_at: Mapped[datetime | None] = mapped_column(sort_order=102)
    phone_set_by: Mapped[str | None] = mapped_column(String(40), sort_order=103)
    phone_set_at: Mapped[datetime | None] = mapped_column(sort_order=104)
    closed_at: Mapped[datetime | None] = mapped_column(sort_order=105)
    points_until: Mapped[date | None] = mapped_column(sort_order=106)
    is_demo: Mapped[bool] = mapped_column(default=False)
    initials: Mapped[str] = mapped_column(
        String(initials.LONGEST), default=_initials, server_default=text("''"), sort_order=100
    )

    @validates("name")
    def _follow_the_name(self, _field: str, name: str) -> str:
        self.initials = initials.of(name)
        return name


class Suspension(Row, Base):
    """That a volunteer's registration is suspended, why, and until which day (null: until it is lifted).

    The person reads it. One open per person; `lifted_by` is who ended it, "system" where the day had come.
    """

    __tablename__ = "suspension"
    __table_args__ = (
        Index(
            "uq_suspension_open",
            "volunteer_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    reason: Mapped[str] = mapped_column(String(200))
    until: Mapped[date | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(40))


class Guardian(Row, Base):
    """Who stands for a minor: name, phone and relation, with the guardian's consent.

    `verified_by` is the staff member who has seen who it is; empty until then.
    """

    __tablename__ = "guardian"
    __table_args__ = (Index(None, "minor_id"),)

    minor_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20))
    relation: Mapped[str] = mapped_column(String(20))
    guardian_volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"))
    verified_by: Mapped[str]


class MinorLook(Row, Base):
    """That `created_by`, in this role, said why they look at a minor's details; the family reads it."""

    __tablename__ = "minor_look"
    __table_args__ = (Index(None, "minor_id", "created_at"),)

    minor_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    role: Mapped[str] = mapped_column(String(40))
    reason: Mapped[LookReason] = mapped_column(choice("reason", *LookReason))


append_only(table_of(MinorLook))


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


append_only(
    table_of(Consent),
    # all but that it was withdrawn
    frozen=(
        "subject_id",
        "purpose",
        "text_version",
        "granted_at",
        "channel",
        "paper_ref",
        "recorded_by",
        "created_at",
        "created_by",
    ),
)


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


class Household(Row, Base):
    """A family that may pool its points."""

    __tablename__ = "household"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    neighbour_group_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    head_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    compound_id: Mapped[int | None] = mapped_column(ForeignKey("compound.id"), sort_order=100)
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"), sort_order=101)


class HouseholdMember(Row, Base):
    """A membership; a volunteer has at most one open one. Pooling needs `pool_consent_id`, still open."""

    __tablename__ = "household_member"
    __table_args__ = (
        Index(
            "uq_household_member_open",
            "volunteer_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        Index(None, "household_id"),
    )

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    pool_consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class HouseholdRequest(Row, Base):
    """Somebody who knows the household's code asks to join it; its head, or staff, decides. One open a person."""

    __tablename__ = "household_request"
    __table_args__ = (
        Index(
            "uq_household_request_open",
            "volunteer_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "household_id"),
        check("decided_by_someone", "status = 'open' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)"),
    )

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    status: Mapped[str] = mapped_column(choice("status", "open", "accepted", "declined", "withdrawn"), default="open")
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]


class Team(Row, Base):
    """A 志愿服务队. Its leader is an adult volunteer."""

    __tablename__ = "team"
    __table_args__ = (Index(None, "area_id"), Index(None, "leader_id"))

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(
        choice("kind", "community", "street", "unit", "party", "women", "elder", "youth", "professional")
    )
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    leader_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    founded_on: Mapped[date]
    status: Mapped[str] = mapped_column(choice("status", "active", "paused", "dissolved"), default="active")


class TeamMember(Row, Base):
    """A membership; open (applied or active) at most once per team and volunteer. `changed_at`: since when it is so."""

    __tablename__ = "team_member"
    __table_args__ = (
        Index(
            "uq_team_member_open",
            "team_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text("status IN ('applied', 'active')"),
            postgresql_where=text("status IN ('applied', 'active')"),
        ),
        Index(None, "volunteer_id"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    role: Mapped[str] = mapped_column(choice("role", "leader", "deputy", "member"), default="member")
    status: Mapped[str] = mapped_column(choice("status", "applied", "active", "left", "removed"))
    changed_at: Mapped[datetime | None] = mapped_column(sort_order=100)


class TeamInvitation(Row, Base):
    """A team asks a person to join; nobody but the person says yes. One open per team and person."""

    __tablename__ = "team_invitation"
    __table_args__ = (
        Index(
            "uq_team_invitation_open",
            "team_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "volunteer_id"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    status: Mapped[str] = mapped_column(choice("status", "open", "accepted", "declined", "withdrawn"), default="open")
    decided_at: Mapped[datetime | None]


class Unit(Row, Base):
    """A 后盾单位, 双报到单位 or 共驻共建单位."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(choice("kind", "backing", "resident", "co_build", "other"))
    linked_community_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    active: Mapped[bool] = mapped_column(default=True)


class ReportIn(Row, Base):
    """A member's report to a community; at most one active per volunteer and kind. Attribution only."""

    __tablename__ = "report_in"
    __table_args__ = (
        Index(
            "uq_report_in_active",
            "volunteer_id",
            "kind",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
        Index(None, "unit_id"),
    )

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    kind: Mapped[str] = mapped_column(choice("kind", "linked", "residence"))
    reported_on: Mapped[date]
    status: Mapped[str] = mapped_column(choice("status", "active", "ended"), default="active")


class VolunteerSkill(Row, Base):
    """A skill of a volunteer: proposed by them while `verified_by` is empty, then as staff has seen its `proof`."""

    __tablename__ = "volunteer_skill"
    __table_args__ = (Index(None, "volunteer_id"),)

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    skill: Mapped[str] = mapped_column(String(40))
    qualification_no_last4: Mapped[str] = mapped_column(String(4), default="")
    valid_until: Mapped[date | None]
    verified_by: Mapped[str]
    proof: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"), sort_order=100)

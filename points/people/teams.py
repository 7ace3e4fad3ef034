"""Volunteer teams, their leaders and members."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, choice

# --- what there is


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
    """A membership; open (applied or active) at most once per team and volunteer."""

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

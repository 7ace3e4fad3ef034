"""The tables of staff accounts and their role grants."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from points.access.roles import ROLES
from points.foundation.orm import Base, Row, check, choice

# --- what there is


class Account(Row, Base):
    """A staff sign-in: login and password. Volunteers sign in with phone or card and PIN and need none.

    `setup_hash` is the SHA-256 of a one-time link by which the person chooses a password.
    """

    __tablename__ = "account"
    __table_args__ = (Index(None, "volunteer_id"),)

    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    setup_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    setup_expires_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(choice("status", "active", "disabled"), default="active")
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))


class RoleGrant(Row, Base):
    """A role in a scope: an area and all below it, a team, a station or a unit. Exactly one of the four is set."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(None, "account_id"),
        check(
            "one_scope",
            "CASE WHEN area_id IS NULL THEN 0 ELSE 1 END + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN station_id IS NULL THEN 0 ELSE 1 END + CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END = 1",
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(choice("role", *ROLES))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

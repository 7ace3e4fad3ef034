"""Printed cards (便民服务卡): issued, lost, replaced. A card identifies; it never signs anyone in (design §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, and_, bindparam, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation import codes
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict, NoSuch
from points.foundation.orm import Base, Row
from points.journal import audit
from points.people import persons, teams
from points.people.persons import Volunteer
from points.people.teams import TeamMember
from points.places import areas
from points.places.areas import Area

# --- what there is


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


@dataclass(frozen=True)
class Printed:
    """What a printed card needs of its holder; `card` and `serial` are None for who has no live card yet.

    `street_id` and `community` (its name) say which station's phone stands on it.
    """

    volunteer: str
    name: str
    card: str | None
    serial: str | None
    street_id: int
    community: str


# --- what is refused


@dataclass(eq=False)
class CardRevoked(Conflict):
    """The card was reported lost or replaced."""

    code = "code-revoked"
    title = N_("This card is no longer valid")
    detail = N_("The card %(serial)s was revoked.")
    next_step = N_("Use the new card, or ask at the station for one.")
    spoken = N_("Card revoked")
    serial: str


# --- what happens


def issue(session: Session, *, volunteer: str, by: Actor, at: datetime, reason: str = "") -> Card:
    """Issue a card; the one before is revoked in the same act, with `reason`. The serial is the code and a number.

    Raises NotPermitted or NoSuch.
    """
    holder_ = persons.seen(session, volunteer, by=by)
    role = by.require("card.issue", area_path=holder_.area_path)
    _revoke_live(session, holder_.id, reason=reason or "replaced", at=at)
    number = session.scalar(select(func.count()).select_from(Card).where(Card.volunteer_id == holder_.id)) or 0
    card = Card(
        volunteer_id=holder_.id,
        code=codes.new(),
        serial=f"{holder_.code}-{number + 1}",
        created_at=at,
        created_by=by.person,
    )
    session.add(card)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="card.issue",
        target=f"volunteer:{holder_.code}",
        at=at,
        area_path=holder_.area_path,
        reason=reason,
        facts={"serial": card.serial},
    )
    return card


def revoke(session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime) -> int:
    """Revoke the live card of a volunteer, by staff or by the holder; how many that were (0 or 1).

    Raises NotPermitted or NoSuch.
    """
    holder_ = persons.by_code(session, volunteer)
    role = persons.own_or(by, holder_, "card.issue")
    revoked = _revoke_live(session, holder_.id, reason=reason, at=at)
    if revoked:
        audit.write(
            session,
            by=by,
            role=role,
            action="card.revoke",
            target=f"volunteer:{holder_.code}",
            at=at,
            area_path=holder_.area_path,
            reason=reason,
        )
    return revoked


# --- what can be asked


def holder(session: Session, code: str) -> Volunteer:
    """The volunteer whose live card has this code; one statement. Raises CardRevoked or NoSuch."""
    found = session.execute(_HOLDER, {"code": codes.normalise(code)}).first()
    if found is None:
        raise NoSuch(kind=N_("card"), key=code)
    volunteer, serial, revoked_at = found
    if revoked_at is not None:
        raise CardRevoked(serial=serial)
    return volunteer


def live(session: Session, volunteer_id: int) -> Card | None:
    """The live card of a volunteer."""
    statement = select(Card).where(Card.volunteer_id == volunteer_id, Card.revoked_at.is_(None))
    return session.scalars(statement).first()


def of_team(session: Session, *, team: str, by: Actor) -> list[Printed]:
    """The cards of a team's active members that `by` may issue, by volunteer code. Raises NotPermitted or NoSuch."""
    found = teams.seen(session, team, by=by)
    mine = select(TeamMember.volunteer_id).where(TeamMember.team_id == found.id, TeamMember.status == "active")
    return _printed(session, Volunteer.id.in_(mine), by=by)


def of_community(session: Session, *, community: str, by: Actor) -> list[Printed]:
    """The cards of the residents of a community, by volunteer code. Raises NotPermitted or NoSuch."""
    area = areas.community_by_code(session, community)
    if by.reaches("card.issue") and by.role_for("card.issue", area_path=area.path) is None:
        raise NoSuch(kind=N_("area"), key=community)
    return _printed(session, Volunteer.community_id == area.id, by=by)


def of_volunteers(session: Session, *, volunteers: Sequence[str], by: Actor) -> list[Printed]:
    """The cards of these people, by volunteer code. Raises NotPermitted, or NoSuch for the first not in reach."""
    wanted = [code.strip().upper() for code in volunteers]
    found = _printed(session, Volunteer.code.in_(wanted), by=by)
    there = {one.volunteer for one in found}
    for code in wanted:
        if code not in there:
            raise NoSuch(kind=N_("volunteer"), key=code)
    return found


def _printed(session: Session, which: Any, *, by: Actor) -> list[Printed]:
    reach = by.reaches("card.issue")
    if not reach:
        raise NotPermitted(action="card.issue")
    rows = session.execute(
        select(Volunteer.code, Volunteer.name, Card.code, Card.serial, Volunteer.street_id, Area.name)
        .join(Area, Area.id == Volunteer.community_id)
        .outerjoin(Card, and_(Card.volunteer_id == Volunteer.id, Card.revoked_at.is_(None)))
        .where(which, areas.within(reach, area_path=Volunteer.area_path), Volunteer.status.in_(("pending", "active")))
        .order_by(Volunteer.code)
    )
    return [Printed(*row) for row in rows]


def _revoke_live(session: Session, volunteer_id: int, *, reason: str, at: datetime) -> int:
    statement = update(Card).where(Card.volunteer_id == volunteer_id, Card.revoked_at.is_(None))
    statement = statement.values(revoked_at=at, revoked_reason=reason[:60])
    return len(session.execute(statement.returning(Card.id)).all())


_HOLDER = (
    select(Volunteer, Card.serial, Card.revoked_at)
    .join(Card, Card.volunteer_id == Volunteer.id)
    .where(Card.code == bindparam("code"))
)

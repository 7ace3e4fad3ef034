"""Printed cards (便民服务卡): issued, lost, replaced. A card identifies; it never signs anyone in (design §4)."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, select, union_all, update
from sqlalchemy.orm import Session

from points.foundation import codes, typed
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict, NoSuch
from points.journal import audit
from points.people import aliases, persons, teams
from points.people.tables import Card, MergedNumber, TeamMember, Volunteer
from points.places import areas
from points.places.tables import Area

# --- what there is


@dataclass(frozen=True)
class Printed:
    """What a printed card needs of its holder; `card` and `serial` are None for who has no live card yet.

    `street_id` and `community` (its name) say which station's phone stands on it. `phone` is whether they have one.
    """

    volunteer: str
    name: str
    card: str | None
    serial: str | None
    street_id: int
    community: str
    issued_at: datetime | None
    birth_date: date
    phone: bool


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

    Raises NotPermitted, NoSuch or HasLeft.
    """
    holder_ = persons.served(session, volunteer, by=by)
    role = persons.role_at_counter(by, holder_, "card.issue") or by.require("card.issue")
    persons.refuse_left(holder_)
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


def issue_missing(session: Session, *, community: str, by: Actor, at: datetime) -> list[Printed]:
    """Issue a card to everybody of a community who has none,; who got one, as `missing`.

    All of them are issued at the same moment `at`, by which their sheet is found again. Raises NotPermitted or NoSuch.
    """
    without = missing(session, community=community, by=by)
    people = {
        row.code: row
        for row in session.execute(
            select(Volunteer.id, Volunteer.code, Volunteer.area_path, func.count(Card.id).label("cards"))
            .outerjoin(Card, Card.volunteer_id == Volunteer.id)
            .where(Volunteer.code.in_([one.volunteer for one in without]))
            .group_by(Volunteer.id)
        )
    }
    rows = [
        {
            "volunteer_id": people[one.volunteer].id,
            "code": codes.new(),
            "serial": f"{one.volunteer}-{people[one.volunteer].cards + 1}",
            "created_at": at,
            "created_by": by.person,
        }
        for one in without
    ]
    if rows:
        session.execute(insert(Card), rows)
    for one, row in zip(without, rows, strict=True):
        person = people[one.volunteer]
        audit.write(
            session,
            by=by,
            role=by.require("card.issue", area_path=person.area_path),
            action="card.issue",
            target=f"volunteer:{person.code}",
            at=at,
            area_path=person.area_path,
            facts={"serial": row["serial"], "together": len(rows)},
        )
    return without


def revoke(session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime) -> int:
    """Revoke the live card of a volunteer, by staff or by the holder; how many that were (0 or 1).

    Raises NotPermitted or NoSuch.
    """
    holder_ = persons.by_code(session, volunteer)
    role = persons.own_or(by, holder_, "card.issue", at_counter=True)
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
    found = session.execute(_HOLDER, {"code": typed.random_code(code)}).first()
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


def fingerprints(session: Session, *, volunteers: Sequence[str], salt: str) -> dict[str, list[str]]:
    """What a device keeps of the live cards of these people, by volunteer code, to know a card again.

    32 bits of a card's 45: enough to tell one card from the others of a roster, too few to make the card from. Who
    was registered twice may have two cards.
    """
    theirs = Volunteer.code.in_(volunteers)
    numbers = union_all(
        select(Volunteer.id, Volunteer.code).where(theirs),
        select(MergedNumber.gone_id, Volunteer.code)
        .join(Volunteer, Volunteer.id == MergedNumber.kept_id)
        .where(theirs),
    ).subquery()
    rows = session.execute(
        select(numbers.c.code, Card.code)
        .join(Card, Card.volunteer_id == numbers.c.id)
        .where(Card.revoked_at.is_(None))
        .order_by(Card.id)
    )
    found: dict[str, list[str]] = {}
    for volunteer, card in rows:
        found.setdefault(volunteer, []).append(f"{zlib.crc32(f'{salt}:{card}'.encode()):08x}")
    return found


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


def missing(session: Session, *, community: str, by: Actor) -> list[Printed]:
    """Who of a community has no valid card: elders without a phone first, then others without one, then by code.

    Raises NotPermitted or NoSuch.
    """
    return without(of_community(session, community=community, by=by))


def without(printed: Sequence[Printed]) -> list[Printed]:
    """Of these, who has no valid card, in the order of `missing`."""
    found = [one for one in printed if one.card is None]
    return sorted(found, key=lambda one: (one.phone, one.birth_date if not one.phone else date.max, one.volunteer))


def of_volunteers(session: Session, *, volunteers: Sequence[str], by: Actor) -> list[Printed]:
    """The cards of these people, by volunteer code. Raises NotPermitted, or NoSuch for the first not in reach."""
    wanted = [typed.number(code) for code in volunteers]
    found = _printed(session, Volunteer.code.in_(wanted), by=by)
    there = {one.volunteer for one in found}
    for code in wanted:
        if code not in there:
            raise NoSuch(kind=N_("volunteer"), key=code)
    return found


def _printed(session: Session, which: ColumnElement[bool], *, by: Actor) -> list[Printed]:
    reach = by.reaches("card.issue")
    if not reach:
        raise NotPermitted(action="card.issue")
    rows = session.execute(
        select(
            Volunteer.code,
            Volunteer.name,
            Card.code,
            Card.serial,
            Volunteer.street_id,
            Area.name,
            Card.created_at,
            Volunteer.birth_date,
            Volunteer.phone.is_not(None),
        )
        .join(Area, Area.id == Volunteer.community_id)
        .outerjoin(Card, and_(Card.volunteer_id == Volunteer.id, Card.revoked_at.is_(None)))
        .where(which, areas.within(reach, area_path=Volunteer.area_path), Volunteer.status.in_(("pending", "active")))
        .order_by(Volunteer.code)
    )
    return [Printed(*row) for row in rows]


def _revoke_live(session: Session, volunteer_id: int, *, reason: str, at: datetime) -> int:
    statement = update(Card).where(aliases.of_person(Card.volunteer_id, volunteer_id), Card.revoked_at.is_(None))
    statement = statement.values(revoked_at=at, revoked_reason=reason[:60])
    return len(session.execute(statement.returning(Card.id)).all())


_HOLDER = (
    select(Volunteer, Card.serial, Card.revoked_at)
    .select_from(Card)
    .outerjoin(MergedNumber, MergedNumber.gone_id == Card.volunteer_id)
    .join(Volunteer, Volunteer.id == func.coalesce(MergedNumber.kept_id, Card.volunteer_id))
    .where(Card.code == bindparam("code"))
)

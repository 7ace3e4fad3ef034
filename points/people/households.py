"""Households (家庭户): separate earning, shared spending by consent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from points.foundation import codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch, NotAllowed
from points.foundation.orm import Base, Row
from points.journal import audit
from points.people import consents, persons, volunteers
from points.people.consents import Consent
from points.people.persons import Volunteer
from points.places import areas

# --- what there is


class Household(Row, Base):
    """A family that may pool its points."""

    __tablename__ = "household"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    neighbour_group_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    head_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))


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


# --- what is refused


@dataclass(eq=False)
class InAHousehold(Conflict):
    """A person belongs to one household at a time."""

    code = "in-a-household"
    title = N_("Already in a household")
    detail = N_("%(volunteer)s already belongs to a household.")
    next_step = N_("Leave that household first.")
    volunteer: str


@dataclass(eq=False)
class NotInHousehold(Conflict):
    """The person has no open membership."""

    code = "not-in-household"
    title = N_("Not in a household")
    detail = N_("%(volunteer)s belongs to no household.")
    next_step = N_("Join a household first.")
    volunteer: str


@dataclass(eq=False)
class LeftBefore(NotAllowed):
    """Who left a household still knows its code; that alone does not let them share its points again."""

    code = "left-before"
    title = N_("You left this household")
    detail = N_("Who has left a household does not come back alone.")
    next_step = N_("Go to the station together with somebody of the household.")


# --- what happens


def found(
    session: Session,
    *,
    head: str,
    community: str,
    by: Actor,
    at: datetime,
    pool: bool = False,
    neighbour_group: str | None = None,
) -> Household:
    """Found a household with its head as the first member, by the head or by staff.

    Raises NotPermitted, NoSuch, NotACommunity, InAHousehold or ConsentNeeded.
    """
    person = persons.by_code(session, head)
    role = persons.own_or(by, person, "household.change")
    home = areas.community_by_code(session, community)
    group = areas.by_code(session, neighbour_group) if neighbour_group else None
    household = Household(
        code=codes.new(),
        community_id=home.id,
        neighbour_group_id=group.id if group else None,
        head_id=person.id,
        created_at=at,
        created_by=by.person,
    )
    session.add(household)
    session.flush()
    _enter(session, household, person, pool=pool, by=by, at=at)
    _note(session, household, person, "household.found", by=by, role=role, at=at, pool=pool)
    return household


def join(session: Session, *, household: str, volunteer: str, pool: bool, by: Actor, at: datetime) -> HouseholdMember:
    """Let a person join a household: themselves or staff. `pool` shares spending, both ways, and needs the consent.

    A person who joins for themselves and pools consents by that; for others the open consent must be there.
    The code is the household's invitation: random, known to its members, and no way back for who left.
    Raises NotPermitted, NoSuch, InAHousehold, LeftBefore or ConsentNeeded.
    """
    person = persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "household.change")
    home = by_code(session, household)
    if by.volunteer_id == person.id and _was_in(session, home, person):
        raise LeftBefore()
    member = _enter(session, home, person, pool=pool, by=by, at=at)
    _note(session, home, person, "household.join", by=by, role=role, at=at, pool=pool)
    return member


def choose_pool(session: Session, *, volunteer: str, pool: bool, by: Actor, at: datetime) -> HouseholdMember:
    """Begin or end sharing one's points with the household.

    Raises NotPermitted, NoSuch, NotInHousehold or ConsentNeeded.
    """
    person = persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "household.change")
    member = _open(session, person)
    member.pool_consent_id = _pool_consent(session, person, by=by, at=at) if pool else None
    session.flush()
    home = session.get_one(Household, member.household_id)
    _note(session, home, person, "household.choose_pool", by=by, role=role, at=at, pool=pool)
    return member


def leave(session: Session, *, volunteer: str, by: Actor, at: datetime) -> None:
    """End the person's membership; pooling ends with it. Raises NotPermitted, NoSuch or NotInHousehold."""
    person = persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "household.change")
    member = _open(session, person)
    member.left_at = at
    session.flush()
    home = session.get_one(Household, member.household_id)
    _note(session, home, person, "household.leave", by=by, role=role, at=at, pool=False)


# --- what can be asked


def by_code(session: Session, code: str) -> Household:
    """The household with this code. Raises NoSuch."""
    household = session.scalars(select(Household).where(Household.code == codes.normalise(code))).first()
    if household is None:
        raise NoSuch(kind=N_("household"), key=code)
    return household


def of(session: Session, volunteer_id: int) -> Household | None:
    """The household this person belongs to."""
    statement = (
        select(Household)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .where(HouseholdMember.volunteer_id == volunteer_id, HouseholdMember.left_at.is_(None))
    )
    return session.scalars(statement).first()


def members(session: Session, household_id: int) -> list[Volunteer]:
    """The people of a household, by code."""
    statement = (
        select(Volunteer)
        .join(HouseholdMember, HouseholdMember.volunteer_id == Volunteer.id)
        .where(HouseholdMember.household_id == household_id, HouseholdMember.left_at.is_(None))
    )
    return list(session.scalars(statement.order_by(Volunteer.code)))


def pooling(session: Session, household_id: int) -> set[int]:
    """The ids of the members who share their points with the household now."""
    statement = (
        select(HouseholdMember.volunteer_id)
        .join(Consent, (Consent.id == HouseholdMember.pool_consent_id) & Consent.withdrawn_at.is_(None))
        .where(HouseholdMember.household_id == household_id, HouseholdMember.left_at.is_(None))
    )
    return set(session.scalars(statement))


def pool(session: Session, volunteer_id: int) -> list[int]:
    """The ids of those whose points this person may spend: the person first, then who pools with them; one statement.

    Both sides need an open membership and an open pooling consent, and the other an account in use.
    """
    return [volunteer_id, *session.scalars(_POOL, {"volunteer_id": volunteer_id})]


def _was_in(session: Session, household: Household, person: Volunteer) -> bool:
    left = select(HouseholdMember.id).where(
        HouseholdMember.household_id == household.id,
        HouseholdMember.volunteer_id == person.id,
        HouseholdMember.left_at.is_not(None),
    )
    return session.scalar(left.limit(1)) is not None


def _enter(
    session: Session, household: Household, person: Volunteer, *, pool: bool, by: Actor, at: datetime
) -> HouseholdMember:
    if of(session, person.id) is not None:
        raise InAHousehold(volunteer=person.code)
    member = HouseholdMember(
        household_id=household.id,
        volunteer_id=person.id,
        pool_consent_id=_pool_consent(session, person, by=by, at=at) if pool else None,
        joined_at=at,
        created_at=at,
        created_by=by.person,
    )
    session.add(member)
    session.flush()
    return member


def _pool_consent(session: Session, person: Volunteer, *, by: Actor, at: datetime) -> int:
    statement = select(Consent.id).where(
        Consent.subject_id == person.id, Consent.purpose == "household_pool", Consent.withdrawn_at.is_(None)
    )
    consent_id = session.scalar(statement)
    if consent_id is not None:
        return consent_id
    if by.volunteer_id != person.id:
        raise volunteers.ConsentNeeded(purpose="household_pool")
    return consents.grant(
        session,
        volunteer=person.code,
        purpose="household_pool",
        text_version=consents.TEXT_VERSION,
        channel="web",
        by=by,
        at=at,
    ).id


def _open(session: Session, person: Volunteer) -> HouseholdMember:
    statement = select(HouseholdMember).where(
        HouseholdMember.volunteer_id == person.id, HouseholdMember.left_at.is_(None)
    )
    member = session.scalars(statement).first()
    if member is None:
        raise NotInHousehold(volunteer=person.code)
    return member


def _note(
    session: Session,
    household: Household,
    person: Volunteer,
    action: str,
    *,
    by: Actor,
    role: str,
    at: datetime,
    pool: bool,
) -> None:
    facts: dict[str, Any] = {"volunteer": person.code, "pool": pool}
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=f"household:{household.code}",
        at=at,
        area_path=person.area_path,
        facts=facts,
    )


_me, _other = aliased(HouseholdMember), aliased(HouseholdMember)
_my_consent, _other_consent = aliased(Consent), aliased(Consent)

_POOL = (
    select(_other.volunteer_id)
    .select_from(_me)
    .join(_my_consent, (_my_consent.id == _me.pool_consent_id) & _my_consent.withdrawn_at.is_(None))
    .join(_other, (_other.household_id == _me.household_id) & (_other.volunteer_id != _me.volunteer_id))
    .join(_other_consent, (_other_consent.id == _other.pool_consent_id) & _other_consent.withdrawn_at.is_(None))
    .join(Volunteer, (Volunteer.id == _other.volunteer_id) & (Volunteer.status == "active"))
    .where(_me.volunteer_id == bindparam("volunteer_id"), _me.left_at.is_(None), _other.left_at.is_(None))
    .order_by(_other.volunteer_id)
)

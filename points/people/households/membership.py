"""Who belongs to a household: founding, asking, answering, joining at the counter, leaving."""

from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.people import persons, wards
from points.people.households import queries, sharing
from points.people.households.refusals import AskedElsewhere, InAHousehold, NobodyAsks, NotInHousehold, OnlyTheHead
from points.people.tables import Household, HouseholdMember, HouseholdRequest, Volunteer
from points.people.volunteers import details
from points.places import areas

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

    Raises NotPermitted, NoSuch, NotACommunity, WrongNeighbourGroup, PlaceClosed, InAHousehold or
    ConsentNeeded.
    """
    person = persons.by_code(session, head)
    role = persons.own_or(by, person, "household.change")
    home = areas.community_by_code(session, community)
    group = details.neighbour_group_of(session, neighbour_group, home) if neighbour_group else None
    areas.require_in_use(session, group or home)
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
    sharing.note(session, household, person, "household.found", by=by, role=role, at=at, pool=pool)
    return household


def ask(session: Session, *, household: str, volunteer: str, by: Actor, at: datetime) -> HouseholdRequest | None:
    """Ask to join the household whose code one was told; its head answers. For oneself, or for one's child.

    The same question again is the first one. The head who asks for their own child has answered: None is returned,
    and the child belongs to the household.
    Raises NotPermitted, NoSuch, InAHousehold or AskedElsewhere.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "household.change", by=by, at=at)
    home = _locked(session, queries.by_code(session, household).id)
    if queries.of(session, person.id) is not None:
        raise InAHousehold(volunteer=person.code)
    earlier = _asks(session, person)
    if earlier is not None and earlier.household_id != home.id:
        raise AskedElsewhere(volunteer=person.code)
    if by.volunteer_id == home.head_id and role == "guardian":
        _enter(session, home, person, pool=False, by=by, at=at)
        sharing.note(session, home, person, "household.join", by=by, role=role, at=at, pool=False)
        return None
    if earlier is not None:
        return earlier
    request = HouseholdRequest(
        household_id=home.id, volunteer_id=person.id, status="open", created_at=at, created_by=by.person
    )
    session.add(request)
    session.flush()
    sharing.note(session, home, person, "household.ask", by=by, role=role, at=at)
    return request


def answer(
    session: Session, *, volunteer: str, accept: bool, by: Actor, at: datetime, identity: str = ""
) -> HouseholdRequest:
    """Let the person who asks join, or not: the head of that household, or staff. Points are shared by nobody yet.

    `identity` says how staff checked that the head is there.

    Raises OnlyTheHead, NoSuch, NobodyAsks or InAHousehold.
    """
    person = persons.by_code(session, volunteer)
    latest = select(HouseholdRequest).where(HouseholdRequest.volunteer_id == person.id)
    request = session.scalars(latest.order_by(HouseholdRequest.id.desc()).limit(1)).first()
    home = _locked(session, request.household_id) if request else None
    role = _head_or_staff(home, person, by)
    if request is None or home is None:
        raise NobodyAsks(volunteer=person.code)
    session.refresh(request, with_for_update=True)
    if request.status != "open":
        raise NobodyAsks(volunteer=person.code)
    if accept:
        _enter(session, home, person, pool=False, by=by, at=at)
    else:
        _end(session, person, status="declined", by=by, at=at)
    session.refresh(request)
    checked = {"identity": identity} if identity else {}
    sharing.note(session, home, person, "household.answer", by=by, role=role, at=at, status=request.status, **checked)
    return request


def take_back(session: Session, *, volunteer: str, by: Actor, at: datetime) -> None:
    """Ask no longer. Raises NotPermitted, NoSuch or NobodyAsks."""
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "household.change", by=by, at=at)
    request = _asks(session, person)
    if request is None:
        raise NobodyAsks(volunteer=person.code)
    home = _locked(session, request.household_id)
    session.refresh(request, with_for_update=True)
    if request.status != "open":
        raise NobodyAsks(volunteer=person.code)
    _end(session, person, status="withdrawn", by=by, at=at)
    sharing.note(session, home, person, "household.take_back", by=by, role=role, at=at)


def join(session: Session, *, household: str, volunteer: str, pool: bool, by: Actor, at: datetime) -> HouseholdMember:
    """Let a person join a household at the counter, where staff see both; who asks for themselves uses `ask`.

    `pool` shares spending, both ways, and needs the person's open consent.
    Raises NotPermitted, NoSuch, InAHousehold, OnlyTheHead or ConsentNeeded.
    """
    person = persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "household.change")
    home = _locked(session, queries.by_code(session, household).id)
    if by.volunteer_id == person.id:
        raise OnlyTheHead()
    member = _enter(session, home, person, pool=pool, by=by, at=at)
    sharing.note(session, home, person, "household.join", by=by, role=role, at=at, pool=pool)
    return member


def leave(session: Session, *, volunteer: str, by: Actor, at: datetime) -> None:
    """End the person's membership; pooling ends with it, and their points stay theirs.

    Where the head leaves, the one who has been in longest is head, an adult before a minor.
    Raises NotPermitted, NoSuch or NotInHousehold.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "household.change", by=by, at=at)
    home = _locked(session, sharing.member_of(session, person).household_id)
    _part(session, home, person, at=at)
    sharing.note(session, home, person, "household.leave", by=by, role=role, at=at)


def remove(session: Session, *, volunteer: str, by: Actor, at: datetime) -> None:
    """Let the head end somebody else's membership; that person's points stay theirs.

    Raises NoSuch, NotInHousehold or OnlyTheHead.
    """
    person = persons.by_code(session, volunteer)
    member = queries.membership(session, person.id)
    if member is None:
        _head_or_staff(None, person, by)
        raise NotInHousehold(volunteer=person.code)
    home = _locked(session, member.household_id)
    role = _head_or_staff(home, person, by)
    if by.volunteer_id == person.id:
        raise OnlyTheHead()
    _part(session, home, person, at=at)
    sharing.note(session, home, person, "household.remove", by=by, role=role, at=at)


def _enter(
    session: Session, household: Household, person: Volunteer, *, pool: bool, by: Actor, at: datetime
) -> HouseholdMember:
    if queries.of(session, person.id) is not None:
        raise InAHousehold(volunteer=person.code)
    member = HouseholdMember(
        household_id=household.id,
        volunteer_id=person.id,
        pool_consent_id=sharing.consent_to(session, person, by=by, at=at) if pool else None,
        joined_at=at,
        created_at=at,
        created_by=by.person,
    )
    session.add(member)
    _end(session, person, status="accepted", by=by, at=at)
    session.flush()
    return member


def _end(session: Session, person: Volunteer, *, status: str, by: Actor, at: datetime) -> None:
    """The open request of this person, if there is one, is answered."""
    mine = (HouseholdRequest.volunteer_id == person.id, HouseholdRequest.status == "open")
    session.execute(
        update(HouseholdRequest).where(*mine).values(status=status, decided_by=by.person, decided_at=at),
        execution_options={"synchronize_session": False},
    )


def _part(session: Session, household: Household, person: Volunteer, *, at: datetime) -> None:
    """End the membership; where the head parts, the next one is head."""
    member = session.scalars(
        select(HouseholdMember)
        .where(HouseholdMember.volunteer_id == person.id, HouseholdMember.left_at.is_(None))
        .execution_options(populate_existing=True)
    ).first()
    if member is None or member.household_id != household.id:
        raise NotInHousehold(volunteer=person.code)
    member.left_at = at
    session.flush()
    if household.head_id == person.id:
        of_age = Volunteer.birth_date <= wards.born_after(clock.local_date(at))
        longest = (
            select(HouseholdMember.volunteer_id)
            .join(Volunteer, Volunteer.id == HouseholdMember.volunteer_id)
            .where(HouseholdMember.household_id == household.id, HouseholdMember.left_at.is_(None))
            .order_by(case((of_age, 0), else_=1), HouseholdMember.joined_at, HouseholdMember.id)
        )
        household.head_id = session.scalars(longest.limit(1)).first() or person.id
        session.flush()


def _head_or_staff(household: Household | None, person: Volunteer, by: Actor) -> str:
    """The role in which `by` answers for a household about `person`. Raises OnlyTheHead."""
    if household is not None and by.volunteer_id == household.head_id:
        return "head"
    role = by.role_for("household.change", area_path=person.area_path)
    if role is None or by.volunteer_id == person.id:
        raise OnlyTheHead()
    return role


def _asks(session: Session, person: Volunteer) -> HouseholdRequest | None:
    statement = select(HouseholdRequest).where(
        HouseholdRequest.volunteer_id == person.id, HouseholdRequest.status == "open"
    )
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def _locked(session: Session, household_id: int) -> Household:
    """The household, locked: who asks, enters and parts do so one after the other."""
    statement = select(Household).where(Household.id == household_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).one()

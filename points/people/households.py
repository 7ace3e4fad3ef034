"""Households (家庭户): separate earning, shared spending by consent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, bindparam, case, select, text, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch, NotAllowed
from points.foundation.orm import Base, Row, check, choice
from points.journal import audit
from points.people import consents, persons, volunteers, wards
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
class AskedElsewhere(Conflict):
    """The person asks one household at a time."""

    code = "asked-elsewhere"
    title = N_("You asked another household before")
    detail = N_("%(volunteer)s already asked to join another household, which has not answered yet.")
    next_step = N_("Take that request back first.")
    volunteer: str


@dataclass(eq=False)
class NobodyAsks(Conflict):
    """There is no open request: it was decided, or taken back."""

    code = "nobody-asks"
    title = N_("Nobody asks any more")
    detail = N_("%(volunteer)s does not ask to join now: it was decided, or taken back.")
    next_step = N_("Look at the household again.")
    volunteer: str


@dataclass(eq=False)
class OnlyTheHead(NotAllowed):
    """Who belongs to a household is decided by its head, or by staff with both present."""

    code = "only-the-head"
    title = N_("The head of the household decides")
    detail = N_("Who joins a household or has to leave it is decided by its head.")
    next_step = N_("Ask the head of the household, or go to the station together.")


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


def ask(session: Session, *, household: str, volunteer: str, by: Actor, at: datetime) -> HouseholdRequest | None:
    """Ask to join the household whose code one was told; its head answers. For oneself, or for one's child.

    The same question again is the first one. The head who asks for their own child has answered: None is returned,
    and the child belongs to the household.
    Raises NotPermitted, NoSuch, InAHousehold or AskedElsewhere.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "household.change", by=by, at=at)
    home = _locked(session, by_code(session, household).id)
    if of(session, person.id) is not None:
        raise InAHousehold(volunteer=person.code)
    earlier = _asks(session, person)
    if earlier is not None and earlier.household_id != home.id:
        raise AskedElsewhere(volunteer=person.code)
    if by.volunteer_id == home.head_id and role == "guardian":
        _enter(session, home, person, pool=False, by=by, at=at)
        _note(session, home, person, "household.join", by=by, role=role, at=at, pool=False)
        return None
    if earlier is not None:
        return earlier
    request = HouseholdRequest(
        household_id=home.id, volunteer_id=person.id, status="open", created_at=at, created_by=by.person
    )
    session.add(request)
    session.flush()
    _note(session, home, person, "household.ask", by=by, role=role, at=at)
    return request


def answer(session: Session, *, volunteer: str, accept: bool, by: Actor, at: datetime) -> HouseholdRequest:
    """Let the person who asks join, or not: the head of that household, or staff. Points are shared by nobody yet.

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
    _note(session, home, person, "household.answer", by=by, role=role, at=at, status=request.status)
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
    _note(session, home, person, "household.take_back", by=by, role=role, at=at)


def join(session: Session, *, household: str, volunteer: str, pool: bool, by: Actor, at: datetime) -> HouseholdMember:
    """Let a person join a household at the counter, where staff see both; who asks for themselves uses `ask`.

    `pool` shares spending, both ways, and needs the person's open consent.
    Raises NotPermitted, NoSuch, InAHousehold, OnlyTheHead or ConsentNeeded.
    """
    person = persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "household.change")
    home = _locked(session, by_code(session, household).id)
    if by.volunteer_id == person.id:
        raise OnlyTheHead()
    member = _enter(session, home, person, pool=pool, by=by, at=at)
    _note(session, home, person, "household.join", by=by, role=role, at=at, pool=pool)
    return member


def choose_pool(session: Session, *, volunteer: str, pool: bool, by: Actor, at: datetime) -> HouseholdMember:
    """Begin or end sharing one's points with the household.

    Raises NotPermitted, NoSuch, NotInHousehold or ConsentNeeded.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "household.change", by=by, at=at)
    member = _open(session, person)
    member.pool_consent_id = _pool_consent(session, person, by=by, at=at) if pool else None
    session.flush()
    home = session.get_one(Household, member.household_id)
    _note(session, home, person, "household.choose_pool", by=by, role=role, at=at, pool=pool)
    return member


def leave(session: Session, *, volunteer: str, by: Actor, at: datetime) -> None:
    """End the person's membership; pooling ends with it, and their points stay theirs.

    Where the head leaves, the one who has been in longest is head, an adult before a minor.
    Raises NotPermitted, NoSuch or NotInHousehold.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "household.change", by=by, at=at)
    home = _locked(session, _open(session, person).household_id)
    _part(session, home, person, at=at)
    _note(session, home, person, "household.leave", by=by, role=role, at=at)


def remove(session: Session, *, volunteer: str, by: Actor, at: datetime) -> None:
    """Let the head end somebody else's membership; that person's points stay theirs.

    Raises NoSuch, NotInHousehold or OnlyTheHead.
    """
    person = persons.by_code(session, volunteer)
    member = membership(session, person.id)
    if member is None:
        _head_or_staff(None, person, by)
        raise NotInHousehold(volunteer=person.code)
    home = _locked(session, member.household_id)
    role = _head_or_staff(home, person, by)
    if by.volunteer_id == person.id:
        raise OnlyTheHead()
    _part(session, home, person, at=at)
    _note(session, home, person, "household.remove", by=by, role=role, at=at)


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


def asked(session: Session, volunteer_id: int) -> tuple[HouseholdRequest, Household] | None:
    """The household that this person asks to join, and the request; None for who asks nowhere."""
    statement = (
        select(HouseholdRequest, Household)
        .join(Household, Household.id == HouseholdRequest.household_id)
        .where(HouseholdRequest.volunteer_id == volunteer_id, HouseholdRequest.status == "open")
    )
    row = session.execute(statement).first()
    return None if row is None else (row[0], row[1])


def asking(session: Session, household_id: int) -> list[tuple[HouseholdRequest, Volunteer]]:
    """Who asks to join this household, the first first."""
    statement = (
        select(HouseholdRequest, Volunteer)
        .join(Volunteer, Volunteer.id == HouseholdRequest.volunteer_id)
        .where(HouseholdRequest.household_id == household_id, HouseholdRequest.status == "open")
        .order_by(HouseholdRequest.id)
    )
    return [(request, person) for request, person in session.execute(statement)]


def membership(session: Session, volunteer_id: int) -> HouseholdMember | None:
    """This person's open membership."""
    return session.scalars(
        select(HouseholdMember).where(HouseholdMember.volunteer_id == volunteer_id, HouseholdMember.left_at.is_(None))
    ).first()


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


def _pool_consent(session: Session, person: Volunteer, *, by: Actor, at: datetime) -> int:
    statement = select(Consent.id).where(
        Consent.subject_id == person.id, Consent.purpose == "household_pool", Consent.withdrawn_at.is_(None)
    )
    consent_id = session.scalar(statement)
    if consent_id is not None:
        return consent_id
    if by.volunteer_id != person.id and not wards.stands_for(
        session, by.volunteer_id, person.id, day=clock.local_date(at)
    ):
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
    member = membership(session, person.id)
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
    **facts: Any,
) -> None:
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=f"household:{household.code}",
        at=at,
        area_path=person.area_path,
        facts={"volunteer": person.code, **facts},
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

"""Sharing points with one's household: by consent, both ways, and for no longer than both want."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from points.foundation import clock
from points.foundation.actors import Actor
from points.journal import audit
from points.people import consents, persons, volunteers, wards
from points.people.households import queries
from points.people.households.refusals import NotInHousehold
from points.people.tables import Consent, Household, HouseholdMember, Volunteer

# --- what happens


def choose_pool(session: Session, *, volunteer: str, pool: bool, by: Actor, at: datetime) -> HouseholdMember:
    """Begin or end sharing one's points with the household.

    Raises NotPermitted, NoSuch, NotInHousehold or ConsentNeeded.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "household.change", by=by, at=at)
    member = member_of(session, person)
    member.pool_consent_id = consent_to(session, person, by=by, at=at) if pool else None
    session.flush()
    home = session.get_one(Household, member.household_id)
    note(session, home, person, "household.choose_pool", by=by, role=role, at=at, pool=pool)
    return member


def pool_on_paper(session: Session, *, volunteer: str, paper_ref: str, by: Actor, at: datetime) -> HouseholdMember:
    """Begin to share somebody's points at the counter: they signed for it on the paper `paper_ref`.

    Raises NotPermitted, NoSuch, NotInHousehold or PaperNeedsReference.
    """
    person = persons.by_code(session, volunteer)
    by.require("household.change", area_path=person.area_path)
    member_of(session, person)
    if "household_pool" not in consents.open_for(session, person.id):
        consents.grant(
            session,
            volunteer=person.code,
            purpose="household_pool",
            text_version=consents.TEXT_VERSION,
            channel="paper",
            paper_ref=paper_ref,
            by=by,
            at=at,
        )
    return choose_pool(session, volunteer=person.code, pool=True, by=by, at=at)


# --- what can be asked


def _gives(person: type[Volunteer]) -> ColumnElement[bool]:
    """Whose points the household spends: of who takes part, and of who left them to it, until the sweep ends that."""
    return or_(person.status == "active", and_(person.status == "closed", person.points_until.is_not(None)))


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
    return [volunteer_id, *sorted(session.scalars(_POOL, {"volunteer_id": volunteer_id}))]


def pooling_with(volunteer_id: ColumnElement[int]) -> Select[int]:
    """The ids of the others whose points this person may spend, as a part of a statement; see `pool`."""
    me, other = aliased(HouseholdMember), aliased(HouseholdMember)
    my_consent, other_consent, person = aliased(Consent), aliased(Consent), aliased(Volunteer)
    return (
        select(other.volunteer_id)
        .select_from(me)
        .join(my_consent, (my_consent.id == me.pool_consent_id) & my_consent.withdrawn_at.is_(None))
        .join(other, (other.household_id == me.household_id) & (other.volunteer_id != me.volunteer_id))
        .join(other_consent, (other_consent.id == other.pool_consent_id) & other_consent.withdrawn_at.is_(None))
        .join(person, (person.id == other.volunteer_id) & _gives(person))
        .where(me.volunteer_id == volunteer_id, me.left_at.is_(None), other.left_at.is_(None))
    )


def consent_to(session: Session, person: Volunteer, *, by: Actor, at: datetime) -> int:
    """The id of the person's open consent to share points; given now where `by` is the person or stands for them.

    Raises ConsentNeeded.
    """
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


def member_of(session: Session, person: Volunteer) -> HouseholdMember:
    """The person's open membership. Raises NotInHousehold."""
    member = queries.membership(session, person.id)
    if member is None:
        raise NotInHousehold(volunteer=person.code)
    return member


def note(
    session: Session,
    household: Household,
    person: Volunteer,
    action: str,
    *,
    by: Actor,
    role: str,
    at: datetime,
    **facts: object,
) -> None:
    """Write the audit entry of what was done in the household to, or by, the person."""
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


_POOL = pooling_with(bindparam("volunteer_id"))

"""What can be asked about households."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import typed
from points.foundation.errors import N_, NoSuch
from points.people.tables import Household, HouseholdMember, HouseholdRequest, Volunteer

# --- what can be asked


def by_code(session: Session, code: str) -> Household:
    """The household with this code. Raises NoSuch."""
    household = session.scalars(select(Household).where(Household.code == typed.random_code(code))).first()
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

"""Whom a guardian stands for: the table that says so, and until when it holds (domain §3.9, §3.10)."""

from datetime import date, datetime

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people import persons
from points.people.tables import Guardian, Volunteer

OF_AGE = 18
CHOOSES_FROM = 14
"""From this age on a minor agrees for themselves, beside the guardian."""
OWN = frozenset({"volunteer", "guardian"})
"""In these roles somebody acts for themselves or their child, and not as staff."""

# --- what can be asked


def stands_for(session: Session, volunteer_id: int | None, minor_id: int, *, day: date) -> bool:
    """Whether this volunteer is a guardian of the minor on `day`, and staff has seen that; nobody (None) never is.

    It ends by itself on the eighteenth birthday.
    """
    if volunteer_id is None:
        return False
    parameters = {"guardian": volunteer_id, "minor": minor_id, "born_after": born_after(day)}
    return session.execute(_STANDS_FOR, parameters).first() is not None


def children(session: Session, *, volunteer_id: int, day: date) -> list[Volunteer]:
    """The minors whom this volunteer stands for on `day`, also those whose guardian staff have not seen yet."""
    statement = (
        select(Volunteer)
        .join(Guardian, Guardian.minor_id == Volunteer.id)
        .where(
            Guardian.guardian_volunteer_id == volunteer_id,
            Volunteer.birth_date > born_after(day),
            Volunteer.status.in_(("pending", "active", "suspended")),
        )
        .distinct()
    )
    return list(session.scalars(statement.order_by(Volunteer.birth_date, Volunteer.id)))


def own_or(session: Session, person: Volunteer, action: str, *, by: Actor, at: datetime) -> str:
    """The role for the audit entry: `volunteer` for one's own affairs, `guardian` for one's child's, else as granted.

    Raises NoSuch when the actor may not even see the person, NotPermitted when not do this.
    """
    if by.volunteer_id != person.id and stands_for(session, by.volunteer_id, person.id, day=clock.local_date(at)):
        return "guardian"
    return persons.own_or(by, person, action)


def seen(session: Session, code: str, *, by: Actor, at: datetime) -> Volunteer:
    """The minor with this code, for the guardian whom staff have seen. Raises NoSuch otherwise."""
    person = persons.by_code(session, code)
    if not stands_for(session, by.volunteer_id, person.id, day=clock.local_date(at)):
        raise NoSuch(kind=N_("volunteer"), key=code)
    return person


def of_guardian(volunteer_id: int | None) -> Select[int]:
    """The ids of whom this volunteer was entered and seen as a guardian for, as a part of other questions."""
    return select(Guardian.minor_id).where(Guardian.guardian_volunteer_id == volunteer_id, Guardian.verified_by != "")


def born_after(day: date) -> date:
    """Who was born after this day is a minor on `day`."""
    try:
        return day.replace(year=day.year - OF_AGE)
    except ValueError:  # 29 February, which that year did not have
        return date(day.year - OF_AGE, 2, 28)


_STANDS_FOR = (
    select(Guardian.id)
    .join(Volunteer, Volunteer.id == Guardian.minor_id)
    .where(
        Guardian.minor_id == bindparam("minor"),
        Guardian.guardian_volunteer_id == bindparam("guardian"),
        Guardian.verified_by != "",
        Volunteer.birth_date > bindparam("born_after"),
    )
    .limit(1)
)

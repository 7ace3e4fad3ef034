"""Registration at the counter or in one's own 邻: who is there already, the new resident, and the card in one go."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from points.foundation import clock, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch
from points.people import cards, duplicates, persons, volunteers
from points.people.tables import Card, Volunteer
from points.people.volunteers import NewVolunteer
from points.places import areas

# --- what is refused


@dataclass(eq=False)
class LikelyRegistered(Conflict):
    """Somebody with the same name and birth date, or the same phone, is registered: perhaps this very person.

    `volunteers` are those of them whom the asking person sees or serves; others of the community stay unnamed.
    """

    code = "likely-registered"
    title = N_("Is it the same person?")
    detail = N_("Somebody with this name and birth date, or this phone, is registered already.")
    next_step = N_("Open the one who is there, or say that this is somebody else.")
    volunteers: list[str]


# --- what happens


def enrol(
    session: Session, new: NewVolunteer, *, by: Actor, at: datetime, somebody_else: bool = False, card: bool = True
) -> tuple[Volunteer, Card | None]:
    """Register a resident at the counter and, if wanted, issue their card.

    With `somebody_else` staff has looked at who is there already, or asked the person where they see nobody (邻长).
    Raises LikelyRegistered and what `register` raises.
    """
    if not somebody_else:
        phones = [typed.phone_digits(one) for one in (new.phone, new.guardian.phone if new.guardian else None) if one]
        name = volunteers.tidy_name(new.name)
        home = areas.by_code(session, new.community)
        found = duplicates.like(session, name=name, birth_date=new.birth_date, phones=phones, by=by, home=home.path)
        if found:
            raise LikelyRegistered(volunteers=[one.code for one in found if _known(by, one)])
    made = volunteers.register(session, new, by=by, at=at)
    return made, cards.issue(session, volunteer=made.code, by=by, at=at) if card else None


# --- what can be asked


def registered_by(session: Session, code: str, *, by: Actor, at: datetime) -> Volunteer:
    """Whom `by` registered today, or sees or serves anyhow. Raises NoSuch."""
    person = persons.by_code(session, code)
    today = clock.local_date(person.created_at) == clock.local_date(at)
    own = today and person.created_by == by.person and person.registered_via == "staff"
    if not own and not _known(by, person):
        raise NoSuch(kind=N_("volunteer"), key=code)
    return person


def _known(by: Actor, person: Volunteer) -> bool:
    return persons.role_at_counter(by, person, "volunteer.see") is not None

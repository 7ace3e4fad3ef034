"""Registration at the counter: look whether the person is there already, register, and issue the card, in one go."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from points.foundation import typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict
from points.people import cards, duplicates, volunteers
from points.people.tables import Card, Volunteer
from points.people.volunteers import NewVolunteer

# --- what is refused


@dataclass(eq=False)
class LikelyRegistered(Conflict):
    """Somebody with the same name and birth date, or the same phone, is registered: perhaps this very person."""

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

    With `somebody_else` staff has looked at who is there already. Raises LikelyRegistered and what `register` raises.
    """
    if not somebody_else:
        phones = [typed.phone_digits(one) for one in (new.phone, new.guardian.phone if new.guardian else None) if one]
        name = volunteers.tidy_name(new.name)
        found = duplicates.like(session, name=name, birth_date=new.birth_date, phones=phones, by=by)
        if found:
            raise LikelyRegistered(volunteers=[one.code for one in found])
    made = volunteers.register(session, new, by=by, at=at)
    return made, cards.issue(session, volunteer=made.code, by=by, at=at) if card else None

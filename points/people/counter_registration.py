"""Registration at the counter: look whether the person is there already, register, and issue the card, in one go."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict
from points.people import cards, duplicates, persons, volunteers
from points.people.tables import Card, Volunteer
from points.people.volunteers import NewGuardian

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
    session: Session,
    *,
    name: str,
    birth_date: date,
    by: Actor,
    at: datetime,
    phone: str | None = None,
    guardian: NewGuardian | None = None,
    somebody_else: bool = False,
    card: bool = True,
    **facts: Any,
) -> tuple[Volunteer, Card | None]:
    """Register a resident at the counter and, if wanted, issue their card; `facts` go to `volunteers.register`.

    With `somebody_else` staff has looked at who is there already. Raises LikelyRegistered and what `register` raises.
    """
    if not somebody_else:
        phones = [persons.tidy_phone(one) for one in (phone, guardian.phone if guardian else None) if one]
        found = duplicates.like(session, name=volunteers.tidy_name(name), birth_date=birth_date, phones=phones, by=by)
        if found:
            raise LikelyRegistered(volunteers=[one.code for one in found])
    made = volunteers.register(
        session,
        name=name,
        birth_date=birth_date,
        registered_via="staff",
        phone=phone,
        guardian=guardian,
        by=by,
        at=at,
        **facts,
    )
    return made, cards.issue(session, volunteer=made.code, by=by, at=at) if card else None

"""Skills with a verified qualification."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.journal import audit
from points.people import persons
from points.people.tables import Volunteer, VolunteerSkill

# --- what happens


def add(
    session: Session,
    *,
    volunteer: str,
    skill: str,
    by: Actor,
    at: datetime,
    qualification_no_last4: str = "",
    valid_until: date | None = None,
) -> VolunteerSkill:
    """Note a skill whose qualification staff has seen. Raises NotPermitted or NoSuch."""
    person = persons.seen(session, volunteer, by=by)
    role = by.require("volunteer.change", area_path=person.area_path)
    row = VolunteerSkill(
        volunteer_id=person.id,
        skill=skill,
        qualification_no_last4=qualification_no_last4[-4:],
        valid_until=valid_until,
        verified_by=by.person,
        created_at=at,
        created_by=by.person,
    )
    session.add(row)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="skill.add",
        target=f"volunteer:{person.code}",
        at=at,
        area_path=person.area_path,
        facts={"skill": skill},
    )
    return row


# --- what can be asked


def verified(session: Session, *, street_ids: Collection[int]) -> list[str]:
    """The skills that somebody in these streets has, each once, by name."""
    found = (
        select(VolunteerSkill.skill)
        .join(Volunteer, Volunteer.id == VolunteerSkill.volunteer_id)
        .where(Volunteer.street_id.in_(street_ids), Volunteer.status == "active")
        .distinct()
        .order_by(VolunteerSkill.skill)
    )
    return list(session.scalars(found))

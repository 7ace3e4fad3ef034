"""What names a volunteer is emptied; the row, its number and its community stay, with all that was done under it."""

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from points.people.tables import Guardian, Suspension, Volunteer, VolunteerSkill
from points.places.tables import Area

NOBODY, NO_BIRTHDAY = "**", date(1900, 1, 1)
"""The name and birth date of somebody who is forgotten."""

# --- what happens


def anonymise(session: Session, person: Volunteer) -> None:
    """Empty what names the person, their guardian and skills included.

    Part of `registry.forgetting`, which decides who is forgotten when.
    """
    home = session.get_one(Area, person.community_id)
    person.name, person.birth_date, person.gender = NOBODY, NO_BIRTHDAY, "unsaid"
    person.phone, person.phone_none, person.pin_hash, person.national_volunteer_no = None, True, None, None
    person.residence_text = person.service_categories = person.availability = person.emergency_contact = ""
    person.neighbour_group_id, person.compound_id, person.area_path = None, None, home.path
    person.status, person.elder_mode = "anonymised", False
    for row in session.scalars(select(Guardian).where(Guardian.minor_id == person.id)):
        row.name, row.phone, row.relation, row.guardian_volunteer_id = NOBODY, "", "", None
    session.execute(delete(VolunteerSkill).where(VolunteerSkill.volunteer_id == person.id))
    session.execute(delete(Suspension).where(Suspension.volunteer_id == person.id))
    session.flush()

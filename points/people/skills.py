"""Skills with a verified qualification."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation.actors import Actor
from points.foundation.orm import Base, Row
from points.journal import audit
from points.people import persons

# --- what there is


class VolunteerSkill(Row, Base):
    """A skill with a verified qualification."""

    __tablename__ = "volunteer_skill"
    __table_args__ = (Index(None, "volunteer_id"),)

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    skill: Mapped[str] = mapped_column(String(40))
    qualification_no_last4: Mapped[str] = mapped_column(String(4), default="")
    valid_until: Mapped[date | None]
    verified_by: Mapped[str]


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

"""Skills: what volunteers say they can do, and what staff has seen a proof of."""

from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.room import Room
from points.database import db, transaction
from points.foundation import clock
from points.people import minors, skills
from points.people.tables import Volunteer, VolunteerSkill
from points.shapes.fields import Given
from points.shapes.paging import page_of
from points.shapes.volunteers import (
    DroppedSkillShape,
    ProposedSkillShape,
    SeenSkillShape,
    SkillShape,
    SkillsQuery,
)

room = Room("skills", __name__, description="What people can do, with its proof.")


@room.read("/skills", query=SkillsQuery, answer=page_of(SkillShape))
def list_skills(given: Given) -> object:
    """The skills of people in your reach, in the order in which they were said."""
    session, limit = db.session(), given["limit"]
    found = skills.listing(
        session,
        by=http.current_actor(),
        skill=given.get("skill", ""),
        volunteer=given.get("volunteer", ""),
        after=given.get("cursor") or 0,
        limit=limit + 1,
    )
    kept = found[:limit]
    return paging.page(_shown(session, kept), kept[-1][0].id if len(found) > limit else None)


@room.act("/volunteers/<code:code>/skills/propose", body=ProposedSkillShape, answer=SkillShape, status=201)
def propose_skill(given: Given, code: str) -> object:
    """Say that you can do something; it counts once staff has seen the proof."""
    with transaction() as session:
        row = skills.propose(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return _one(session, row)


@room.act("/volunteers/<code:code>/skills", body=SeenSkillShape, answer=SkillShape, status=201)
def add_skill(given: Given, code: str) -> object:
    """Note a skill whose proof you have seen: new, proposed by the person, or renewed."""
    with transaction() as session:
        row = skills.add(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return _one(session, row)


@room.act("/volunteers/<code:code>/skills/drop", body=DroppedSkillShape, answer=SkillShape)
def drop_skill(given: Given, code: str) -> object:
    """Take a skill off: by the person, or by staff."""
    with transaction() as session:
        row = skills.drop(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return _one(session, row)


def _one(session: Session, row: VolunteerSkill) -> dict[str, object]:
    return _shown(session, [(row, session.get_one(Volunteer, row.volunteer_id))])[0]


def _shown(session: Session, found: list[tuple[VolunteerSkill, Volunteer]]) -> list[dict[str, object]]:
    names = minors.names(session, [person for _, person in found], by=http.current_actor(), at=clock.now())
    return [
        {
            "volunteer": person.code,
            "name": names[person.code],
            "skill": row.skill,
            "proof": row.proof,
            "qualification_no_last4": row.qualification_no_last4,
            "valid_until": row.valid_until,
            "verified_by": row.verified_by,
        }
        for row, person in found
    ]

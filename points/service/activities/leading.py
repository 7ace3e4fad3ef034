"""Who leads an activity: handed over to somebody else of the team, or no longer named as the contact."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.foundation.errors import N_
from points.people import persons
from points.people.guardians import OF_AGE
from points.people.tables import TeamMember, Volunteer
from points.service.activities import guards, queries, trail
from points.service.activities.refusals import ActivityInvalid
from points.service.statuses import NOT_OVER
from points.service.tables import Activity

# --- what happens


def hand_over(session: Session, *, activity: str, leader: str, by: Actor, at: datetime) -> Activity:
    """Let another adult of the team lead an activity that is not over, and be its contact if the leader was.

    Raises NotPermitted, NoSuch, WrongState, ActivityInvalid.
    """
    found = queries.locked(session, activity)
    role = guards.require_runner(found, by, "activity.run")
    guards.expect(found, *NOT_OVER)
    before, after = session.get_one(Volunteer, found.leader_id), persons.by_code(session, leader)
    member = (TeamMember.team_id == found.team_id, TeamMember.volunteer_id == after.id, TeamMember.status == "active")
    if session.scalar(select(TeamMember.id).where(*member)) is None:
        raise ActivityInvalid(field="successor", why=N_("Choose a member of the team."))
    if after.status != "active" or masking.age_on(after.birth_date, clock.local_date(found.start_at)) < OF_AGE:
        raise ActivityInvalid(field="successor", why=N_("An adult leads an activity."))
    if before.id == after.id:
        raise ActivityInvalid(field="successor", why=N_("Choose somebody else."))
    if found.contact_name == before.name or found.contact_phone == before.phone:
        found.contact_name, found.contact_phone = after.name, after.phone or ""
    found.leader_id = after.id
    facts = {"leader": after.code}
    trail.saved(session, found, "activity.hand_over", by=by, role=role, at=at, facts=facts)
    return found


def forget_contact(session: Session, *, volunteer_id: int) -> None:
    """Name no longer whom to call where that is somebody who leaves; whoever leads is called instead."""
    gone = session.get_one(Volunteer, volunteer_id)
    mine = Activity.leader_id == gone.id, Activity.contact_name == gone.name
    named = [and_(*mine)] + ([Activity.contact_phone == gone.phone] if gone.phone else [])
    for found in session.scalars(select(Activity).where(or_(*named)).order_by(Activity.id).with_for_update()):
        leader = session.get_one(Volunteer, found.leader_id)
        other = leader.id != gone.id
        found.contact_name, found.contact_phone = (leader.name, leader.phone or "") if other else ("", "")
    session.flush()


# --- what can be asked


def led_to_come(session: Session, *, volunteer_id: int) -> list[Activity]:
    """The activities that this person leads and that are not over, drafts too, in the order of their locks."""
    mine = Activity.leader_id == volunteer_id, Activity.status.in_(NOT_OVER)
    return list(session.scalars(select(Activity).where(*mine).order_by(Activity.id)))

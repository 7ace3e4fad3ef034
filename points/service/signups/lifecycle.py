"""Signing up, giving a place back, deciding."""

from datetime import datetime, timedelta
from typing import Unpack

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit
from points.people import aliases, guardians, persons, teams
from points.people.tables import ReportIn, Volunteer
from points.service import activities, waiting_list
from points.service.signups import suitability
from points.service.signups.refusals import AlreadyRejected, NotOpenForSignup, SignupState
from points.service.statuses import HOLDING, JOINABLE, SignupStatus
from points.service.tables import Activity, Signup

NO_SHOWS = 3
NO_SHOW_SPAN = timedelta(days=90)
NEEDS_APPROVAL_FOR = timedelta(days=30)

# --- what happens


def sign_up(
    session: Session,
    *,
    activity: str,
    volunteer: str,
    by: Actor,
    at: datetime,
    guardian_present: bool = False,
    as_report_in: str | None = None,
    as_team: str | None = None,
    note: str = "",
) -> Signup:
    """Take a place for a volunteer, or one on the waiting list when all are taken.

    Signed up again, the earlier sign-up comes back; a cancelled one starts anew at the end of the queue. After three
    no-shows in 90 days a sign-up waits for the leader for the next 30 days. `as_report_in`: linked or residence, to
    attribute the hours to the person's unit; `as_team`: to a team of theirs other than the organiser's.
    Raises NoSuch, NotPermitted, NotOpenForSignup, PersonNotActive, NotSuitable, GuardianNeeded, AlreadyRejected.
    """
    found = activities.locked(session, activity)
    person = _person(session, volunteer)
    role = _act_for(session, found, person, by, at)
    if found.status not in JOINABLE or at >= found.start_at:
        raise NotOpenForSignup(activity=found.code, status=found.status)
    earlier = session.scalars(_SIGNUP, {"activity": found.id, "volunteer": person.id}).first()
    if earlier is not None and earlier.status == SignupStatus.REJECTED:
        raise AlreadyRejected(activity=found.code, volunteer=person.code)
    if earlier is not None and earlier.status != SignupStatus.CANCELLED:
        return earlier
    suitability.refuse_unsuitable(session, activity=found, person=person, guardian_present=guardian_present)
    signup = earlier or Signup(
        activity_id=found.id, volunteer_id=person.id, walk_in=False, created_at=at, created_by=by.person
    )
    signup.place_given_at = None
    signup.queued_at, signup.guardian_present, signup.note = at, guardian_present, note[:100]
    signup.as_report_in_id = _report_in_id(session, person, as_report_in)
    signup.as_team_id = _team_id(session, person, as_team)
    if _unreliable(session, person.id, at):
        signup.status = SignupStatus.PENDING
    elif waiting_list.take_place(session, found.id):
        signup.status = SignupStatus.APPROVED
    else:
        signup.status = SignupStatus.WAITLISTED
    session.add(signup)
    session.flush()
    _note(session, found, person, "signup.add", by=by, role=role, at=at, facts={"status": signup.status})
    return signup


def cancel(session: Session, *, activity: str, volunteer: str, by: Actor, at: datetime, reason: str = "") -> Signup:
    """Give a place back before the activity starts, without penalty; the waiting list moves up.

    Raises NoSuch, NotPermitted, SignupState, NotOpenForSignup once it has started.
    """
    found, person, signup = _locked(session, activity, volunteer)
    role = _act_for(session, found, person, by, at)
    if signup.status == SignupStatus.CANCELLED:
        return signup
    if signup.status not in HOLDING:
        raise SignupState(activity=found.code, volunteer=person.code, status=signup.status)
    if at >= found.start_at:
        raise NotOpenForSignup(activity=found.code, status=found.status)
    held_a_place = signup.status == SignupStatus.APPROVED
    signup.status = SignupStatus.CANCELLED
    session.flush()
    if held_a_place:
        waiting_list.free_place(session, found.id)
        waiting_list.move_up(session, activity_id=found.id, at=at)
    _note(session, found, person, "signup.cancel", by=by, role=role, at=at, reason=reason)
    return signup


def decide(session: Session, *, activity: str, volunteer: str, approve: bool, by: Actor, at: datetime) -> Signup:
    """Let a pending sign-up in (or onto the waiting list), or decline it.

    Raises NoSuch, NotPermitted, SignupState.
    """
    found, person, signup = _locked(session, activity, volunteer)
    role = activities.require_runner(found, by, "activity.run")
    if signup.status != SignupStatus.PENDING:
        raise SignupState(activity=found.code, volunteer=person.code, status=signup.status)
    if not approve:
        signup.status = SignupStatus.REJECTED
    else:
        placed = waiting_list.take_place(session, found.id)
        signup.status = SignupStatus.APPROVED if placed else SignupStatus.WAITLISTED
        signup.place_given_at = at if placed else None
    session.flush()
    _note(session, found, person, "signup.decide", by=by, role=role, at=at, facts={"status": signup.status})
    return signup


def reject(session: Session, *, activity: str, volunteer: str, reason: str, by: Actor, at: datetime) -> Signup:
    """Decline a sign-up with a reason; a place it held goes to the waiting list.

    Raises NoSuch, NotPermitted, SignupState.
    """
    found, person, signup = _locked(session, activity, volunteer)
    role = activities.require_runner(found, by, "activity.run")
    if signup.status not in HOLDING:
        raise SignupState(activity=found.code, volunteer=person.code, status=signup.status)
    held_a_place = signup.status == SignupStatus.APPROVED
    signup.status = SignupStatus.REJECTED
    session.flush()
    if held_a_place:
        waiting_list.free_place(session, found.id)
        waiting_list.move_up(session, activity_id=found.id, at=at)
    _note(session, found, person, "signup.reject", by=by, role=role, at=at, reason=reason)
    return signup


_VOLUNTEER = select(Volunteer).where(persons.called(bindparam("code")))
_SIGNUP = select(Signup).where(
    Signup.activity_id == bindparam("activity"), Signup.volunteer_id == bindparam("volunteer")
)
_MISSED = (
    select(Activity.end_at)
    .join(Signup, Signup.activity_id == Activity.id)
    .where(
        aliases.of_person(Signup.volunteer_id, bindparam("volunteer")),
        Signup.status == SignupStatus.NO_SHOW,
        Activity.end_at >= bindparam("since"),
    )
    .order_by(Activity.end_at)
)


def _unreliable(session: Session, volunteer_id: int, at: datetime) -> bool:
    """Whether three no-shows lay within 90 days, the last of them at most 30 days ago."""
    since = at - NO_SHOW_SPAN - NEEDS_APPROVAL_FOR
    missed = session.scalars(_MISSED, {"volunteer": volunteer_id, "since": since}).all()
    return any(
        missed[last] - missed[last - NO_SHOWS + 1] <= NO_SHOW_SPAN and at - missed[last] <= NEEDS_APPROVAL_FOR
        for last in range(NO_SHOWS - 1, len(missed))
    )


def _act_for(session: Session, activity: Activity, person: Volunteer, by: Actor, at: datetime) -> str:
    """The role in which `by` acts for `person` at `activity`: themselves, their guardian, or who runs it."""
    if by.volunteer_id == person.id:
        return "volunteer"
    if guardians.stands_for(session, by.volunteer_id, person.id, day=clock.local_date(at)):
        return "guardian"
    return activities.require_runner(activity, by, "activity.run")


def _locked(session: Session, activity: str, volunteer: str) -> tuple[Activity, Volunteer, Signup]:
    found = activities.locked(session, activity)
    person = _person(session, volunteer)
    signup = session.scalars(
        select(Signup)
        .where(Signup.activity_id == found.id, Signup.volunteer_id == person.id)
        .execution_options(populate_existing=True)
    ).first()
    if signup is None:
        raise NoSuch(kind=N_("sign-up"), key=volunteer)
    return found, person, signup


def _person(session: Session, code: str) -> Volunteer:
    found = session.scalars(_VOLUNTEER, {"code": code}).first()
    if found is None:
        raise NoSuch(kind=N_("volunteer"), key=code)
    return found


def _report_in_id(session: Session, person: Volunteer, kind: str | None) -> int | None:
    if kind is None:
        return None
    found = session.scalars(
        select(ReportIn.id).where(
            ReportIn.volunteer_id == person.id, ReportIn.kind == kind, ReportIn.status == "active"
        )
    ).first()
    if found is None:
        raise NoSuch(kind=N_("report-in"), key=kind)
    return found


def _team_id(session: Session, person: Volunteer, code: str | None) -> int | None:
    if code is None:
        return None
    mine = teams.mine(session, volunteer_id=person.id)
    found = next((team.id for member, team in mine if team.code == code and member.status == "active"), None)
    if found is None:
        raise NoSuch(kind=N_("team"), key=code)
    return found


def _note(session: Session, activity: Activity, person: Volunteer, action: str, **act: Unpack[audit.Act]) -> None:
    audit.write(
        session, action=action, target=f"signup:{activity.code}/{person.code}", area_path=activity.area_path, **act
    )

"""Who an activity is for: age, danger, hour, skill, and the rules for minors (§3.3, §3.9)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock, masking
from points.foundation.errors import N_
from points.people import guardians
from points.people.tables import Consent, Guardian, Volunteer, VolunteerSkill
from points.service.activities import timetable
from points.service.signups.refusals import GuardianNeeded, NotSuitable, PersonNotActive, PersonNotActiveYet
from points.service.statuses import ActivityOrigin, SignupStatus
from points.service.tables import Activity, ActivityCategory, Signup, breaks_of

ADULT = guardians.OF_AGE
ALONE_FROM = 10

# --- what can be asked


def refuse_unsuitable(session: Session, *, activity: Activity, person: Volunteer, guardian_present: bool) -> None:
    """Refuse a person whom the activity is not for (§3.3, minors §3.9). An adult costs no statement.

    Raises PersonNotActive, NotSuitable, GuardianNeeded.
    """
    if person.status != "active":
        unseen = person.status == "pending"
        raise (PersonNotActiveYet if unseen else PersonNotActive)(volunteer=person.code, status=person.status)
    age = masking.age_on(person.birth_date, clock.local_date(activity.start_at))
    if age < activity.min_age:
        _unsuitable(activity, person, "too-young", N_("too young."))
    if activity.max_age is not None and age > activity.max_age:
        _unsuitable(activity, person, "too-old", N_("above the age limit."))
    if age < ADULT:
        _refuse_minor(session, activity, person, age, guardian_present)
    if activity.required_skill:
        skilled = session.scalars(
            select(VolunteerSkill.id).where(
                VolunteerSkill.volunteer_id == person.id,
                VolunteerSkill.skill == activity.required_skill,
                VolunteerSkill.verified_by != "",
                (VolunteerSkill.valid_until.is_(None))
                | (VolunteerSkill.valid_until >= clock.local_date(activity.end_at)),
            )
        ).first()
        if skilled is None:
            _unsuitable(activity, person, "skill-missing", N_("the skill it requires is not verified."))


def _refuse_minor(session: Session, activity: Activity, person: Volunteer, age: int, guardian_present: bool) -> None:
    if activity.hazard or activity.emergency:
        _unsuitable(activity, person, "hazard", N_("it is not for minors."))
    if activity.origin == ActivityOrigin.PAIR_VISIT:
        _unsuitable(activity, person, "home-visit", N_("minors make no home visits on their own."))
    if timetable.goes_on_late(timetable.stretches(activity.start_at, activity.end_at, breaks_of(activity.breaks))):
        _unsuitable(activity, person, "ends-late", N_("it ends after 21:00."))
    if not session.scalars(select(ActivityCategory.minors_ok).where(ActivityCategory.id == activity.category_id)).one():
        _unsuitable(activity, person, "minors", N_("it is not for minors."))
    consents = session.scalars(
        select(Consent.id)
        .join(Guardian, Guardian.minor_id == Consent.subject_id)
        .where(Consent.subject_id == person.id, Consent.purpose == "guardian", Consent.withdrawn_at.is_(None))
    ).first()
    if consents is None:
        raise GuardianNeeded(volunteer=person.code, age=age, needed=N_("consent"))
    if age < ALONE_FROM and not guardian_present and not _guardian_comes(session, activity.id, person.id):
        raise GuardianNeeded(volunteer=person.code, age=age, needed=N_("presence"))


def _guardian_comes(session: Session, activity_id: int, minor_id: int) -> bool:
    """Whether a guardian who is a volunteer takes part in the same activity."""
    return (
        session.scalars(
            select(Signup.id)
            .join(Guardian, Guardian.guardian_volunteer_id == Signup.volunteer_id)
            .where(
                Guardian.minor_id == minor_id,
                Signup.activity_id == activity_id,
                Signup.status.in_((SignupStatus.APPROVED, SignupStatus.ATTENDED)),
            )
        ).first()
        is not None
    )


def _unsuitable(activity: Activity, person: Volunteer, reason: str, why: str) -> None:
    raise NotSuitable(activity=activity.code, volunteer=person.code, reason=reason, why=why)

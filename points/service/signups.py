"""Sign-up: places, the waiting list that moves up by itself, walk-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, case, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch, NotAllowed
from points.foundation.orm import Base, Row, choice
from points.journal import audit
from points.people.consents import Consent
from points.people.units import ReportIn
from points.people.volunteers import Guardian, Volunteer, VolunteerSkill
from points.service import activities
from points.service.activities import Activity, ActivityCategory
from points.service.attendance import AttendanceSession

# --- what there is


class Signup(Row, Base):
    """A volunteer's place at an activity; one row per person and activity, whatever becomes of it.

    `as_report_in_id` attributes the hours to a unit, `as_team_id` to another team than the organiser.
    """

    __tablename__ = "signup"
    __table_args__ = (UniqueConstraint("activity_id", "volunteer_id"), Index(None, "volunteer_id"))

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    status: Mapped[str] = mapped_column(
        choice("status", "pending", "approved", "rejected", "waitlisted", "cancelled", "attended", "no_show")
    )
    queued_at: Mapped[datetime]
    walk_in: Mapped[bool] = mapped_column(default=False)
    as_report_in_id: Mapped[int | None] = mapped_column(ForeignKey("report_in.id"))
    as_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    guardian_present: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(100), default="")


ADULT = 18
ALONE_FROM = 10
LATEST_END_FOR_MINORS = time(21)
NO_SHOWS = 3
NO_SHOW_SPAN = timedelta(days=90)
NEEDS_APPROVAL_FOR = timedelta(days=30)


@dataclass(frozen=True)
class RosterLine:
    """One person of an activity as its leader sees them: the sign-up and, if there is one, the latest stay."""

    volunteer: str
    name: str
    phone_tail: str
    status: str
    walk_in: bool
    guardian_present: bool
    session: str | None
    session_status: str | None
    in_at: datetime | None
    out_at: datetime | None
    flags: tuple[str, ...]


# --- what is refused


@dataclass(eq=False)
class NotOpenForSignup(Conflict):
    """The activity takes no sign-ups (any more, or yet)."""

    code = "signup-closed"
    title = N_("Sign-up is closed")
    detail = N_("%(activity)s takes no sign-ups now (%(status)s).")
    next_step = N_("Look for another activity, or ask the leader whether walk-ins are welcome.")
    activity: str
    status: str


@dataclass(eq=False)
class PersonNotActive(NotAllowed):
    """The volunteer is suspended or closed."""

    code = "person-suspended"
    title = N_("Volunteer not active")
    detail = N_("The registration of %(volunteer)s is “%(status)s”.")
    next_step = N_("Ask at the community.")
    volunteer: str
    status: str


@dataclass(eq=False)
class NotSuitable(NotAllowed):
    """The activity is not for this person: age, danger, hour or skill. `reason` is stable."""

    code = "not-suitable"
    title = N_("Not for this volunteer")
    detail = N_("%(volunteer)s cannot take part in %(activity)s: %(why)s")
    next_step = N_("Choose another activity; the leader can say which.")
    activity: str
    volunteer: str
    reason: str
    why: str


@dataclass(eq=False)
class GuardianNeeded(NotAllowed):
    """A minor needs the guardian's consent, and below ten the guardian at the activity."""

    code = "needs-guardian"
    title = N_("A guardian is needed")
    detail = N_("%(volunteer)s is %(age)s and needs a guardian's %(needed)s.")
    next_step = N_("Come with the guardian, or let the guardian consent at the station.")
    volunteer: str
    age: int
    needed: str


@dataclass(eq=False)
class AlreadyRejected(Conflict):
    """The leader has declined this sign-up."""

    code = "signup-rejected"
    title = N_("Sign-up was declined")
    detail = N_("The sign-up of %(volunteer)s for %(activity)s was declined.")
    next_step = N_("Ask the leader of the activity.")
    activity: str
    volunteer: str


@dataclass(eq=False)
class SignupState(Conflict):
    """The sign-up is not in a state in which this can be done."""

    code = "signup-state"
    title = N_("Not possible in this state")
    detail = N_("The sign-up of %(volunteer)s for %(activity)s is “%(status)s”.")
    next_step = N_("Reload the page to see where it stands.")
    activity: str
    volunteer: str
    status: str


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
    as_team_id: int | None = None,
    note: str = "",
) -> Signup:
    """Take a place for a volunteer, or one on the waiting list when all are taken.

    Signed up again, the earlier sign-up comes back; a cancelled one starts anew at the end of the queue. After three
    no-shows in 90 days a sign-up waits for the leader for the next 30 days. `as_report_in`: linked or residence, to
    attribute the hours to the person's unit.
    Raises NoSuch, NotPermitted, NotOpenForSignup, PersonNotActive, NotSuitable, GuardianNeeded, AlreadyRejected.
    """
    found = activities.locked(session, activity)
    person = _person(session, volunteer)
    role = _act_for(session, found, person, by)
    if found.status not in ("published", "in_progress") or at >= found.start_at:
        raise NotOpenForSignup(activity=found.code, status=found.status)
    earlier = session.scalars(
        select(Signup).where(Signup.activity_id == found.id, Signup.volunteer_id == person.id)
    ).first()
    if earlier is not None and earlier.status == "rejected":
        raise AlreadyRejected(activity=found.code, volunteer=person.code)
    if earlier is not None and earlier.status != "cancelled":
        return earlier
    refuse_unsuitable(session, activity=found, person=person, guardian_present=guardian_present)
    signup = earlier or Signup(
        activity_id=found.id, volunteer_id=person.id, walk_in=False, created_at=at, created_by=by.person
    )
    signup.queued_at, signup.guardian_present, signup.note = at, guardian_present, note[:100]
    signup.as_report_in_id = _report_in_id(session, person, as_report_in)
    signup.as_team_id = as_team_id
    if _unreliable(session, person.id, at):
        signup.status = "pending"
    elif take_place(session, found.id):
        signup.status = "approved"
    else:
        signup.status = "waitlisted"
    session.add(signup)
    session.flush()
    _note(session, found, person, "signup.add", by=by, role=role, at=at, facts={"status": signup.status})
    return signup


def cancel(session: Session, *, activity: str, volunteer: str, by: Actor, at: datetime, reason: str = "") -> Signup:
    """Give a place back before the activity starts, without penalty; the waiting list moves up.

    Raises NoSuch, NotPermitted, SignupState, NotOpenForSignup once it has started.
    """
    found, person, signup = _locked(session, activity, volunteer)
    role = _act_for(session, found, person, by)
    if signup.status == "cancelled":
        return signup
    if signup.status not in ("pending", "approved", "waitlisted"):
        raise SignupState(activity=found.code, volunteer=person.code, status=signup.status)
    if at >= found.start_at:
        raise NotOpenForSignup(activity=found.code, status=found.status)
    held_a_place = signup.status == "approved"
    signup.status = "cancelled"
    session.flush()
    if held_a_place:
        free_place(session, found.id)
        move_up(session, activity_id=found.id, at=at)
    _note(session, found, person, "signup.cancel", by=by, role=role, at=at, reason=reason)
    return signup


def decide(session: Session, *, activity: str, volunteer: str, approve: bool, by: Actor, at: datetime) -> Signup:
    """Let a pending sign-up in (or onto the waiting list), or decline it.

    Raises NoSuch, NotPermitted, SignupState.
    """
    found, person, signup = _locked(session, activity, volunteer)
    role = activities.require_runner(found, by, "activity.run")
    if signup.status != "pending":
        raise SignupState(activity=found.code, volunteer=person.code, status=signup.status)
    if not approve:
        signup.status = "rejected"
    else:
        signup.status = "approved" if take_place(session, found.id) else "waitlisted"
    session.flush()
    _note(session, found, person, "signup.decide", by=by, role=role, at=at, facts={"status": signup.status})
    return signup


def reject(session: Session, *, activity: str, volunteer: str, reason: str, by: Actor, at: datetime) -> Signup:
    """Decline a sign-up with a reason; a place it held goes to the waiting list.

    Raises NoSuch, NotPermitted, SignupState.
    """
    found, person, signup = _locked(session, activity, volunteer)
    role = activities.require_runner(found, by, "activity.run")
    if signup.status not in ("pending", "approved", "waitlisted"):
        raise SignupState(activity=found.code, volunteer=person.code, status=signup.status)
    held_a_place = signup.status == "approved"
    signup.status = "rejected"
    session.flush()
    if held_a_place:
        free_place(session, found.id)
        move_up(session, activity_id=found.id, at=at)
    _note(session, found, person, "signup.reject", by=by, role=role, at=at, reason=reason)
    return signup


def settle_roster(session: Session, *, activity_id: int) -> tuple[int, int]:
    """Say of every approved sign-up whether the person came; how many attended and how many did not.

    Part of settlement; a sign-up stays what it became.
    """
    came = exists().where(
        AttendanceSession.activity_id == activity_id,
        AttendanceSession.volunteer_id == Signup.volunteer_id,
        AttendanceSession.status.in_(("open", "closed", "auto_closed", "corrected")),
    )
    became = session.scalars(
        update(Signup)
        .where(Signup.activity_id == activity_id, Signup.status == "approved")
        .values(status=case((came, "attended"), else_="no_show"))
        .returning(Signup.status),
        execution_options={"synchronize_session": False},
    ).all()
    return became.count("attended"), became.count("no_show")


def move_up(session: Session, *, activity_id: int, at: datetime) -> int:
    """Give free places to the waiting list, first come first; how many moved up. The activity is locked."""
    moved = 0
    waiting = session.scalars(
        select(Signup)
        .where(Signup.activity_id == activity_id, Signup.status == "waitlisted")
        .order_by(Signup.queued_at, Signup.id)
        .execution_options(populate_existing=True)
    ).all()
    for signup in waiting:
        if not take_place(session, activity_id):
            break
        signup.status = "approved"
        moved += 1
    session.flush()
    return moved


def take_place(session: Session, activity_id: int) -> bool:
    """Take one place if one is free: one conditional update, so that the last place goes to one person."""
    taken = session.execute(
        update(Activity)
        .where(Activity.id == activity_id, Activity.places_taken < Activity.capacity)
        .values(places_taken=Activity.places_taken + 1)
        .execution_options(synchronize_session="evaluate")
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def free_place(session: Session, activity_id: int) -> None:
    """Give one place back."""
    session.execute(
        update(Activity).where(Activity.id == activity_id).values(places_taken=Activity.places_taken - 1),
        execution_options={"synchronize_session": "evaluate"},
    )


# --- what can be asked


def refuse_unsuitable(session: Session, *, activity: Activity, person: Volunteer, guardian_present: bool) -> None:
    """Refuse a person whom the activity is not for (§3.3, minors §3.9). An adult costs no statement.

    Raises PersonNotActive, NotSuitable, GuardianNeeded.
    """
    if person.status != "active":
        raise PersonNotActive(volunteer=person.code, status=person.status)
    age = age_on(person.birth_date, clock.local_date(activity.start_at))
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
                (VolunteerSkill.valid_until.is_(None))
                | (VolunteerSkill.valid_until >= clock.local_date(activity.end_at)),
            )
        ).first()
        if skilled is None:
            _unsuitable(activity, person, "skill-missing", N_("the skill it requires is not verified."))


def age_on(birth_date: date, day: date) -> int:
    """The age in full years on `day`."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def mine(session: Session, *, volunteer_id: int, limit: int = 50) -> list[tuple[Signup, Activity]]:
    """A volunteer's own sign-ups with their activities, latest first."""
    return [
        (signup, activity)
        for signup, activity in session.execute(
            select(Signup, Activity)
            .join(Activity, Activity.id == Signup.activity_id)
            .where(Signup.volunteer_id == volunteer_id)
            .order_by(Activity.start_at.desc(), Signup.id.desc())
            .limit(limit)
        )
    ]


def roster(session: Session, *, activity: str, by: Actor) -> list[RosterLine]:
    """The people of an activity in order of sign-up, with name, code and phone tail only (§3.10).

    Raises NoSuch when `by` may not run the activity.
    """
    found = activities.by_code(session, activity)
    if by.volunteer_id != found.leader_id or by.volunteer_id is None:
        allowed = by.role_for(
            "activity.run", area_path=found.area_path, team_id=found.team_id, station_id=found.station_id
        )
        if allowed is None:
            raise NoSuch(kind=N_("activity"), key=activity)
    stays: dict[int, AttendanceSession] = {
        stay.volunteer_id: stay
        for stay in session.scalars(
            select(AttendanceSession)
            .where(AttendanceSession.activity_id == found.id, AttendanceSession.status.not_in(("annulled", "voided")))
            .order_by(AttendanceSession.in_at, AttendanceSession.id)
        )
    }
    people = session.execute(
        select(Signup, Volunteer.code, Volunteer.name, Volunteer.phone)
        .join(Volunteer, Volunteer.id == Signup.volunteer_id)
        .where(Signup.activity_id == found.id)
        .order_by(Signup.queued_at, Signup.id)
    )
    return [_line(signup, code, name, phone, stays.get(signup.volunteer_id)) for signup, code, name, phone in people]


def listing(session: Session, *, activity: str, by: Actor, status: Sequence[str] = ()) -> list[RosterLine]:
    """The roster, only lines with one of `status` when given."""
    return [line for line in roster(session, activity=activity, by=by) if not status or line.status in status]


def _line(signup: Signup, code: str, name: str, phone: str | None, stay: AttendanceSession | None) -> RosterLine:
    return RosterLine(
        volunteer=code,
        name=name,
        phone_tail=(phone or "")[-4:],
        status=signup.status,
        walk_in=signup.walk_in,
        guardian_present=signup.guardian_present,
        session=stay.code if stay else None,
        session_status=stay.status if stay else None,
        in_at=stay.in_at if stay else None,
        out_at=stay.out_at if stay else None,
        flags=tuple(stay.flags) if stay else (),
    )


def _refuse_minor(session: Session, activity: Activity, person: Volunteer, age: int, guardian_present: bool) -> None:
    if activity.hazard or activity.emergency:
        _unsuitable(activity, person, "hazard", N_("it is not for minors."))
    if activity.origin == "pair_visit":
        _unsuitable(activity, person, "home-visit", N_("minors make no home visits on their own."))
    ends = clock.local(activity.end_at)
    if ends.time() > LATEST_END_FOR_MINORS or ends.date() != clock.local_date(activity.start_at):
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
                Signup.status.in_(("approved", "attended")),
            )
        ).first()
        is not None
    )


def _unsuitable(activity: Activity, person: Volunteer, reason: str, why: str) -> None:
    raise NotSuitable(activity=activity.code, volunteer=person.code, reason=reason, why=why)


def _unreliable(session: Session, volunteer_id: int, at: datetime) -> bool:
    """Whether three no-shows lay within 90 days, the last of them at most 30 days ago."""
    missed = session.scalars(
        select(Activity.end_at)
        .join(Signup, Signup.activity_id == Activity.id)
        .where(
            Signup.volunteer_id == volunteer_id,
            Signup.status == "no_show",
            Activity.end_at > at - NO_SHOW_SPAN - NEEDS_APPROVAL_FOR,
        )
        .order_by(Activity.end_at)
    ).all()
    return any(
        missed[last] - missed[last - NO_SHOWS + 1] <= NO_SHOW_SPAN and at - missed[last] <= NEEDS_APPROVAL_FOR
        for last in range(NO_SHOWS - 1, len(missed))
    )


def _act_for(session: Session, activity: Activity, person: Volunteer, by: Actor) -> str:
    """The role in which `by` acts for `person` at `activity`: themselves, their guardian, or who runs it."""
    if by.volunteer_id is not None:
        if by.volunteer_id == person.id:
            return "volunteer"
        if session.scalars(
            select(Guardian.id).where(Guardian.minor_id == person.id, Guardian.guardian_volunteer_id == by.volunteer_id)
        ).first():
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
    found = session.scalars(select(Volunteer).where(Volunteer.code == code)).first()
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


def _note(
    session: Session,
    activity: Activity,
    person: Volunteer,
    action: str,
    *,
    by: Actor,
    role: str,
    at: datetime,
    reason: str = "",
    facts: dict[str, str] | None = None,
) -> None:
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=f"signup:{activity.code}/{person.code}",
        at=at,
        area_path=activity.area_path,
        reason=reason,
        facts=facts,
    )

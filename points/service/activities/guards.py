"""The guards of an activity: what its fields can never be, what submission asks, who may act (§3.3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from points.foundation import typed
from points.foundation.actors import Actor
from points.foundation.errors import N_
from points.people.guardians import OF_AGE
from points.service.activities import timetable
from points.service.activities.plan import Columns, Plan
from points.service.activities.refusals import ActivityIncomplete, ActivityInvalid, WrongState
from points.service.hours import Interval
from points.service.statuses import ActivityOrigin, ActivityStatus, CheckMode
from points.service.tables import Activity

SHORTEST = timedelta(minutes=30)
LONGEST_A_DAY = timedelta(hours=12)
LONGEST_SPAN = timedelta(days=365)
EMERGENCY_BEGAN = timedelta(hours=2)
"""So long ago may an emergency have begun that is entered when there is a hand free for it."""
_BEFORE_REVIEW = (ActivityStatus.DRAFT, ActivityStatus.PENDING_REVIEW)
_LEADERS = frozenset({"activity.create", "activity.run", "activity.settle", "makeup.propose"})

# --- what can be asked


def require_runner(activity: Activity, by: Actor, action: str) -> str:
    """The role in which `by` may do `action` at this activity; its own leader may run and propose.

    Who may only propose prepares what they wrote down themselves. Raises NotPermitted.
    """
    if by.volunteer_id is not None and by.volunteer_id == activity.leader_id and action in _LEADERS:
        return "team_leader"
    if action == "activity.create" and activity.status in _BEFORE_REVIEW and wrote(activity, by):
        action = "activity.propose"
    return by.require(action, area_path=activity.area_path, team_id=activity.team_id, station_id=activity.station_id)


def wrote(activity: Activity, by: Actor) -> bool:
    """Whether the draft is by this person's own hand."""
    return activity.created_by == by.person


def expect(activity: Activity, *statuses: ActivityStatus) -> None:
    """Refuse an activity in any other state. Raises WrongState."""
    if activity.status not in statuses:
        raise WrongState(activity=activity.code, status=activity.status)


def reasoned(reason: str) -> str:
    """The reason, trimmed. Raises ActivityInvalid when there is none or it is too long."""
    if not 1 <= len(reason.strip()) <= 200:
        raise ActivityInvalid(field="reason", why=N_("A reason of at most 200 characters is needed."))
    return reason.strip()


def refuse_invalid(columns: Columns) -> None:
    """What the form of an activity can never be; the database would refuse it too."""
    lengths = {"title": (4, 60), "content": (10, 1000), "place": (1, 80), "contact_name": (1, 40)}
    lengths |= {"risk_notice": (0, 500), "insurance_ref": (0, 60)}
    lengths |= {"guarantee_note": (0, 200), "required_skill": (0, 40)}
    named: Mapping[str, object] = columns
    for name, (least, most) in lengths.items():
        if not least <= len(str(named.get(name, "x" * least)).strip()) <= most:
            raise ActivityInvalid(field=name, why=N_("The text is too short or too long."))
    if "contact_phone" in columns and typed.contact_phone(columns["contact_phone"]) is None:
        raise ActivityInvalid(field="contact_phone", why=N_("There is no such phone number on the mainland."))
    if not columns["start_at"] < columns["end_at"]:
        raise ActivityInvalid(field="end_at", why=N_("It ends before it starts."))
    if not 2000 <= columns["start_at"].year <= columns["end_at"].year <= 2200:
        raise ActivityInvalid(field="start_at", why=N_("The date is out of the question."))
    if not 1 <= columns["capacity"] <= 2000:
        raise ActivityInvalid(field="capacity", why=N_("There are between 1 and 2000 places."))
    if not 6 <= columns["min_age"] <= 120 or not columns["min_age"] <= (columns.get("max_age") or 200) <= 200:
        raise ActivityInvalid(field="min_age", why=N_("The youngest volunteers are six years old."))
    if columns["extra_pct"] not in (100, 120, 150):
        raise ActivityInvalid(field="extra_pct", why=N_("Extra points are 100, 120 or 150 percent."))
    if columns.get("check_mode", CheckMode.DYNAMIC) not in tuple(CheckMode):
        raise ActivityInvalid(field="check_mode", why=N_("There is no such way to check in."))
    if columns.get("origin", ActivityOrigin.PLANNED) not in tuple(ActivityOrigin):
        raise ActivityInvalid(field="origin", why=N_("There is no such origin."))
    most_minutes = columns.get("max_minutes_pp_day")
    if most_minutes is not None and not 1 <= most_minutes <= 1440:
        raise ActivityInvalid(field="max_minutes_pp_day", why=N_("A day has 1440 minutes."))
    for start, end in times(columns["breaks"]):
        if not columns["start_at"] <= start < end <= columns["end_at"]:
            raise ActivityInvalid(field="breaks", why=N_("A break lies within the activity."))


def refuse_unready(activity: Activity | Plan, at: datetime) -> None:
    """The guards of `submit`, §3.3. Raises ActivityIncomplete."""
    held = timetable.stretches(activity.start_at, activity.end_at, times(activity.breaks))
    if activity.start_at <= at and not may_have_begun(activity, at):
        raise ActivityIncomplete(field="start_at", why=N_("It starts in the past."))
    refuse_too_long(activity.start_at, activity.end_at, held)
    refuse_uninsured(activity)
    if not activity.risk_notice.strip():
        raise ActivityIncomplete(field="risk_notice", why=N_("The risks are not told to the volunteers."))
    if "补录" in activity.title:
        raise ActivityIncomplete(
            field="title", why=N_("What was forgotten is made up at its activity, not in a new one.")
        )


def may_have_begun(activity: Activity | Plan, at: datetime) -> bool:
    """Whether it may be handed in although it has begun: an emergency, which nobody could plan, and which goes on."""
    return activity.emergency and activity.start_at > at - EMERGENCY_BEGAN and activity.end_at > at


def refuse_too_long(start_at: datetime, end_at: datetime, held: Sequence[Interval]) -> None:
    """Refuse what is too short, or longer than anybody may serve on one day or at a stretch.

    Raises ActivityIncomplete.
    """
    if timetable.together(held) < SHORTEST:
        raise ActivityIncomplete(field="end_at", why=N_("It lasts less than 30 minutes."))
    if end_at - start_at > LONGEST_SPAN:
        raise ActivityIncomplete(field="end_at", why=N_("It spans more than a year."))
    if timetable.longest_day(held) > LONGEST_A_DAY:
        raise ActivityIncomplete(field="end_at", why=N_("It lasts more than 12 hours on one day."))
    if timetable.longest_stay(held) > LONGEST_A_DAY:
        raise ActivityIncomplete(
            field="end_at", why=N_("Somebody would serve more than 12 hours at a stretch: it needs a break or a night.")
        )


def refuse_uninsured(activity: Activity | Plan) -> None:
    """Refuse a dangerous activity without insurance, or for people under 18. Raises ActivityIncomplete."""
    if activity.hazard and not activity.insurance_ref.strip():
        raise ActivityIncomplete(field="insurance_ref", why=N_("A dangerous activity needs its insurance number."))
    if activity.hazard and activity.min_age < OF_AGE:
        raise ActivityIncomplete(field="min_age", why=N_("A dangerous activity is for people of 18 and older."))


def storable(name: str, value: object) -> object:
    """The value of a column as it is stored."""
    if name != "breaks":
        return value
    return [[start.isoformat(), end.isoformat()] for start, end in times(value)]


def times(breaks: object) -> list[Interval]:
    """Breaks as times, whether they are written down or not. Raises ActivityInvalid."""
    try:
        if not isinstance(breaks, Sequence):
            raise TypeError("breaks stand in a row")
        return [(_time(start), _time(end)) for start, end in breaks]
    except (TypeError, ValueError) as error:
        raise ActivityInvalid(field="breaks", why=N_("A break is a pair of times.")) from error


def _time(given: datetime | str) -> datetime:
    return given if isinstance(given, datetime) else datetime.fromisoformat(given)

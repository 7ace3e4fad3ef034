"""The form of an activity: what is typed of it, as its plan has it, and as it is shown again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, TypedDict

from flask_babel import gettext
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.errors import N_
from points.people import skills
from points.people.tables import Team
from points.places import areas, stations
from points.places.tables import Area
from points.service.activities import AFTER_PUBLICATION, Plan, guards, themes, timetable
from points.service.activities.timetable import Daily
from points.service.hours import Interval
from points.service.statuses import CheckMode
from points.service.tables import Activity, breaks_of
from points.shapes.activities import NewActivityShape
from points.shapes.fields import ClockTime, Code, Day, Flag, Number, Whole, Word
from points.shapes.forms import Form, Several
from points.web import forms, service_words

EXTRA = (100, 120, 150)
PAUSES = (("break_from", "break_until"), ("more_from", "more_until"))
SAME = (
    *("title", "place", "capacity", "content", "risk_notice", "bring", "min_age", "max_age", "required_skill"),
    *("contact_name", "contact_phone", "check_mode", "insurance_ref", "guarantee_note", "extra_pct"),
    "max_minutes_pp_day",
)
"""The fields that stand under the same name in a plan and in an activity."""
TICKS = ("walk_in_ok", "hazard", "emergency")

# --- what is typed


@dataclass(frozen=True, kw_only=True)
class Late(Form, like=NewActivityShape):
    """What may still change of an activity that has begun."""

    place: str
    capacity: int
    bring: str = ""
    contact_name: str
    contact_phone: str
    check_mode: str = CheckMode.DYNAMIC
    walk_in_ok: bool = False
    guarantee_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Timed(Form):
    """When it is held: an end before the start is on the next day; on several days each is alike."""

    day: Annotated[date, Day()]
    last_day: Annotated[date | None, Day()] = None
    start: Annotated[time, ClockTime()]
    end: Annotated[time, ClockTime()]
    break_from: Annotated[time | None, ClockTime()] = None
    break_until: Annotated[time | None, ClockTime()] = None
    more_from: Annotated[time | None, ClockTime()] = None
    more_until: Annotated[time | None, ClockTime()] = None


@dataclass(frozen=True, kw_only=True)
class Described(Timed, Late, like=NewActivityShape):
    """All that describes an activity."""

    title: str
    content: str
    risk_notice: str = ""
    min_age: int = 6
    max_age: int | None = None
    required_skill: str = ""
    max_minutes_pp_day: int | None = None
    extra_pct: int = 100
    hazard: bool = False
    insurance_ref: str = ""
    emergency: bool = False
    station: str = ""
    themed: Annotated[bool, Flag()] = False


@dataclass(frozen=True, kw_only=True)
class LateChange(Late):
    """A change of an activity that has begun; of a series also on all later dates."""

    version: Annotated[int, Whole()] = 0
    rest: Annotated[bool, Flag()] = False


@dataclass(frozen=True, kw_only=True)
class PublishedChange(Timed, LateChange):
    """A change of a published activity that has not begun: also another time."""


@dataclass(frozen=True, kw_only=True)
class DraftChange(Described, LateChange):
    """A change of an activity that is not yet approved."""


@dataclass(frozen=True, kw_only=True)
class NewActivity(Described):
    """An activity to write down, like another one or not, once or on some weekdays."""

    like: Annotated[str, Code()] = ""
    team: str = ""
    category: str = ""
    leader: Annotated[str, Number()] = ""
    weekday: Annotated[tuple[int, ...], Several(Whole(most=6))] = ()
    until: Annotated[date | None, Day()] = None
    then: Annotated[str, Word("submit", "draft")] = "draft"


class Columns(TypedDict):
    """What a form says of an activity, as its plan has it."""

    title: str
    place: str
    capacity: int
    content: str
    risk_notice: str
    bring: str
    contact_name: str
    contact_phone: str
    check_mode: str
    walk_in_ok: bool
    guarantee_note: str
    min_age: int
    max_age: int | None
    required_skill: str
    max_minutes_pp_day: int | None
    extra_pct: int
    hazard: bool
    insurance_ref: str
    emergency: bool
    station: str | None
    theme_id: int | None
    start_at: datetime
    end_at: datetime
    breaks: tuple[Interval, ...]


# --- from the form


def said(form: Timed) -> Daily:
    """When the activity is held. Raises FormUnreadable where the times do not go together."""
    wrong: dict[str, str] = {}
    pauses = []
    for since_name, until_name in PAUSES:
        since, until = getattr(form, since_name), getattr(form, until_name)
        if since is not None and until is not None:
            pauses.append((since, until))
        elif since is not None or until is not None:
            wrong[until_name if since is not None else since_name] = forms.MISSING
    last_day = form.last_day or form.day
    if last_day < form.day:
        wrong["last_day"] = N_("The last day lies before the first.")
    elif last_day - form.day > guards.LONGEST_SPAN:
        wrong["last_day"] = N_("It spans more than a year.")
    one_day = Daily(form.day, form.day, form.start, form.end)
    if one_day.end_at - one_day.start_at > guards.LONGEST_A_DAY and one_day.over_midnight:
        wrong["end"] = N_("It ends before it starts. Past midnight an activity lasts at most 12 hours.")
    if wrong:
        raise forms.wrong(type(form), **wrong)
    return Daily(form.day, last_day, form.start, form.end, tuple(pauses))


def columns(session: Session, form: Described, *, area: str) -> Columns:
    """What the form says, as the plan of an activity of this area has it. Raises FormUnreadable, ActivityInvalid."""
    when = said(form)
    return Columns(
        title=form.title,
        place=form.place,
        capacity=form.capacity,
        content=form.content,
        risk_notice=form.risk_notice,
        bring=form.bring,
        contact_name=form.contact_name,
        contact_phone=form.contact_phone,
        check_mode=form.check_mode,
        walk_in_ok=form.walk_in_ok,
        guarantee_note=form.guarantee_note,
        min_age=form.min_age,
        max_age=form.max_age,
        required_skill=form.required_skill,
        max_minutes_pp_day=form.max_minutes_pp_day,
        extra_pct=form.extra_pct,
        hazard=form.hazard,
        insurance_ref=form.insurance_ref,
        emergency=form.emergency,
        station=form.station or None,
        theme_id=themes.chosen(session, area=area, day=form.day) if form.themed else None,
        start_at=when.start_at,
        end_at=when.end_at,
        breaks=when.breaks,
    )


def late_columns(form: Late) -> dict[str, object]:
    """What the form says of what may still change."""
    found: dict[str, object] = {name: getattr(form, name) for name in AFTER_PUBLICATION}
    if isinstance(form, Timed):
        when = said(form)
        found |= {"start_at": when.start_at, "end_at": when.end_at, "breaks": when.breaks}
    return found


# --- to the form


def fields(plan: Plan | Activity) -> dict[str, object]:
    """The fields of the form that stand under the same name in a plan or an activity."""
    found: dict[str, object] = {name: "" if getattr(plan, name) is None else getattr(plan, name) for name in SAME}
    return found | {name: "1" if getattr(plan, name) else "" for name in TICKS}


def when_fields(start_at: datetime, end_at: datetime, breaks: Sequence[Interval]) -> dict[str, object]:
    """The fields that say when; breaks that differ from day to day stand in none."""
    when = timetable.daily(start_at, end_at, breaks) or timetable.daily(start_at, end_at, ())
    if when is None:
        here, until = clock.local(start_at), clock.local(end_at)
        when = Daily(here.date(), until.date(), here.time(), until.time())
    found: dict[str, object] = {"day": when.day, "start": f"{when.start:%H:%M}", "end": f"{when.end:%H:%M}"}
    if when.last_day != when.day:
        found["last_day"] = when.last_day
    for names, pause in zip(PAUSES, when.pauses, strict=False):
        found |= {name: f"{at:%H:%M}" for name, at in zip(names, pause, strict=True)}
    return found


def of_activity(session: Session, activity: Activity) -> dict[str, object]:
    """The form as this activity fills it."""
    when = when_fields(activity.start_at, activity.end_at, breaks_of(activity.breaks))
    station = stations.code_of(session, activity.station_id) if activity.station_id else ""
    return fields(activity) | when | {"station": station, "themed": "1" if activity.theme_id else ""}


def choices(session: Session, led: Sequence[Team]) -> dict[str, object]:
    """What the fields offer: how to check in, shares of points, stations, themes and skills of these teams' streets."""
    paths = [areas.path_of(session, team.area_id) for team in led]
    streets = {areas.street_of(session, session.get_one(Area, team.area_id)).id for team in led}
    coming = themes.coming(session, area_paths=paths, day=clock.local_date(clock.now()))
    return {
        "modes": [(mode, service_words.CHECK_MODE[mode]) for mode in CheckMode],
        "extras": [(one, gettext("%(pct)d percent", pct=one)) for one in EXTRA],
        "stations": [door for door in stations.doors(session) if door.street_id in streets],
        "themes": [(clock.at_local(date(one.year, one.month, 1)), one.title) for one in coming],
        "skills": skills.verified(session, street_ids=streets),
    }

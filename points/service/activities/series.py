"""Activities that come back on the same weekdays (四点半课堂): planned, handed in, decided and changed together.

Every date is an activity of its own, with its own places, roster, hours and settlement; a series only says which dates
there are. All of them are written at once, so nothing has to be generated later.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.foundation.workdays import is_usual, is_workday
from points.journal import audit, counters
from points.places import calendar
from points.service.activities import guards, lifecycle, planning, queries
from points.service.activities.plan import Plan
from points.service.activities.refusals import ActivityInvalid
from points.service.statuses import ActivityStatus
from points.service.tables import Activity, ActivitySeries

MOST_DATES = 60
LONGEST = timedelta(days=366)
EACH_ITS_OWN = frozenset(["start_at", "end_at", "breaks", "theme_id"])
"""What every date of a series has for itself."""

# --- what is refused


@dataclass(eq=False)
class NoDates(Invalid):
    """A series without a date is none."""

    code = "series-empty"
    title = N_("No date at all")
    detail = N_("None of the chosen weekdays lies between %(from_day)s and %(until_day)s, public holidays left out.")
    next_step = N_("Choose other weekdays, or a later last day.")
    from_day: date
    until_day: date


@dataclass(eq=False)
class TooManyDates(Invalid):
    """A series has a bounded number of dates, so that one decision can be looked over."""

    code = "series-too-long"
    title = N_("Too many dates at once")
    detail = N_("These would be more than %(most)d dates.")
    next_step = N_("Choose an earlier last day, for example the end of the term; the series can be continued later.")
    most: int


@dataclass(eq=False)
class NothingLeft(Conflict):
    """No date of the series is in a state in which this can be done."""

    code = "series-nothing-left"
    title = N_("No date is left for this")
    detail = N_("No coming date of the series %(series)s is in a state in which this can be done.")
    next_step = N_("Reload the page to see where each date stands.")
    series: str


# --- what happens


def draft(
    session: Session, *, plan: Plan, weekdays: Collection[int], until: date, by: Actor, at: datetime
) -> ActivitySeries:
    """Write down an activity for each of these weekdays (0 is Monday) from the plan's day until `until`.

    Public holidays are left out, on a Saturday or Sunday also a working one (调休). Raises NotPermitted, NoSuch,
    ActivityInvalid, NoDates, TooManyDates.
    """
    role = planning.may_plan(session, plan, by=by)
    from_day = clock.local_date(plan.start_at)
    days = _dates(session, weekdays, from_day, until)
    number = counters.next_number(session, f"series:{from_day:%Y%m}")
    series = ActivitySeries(
        code=f"XL{from_day:%Y%m}-{number:04d}",
        weekdays=sum(1 << weekday for weekday in set(weekdays)),
        from_day=from_day,
        until_day=until,
        created_at=at,
        created_by=by.person,
    )
    session.add(series)
    session.flush()
    _write(session, series, plan, days, by=by, at=at)
    _note(session, series, "series.draft", by=by, role=role, at=at, facts={"dates": len(days)})
    return series


def extend(session: Session, *, series: str, until: date, by: Actor, at: datetime) -> int:
    """Let a series go on until `until`, like its last date; how many dates were added, as drafts. Said again, none.

    Raises NotPermitted, NoSuch, NoDates, TooManyDates.
    """
    found = _locked(session, series)
    last = dates(session, found.id)[-1]
    role = guards.require_runner(last, by, "activity.create")
    if until <= found.until_day:
        return 0
    every = _dates(session, weekdays_of(found), found.from_day, until)
    days = [day for day in every if day > found.until_day]
    found.until_day = until
    _write(session, found, queries.plan_of(session, last), days, by=by, at=at)
    _note(session, found, "series.extend", by=by, role=role, at=at, facts={"dates": len(days)})
    return len(days)


def submit(session: Session, *, series: str, by: Actor, at: datetime) -> list[Activity]:
    """Hand in all drafts of the series for one decision; the ones handed in.

    Raises NotPermitted, NoSuch, NothingLeft, ActivityIncomplete.
    """
    return _each(session, series, (ActivityStatus.DRAFT,), lifecycle.submit, "activity.create", by=by, at=at)


def approve(session: Session, *, series: str, by: Actor, at: datetime) -> list[Activity]:
    """Publish all dates that wait; one that has begun meanwhile is called off, since nobody could join it.

    Raises NotPermitted, NoSuch, NothingLeft, SelfApproval, ActivityIncomplete.
    """
    approved = _each(
        session, series, (ActivityStatus.PENDING_REVIEW,), lifecycle.approve, "activity.approve", by=by, at=at
    )
    for late in [one for one in seen(session, series, by=by)[1] if one.status == ActivityStatus.PENDING_REVIEW]:
        lifecycle.cancel(session, activity=late.code, reason=N_("It was not approved in time."), by=by, at=at)
    return approved


def send_back(session: Session, *, series: str, reason: str, by: Actor, at: datetime) -> list[Activity]:
    """Return all dates that wait to their author with one reason.

    Raises NotPermitted, NoSuch, NothingLeft, ActivityInvalid.
    """
    return _each(
        session,
        series,
        (ActivityStatus.PENDING_REVIEW,),
        lifecycle.send_back,
        "activity.approve",
        by=by,
        at=at,
        reason=reason,
    )


def cancel(
    session: Session, *, series: str, reason: str, by: Actor, at: datetime, from_day: date | None = None
) -> list[Activity]:
    """Call off what has not begun of the series, from `from_day` on; the dates called off.

    Raises NotPermitted, NoSuch, NothingLeft, ActivityInvalid.
    """
    states = (ActivityStatus.DRAFT, ActivityStatus.PENDING_REVIEW, ActivityStatus.PUBLISHED)
    return _each(
        session, series, states, lifecycle.cancel, "activity.run", by=by, at=at, from_day=from_day, reason=reason
    )


def change(
    session: Session, *, series: str, by: Actor, at: datetime, from_day: date | None = None, **columns: object
) -> list[Activity]:
    """Change what has not begun of the series, from `from_day` on, as a single activity is changed.

    Times stay, since each date has its own. Raises NotPermitted, NoSuch, NothingLeft, WrongState, ActivityInvalid.
    """
    if timed := EACH_ITS_OWN & columns.keys():
        raise ActivityInvalid(field=min(timed), why=N_("This cannot be changed."))
    states = (ActivityStatus.DRAFT, ActivityStatus.PUBLISHED)
    return _each(
        session, series, states, planning.change, "activity.create", by=by, at=at, from_day=from_day, **columns
    )


# --- what can be asked


def by_code(session: Session, code: str) -> ActivitySeries:
    """The series with this code. Raises NoSuch."""
    found = session.scalars(select(ActivitySeries).where(ActivitySeries.code == code)).first()
    if found is None:
        raise NoSuch(kind=N_("series"), key=code)
    return found


def seen(session: Session, code: str, *, by: Actor) -> tuple[ActivitySeries, list[Activity]]:
    """The series and its dates in order, as staff and its leader may see them. Raises NoSuch otherwise."""
    found = by_code(session, code)
    reached = session.scalars(
        select(Activity)
        .where(Activity.series_id == found.id, queries.in_reach(by))
        .order_by(Activity.series_day, Activity.id)
    ).all()
    if not reached:
        raise NoSuch(kind=N_("series"), key=code)
    return found, list(reached)


def of(session: Session, activity: Activity) -> ActivitySeries | None:
    """The series this activity is a date of, if it is one."""
    return session.get(ActivitySeries, activity.series_id) if activity.series_id is not None else None


def of_date(session: Session, activity: str) -> ActivitySeries:
    """The series of which the activity with this code is a date. Raises NoSuch."""
    found = of(session, queries.by_code(session, activity))
    if found is None:
        raise NoSuch(kind=N_("series"), key=activity)
    return found


def coming(session: Session, activity: Activity, *, at: datetime) -> list[Activity]:
    """The dates of the series of `activity` that one can still join, in order; none where it is no date of one."""
    if activity.series_id is None:
        return []
    return [
        one
        for one in dates(session, activity.series_id)
        if one.status == ActivityStatus.PUBLISHED and one.start_at > at
    ]


def dates(session: Session, series_id: int) -> list[Activity]:
    """The dates of a series in order."""
    query = select(Activity).where(Activity.series_id == series_id).order_by(Activity.series_day, Activity.id)
    return list(session.scalars(query))


def firsts(found: Sequence[Activity]) -> tuple[list[Activity], dict[str, int]]:
    """Of each series among `found` only its first date; how many more there are of it, by the code of that date."""
    first: dict[int | str, Activity] = {}
    more: dict[str, int] = {}
    for one in found:
        shown = first.setdefault(one.series_id or one.code, one)
        more[shown.code] = more.get(shown.code, -1) + 1
    return list(first.values()), more


def weekdays_of(series: ActivitySeries) -> list[int]:
    """The weekdays of a series, 0 for Monday."""
    return [weekday for weekday in range(7) if series.weekdays >> weekday & 1]


def holds(day: date, weekdays: Collection[int], overrides: Mapping[date, bool]) -> bool:
    """Whether a series on these weekdays takes place on `day`: not on holidays, nor on a weekend that is worked."""
    if day.weekday() not in weekdays:
        return False
    return is_workday(day, overrides) if day.weekday() < 5 else is_usual(day, overrides)


def _dates(session: Session, weekdays: Collection[int], from_day: date, until: date) -> list[date]:
    overrides = calendar.overrides(session)
    if until - from_day > LONGEST:
        raise TooManyDates(most=MOST_DATES)
    span = (from_day + timedelta(days=number) for number in range((until - from_day).days + 1))
    found = [day for day in span if holds(day, weekdays, overrides)]
    if not found:
        raise NoDates(from_day=from_day, until_day=until)
    if len(found) > MOST_DATES:
        raise TooManyDates(most=MOST_DATES)
    return found


def _write(
    session: Session, series: ActivitySeries, plan: Plan, days: Sequence[date], *, by: Actor, at: datetime
) -> None:
    for day in days:
        planning.write(session, plan=plan.on(day), by=by, at=at, series_id=series.id, series_day=day)


def _locked(session: Session, code: str) -> ActivitySeries:
    """The series, locked before any of its activities."""
    found = session.scalars(
        select(ActivitySeries)
        .where(ActivitySeries.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NoSuch(kind=N_("series"), key=code)
    return found


def _each(
    session: Session,
    code: str,
    states: Sequence[ActivityStatus],
    verb: Callable[..., Activity],
    permission: str,
    *,
    by: Actor,
    at: datetime,
    from_day: date | None = None,
    **more: object,
) -> list[Activity]:
    """Do to every date in one of these states that has not begun what is done to a single activity."""
    found = _locked(session, code)
    every = dates(session, found.id)
    role = guards.require_runner(every[0], by, permission)
    after = at if from_day is None else max(at, clock.at_local(from_day))
    chosen = [one.code for one in every if one.status in states and one.start_at > after]
    if not chosen:
        raise NothingLeft(series=found.code)
    done = [verb(session, activity=one, by=by, at=at, **more) for one in chosen]
    _note(session, found, f"series.{verb.__name__}", by=by, role=role, at=at, facts={"dates": len(done)})
    return done


def _note(
    session: Session,
    series: ActivitySeries,
    action: str,
    *,
    by: Actor,
    role: str,
    at: datetime,
    facts: Mapping[str, object],
) -> None:
    path = session.scalar(select(Activity.area_path).where(Activity.series_id == series.id).limit(1))
    audit.write(
        session, by=by, role=role, action=action, target=f"series:{series.code}", at=at, area_path=path, facts=facts
    )

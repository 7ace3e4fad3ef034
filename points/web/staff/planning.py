"""Planning: a new activity, one like an old one, one that comes back every week; changes, and approval."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, TypedDict

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.people import persons, teams
from points.people.tables import Team, Volunteer
from points.places import areas
from points.service import activities
from points.service.activities import AFTER_PUBLICATION, Plan, series
from points.service.statuses import JOINABLE, ActivityOrigin, ActivityStatus, CheckMode
from points.service.tables import Activity
from points.shapes.activities import NewActivityShape
from points.shapes.fields import ClockTime, Code, Day, Flag, Number, Text, Whole, Word
from points.shapes.forms import Form, Several
from points.web import forms, pages, service_words
from points.web.staff import bp

CHECK_MODES = tuple(CheckMode)
EXTRA = (100, 120, 150)
RECENT = 5
LONG_DAY = timedelta(hours=8)


@dataclass(frozen=True, kw_only=True)
class Like(Form):
    """Which activity a new one is like, or that it is something new."""

    like: Annotated[str, Code()] = ""
    new: Annotated[str, Text(20)] = ""


@dataclass(frozen=True, kw_only=True)
class Late(Form, like=NewActivityShape):
    """What may still change of an activity once it is published."""

    place: str
    capacity: int
    bring: str = ""
    contact_name: str
    contact_phone: str
    check_mode: str = CheckMode.DYNAMIC
    walk_in_ok: bool = False
    guarantee_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Described(Late):
    """All that describes an activity."""

    title: str
    day: Annotated[date, Day()]
    start: Annotated[time, ClockTime()]
    end: Annotated[time, ClockTime()]
    content: str
    risk_notice: str = ""
    min_age: int = 6
    extra_pct: int = 100
    hazard: bool = False
    insurance_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class LateChange(Late):
    """A change of a published activity; of a series also on all later dates."""

    version: Annotated[int, Whole()] = 0
    rest: Annotated[bool, Flag()] = False


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


@dataclass(frozen=True, kw_only=True)
class Keep(Form):
    """Keep it as a template, or no longer."""

    keep: Annotated[bool, Flag()]


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
    extra_pct: int
    hazard: bool
    insurance_ref: str
    start_at: datetime
    end_at: datetime


@bp.get("/activities/new")
def activity_new() -> Response:
    """Plan like a template or an old activity, or something new."""
    http.current_actor().require_somewhere("activity.propose")
    return _new()


@bp.get("/activities")
def activity_form() -> Response:
    """Where the form of a new activity is sent to: opened by itself, it leads back to the form."""
    return redirect(url_for(".activity_new", new=1))


@bp.post("/activities")
def activity_create() -> Response:
    """Write it down, with weekdays for each of its dates; with the first button, hand it in at once."""
    by, at = http.current_actor(), clock.now()

    def plan(session: Session) -> str:
        planned = _planned(session, form)
        if form.weekday and form.until:
            made = series.draft(session, plan=planned, weekdays=form.weekday, until=form.until, by=by, at=at)
            if hand_in:
                series.submit(session, series=made.code, by=by, at=at)
            return url_for(".series_page", code=made.code)
        single = activities.draft(session, plan=planned, by=by, at=at)
        if hand_in:
            activities.submit(session, activity=single.code, by=by, at=at)
        return url_for(".activity", code=single.code)

    try:
        form = _new_activity()
        hand_in = form.then == "submit"
        made = forms.once(plan)
    except Refusal as refusal:
        return _new(refusal=refusal)
    flash(gettext("Saved. It waits for approval.") if hand_in else gettext("Saved."))
    return redirect(made, 303)


@bp.get("/activities/<code>/change")
def activity_change(code: str) -> Response:
    """What may still change: of a draft everything, of a published activity place, places, contact and check-in."""
    return _change(code)


@bp.post("/activities/<code>/change")
def activity_changed(code: str) -> Response:
    """Change it; of a series also all later dates, if so chosen."""
    by, at = http.current_actor(), clock.now()
    try:

        def act(session: Session) -> None:
            found = activities.seen(session, code, by=by)
            form = forms.read(_changes_of(found))
            columns: dict[str, object] = {name: getattr(form, name) for name in AFTER_PUBLICATION}
            if isinstance(form, DraftChange):
                columns = {**_columns(form)}
            in_series = series.of(session, found)
            if form.rest and in_series:
                columns = {name: value for name, value in columns.items() if name not in ("start_at", "end_at")}
                day = found.series_day
                series.change(session, series=in_series.code, from_day=day, by=by, at=at, **columns)
            else:
                activities.change(session, activity=code, version=form.version, by=by, at=at, **columns)

        forms.once(act)
    except Refusal as refusal:
        return _change(code, refusal=refusal)
    flash(gettext("Saved. Who has signed up sees it on their page."))
    return redirect(url_for(".activity", code=code), 303)


@bp.post("/activities/<code>/keep")
def activity_keep(code: str) -> Response:
    """Keep the activity as a template, or no longer."""
    keep, by = forms.read(Keep).keep, http.current_actor()
    forms.once(lambda session: activities.keep(session, activity=code, as_template=keep, by=by, at=clock.now()))
    flash(gettext("Kept as a template.") if keep else gettext("No longer a template."))
    return redirect(url_for(".activity", code=code), 303)


@bp.get("/approvals")
def approvals() -> Response:
    """What waits for approval, each with what one must look at."""
    session, by = db.session(), http.current_actor()
    return pages.show(
        "staff/approvals.html",
        waiting=[
            _to_decide(session, one, by) for one in activities.waiting_for_approval(session, by=by, at=clock.now())
        ],
        kinds=pages.category_labels(session),
    )


def mind(activity: Activity) -> list[str]:
    """What somebody who approves must look at, in words."""
    found = [
        (activity.hazard, gettext("Dangerous: insurance and a youngest age of 18 are needed")),
        (activity.end_at - activity.start_at > LONG_DAY, gettext("Longer than eight hours")),
        (activity.extra_pct != 100, gettext("Extra points: %(pct)d percent", pct=activity.extra_pct)),
        (activity.emergency, gettext("Emergency")),
        (activity.origin == ActivityOrigin.BACKFILL, gettext("Took place already, filled in afterwards")),
        (not activity.risk_notice.strip(), gettext("No risks are told")),
    ]
    return [told for holds, told in found if holds]


def _to_decide(session: Session, activity: Activity, by: Actor) -> dict[str, object]:
    in_series = series.of(session, activity)
    dates = series.seen(session, in_series.code, by=by)[1] if in_series else []
    return {
        "activity": activity,
        "series": in_series,
        "dates": [one for one in dates if one.status == ActivityStatus.PENDING_REVIEW],
        "mind": mind(activity),
        "leader": pages.person_label(session, activity.leader_id, by=by),
        "team": session.get_one(Team, activity.team_id).name,
    }


def _new(*, refusal: Refusal | None = None) -> Response:
    session, by, at = db.session(), http.current_actor(), clock.now()
    asked = forms.asked(Like)
    like = asked.like
    base = activities.like(session, like, by=by) if like else None
    mine = teams.active(session, action="activity.propose", by=by)
    templates = activities.templates(session, by=by)
    recent = activities.listing(session, by=by, which=activities.Which(date_to=clock.local_date(at)), limit=RECENT * 3)
    choosing = refusal is None and base is None and not asked.new and bool(templates or recent)
    titles = {one.title for one in templates}
    fresh = {
        one.title: one for one in reversed(recent) if one.title not in titles and one.origin != ActivityOrigin.BACKFILL
    }
    return pages.show(
        "staff/activity_new.html",
        refusal=refusal,
        form=forms.shown(NewActivity, _typed(session, base, by)),
        like=like,
        base=base,
        teams=mine,
        names={team.code: team.name for team in mine},
        team_names={team.id: team.name for team in mine},
        choosing=choosing and bool(mine),
        templates=templates,
        recent=list(reversed(fresh.values()))[:RECENT],
        categories=activities.categories(session),
        modes=_modes(),
        extras=_extras(),
        today=clock.local_date(at).isoformat(),
    )


def _extras() -> list[tuple[int, str]]:
    """The shares of points that an activity may give, as they are chosen."""
    return [(one, gettext("%(pct)d percent", pct=one)) for one in EXTRA]


def _typed(session: Session, base: Plan | None, by: Actor) -> dict[str, object]:
    """What stands in the form before anybody types: the plan that is followed, on its weekday to come."""
    today = clock.local_date(clock.now())
    if base is None:
        known: dict[str, object] = {"day": today + timedelta(days=1), "start": "09:00", "end": "11:00", "capacity": 20}
        if by.volunteer_id is not None:
            person = session.get_one(Volunteer, by.volunteer_id)
            known |= {"contact_name": person.name, "contact_phone": person.phone or ""}
        return known
    start, end = clock.local(base.start_at), clock.local(base.end_at)
    ahead = (start.weekday() - today.weekday()) % 7 or 7
    return _fields(base) | {
        "day": today + timedelta(days=ahead),
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "leader": base.leader,
    }


def _fields(plan: Plan | Activity) -> dict[str, object]:
    """The fields of the form that stand under the same name in a plan or an activity."""
    same = ("title", "place", "capacity", "content", "risk_notice", "bring", "min_age", "contact_name")
    more = ("contact_phone", "check_mode", "insurance_ref", "guarantee_note", "extra_pct")
    ticks = {name: "1" if getattr(plan, name) else "" for name in ("walk_in_ok", "hazard")}
    return {name: getattr(plan, name) for name in same + more} | ticks


def _new_activity() -> NewActivity:
    """What was typed, with what goes together. Raises FormUnreadable."""
    form = forms.read(NewActivity)
    missing = {name: forms.MISSING for name in ("team", "category") if not (form.like or getattr(form, name))}
    if form.weekday and form.until is None:
        missing["until"] = forms.MISSING
    if missing:
        raise forms.wrong(NewActivity, **missing)
    return form


def _planned(session: Session, form: NewActivity) -> Plan:
    """The plan that the form describes, like the activity it follows, if any."""
    columns = _columns(form)
    if form.like:
        base = activities.like(session, form.like, by=http.current_actor())
        return replace(base.on(form.day), leader=form.leader or base.leader, **columns)
    team = teams.by_code(session, form.team)
    return Plan(
        team=team.code,
        category=form.category,
        area=areas.code_of(session, team.area_id),
        leader=form.leader or persons.code_of(session, team.leader_id),
        **columns,
    )


def _columns(form: Described) -> Columns:
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
        extra_pct=form.extra_pct,
        hazard=form.hazard,
        insurance_ref=form.insurance_ref,
        start_at=clock.at_local(form.day, form.start),
        end_at=clock.at_local(form.day, form.end),
    )


def _changes_of(activity: Activity) -> type[LateChange]:
    """The form of what may still change."""
    return DraftChange if activity.status == ActivityStatus.DRAFT else LateChange


def _change(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    found = activities.seen(session, code, by=by)
    activities.require_runner(found, by, "activity.create")
    start, end = clock.local(found.start_at), clock.local(found.end_at)
    typed = _fields(found) | {"day": start.date(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
    if found.status not in (ActivityStatus.DRAFT, *JOINABLE):
        raise activities.WrongState(activity=found.code, status=found.status)
    return pages.show(
        "staff/activity_change.html",
        refusal=refusal,
        form=forms.shown(_changes_of(found), typed),
        activity=found,
        in_series=series.of(session, found),
        modes=_modes(),
        extras=_extras(),
    )


def _modes() -> list[tuple[str, str]]:
    return [(mode, service_words.CHECK_MODE[mode]) for mode in CHECK_MODES]

"""Planning: a new activity, one like an old one, one that comes back every week; changes, and approval."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Refusal
from points.people import persons, teams
from points.people.tables import Team, Volunteer
from points.places import areas
from points.service import activities
from points.service.activities import Plan, series, timetable
from points.service.statuses import JOINABLE, ActivityOrigin, ActivityStatus
from points.service.tables import Activity, breaks_of
from points.shapes.fields import Code, Flag, Text
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.staff import bp, plan_form
from points.web.staff.plan_form import DraftChange, LateChange, NewActivity, PublishedChange

RECENT = 5
LONG_DAY = timedelta(hours=8)


@dataclass(frozen=True, kw_only=True)
class Like(Form):
    """Which activity a new one is like, or that it is something new."""

    like: Annotated[str, Code()] = ""
    new: Annotated[str, Text(20)] = ""


@dataclass(frozen=True, kw_only=True)
class Keep(Form):
    """Keep it as a template, or no longer."""

    keep: Annotated[bool, Flag()]


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
        planned = activities.by_its_kind(session, _planned(session, form))
        if hand_in and planned.emergency and by.role_for("activity.approve_special", area_path=_path(session, planned)):
            return url_for(".activity", code=activities.start(session, plan=planned, by=by, at=at).code)
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
    if _is_published(made):
        flash(gettext("Published. People can come at once, also without signing up."))
    else:
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
            columns = plan_form.late_columns(form)
            if isinstance(form, DraftChange):
                columns = {**plan_form.columns(session, form, area=areas.code_of(session, found.area_id))}
            in_series = series.of(session, found)
            if form.rest and in_series:
                columns = {name: value for name, value in columns.items() if name not in series.EACH_ITS_OWN}
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
        **plan_form.choices(session, mine),
        teams=mine,
        names={team.code: team.name for team in mine},
        team_names={team.id: team.name for team in mine},
        choosing=choosing and bool(mine),
        templates=templates,
        recent=list(reversed(fresh.values()))[:RECENT],
        categories=activities.categories(session),
        starts_at_once=bool(by.reaches("activity.approve_special")),
        today=clock.local_date(at).isoformat(),
    )


def _path(session: Session, plan: Plan) -> str:
    return areas.by_code(session, plan.area).path


def _is_published(page: str) -> bool:
    """Whether the page is that of an activity that anybody may join already: an emergency of the street."""
    found = db.session.scalar(select(Activity.status).where(Activity.code == page.rpartition("/")[2]))
    return found in JOINABLE


def _typed(session: Session, base: Plan | None, by: Actor) -> dict[str, object]:
    """What stands in the form before anybody types: the plan that is followed, on its weekday to come."""
    today = clock.local_date(clock.now())
    if base is None:
        known: dict[str, object] = {"day": today + timedelta(days=1), "start": "09:00", "end": "11:00", "capacity": 20}
        if by.volunteer_id is not None:
            person = session.get_one(Volunteer, by.volunteer_id)
            known |= {"contact_name": person.name, "contact_phone": person.phone or ""}
        return known
    ahead = (clock.local(base.start_at).weekday() - today.weekday()) % 7 or 7
    moved = base.on(today + timedelta(days=ahead))
    when = plan_form.when_fields(moved.start_at, moved.end_at, moved.breaks)
    return plan_form.fields(base) | when | {"leader": base.leader, "station": base.station or ""}


def _new_activity() -> NewActivity:
    """What was typed, with what goes together. Raises FormUnreadable."""
    form = forms.read(NewActivity)
    missing = {name: forms.MISSING for name in ("team", "category") if not (form.like or getattr(form, name))}
    if form.weekday and form.until is None:
        missing["until"] = forms.MISSING
    if form.weekday and form.last_day is not None:
        missing["last_day"] = N_("What comes back every week is held on one day at a time.")
    if missing:
        raise forms.wrong(NewActivity, **missing)
    return form


def _planned(session: Session, form: NewActivity) -> Plan:
    """The plan that the form describes, like the activity it follows, if any."""
    if form.like:
        base = activities.like(session, form.like, by=http.current_actor())
        columns = plan_form.columns(session, form, area=base.area)
        return replace(base, leader=form.leader or base.leader, **columns)
    team = teams.by_code(session, form.team)
    area = areas.code_of(session, team.area_id)
    return Plan(
        team=team.code,
        category=form.category,
        area=area,
        leader=form.leader or persons.code_of(session, team.leader_id),
        **plan_form.columns(session, form, area=area),
    )


def _changes_of(activity: Activity) -> type[LateChange]:
    """The form of what may still change."""
    if activity.status == ActivityStatus.DRAFT:
        return DraftChange
    alike = timetable.daily(activity.start_at, activity.end_at, breaks_of(activity.breaks)) is not None
    return PublishedChange if alike and activity.status == ActivityStatus.PUBLISHED else LateChange


def _change(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    found = activities.seen(session, code, by=by)
    activities.require_runner(found, by, "activity.create")
    if found.status not in (ActivityStatus.DRAFT, *JOINABLE):
        raise activities.WrongState(activity=found.code, status=found.status)
    return pages.show(
        "staff/activity_change.html",
        refusal=refusal,
        timed=issubclass(_changes_of(found), plan_form.Timed),
        form=forms.shown(_changes_of(found), plan_form.of_activity(session, found)),
        activity=found,
        in_series=series.of(session, found),
        **plan_form.choices(session, [session.get_one(Team, found.team_id)]),
    )

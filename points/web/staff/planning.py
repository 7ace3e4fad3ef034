"""Planning: a new activity, one like an old one, one that comes back every week; changes, and approval."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import persons, teams
from points.people.tables import Team, Volunteer
from points.places import areas
from points.service import activities as occasions
from points.service.activities import AFTER_PUBLICATION, Plan, series
from points.service.tables import Activity
from points.web import forms, pages, words
from points.web.staff import bp

CHECK_MODES = ("dynamic", "static", "staff", "roster")
EXTRA = (100, 120, 150)
RECENT = 5
LONG_DAY = timedelta(hours=8)


@bp.get("/activities/new")
def activity_new() -> Any:
    """Plan like a template or an old activity, or something new."""
    return _new()


@bp.post("/activities")
def activity_create() -> Any:
    """Write it down, with weekdays for each of its dates; with the first button, hand it in at once."""
    by, at = http.current_actor(), clock.now()

    def plan(session: Session) -> str:
        planned, weekdays = _planned(session), [int(day) for day in request.form.getlist("weekday") if day in "0123456"]
        hand_in = request.form.get("then") == "submit"
        if weekdays:
            until = forms.day(request.form.get("until", ""))
            made = series.draft(session, plan=planned, weekdays=weekdays, until=until, by=by, at=at)
            if hand_in:
                series.submit(session, series=made.code, by=by, at=at)
            return url_for(".series_page", code=made.code)
        single = occasions.draft(session, plan=planned, by=by, at=at)
        if hand_in:
            occasions.submit(session, activity=single.code, by=by, at=at)
        return url_for(".activity", code=single.code)

    try:
        made = forms.once(plan)
    except Refusal as refusal:
        return _new(refusal=refusal)
    flash(gettext("Saved. It waits for approval.") if request.form.get("then") == "submit" else gettext("Saved."))
    return redirect(made, 303)


@bp.get("/activities/<code>/change")
def activity_change(code: str) -> Any:
    """What may still change: of a draft everything, of a published activity place, places, contact and check-in."""
    return _change(code)


@bp.post("/activities/<code>/change")
def activity_changed(code: str) -> Any:
    """Change it; of a series also all later dates, if so chosen."""
    form, by, at = request.form, http.current_actor(), clock.now()
    try:
        with transaction() as session:
            found = occasions.seen(session, code, by=by)
            columns = _columns(whole=found.status == "draft")
            in_series = series.of(session, found)
            if form.get("rest") and in_series:
                columns = {name: value for name, value in columns.items() if name not in ("start_at", "end_at")}
                day = found.series_day
                series.change(session, series=in_series.code, from_day=day, by=by, at=at, **columns)
            else:
                version = pages.whole_number(form, "version")
                occasions.change(session, activity=code, version=version, by=by, at=at, **columns)
    except Refusal as refusal:
        return _change(code, refusal=refusal)
    flash(gettext("Saved. Who has signed up sees it on their page."))
    return redirect(url_for(".activity", code=code), 303)


@bp.post("/activities/<code>/keep")
def activity_keep(code: str) -> Any:
    """Keep the activity as a template, or no longer."""
    keep, by = request.form.get("keep") == "1", http.current_actor()
    with transaction() as session:
        occasions.keep(session, activity=code, as_template=keep, by=by, at=clock.now())
    flash(gettext("Kept as a template.") if keep else gettext("No longer a template."))
    return redirect(url_for(".activity", code=code), 303)


@bp.get("/series/<code>")
def series_page(code: str) -> Any:
    """All dates of a series, and what can be done with them together."""
    return _series(code)


@bp.post("/series/<code>/<step>")
def series_step(code: str, step: str) -> Any:
    """Submit, approve, send back, continue, or cancel the rest."""
    form, by, at = request.form, http.current_actor(), clock.now()
    reason = form.get("reason", "").strip()
    try:
        with transaction() as session:
            match step:
                case "submit":
                    series.submit(session, series=code, by=by, at=at)
                case "approve":
                    series.approve(session, series=code, by=by, at=at)
                case "send-back":
                    series.send_back(session, series=code, reason=reason, by=by, at=at)
                case "cancel":
                    from_day = forms.day(form.get("from_day", ""))
                    series.cancel(session, series=code, reason=reason, from_day=from_day, by=by, at=at)
                case "extend":
                    series.extend(session, series=code, until=forms.day(form.get("until", "")), by=by, at=at)
                case _:
                    pages.not_here()
    except Refusal as refusal:
        return _series(code, refusal=refusal)
    flash(gettext("Done."))
    return redirect(pages.our_page(form.get("back", ""), url_for(".series_page", code=code)), 303)


@bp.get("/approvals")
def approvals() -> Any:
    """What waits for approval, each with what one must look at."""
    session, by = db.session(), http.current_actor()
    return pages.show(
        "staff/approvals.html",
        form={},
        waiting=[_to_decide(session, one, by) for one in occasions.waiting_for_approval(session, by=by)],
        kinds=pages.category_labels(session),
    )


def mind(activity: Activity) -> list[str]:
    """What somebody who approves must look at, in words."""
    found = [
        (activity.hazard, gettext("Dangerous: insurance and a youngest age of 18 are needed")),
        (activity.end_at - activity.start_at > LONG_DAY, gettext("Longer than eight hours")),
        (activity.extra_pct != 100, gettext("Extra points: %(pct)d percent", pct=activity.extra_pct)),
        (activity.emergency, gettext("Emergency")),
        (activity.origin == "backfill", gettext("Took place already, filled in afterwards")),
        (not activity.risk_notice.strip(), gettext("No risks are told")),
    ]
    return [told for holds, told in found if holds]


def _to_decide(session: Session, activity: Activity, by: Any) -> dict[str, Any]:
    in_series = series.of(session, activity)
    dates = series.seen(session, in_series.code, by=by)[1] if in_series else []
    return {
        "activity": activity,
        "series": in_series,
        "dates": [one for one in dates if one.status == "pending_review"],
        "mind": mind(activity),
        "leader": pages.person_label(session, activity.leader_id, by=by),
        "team": session.get_one(Team, activity.team_id).name,
    }


def _new(*, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    like = request.values.get("like", "")
    base = occasions.like(session, like, by=by) if like else None
    mine = teams.active(session, action="activity.create", by=by)
    templates = occasions.templates(session, by=by)
    recent = occasions.listing(session, by=by, date_to=clock.local_date(at), limit=RECENT * 3)
    choosing = refusal is None and base is None and not request.args.get("new") and bool(templates or recent)
    titles = {one.title for one in templates}
    fresh = {one.title: one for one in reversed(recent) if one.title not in titles and one.origin != "backfill"}
    return pages.show(
        "staff/activity_new.html",
        refusal=refusal,
        form=request.form or _typed(session, base, by),
        weekdays=request.form.getlist("weekday"),
        like=like,
        base=base,
        teams=mine,
        names={team.code: team.name for team in mine},
        team_names={team.id: team.name for team in mine},
        choosing=choosing and bool(mine),
        templates=templates,
        recent=list(reversed(fresh.values()))[:RECENT],
        categories=occasions.categories(session),
        modes=_modes(),
        extras=EXTRA,
        today=clock.local_date(at).isoformat(),
    )


def _typed(session: Session, base: Plan | None, by: Any) -> dict[str, Any]:
    """What stands in the form before anybody types: the plan that is followed, on its weekday to come."""
    today = clock.local_date(clock.now())
    if base is None:
        known: dict[str, Any] = {"day": today + timedelta(days=1), "start": "09:00", "end": "11:00", "capacity": 20}
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


def _fields(plan: Any) -> dict[str, Any]:
    """The fields of the form that stand under the same name in a plan or an activity."""
    same = ("title", "place", "capacity", "content", "risk_notice", "bring", "min_age", "contact_name")
    more = ("contact_phone", "check_mode", "insurance_ref", "guarantee_note", "extra_pct")
    ticks = {name: "1" if getattr(plan, name) else "" for name in ("walk_in_ok", "hazard")}
    return {name: getattr(plan, name) for name in same + more} | ticks


def _planned(session: Session) -> Plan:
    """The plan that the form describes, like the activity it follows, if any."""
    form = request.form
    columns = _columns(whole=True)
    leader = form.get("leader", "").strip().upper()
    if like := form.get("like", ""):
        base = occasions.like(session, like, by=http.current_actor())
        day = clock.local_date(columns["start_at"])
        return replace(base.on(day), leader=leader or base.leader, **columns)
    team = teams.by_code(session, form.get("team", ""))
    return Plan(
        team=team.code,
        category=form.get("category", ""),
        area=areas.code_of(session, team.area_id),
        leader=leader or persons.code_of(session, team.leader_id),
        **columns,
    )


def _columns(*, whole: bool) -> dict[str, Any]:
    """What the form says, all of it or what may change after publication."""
    form = request.form
    texts = ("title", "place", "contact_name", "contact_phone", "content", "risk_notice", "bring")
    columns: dict[str, Any] = {name: form.get(name, "").strip() for name in (*texts, "insurance_ref", "guarantee_note")}
    columns |= {
        "capacity": pages.whole_number(form, "capacity"),
        "walk_in_ok": bool(form.get("walk_in_ok")),
        "hazard": bool(form.get("hazard")),
        "check_mode": form.get("check_mode", "dynamic"),
        "min_age": pages.whole_number(form, "min_age", 6),
        "extra_pct": pages.whole_number(form, "extra_pct", 100),
    }
    if not whole:
        return {name: value for name, value in columns.items() if name in AFTER_PUBLICATION}
    day = form.get("day", "")
    return columns | {"start_at": _moment(day, form.get("start", "")), "end_at": _moment(day, form.get("end", ""))}


def _change(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    found = occasions.seen(session, code, by=by)
    occasions.require_runner(found, by, "activity.create")
    start, end = clock.local(found.start_at), clock.local(found.end_at)
    typed = _fields(found) | {"day": start.date(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
    if found.status not in ("draft", "published", "in_progress"):
        raise occasions.WrongState(activity=found.code, status=found.status)
    return pages.show(
        "staff/activity_change.html",
        refusal=refusal,
        form=request.form or typed,
        activity=found,
        in_series=series.of(session, found),
        modes=_modes(),
        extras=EXTRA,
    )


def _series(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    found, dates = series.seen(session, code, by=by)
    coming = [one for one in dates if one.end_at > at and one.status != "cancelled"]
    example = coming[0] if coming else dates[-1]
    here: dict[str, Any] = {
        "area_path": example.area_path,
        "team_id": example.team_id,
        "station_id": example.station_id,
    }
    own = by.volunteer_id is not None and by.volunteer_id == example.leader_id
    states = {one.status for one in coming}
    return pages.show(
        "staff/series.html",
        refusal=refusal,
        form=request.form,
        series=found,
        weekdays=series.weekdays_of(found),
        example=example,
        mind=mind(example),
        coming=coming,
        past=[one for one in dates if one not in coming],
        to_submit="draft" in states and (own or by.role_for("activity.create", **here)),
        to_approve="pending_review" in states and by.role_for("activity.approve", **here),
        runs=own or by.role_for("activity.run", **here),
        today=clock.local_date(at).isoformat(),
        leader=pages.person_label(session, example.leader_id, by=by),
    )


def _modes() -> list[tuple[str, str]]:
    return [(mode, words.CHECK_MODE[mode]) for mode in CHECK_MODES]


def _moment(day: str, clock_time: str) -> datetime:
    try:
        return clock.at_local(date.fromisoformat(day), time.fromisoformat(clock_time))
    except (ValueError, OverflowError) as error:
        raise forms.DateUnreadable() from error

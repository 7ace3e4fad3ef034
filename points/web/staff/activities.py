"""Activities for those who run them: plan, approve, show the code, tick the roster, settle."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid, Refusal
from points.people import persons, teams
from points.places import areas
from points.rewards import settlement
from points.service import activities as occasions
from points.service import attendance, checkin, signups
from points.service import records as book
from points.service.activities import Activity
from points.web import pages, words
from points.web.staff import bp

SCREEN_RENEWS = 5  # seconds
CHECK_MODES = ("dynamic", "static", "staff", "roster")


class DateMissing(Invalid):
    """The day or the times of an activity were not readable."""

    code = "date-missing"
    title = N_("When is it?")
    detail = N_("The day or the times could not be read.")
    next_step = N_("Choose the day, and write the times as 09:00.")


@bp.get("/")
def today() -> Any:
    """The activities in one's reach: today's first, then what comes, what is to be settled, what is over."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    on, which = clock.local_date(at), request.args.get("show", "today")
    asked: dict[str, Any] = {
        "today": {"date_from": on, "date_to": on},
        "coming": {"date_from": on + timedelta(days=1)},
        "settle": {"status": ("ended",)},
        "drafts": {"status": ("draft", "pending_review")},
        "over": {"status": ("settled", "archived", "cancelled")},
    }
    chosen = asked.get(which) or asked["today"]
    return pages.show(
        "staff/today.html",
        found=occasions.listing(session, by=by, **chosen),
        which=which if which in asked else "today",
        may_create=bool(by.reaches("activity.create")),
        sees_activities=bool(by.reaches("activity.see")),
    )


@bp.get("/activities/new")
def activity_new() -> Any:
    """The form of a new activity."""
    return _new()


@bp.post("/activities")
def activity_create() -> Any:
    """Write it down; with the second button, hand it in at once."""
    form, by = request.form, http.current_actor()
    try:
        with transaction() as session:
            team = teams.by_code(session, form.get("team", ""))
            made = occasions.draft(
                session,
                team=team.code,
                category=form.get("category", ""),
                title=form.get("title", ""),
                area=areas.code_of(session, team.area_id),
                place=form.get("place", "").strip(),
                start_at=_moment(form.get("day", ""), form.get("start", "")),
                end_at=_moment(form.get("day", ""), form.get("end", "")),
                capacity=pages.whole_number(form, "capacity"),
                leader=form.get("leader", "").strip().upper() or persons.code_of(session, team.leader_id),
                contact_name=form.get("contact_name", "").strip(),
                contact_phone=form.get("contact_phone", "").strip(),
                content=form.get("content", "").strip(),
                risk_notice=form.get("risk_notice", "").strip(),
                by=by,
                at=clock.now(),
                walk_in_ok=bool(form.get("walk_in_ok")),
                check_mode=form.get("check_mode", "dynamic"),
                min_age=pages.whole_number(form, "min_age", 6),
            )
            if form.get("then") == "submit":
                occasions.submit(session, activity=made.code, by=by, at=clock.now())
    except Refusal as refusal:
        return _new(refusal=refusal)
    flash(gettext("Saved."))
    return redirect(url_for(".activity", code=made.code), 303)


@bp.get("/activities/<code>")
def activity(code: str) -> Any:
    """One activity, and the one next thing to do with it."""
    return _activity(code)


@bp.post("/activities/<code>/<step>")
def activity_step(code: str, step: str) -> Any:
    """Submit, approve, send back or cancel."""
    form, by, at = request.form, http.current_actor(), clock.now()
    reason = form.get("reason", "").strip()
    try:
        with transaction() as session:
            match step:
                case "submit":
                    occasions.submit(session, activity=code, by=by, at=at)
                case "approve":
                    occasions.approve(session, activity=code, by=by, at=at)
                case "send-back":
                    occasions.send_back(session, activity=code, reason=reason, by=by, at=at)
                case "cancel":
                    occasions.cancel(session, activity=code, reason=reason, by=by, at=at)
                case "let-stand":
                    attendance.decide_flags(session, activity=code, by=by, at=at)
                case "confirm-c":
                    settlement.confirm_c(session, activity=code, by=by, at=at)
                case _:
                    pages.not_here()
    except Refusal as refusal:
        return _activity(code, refusal=refusal)
    flash(gettext("Done."))
    return redirect(pages.our_page(form.get("back", ""), url_for(".activity", code=code)), 303)


@bp.get("/activities/<code>/screen")
def activity_screen(code: str) -> Any:
    """The code, as large as the screen is; it renews itself."""
    return pages.show("staff/activity_screen.html", **_screen(code), renews=SCREEN_RENEWS)


@bp.get("/activities/<code>/screen/now")
def activity_screen_now(code: str) -> Any:
    """Only the part of the screen that renews itself."""
    return pages.show("staff/activity_screen_now.html", **_screen(code))


@bp.get("/activities/<code>/roster")
def activity_roster(code: str) -> Any:
    """Everybody who signed up, each with one tick for in and one for out."""
    return _roster(code)


@bp.post("/activities/<code>/roster/tick")
def activity_tick(code: str) -> Any:
    """Tick one person in or out; also somebody who came along, by card or volunteer code."""
    form, by, at = request.form, http.current_actor(), clock.now()
    try:
        with transaction() as session:
            if card := form.get("card", "").strip():
                answer = checkin.scan(
                    session, code=card, activity=code, direction="auto", nonce=form.get("key", ""), by=by, at=at
                )
            else:
                answer = checkin.roster_tick(
                    session,
                    activity=code,
                    volunteer=form.get("volunteer", ""),
                    direction=form.get("direction", ""),
                    nonce=form.get("key", ""),
                    by=by,
                    at=at,
                    force=bool(form.get("force")),
                )
    except Refusal as refusal:
        return _roster(code, refusal=refusal)
    told = gettext("%(name)s is in.") if answer.direction == "in" else gettext("%(name)s is out.")
    flash(told % {"name": answer.volunteer_name})
    return redirect(url_for(".activity_roster", code=code), 303)


@bp.post("/activities/<code>/roster/decide")
def activity_decide(code: str) -> Any:
    """Let a pending sign-up in, or decline it."""
    form, by = request.form, http.current_actor()
    try:
        with transaction() as session:
            signups.decide(
                session,
                activity=code,
                volunteer=form.get("volunteer", ""),
                approve=form.get("approve") == "1",
                by=by,
                at=clock.now(),
            )
    except Refusal as refusal:
        return _roster(code, refusal=refusal)
    return redirect(url_for(".activity_roster", code=code), 303)


@bp.get("/activities/<code>/settle")
def activity_settle(code: str) -> Any:
    """Who was there, what is in the way, and one number to enter."""
    return _settle(code)


@bp.post("/activities/<code>/settle")
def activity_settled(code: str) -> Any:
    """Confirm the records and give the points."""
    form, by = request.form, http.current_actor()
    try:
        with transaction() as session:
            settled = settlement.settle(
                session,
                activity=code,
                by=by,
                at=clock.now(),
                beneficiaries=pages.whole_number(form, "beneficiaries"),
                head_count=pages.whole_number(form, "head_count", -1) if form.get("head_count") else None,
                result_note=form.get("result_note", "").strip(),
            )
    except Refusal as refusal:
        return _settle(code, refusal=refusal)
    return pages.show("staff/activity_settled.html", settled=settled)


def _new(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    return pages.show(
        "staff/activity_new.html",
        refusal=refusal,
        form=request.form,
        teams=[
            team
            for team in teams.visible(session, by=by)
            if team.status == "active"
            and by.role_for("activity.create", area_path=areas.path_of(session, team.area_id), team_id=team.id)
        ],
        categories=occasions.categories(session),
        modes=[(mode, words.CHECK_MODE[mode]) for mode in CHECK_MODES],
        today=clock.local_date(clock.now()).isoformat(),
    )


def _activity(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    found = occasions.seen(session, code, by=by)
    may = _may(found, by)
    if may["confirm_c"]:
        may["confirm_c"] = any(one.status == "computed" for one in book.of_activity(session, activity=code, by=by))
    return pages.show(
        "staff/activity.html",
        refusal=refusal,
        form=request.form,
        activity=found,
        kinds=pages.category_labels(session),
        leader=pages.person_label(session, found.leader_id),
        may=may,
        head_count_differs=attendance.head_count_differs(session, found),
        undecided=len(attendance.undecided(session, activity_id=found.id)),
        poster=f"{http.public_url()}/s/{checkin.poster_token(found)}",
    )


def _may(found: Activity, by: Actor) -> dict[str, bool]:
    """Which buttons are worth showing; the verbs decide for themselves."""
    own = by.volunteer_id is not None and by.volunteer_id == found.leader_id

    def allowed(action: str, *, leader: bool = True) -> bool:
        here = by.role_for(action, area_path=found.area_path, team_id=found.team_id, station_id=found.station_id)
        return (own and leader) or here is not None

    return {
        "submit": found.status == "draft" and allowed("activity.create"),
        "approve": found.status == "pending_review" and allowed("activity.approve", leader=False),
        "cancel": found.status in ("published", "in_progress") and allowed("activity.approve", leader=False),
        "run": found.status in ("published", "in_progress", "ended") and allowed("activity.run"),
        "print": found.status in ("published", "in_progress", "ended") and allowed("activity.run"),
        "settle": found.status == "ended" and allowed("activity.settle"),
        "confirm_c": found.status in ("settled", "archived") and allowed("record.confirm_c", leader=False),
    }


def _screen(code: str) -> dict[str, Any]:
    session, by, at = db.session(), http.current_actor(), clock.now()
    found = occasions.seen(session, code, by=by)
    occasions.require_runner(found, by, "activity.run")
    lines = signups.roster(session, activity=code, by=by)
    return {
        "activity": found,
        "address": f"{http.public_url()}/s/{checkin.screen_token(found, at)}",
        "digits": checkin.screen_digits(found, at),
        "here_now": sum(line.session_status == "open" for line in lines),
        "come": sum(line.session_status is not None for line in lines),
        "expected": len(lines),
    }


def _roster(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    found = occasions.seen(session, code, by=by)
    lines = signups.roster(session, activity=code, by=by)
    may = _may(found, by)
    return pages.show(
        "staff/activity_roster.html", refusal=refusal, form=request.form, activity=found, lines=lines, may=may
    )


def _settle(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    found = occasions.seen(session, code, by=by)
    lines = signups.roster(session, activity=code, by=by)
    return pages.show(
        "staff/activity_settle.html",
        refusal=refusal,
        form=request.form,
        activity=found,
        lines=lines,
        still_in=[line for line in lines if line.session_status == "open"],
        flagged=[line for line in lines if line.flags],
        undecided=len(attendance.undecided(session, activity_id=found.id)),
        records=book.of_activity(session, activity=code, by=by),
    )


def _moment(day: str, clock_time: str) -> datetime:
    try:
        return clock.at_local(date.fromisoformat(day), time.fromisoformat(clock_time))
    except (ValueError, OverflowError) as error:
        raise DateMissing() from error

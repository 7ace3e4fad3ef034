"""Find an activity, join it, leave it."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import persons
from points.places import areas
from points.service import activities as occasions
from points.service import checkin, signups
from points.web import pages
from points.web.volunteer import bp


@bp.get("/activities")
def activities() -> Any:
    """What one can join now, soonest first, by kind, by community and by day."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = persons.by_code(session, by.person)
    kind, when = request.args.get("kind") or None, request.args.get("when", "")
    today = clock.local_date(at)
    last = {"today": today, "week": today + timedelta(days=6)}.get(when)
    day = _day(request.args.get("day", ""))
    places = areas.subtree(session, path=areas.path_of(session, person.street_id), types=("community",))
    place = next((area.code for area in places if area.code == request.args.get("place")), None)
    found = occasions.public_listing(
        session,
        at=at,
        street_id=person.street_id,
        area=place,
        category=kind,
        date_from=day,
        date_to=day or last,
        text=request.args.get("text", "")[:40],
    )
    mine = {activity.code: signup.status for signup, activity in signups.mine(session, volunteer_id=person.id)}
    return pages.show(
        "volunteer/activities.html",
        form=request.args,
        found=found,
        mine=mine,
        kinds=occasions.categories(session),
        kind=kind,
        places=places,
        place=place,
        day=day,
        today=today,
        when="" if day else when,
    )


@bp.get("/activities/<code>")
def activity(code: str) -> Any:
    """One activity: when, where, what to bring, who leads it, and how many places are left."""
    return _activity(code)


@bp.post("/activities/<code>/sign-up")
def sign_up(code: str) -> Any:
    """Take a place, or one on the waiting list."""
    by = http.current_actor()
    try:
        with transaction() as session:
            signup = signups.sign_up(
                session,
                activity=code,
                volunteer=by.person,
                by=by,
                at=clock.now(),
                guardian_present=bool(request.form.get("guardian_present")),
                as_report_in=request.form.get("as_report_in") or None,
            )
    except Refusal as refusal:
        return _activity(code, refusal=refusal)
    told = {
        "approved": gettext("You have a place. Come on time, and scan the code at the place."),
        "waitlisted": gettext("All places are taken. You are on the waiting list and move up by yourself."),
        "pending": gettext("The leader decides about your sign-up."),
    }
    flash(told.get(signup.status, ""), "good")
    return redirect(url_for(".activity", code=code), 303)


@bp.post("/activities/<code>/cancel")
def cancel(code: str) -> Any:
    """Give the place back; it costs nothing."""
    by = http.current_actor()
    try:
        with transaction() as session:
            signups.cancel(session, activity=code, volunteer=by.person, by=by, at=clock.now())
    except Refusal as refusal:
        return _activity(code, refusal=refusal)
    flash(gettext("You are off the list. Thank you for saying so in time."), "good")
    return redirect(url_for(".activity", code=code), 303)


@bp.post("/activities/<code>/digits")
def digits(code: str) -> Any:
    """The six digits beside the code, for people who cannot scan."""
    try:
        with transaction() as session:
            ticket = checkin.ticket(session, code=request.form.get("digits", ""), activity=code, at=clock.now())
    except Refusal as refusal:
        return _activity(code, refusal=refusal)
    return redirect(url_for(".scan", ticket=ticket), 303)


def _day(text: str) -> date | None:
    """The day asked for in the address; None for none, and for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _activity(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    found = occasions.seen(session, code, by=by)
    assert by.volunteer_id is not None
    all_mine = signups.mine(session, volunteer_id=by.volunteer_id, limit=500)
    mine = next((signup for signup, its in all_mine if its.id == found.id), None)
    running = found.status in ("published", "in_progress", "ended")
    return pages.show(
        "volunteer/activity.html",
        refusal=refusal,
        form=request.form,
        activity=found,
        kinds=pages.category_labels(session),
        mine=mine,
        before=at < found.start_at and found.status in ("published", "in_progress"),
        over=found.end_at <= at and found.status in ("in_progress", "ended", "settled"),
        may_check_in=running and abs(found.start_at - at) < timedelta(days=1),
    )

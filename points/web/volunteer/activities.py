"""Find an activity, join it, leave it."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.database import db, transaction
from points.foundation import clock, masking
from points.foundation.errors import Refusal
from points.people import persons
from points.places import areas
from points.service import activities as occasions
from points.service import checkin, signups
from points.service.activities import series as serial
from points.web import pages
from points.web.subjects import subject
from points.web.volunteer import bp

MANY = 200
FIRST = 4
"""So many activities come first in large print; the rest is one tap away."""


@bp.get("/activities")
def activities() -> Any:
    """What one can join now, soonest first, by kind, by community and by day."""
    session, who, at = db.session(), subject(), clock.now()
    person = persons.by_code(session, who.code)
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
        which=occasions.Which(
            area=place,
            category=kind,
            date_from=day,
            date_to=day or last,
            text=request.args.get("text", "")[:40],
        ),
        limit=MANY,
    )
    found, dates = serial.firsts(found)
    mine = {activity.code: signup.status for signup, activity in signups.mine(session, volunteer_id=person.id)}
    many = FIRST if pages.elder() and not request.args.get("all") else len(found)
    return pages.show(
        "volunteer/activities.html",
        form=request.args,
        subject=who,
        found=found[:many],
        places_left={one.code: one.capacity - one.places_taken for one in found},
        dates=dates,
        more=len(found) - many if len(found) > many else 0,
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
    return shown(code)


@bp.post("/activities/<code>/sign-up")
def sign_up(code: str) -> Any:
    """Take a place, or one on the waiting list."""
    by = http.current_actor()
    try:
        with transaction() as session:
            signup = signups.sign_up(
                session,
                activity=code,
                volunteer=subject().code,
                by=by,
                at=clock.now(),
                guardian_present=bool(request.form.get("guardian_present")),
                as_report_in=request.form.get("as_report_in") or None,
            )
    except Refusal as refusal:
        return shown(code, refusal=refusal)
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
            signups.cancel(session, activity=code, volunteer=subject().code, by=by, at=clock.now())
    except Refusal as refusal:
        return shown(code, refusal=refusal)
    flash(gettext("You are off the list. Thank you for saying so in time."), "good")
    return redirect(url_for(".activity", code=code), 303)


@bp.post("/activities/<code>/digits")
def digits(code: str) -> Any:
    """The six digits beside the code, for people who cannot scan."""
    try:
        with transaction() as session:
            ticket = checkin.ticket(session, code=request.form.get("digits", ""), activity=code, at=clock.now())
    except Refusal as refusal:
        return shown(code, refusal=refusal)
    return redirect(url_for(".scan", ticket=ticket), 303)


def _day(text: str) -> date | None:
    """The day asked for in the address; None for none, and for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def shown(code: str, *, refusal: Refusal | None = None) -> Any:
    """The page of one activity, with what was refused."""
    session, who, at = db.session(), subject(), clock.now()
    person = persons.by_code(session, who.code)
    found = occasions.seen(session, code, by=who.reader)
    all_mine = signups.mine(session, volunteer_id=who.id, limit=500)
    mine = next((signup for signup, its in all_mine if its.id == found.id), None)
    running = found.status in ("published", "in_progress", "ended")
    age = masking.age_on(person.birth_date, clock.local_date(found.start_at))
    return pages.show(
        "volunteer/activity.html",
        refusal=refusal,
        form=request.form,
        subject=who,
        activity=found,
        places_left=found.capacity - found.places_taken,
        person=person,
        kinds=pages.category_labels(session),
        mine=mine,
        before=at < found.start_at and found.status in ("published", "in_progress"),
        over=found.end_at <= at and found.status in ("in_progress", "ended", "settled"),
        may_check_in=running and abs(found.start_at - at) < timedelta(days=1) and not who.child,
        accompanied=age < signups.ALONE_FROM,
        dates=serial.coming(session, found, at=at),
        held=len(signups.held(session, series_id=found.series_id, volunteer=who.code, at=at)),
    )

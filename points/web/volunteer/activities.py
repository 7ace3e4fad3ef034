"""Find an activity, join it, leave it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db, transaction
from points.foundation import clock, masking
from points.foundation.errors import Refusal
from points.people import persons, teams, units
from points.places import areas, stations
from points.service import activities, checkin, signups
from points.service.activities import notices, series, themes, turning
from points.service.statuses import JOINABLE, RUNNING, ActivityStatus, SignupStatus
from points.shapes.fields import Code, Day, Flag, Text, Whole, Word
from points.shapes.fields import Digits as SixDigits
from points.shapes.forms import Form
from points.shapes.signups import NewSignupShape
from points.web import forms, pages
from points.web.subjects import subject
from points.web.volunteer import bp

FIRST = 4
"""So many activities come first in large print; the rest is one tap away."""


@dataclass(frozen=True, kw_only=True)
class Search(Form):
    """Which activities: of a kind, in a community, on a day or soon; in large print all of them or the first."""

    kind: Annotated[str, Code()] = ""
    when: Annotated[str, Word("today", "week")] = ""
    day: Annotated[date | None, Day()] = None
    place: Annotated[str, Code()] = ""
    text: Annotated[str, Text(40)] = ""
    page: Annotated[int, Whole(least=1, most=1_000_000)] = 1
    everything: Annotated[bool, Flag(data_key="all")] = False


@dataclass(frozen=True, kw_only=True)
class SignUp(Form, like=NewSignupShape):
    """Whether a guardian comes along, and as whom one comes who reported in."""

    guardian_present: bool = False
    as_report_in: str = ""
    as_team: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class Digits(Form):
    """The six digits beside the code, or what else was read there."""

    digits: Annotated[str, SixDigits(checkin.LONGEST, least=1)]


@bp.get("/activities", endpoint="activities")
def find_activities() -> Response:
    """What one can join now, soonest first, by kind, by community and by day."""
    session, who, at = db.session(), subject(), clock.now()
    person = persons.by_code(session, who.code)
    form, today = forms.asked(Search), clock.local_date(at)
    last = {"today": today, "week": today + timedelta(days=6)}.get(form.when)
    places = areas.subtree(session, path=areas.path_of(session, person.street_id), types=("community",))
    place = next((area.code for area in places if area.code == form.place), None)
    turn = turning.open_to_all(
        session,
        at=at,
        street_id=person.street_id,
        which=activities.Which(
            area=place,
            category=form.kind or None,
            date_from=form.day,
            date_to=form.day or last,
            text=form.text,
        ),
        page=form.page,
    )
    found, dates = turn.activities, turn.more
    mine = signups.statuses(session, volunteer_id=person.id, activity_ids=[one.id for one in found])
    many = FIRST if pages.elder() and not form.everything else len(found)
    return pages.show(
        "volunteer/activities.html",
        subject=who,
        found=found[:many],
        places_left={one.code: one.capacity - one.places_taken for one in found},
        dates=dates,
        more=turn.count - many if len(found) > many else 0,
        count=turn.count,
        turned=pages.turned(form.page, turn.count, a_page=turning.A_PAGE),
        asked={name: value for name, value in forms.address(form).items() if name != "page"},
        mine=mine,
        kinds=activities.categories(session),
        kind=form.kind or None,
        places=places,
        place=place,
        day=form.day,
        today=today,
        when="" if form.day else form.when,
    )


@bp.get("/activities/<code>")
def activity(code: str) -> Response:
    """One activity: when, where, what to bring, who leads it, and how many places are left."""
    return shown(code)


@bp.post("/activities/<code>/sign-up")
def sign_up(code: str) -> Response:
    """Take a place, or one on the waiting list."""
    by = http.current_actor()
    try:
        form = forms.read(SignUp)
        status = forms.once(
            lambda session: (
                signups.sign_up(
                    session,
                    activity=code,
                    volunteer=subject().code,
                    by=by,
                    at=clock.now(),
                    guardian_present=form.guardian_present,
                    as_report_in=form.as_report_in or None,
                    as_team=form.as_team or None,
                ).status
            )
        )
    except Refusal as refusal:
        return shown(code, refusal=refusal)
    told = {
        SignupStatus.APPROVED: gettext("You have a place. Come on time, and scan the code at the place."),
        SignupStatus.WAITLISTED: gettext("All places are taken. You are on the waiting list and move up by yourself."),
        SignupStatus.PENDING: gettext("The leader decides about your sign-up."),
    }
    flash(told.get(SignupStatus(status), ""), "good")
    return redirect(url_for(".activity", code=code), 303)


@bp.post("/activities/<code>/cancel")
def cancel(code: str) -> Response:
    """Give the place back; it costs nothing."""
    by = http.current_actor()
    try:
        forms.once(
            lambda session: signups.cancel(session, activity=code, volunteer=subject().code, by=by, at=clock.now())
        )
    except Refusal as refusal:
        return shown(code, refusal=refusal)
    flash(gettext("You are off the list. Thank you for saying so in time."), "good")
    return redirect(url_for(".activity", code=code), 303)


@bp.post("/activities/<code>/digits")
def digits(code: str) -> Response:
    """The six digits beside the code, for people who cannot scan."""
    try:
        typed = forms.read(Digits).digits
        with transaction() as session:
            ticket = checkin.ticket(session, code=typed, activity=code, at=clock.now())
    except Refusal as refusal:
        return shown(code, refusal=refusal)
    return redirect(url_for(".scan", ticket=ticket), 303)


def shown(code: str, *, refusal: Refusal | None = None) -> Response:
    """The page of one activity, with what was refused."""
    session, who, at = db.session(), subject(), clock.now()
    person = persons.by_code(session, who.code)
    found = activities.seen(session, code, by=who.reader)
    mine = signups.of(session, volunteer_id=who.id, activity_id=found.id)
    running = found.status in RUNNING
    age = masking.age_on(person.birth_date, clock.local_date(found.start_at))
    return pages.show(
        "volunteer/activity.html",
        refusal=refusal,
        form=forms.shown(SignUp),
        typed=forms.shown(Digits),
        subject=who,
        activity=found,
        station=stations.name_of(session, found.station_id),
        theme=themes.titles(session, [found.theme_id])[found.theme_id],
        places_left=found.capacity - found.places_taken,
        person=person,
        kinds=pages.category_labels(session),
        mine=mine,
        told=notices.of(session, found.id, since=mine.queued_at) if mine else [],
        before=at < found.start_at and found.status in JOINABLE,
        over=found.end_at <= at
        and found.status in (ActivityStatus.IN_PROGRESS, ActivityStatus.ENDED, ActivityStatus.SETTLED),
        may_check_in=running and abs(found.start_at - at) < timedelta(days=1) and not who.child,
        reports=units.of_volunteer(session, who.id),
        other_teams=[
            (team.code, team.name)
            for member, team in teams.mine(session, volunteer_id=who.id)
            if member.status == "active" and team.id != found.team_id
        ],
        accompanied=age < signups.ALONE_FROM,
        dates=series.coming(session, found, at=at),
        held=len(signups.held(session, series_id=found.series_id, volunteer=who.code, at=at)),
    )

"""An activity that took place without having been planned here: proposed with its people, approved by another."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock, typed
from points.foundation.errors import N_, Invalid, Refusal
from points.people import persons, teams
from points.places import areas
from points.service import activities, stays
from points.service.activities import Plan
from points.service.activities.timetable import Daily
from points.service.stays import Attendee
from points.shapes.activities import NewActivityShape
from points.shapes.fields import ClockTime, Day, Number, Text
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.staff import bp

LINE = re.compile(r"(.+?)(?:\s+(\d{1,2}):(\d{2})\s*[-–—~～至到]\s*(\d{1,2}):(\d{2}))?", re.ASCII)


@dataclass(eq=False)
class AttendeeUnreadable(Invalid):
    """A line of the people who were there cannot be read."""

    code = "attendee-unreadable"
    title = N_("A line cannot be read")
    detail = N_("Line %(line)d cannot be read: %(text)s")
    next_step = N_("Write a number in each line, with the times where somebody came later or left earlier.")
    line: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Backfill(Form, like=NewActivityShape):
    """What took place, when, and who was there: a number a line, with times where they differ."""

    title: str
    team: str
    category: str
    leader: Annotated[str, Number()] = ""
    day: Annotated[date, Day()]
    start: Annotated[time, ClockTime()]
    end: Annotated[time, ClockTime()]
    place: str
    content: str
    risk_notice: Annotated[str, Text(500, least=1, lines=True)]
    contact_name: str
    contact_phone: str
    hazard: bool = False
    insurance_ref: str = ""
    min_age: int = 6
    people: Annotated[str, Text(20_000, least=1, lines=True)]


@bp.get("/activities/backfill")
def backfill() -> Response:
    """Tell of an activity of the last ten working days, and who was there."""
    return _backfill()


@bp.post("/activities/backfill")
def backfill_proposed() -> Response:
    """Propose it; another person at the street approves it, and its hours are of grade C."""
    by, at = http.current_actor(), clock.now()

    def propose(session: Session) -> str:
        plan = _plan(session, form, places=len(people))
        made = activities.backfill(session, plan=plan, by=by, at=at)
        stays.list_backfilled(session, activity=made.code, attendees=people, by=by, at=at)
        return url_for(".activity", code=made.code)

    try:
        form = forms.read(Backfill)
        people = _people(form)
        page = forms.once(propose)
    except Refusal as refusal:
        return _backfill(refusal=refusal)
    flash(gettext("Saved. Another person at the street approves it."))
    return redirect(page, 303)


def _people(form: Backfill) -> list[Attendee]:
    """Who was there, as it is typed line by line. Raises AttendeeUnreadable."""
    when, found = _when(form), []
    for number, line in enumerate(form.people.splitlines(), start=1):
        if not line.strip():
            continue
        read = LINE.fullmatch(line.strip().replace("：", ":"))
        try:
            who = typed.number(read[1]) if read else ""
            since = _at(when, read[2], read[3]) if read and read[2] else when.start_at
            until = _at(when, read[4], read[5]) if read and read[4] else when.end_at
        except ValueError as error:
            raise AttendeeUnreadable(line=number, text=line[:40]) from error
        if not re.fullmatch(typed.CODE, who):
            raise AttendeeUnreadable(line=number, text=line[:40])
        found.append(Attendee(who, since, until))
    return found


def _at(when: Daily, hour: str, minute: str) -> datetime:
    """A time of the clock in the course of the activity, also after midnight. Raises ValueError."""
    at = clock.at_local(when.day, time(int(hour), int(minute)))
    return at if at >= when.start_at or not when.over_midnight else at + timedelta(days=1)


def _when(form: Backfill) -> Daily:
    return Daily(form.day, form.day, form.start, form.end)


def _plan(session: Session, form: Backfill, *, places: int) -> Plan:
    team, when = teams.by_code(session, form.team), _when(form)
    return Plan(
        team=team.code,
        category=form.category,
        area=areas.code_of(session, team.area_id),
        leader=form.leader or persons.code_of(session, team.leader_id),
        title=form.title,
        place=form.place,
        start_at=when.start_at,
        end_at=when.end_at,
        capacity=max(places, 1),
        contact_name=form.contact_name,
        contact_phone=form.contact_phone,
        content=form.content,
        risk_notice=form.risk_notice,
        hazard=form.hazard,
        insurance_ref=form.insurance_ref,
        min_age=form.min_age,
    )


def _backfill(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    by.require_somewhere("activity.backfill")
    return pages.show(
        "staff/backfill.html",
        refusal=refusal,
        form=forms.shown(Backfill),
        teams=teams.active(session, action="activity.backfill", by=by),
        categories=activities.categories(session),
        today=clock.local_date(clock.now()).isoformat(),
    )

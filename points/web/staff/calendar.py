"""Days off: the national calendar of a year, and the days that are off or worked here all the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import NotPermitted
from points.foundation.errors import Refusal
from points.places import calendar as places_calendar
from points.shapes.calendar import DayOfOurOwnShape, ForgottenDayShape
from points.shapes.fields import Whole
from points.shapes.forms import AnyForm, Form
from points.web import forms, pages
from points.web.staff import bp


@dataclass(frozen=True, kw_only=True)
class OfYear(Form):
    """The year that is looked at; this one, unless chosen."""

    year: Annotated[int, Whole(least=2000, most=2200)] = 0


@dataclass(frozen=True, kw_only=True)
class DayOfOurOwn(Form, like=DayOfOurOwnShape):
    """A day, and whether it is worked."""

    day: date
    is_workday: bool


@dataclass(frozen=True, kw_only=True)
class ForgottenDay(Form, like=ForgottenDayShape):
    """A day about which the national calendar shall hold again."""

    day: date


@bp.get("/calendar", endpoint="calendar")
def show_calendar() -> Response:
    """The days off of a year, and the weekends that are worked."""
    return _calendar(forms.asked(OfYear).year)


@bp.post("/calendar")
def calendar_override() -> Response:
    """Say that a day is off or worked here."""

    def say(session: Session, form: DayOfOurOwn) -> int:
        places_calendar.override(
            session, day=form.day, is_workday=form.is_workday, by=http.current_actor(), at=clock.now()
        )
        return form.day.year

    return _said(DayOfOurOwn, say)


@bp.post("/calendar/forget")
def calendar_forget() -> Response:
    """Let the national calendar hold again."""

    def forget(session: Session, form: ForgottenDay) -> int:
        places_calendar.forget(session, day=form.day, by=http.current_actor(), at=clock.now())
        return form.day.year

    return _said(ForgottenDay, forget)


def _said(form: type[AnyForm], act: Callable[[Session, AnyForm], int]) -> Response:
    try:
        typed = forms.read(form)
        year = forms.once(lambda session: str(act(session, typed)))
    except Refusal as refusal:
        return _calendar(0, refusal=refusal)
    flash(gettext("Entered."))
    return redirect(url_for(".calendar", year=year), 303)


def _calendar(asked: int, *, refusal: Refusal | None = None) -> Response:
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    if not by.reaches("calendar.change"):
        raise NotPermitted(action="calendar.change")
    year = asked or today.year
    return pages.show(
        "staff/calendar.html",
        refusal=refusal,
        form=forms.shown(DayOfOurOwn),
        year=year,
        years=range(today.year - 1, today.year + 2),
        known=places_calendar.is_known(session, year=year),
        found=places_calendar.of_year(session, year=year),
    )

"""All coming dates of an activity that comes back every week: join them together, or give all places back."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.foundation import clock
from points.foundation.errors import Refusal
from points.service import signups
from points.service.activities import series
from points.service.statuses import SignupStatus
from points.shapes.fields import Flag
from points.shapes.forms import Form
from points.shapes.signups import NewSignupShape
from points.web import forms
from points.web.subjects import subject
from points.web.volunteer import bp
from points.web.volunteer.activities import shown


@dataclass(frozen=True, kw_only=True)
class AllDates(Form, like=NewSignupShape):
    """Come to every date, with a guardian or without, or to none."""

    guardian_present: bool = False
    leave: Annotated[bool, Flag()] = False


@bp.post("/activities/<code>/series")
def join_series(code: str) -> Response:
    """Take a place at every coming date, or give them all back; `code` is any of its dates."""
    by, at, who = http.current_actor(), clock.now(), subject().code

    def act(session: Session) -> str:
        found = series.of_date(session, code)
        if form.leave:
            signups.leave(session, series=found.code, volunteer=who, by=by, at=at)
            return str(gettext("You are off the list of all coming dates. Thank you for saying so in time."))
        made = signups.join(
            session, series=found.code, volunteer=who, guardian_present=form.guardian_present, by=by, at=at
        )
        counted = Counter(one.status for one in made)
        told = str(gettext("You have a place on %(n)d dates.", n=counted[SignupStatus.APPROVED]))
        if more := counted[SignupStatus.WAITLISTED]:
            told += " " + gettext("On %(n)d dates you are on the waiting list.", n=more)
        return told

    try:
        form = forms.read(AllDates)
        told = forms.once(act)
    except Refusal as refusal:
        return shown(code, refusal=refusal)
    flash(told, "good")
    return redirect(url_for(".activity", code=code), 303)

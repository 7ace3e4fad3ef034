"""All coming dates of an activity that comes back every week: join them together, or give all places back."""

from collections import Counter
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.database import transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.service import signups
from points.service.activities import series as serial
from points.web.subjects import subject
from points.web.volunteer import bp
from points.web.volunteer.activities import shown


@bp.post("/activities/<code>/series")
def join_series(code: str) -> Any:
    """Take a place at every coming date, or give them all back; `code` is any of its dates."""
    by, at, who = http.current_actor(), clock.now(), subject().code
    leaving = request.form.get("leave") == "1"
    try:
        with transaction() as session:
            found = serial.of_date(session, code)
            if leaving:
                signups.leave(session, series=found.code, volunteer=who, by=by, at=at)
                told = gettext("You are off the list of all coming dates. Thank you for saying so in time.")
            else:
                guardian = bool(request.form.get("guardian_present"))
                made = signups.join(session, series=found.code, volunteer=who, guardian_present=guardian, by=by, at=at)
                counted = Counter(one.status for one in made)
                told = gettext("You have a place on %(n)d dates.", n=counted["approved"])
                if more := counted["waitlisted"]:
                    told += " " + gettext("On %(n)d dates you are on the waiting list.", n=more)
    except Refusal as refusal:
        return shown(code, refusal=refusal)
    flash(told, "good")
    return redirect(url_for(".activity", code=code), 303)

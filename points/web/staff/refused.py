"""Why people could not check in, by day and activity, with the way out beside it. Read only."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_
from points.service import checkin
from points.shapes.fields import Day
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.staff import bp

REASONS = {
    "invalid": (N_("The code was no check-in code"), N_("Let them scan the screen again, or tick them on the roster.")),
    "ambiguous": (N_("It was not clear who or what was meant"), N_("Scan the card on the roster of the activity.")),
    "code-expired": (
        N_("The code was too old"),
        N_("A photo or forwarded code does not work; let them scan the screen."),
    ),
    "code-revoked": (N_("The card is no longer valid"), N_("Tick them on the roster; the station prints a new card.")),
    "person-suspended": (N_("The registration is not active"), N_("The community looks at the registration.")),
    "not-signed-up": (N_("Had no place"), N_("Type their code on the roster and let them in as a walk-in.")),
    "activity-cancelled": (N_("The activity was called off"), N_("Tell them what else is on.")),
    "too-early": (N_("Came too early"), N_("Check-in opens 30 minutes before the start.")),
    "too-late": (N_("Came too late to scan"), N_("If they were there, propose to make up the time.")),
    "already-in": (N_("Was checked in already"), N_("Nothing to do.")),
    "not-in": (
        N_("Wanted to check out without having checked in"),
        N_("If they were there, propose to make up the time."),
    ),
    "full": (N_("All places were taken"), N_("More places: change the activity.")),
    "needs-guardian": (
        N_("Too young without the guardian"),
        N_("When the guardian is there, tick them on the roster."),
    ),
    "on-duty": (
        N_("Was on duty as staff"),
        N_("Working hours are not service; the street may allow it with a reason."),
    ),
    "other-session-open": (N_("Was still checked in elsewhere"), N_("Check them out there first.")),
    "device-revoked": (N_("The device may no longer scan"), N_("Use another device; an administrator can enrol it.")),
}
"""What each refusal is called in a list, and what the leader can do about it."""

ROSTER = ("invalid", "ambiguous", "code-expired", "code-revoked", "not-signed-up", "needs-guardian")
MAKE_UP = ("too-late", "not-in")
BACK = 30  # days that can be looked at from here


@dataclass(frozen=True, kw_only=True)
class OfDay(Form):
    """Which day."""

    day: Annotated[date | None, Day()] = None


def may_open(by: Actor) -> bool:
    """Whether these pages are for `by`: who runs activities anywhere, or leads one as a volunteer."""
    return bool(by.reaches("activity.run")) or by.volunteer_id is not None


@bp.get("/refused")
def refused() -> Response:
    """The refused scans of a day at the activities that one runs."""
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    if not may_open(by):
        raise NotPermitted(action="activity.run")
    day = _day(today)
    found = checkin.refused(session, by=by, day=day)
    names = pages.names_of(session, {one.volunteer for one in found if one.volunteer}, by=by)
    activities: dict[tuple[str, str], dict[str, list[checkin.Refused]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        if one.volunteer not in [
            said.volunteer for said in activities[one.activity, one.title][one.reason] if said.volunteer
        ]:
            activities[one.activity, one.title][one.reason].append(one)
    return pages.show(
        "staff/refused.html",
        day=day,
        before=day - timedelta(days=1) if day > today - timedelta(days=BACK) else None,
        after=day + timedelta(days=1) if day < today else None,
        found=activities,
        names=names,
        reasons=REASONS,
        roster=ROSTER,
        make_up=MAKE_UP,
    )


def _day(today: date) -> date:
    asked = forms.asked(OfDay).day or today
    return min(max(asked, today - timedelta(days=BACK)), today)

"""The first page of those who run activities: today's, what comes, what is to be settled, drafts, and what is over."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import Actor
from points.office.first_steps import FirstSteps, first_steps
from points.people import teams
from points.people.tables import Team, TeamMember
from points.service import activities
from points.service.activities import turning
from points.service.statuses import NOT_OVER, SETTLED, ActivityStatus
from points.shapes.fields import Whole, Word
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.activities import may_do
from points.web.staff.refused import may_open

OPEN = (*NOT_OVER, ActivityStatus.ENDED)


@dataclass(frozen=True, kw_only=True)
class Showing(Form):
    """Which of the activities."""

    show: Annotated[str, Word("today", "coming", "settle", "drafts", "over")] = "today"
    page: Annotated[int, Whole(least=1, most=1_000_000)] = 1


@dataclass(frozen=True)
class Wanted:
    """What is asked of the list of activities."""

    which: activities.Which
    soonest: bool = False


@bp.get("/")
def today() -> Response:
    """The activities in one's reach: today's first, then what comes, what is to be settled, what is over."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    asked = forms.asked(Showing)
    which = asked.show
    wanted = _wanted(which, clock.local_date(at))
    found = turning.in_reach(
        session,
        by=by,
        which=wanted.which,
        page=asked.page,
        soonest=wanted.soonest,
        one_a_series=which in ("coming", "drafts"),
    )
    shown = found.activities
    return pages.show(
        "staff/today.html",
        found=shown,
        more=found.more,
        count=found.count,
        turned=pages.turned(asked.page, found.count, a_page=turning.A_PAGE),
        may={one.code: may_do(one, by) for one in shown},
        which=which,
        to_settle=turning.count(session, by=by, which=activities.Which(status=(ActivityStatus.ENDED,))),
        to_approve=_to_approve(session, by),
        my_teams=[team for member, team in _led(session, by) if team.status == "active"],
        may_create=bool(by.reaches("activity.propose")),
        sees_units=bool(by.reaches("unit.see")),
        sees_teams=bool(by.reaches("team.see")),
        sees_figures=bool(by.reaches("report.count")),
        sees_activities=bool(by.reaches("activity.see")),
        sees_refused=may_open(by),
        may_backfill=bool(by.reaches("activity.backfill")),
        may_register=bool(by.reaches("volunteer.register")),
        steps=first_steps(session) if by.reaches("area.change") else FirstSteps(),
    )


def _wanted(which: str, today: date) -> Wanted:
    match which:
        case "coming":
            return Wanted(activities.Which(date_from=today + timedelta(days=1), status=OPEN), soonest=True)
        case "settle":
            return Wanted(activities.Which(status=(ActivityStatus.ENDED,)))
        case "drafts":
            return Wanted(activities.Which(status=(ActivityStatus.DRAFT, ActivityStatus.PENDING_REVIEW)), soonest=True)
        case "over":
            return Wanted(activities.Which(status=(*SETTLED, ActivityStatus.CANCELLED)))
        case _:
            return Wanted(activities.Which(date_from=today, date_to=today), soonest=True)


def _to_approve(session: Session, by: Actor) -> int:
    """How many activities wait for who may approve some."""
    if not by.reaches("activity.approve"):
        return 0
    return len(activities.waiting_for_approval(session, by=by, at=clock.now()))


def _led(session: Session, by: Actor) -> list[tuple[TeamMember, Team]]:
    """The teams that somebody leads."""
    if by.volunteer_id is None:
        return []
    return [
        (member, team) for member, team in teams.mine(session, volunteer_id=by.volunteer_id) if member.role != "member"
    ]

"""The dates of a series together: submitted, approved, sent back, continued, or the rest of them cancelled."""

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
from points.foundation.errors import Refusal
from points.service.activities import series
from points.service.statuses import ActivityStatus
from points.shapes.fields import Day
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.planning import mind
from points.web.usual import Onward, Why


@dataclass(frozen=True, kw_only=True)
class CancelRest(Why):
    """From which day on the rest is cancelled, and why."""

    from_day: Annotated[date, Day()]


@dataclass(frozen=True, kw_only=True)
class Longer(Form):
    """Until which day it goes on."""

    until: Annotated[date, Day()]


@bp.get("/series/<code>")
def series_page(code: str) -> Response:
    """All dates of a series, and what can be done with them together."""
    return _series(code)


@bp.post("/series/<code>/<step>")
def series_step(code: str, step: str) -> Response:
    """Submit, approve, send back, continue, or cancel the rest."""
    by, at = http.current_actor(), clock.now()
    try:

        def act(session: Session) -> None:
            match step:
                case "submit":
                    series.submit(session, series=code, by=by, at=at)
                case "approve":
                    series.approve(session, series=code, by=by, at=at)
                case "send-back":
                    series.send_back(session, series=code, reason=forms.read(Why).reason, by=by, at=at)
                case "cancel":
                    rest = forms.read(CancelRest)
                    series.cancel(session, series=code, reason=rest.reason, from_day=rest.from_day, by=by, at=at)
                case "extend":
                    series.extend(session, series=code, until=forms.read(Longer).until, by=by, at=at)
                case _:
                    pages.not_here()

        forms.once(act)
    except Refusal as refusal:
        return _series(code, refusal=refusal, step=step)
    flash(gettext("Done."))
    return redirect(pages.our_page(forms.asked(Onward).back, url_for(".series_page", code=code)), 303)


def _series(code: str, *, refusal: Refusal | None = None, step: str = "") -> Response:
    session, by, at = db.session(), http.current_actor(), clock.now()
    found, dates = series.seen(session, code, by=by)
    coming = [one for one in dates if one.end_at > at and one.status != ActivityStatus.CANCELLED]
    example = coming[0] if coming else dates[-1]

    def may(action: str) -> bool:
        return (
            by.role_for(action, area_path=example.area_path, team_id=example.team_id, station_id=example.station_id)
            is not None
        )

    own = by.volunteer_id is not None and by.volunteer_id == example.leader_id
    states = {one.status for one in coming}
    return pages.show(
        "staff/series.html",
        refusal=refusal,
        send_back=forms.shown(Why, here=step == "send-back"),
        longer=forms.shown(Longer),
        cancel=forms.shown(CancelRest),
        series=found,
        weekdays=series.weekdays_of(found),
        example=example,
        mind=mind(example),
        coming=coming,
        past=[one for one in dates if one not in coming],
        to_submit=ActivityStatus.DRAFT in states and (own or may("activity.create")),
        to_approve=ActivityStatus.PENDING_REVIEW in states and may("activity.approve"),
        runs=own or may("activity.run"),
        today=clock.local_date(at).isoformat(),
        leader=pages.person_label(session, example.leader_id, by=by),
    )

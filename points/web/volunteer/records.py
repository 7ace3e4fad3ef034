"""My records: what was counted, what I forgot and claim afterwards, and what I object to."""

from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.rewards import missed_check_outs, settlement
from points.service import activities, makeups, records
from points.service.statuses import HELD, MakeupReason
from points.shapes.forms import Form
from points.shapes.records import RecordReasonShape
from points.web import claims, forms, pages, service_words
from points.web.subjects import subject
from points.web.usual import Page
from points.web.volunteer import bp

A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Objection(Form, like=RecordReasonShape):
    """What is wrong with a record."""

    reason: str


@bp.get("/records", endpoint="records")
def my_records() -> Response:
    """My service records: when, what, how long, how well proved; and what waits to be made up."""
    session, who = db.session(), subject()
    page = forms.asked(Page).page
    mine, count = records.turned(session, volunteer_id=who.id, offset=(page - 1) * A_PAGE, limit=A_PAGE)
    claimed = makeups.mine(session, volunteer_id=who.id) if page == 1 else []
    shown = {record.activity_id for record in mine if record.activity_id} | {claim.activity_id for claim in claimed}
    return pages.show(
        "volunteer/records.html",
        subject=who,
        records=mine,
        claims=claimed,
        titles=activities.titles(session, sorted(shown)),
        forgotten=missed_check_outs.mine(session, volunteer_id=who.id, at=clock.now()) if page == 1 else [],
        count=count,
        turned=pages.turned(page, count, a_page=A_PAGE),
        minutes=records.total_minutes(session, who.id),
    )


@bp.get("/records/<code>")
def record(code: str) -> Response:
    """One record with its earlier versions, and the place to object."""
    return _record(code)


@bp.post("/records/<code>")
def dispute(code: str) -> Response:
    """Object to a record; until it is decided its points are kept as they are."""
    by, who = http.current_actor(), subject()
    found = records.seen(db.session(), code, by=who.reader)
    if found.volunteer_id != who.id:
        pages.not_here()
    try:
        reason = forms.read(Objection).reason
        forms.once(
            lambda session: settlement.dispute_record(session, record=code, reason=reason, by=by, at=clock.now())
        )
    except Refusal as refusal:
        return _record(code, refusal=refusal)
    flash(gettext("Your objection is there. The street looks at it; you see the answer here."), "good")
    return redirect(url_for(".record", code=code), 303)


@bp.get("/activities/<code>/makeup")
def makeup(code: str) -> Response:
    """Claim the time that was not scanned: until when that is possible, and what became of it."""
    return _makeup(code)


@bp.post("/activities/<code>/makeup")
def claim(code: str) -> Response:
    """Send the claim to the community, which decides."""
    by = http.current_actor()
    found = activities.seen(db.session(), code, by=by)
    try:
        form = forms.read(claims.Claim)
        came, went = claims.times(found, form)

        def act(session: Session) -> None:
            claimed = makeups.Claim(
                activity=code,
                volunteer=subject().code,
                claimed_in=came,
                claimed_out=went,
                reason=form.reason,
                note=form.note,
            )
            settlement.propose_makeup(session, claim=claimed, by=by, at=clock.now())

        forms.once(act)
    except Refusal as refusal:
        return _makeup(code, refusal=refusal)
    flash(gettext("Sent. The community decides; you see here what became of it."), "good")
    return redirect(url_for(".makeup", code=code), 303)


def _record(code: str, *, refusal: Refusal | None = None) -> Response:
    session, who = db.session(), subject()
    found = records.seen(session, code, by=who.reader)
    if found.volunteer_id != who.id:
        pages.not_here()
    versions = records.versions_of(session, found) if found.activity_id else [found]
    titles = activities.titles(session, [found.activity_id] if found.activity_id else [])
    return pages.show(
        "volunteer/record.html",
        refusal=refusal,
        subject=who,
        form=forms.shown(Objection),
        record=versions[-1],
        earlier=versions[-2::-1],
        title=titles.get(found.activity_id or 0, ""),
    )


def _makeup(code: str, *, refusal: Refusal | None = None) -> Response:
    session, who, at = db.session(), subject(), clock.now()
    found = activities.seen(session, code, by=who.reader)
    until = missed_check_outs.last_day(session, activity=found)
    stays = missed_check_outs.mine(session, volunteer_id=who.id, at=at)
    arrived = next((one.in_at for one in stays if one.activity == found.code), None)
    claimed = [one for one in makeups.mine(session, volunteer_id=who.id) if one.activity_id == found.id]
    return pages.show(
        "volunteer/makeup.html",
        refusal=refusal,
        subject=who,
        form=forms.shown(claims.Claim),
        activity=found,
        arrived=arrived,
        came_at=max(arrived or found.start_at, found.start_at),
        claims=claimed,
        until=until,
        too_late=clock.local_date(at) > until,
        held=found.status in HELD and found.end_at <= at,
        days=claims.days(found),
        reasons=[
            (reason, service_words.MAKEUP_REASON[reason]) for reason in makeups.REASONS if reason != MakeupReason.ROSTER
        ],
    )

"""Scan an activity's code, or type its six digits; then one button, and a result that fills the screen."""

from typing import Any

from flask import redirect, request, url_for

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.service import checkin, signups
from points.web import pages, results
from points.web.volunteer import bp

RUNNING = ("published", "in_progress", "ended")
COMING = ("approved", "attended", "waitlisted")


@bp.get("/scan")
def scanner() -> Any:
    """The camera, a photo where there is none, and the six digits of one's own activities of today."""
    return _scanner()


@bp.post("/scan")
def scanner_digits() -> Any:
    """The six digits beside the code lead to the same page as the code."""
    form = request.form
    try:
        with transaction() as session:
            ticket = checkin.ticket(
                session, code=form.get("digits", ""), activity=form.get("activity", ""), at=clock.now()
            )
    except Refusal as refusal:
        return _scanner(refusal=refusal)
    return redirect(url_for(".scan", ticket=ticket), 303)


@bp.get("/scan/<ticket>")
def scan(ticket: str) -> Any:
    """Say which of in or out the button will do; looking changes nothing."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    assert by.volunteer_id is not None
    try:
        preview = checkin.preview(session, ticket=ticket, volunteer_id=by.volunteer_id, at=at)
    except Refusal as refusal:
        return results.refused(refusal)
    if preview.refusal is not None:
        return results.refused(preview.refusal)
    return pages.show("volunteer/scan.html", preview=preview, ticket=ticket)


@bp.post("/scan/<ticket>")
def tap(ticket: str) -> Any:
    """Do it. The same tap sent again shows the same result."""
    by, form = http.current_actor(), request.form
    try:
        with transaction(keyed=True) as session:
            answer = checkin.scan(
                session,
                ticket=ticket,
                direction=form.get("direction", "auto"),
                nonce=form.get("key", ""),
                device=results.browser(),
                by=by,
                at=clock.now(),
            )
    except Refusal as refusal:
        return results.refused(refusal)
    return pages.show("volunteer/scanned.html", answer=answer)


def _scanner(*, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    assert by.volunteer_id is not None
    today = [
        activity
        for signup, activity in signups.mine(session, volunteer_id=by.volunteer_id)
        if activity.status in RUNNING
        and signup.status in COMING
        and (clock.local_date(activity.start_at) == clock.local_date(at) or activity.start_at <= at <= activity.end_at)
    ]
    today.sort(key=lambda activity: (not activity.start_at <= at <= activity.end_at, abs(activity.start_at - at)))
    return pages.show("volunteer/scanner.html", refusal=refusal, form=request.form, today=today)

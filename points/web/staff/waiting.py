"""What waits for a decision of mine."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.rewards import settlement
from points.service import activities, attendance, makeups
from points.service import records as book
from points.web import pages
from points.web.staff import bp


@bp.get("/waiting")
def waiting() -> Any:
    """Activities to approve, make-ups and flagged stays to decide, records and settlements that are late."""
    return _waiting()


@bp.post("/waiting/makeups/<code>")
def waiting_makeup(code: str) -> Any:
    """Approve or decline a make-up."""
    approve = request.form.get("approve") == "1"
    try:
        with transaction() as session:
            settlement.decide_makeup(session, makeup=code, approve=approve, by=http.current_actor(), at=clock.now())
    except Refusal as refusal:
        return _waiting(refusal=refusal)
    flash(gettext("Decided."))
    return redirect(url_for(".waiting"), 303)


@bp.post("/waiting/records/<code>")
def waiting_record(code: str) -> Any:
    """Credit the minutes beyond eight hours."""
    try:
        with transaction() as session:
            settlement.approve_pending(session, record=code, by=http.current_actor(), at=clock.now())
    except Refusal as refusal:
        return _waiting(refusal=refusal)
    flash(gettext("Decided."))
    return redirect(url_for(".waiting"), 303)


def _waiting(*, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    ended = activities.listing(session, by=by, status=("ended",), limit=100)
    flagged = [(one, attendance.undecided(session, activity_id=one.id)) for one in ended]
    claims = makeups.waiting(session, by=by)
    return pages.show(
        "staff/waiting.html",
        refusal=refusal,
        approvals=activities.waiting_for_approval(session, by=by),
        claims=[(claim, activity, pages.person_label(session, claim.volunteer_id)) for claim, activity in claims],
        flagged=[(one, len(stays)) for one, stays in flagged if stays],
        ended=ended,
        overdue=book.overdue(session, by=by, at=at, limit=50),
        pending=book.pending(session, by=by),
    )

"""After scanning an activity's code: one button, and a result that fills the screen."""

from typing import Any

from flask import request

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.service import checkin
from points.web import pages, results
from points.web.volunteer import bp


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
        with transaction() as session:
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

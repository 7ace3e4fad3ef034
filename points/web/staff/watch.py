"""What the office and the auditor look through: new links and administrators, who signed for whom, many adjustments."""

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock, masking
from points.foundation.actors import NotPermitted
from points.office import watch
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.waiting import forget_count


@bp.get("/watch", endpoint="watch")
def watch_page() -> Response:
    """What I have not looked through yet."""
    by, at = http.current_actor(), clock.now()
    if not by.reaches(watch.ACTION):
        raise NotPermitted(action=watch.ACTION)
    found = watch.on(db.session(), by=by, at=at)
    return pages.show("staff/watch.html", watch=found, who=_who if by.reaches("volunteer.see") else _nobody)


@bp.post("/watch")
def watch_seen() -> Response:
    """I have looked through it; it stands on my list no more."""
    by = http.current_actor()
    forms.once(lambda session: watch.look_through(session, by=by, at=clock.now()))
    forget_count(by.person)
    flash(gettext("Looked through. New things will stand here again."))
    return redirect(url_for(".waiting"), 303)


def _who(person: str) -> str:
    """Who signed, for the office."""
    return pages.person_shown(person)


def _nobody(person: str) -> str:
    """Who signed, for who supervises and reads no volunteer's code."""
    return masking.mask_codes(pages.person_shown(person))

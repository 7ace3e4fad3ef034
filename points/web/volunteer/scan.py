"""Scan an activity's code, or type its six digits; then one button, and a result that fills the screen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import wards
from points.people.tables import Volunteer
from points.rewards import attending
from points.service import activities, checkin, signups
from points.service.checkin import ScanRequest
from points.service.statuses import COMING
from points.shapes.fields import Text
from points.shapes.forms import Form
from points.shapes.scans import ScanShape
from points.web import forms, pages, results
from points.web.subjects import subject
from points.web.volunteer import bp
from points.web.volunteer.activities import Digits


@dataclass(frozen=True, kw_only=True)
class DigitsOfToday(Digits, like=ScanShape):
    """The six digits beside the code of one of today's activities."""

    activity: str = ""


@dataclass(frozen=True, kw_only=True)
class Tap(Form, like=ScanShape):
    """The one button: in or out, once."""

    direction: str = "auto"
    key: Annotated[str, Text(200)] = ""


@bp.get("/scan")
def scanner() -> Response:
    """The camera, a photo where there is none, and the six digits of one's own activities of today."""
    return _scanner()


@bp.post("/scan")
def scanner_digits() -> Response:
    """The six digits beside the code lead to the same page as the code."""
    try:
        form = forms.read(DigitsOfToday)
        with transaction() as session:
            ticket = checkin.ticket(session, code=form.digits, activity=form.activity, at=clock.now())
    except Refusal as refusal:
        return _scanner(refusal=refusal)
    return redirect(url_for(".scan", ticket=ticket), 303)


@bp.get("/scan/<ticket>")
def scan(ticket: str) -> Response:
    """Say which of in or out the button will do; looking changes nothing."""
    session, who, at = db.session(), subject(), clock.now()
    try:
        preview = attending.preview(session, ticket=ticket, volunteer_id=who.id, at=at, guardian_present=who.child)
    except Refusal as refusal:
        return results.refused(refusal)
    children = [] if who.child else _children_at(session, who.id, preview.activity, at=at)
    if preview.refusal is not None and not children:
        return results.refused(preview.refusal)
    return pages.show("volunteer/scan.html", subject=who, preview=preview, ticket=ticket, children=children)


@bp.post("/scan/<ticket>")
def tap(ticket: str) -> Response:
    """Do it, for a child with the guardian there. The same tap sent again shows the same result."""
    by, who = http.current_actor(), subject()
    try:
        form = forms.read(Tap)
        with transaction(keyed=True) as session:
            asked = ScanRequest(
                ticket=ticket,
                volunteer=who.code if who.child else None,
                direction=form.direction,
                nonce=form.key,
                device=results.browser(),
            )
            answer = attending.scan(session, asked, by=by, at=clock.now())
    except Refusal as refusal:
        return results.refused(refusal)
    # this page may be loaded again: the same tap is answered alike
    return pages.show("volunteer/scanned.html", subject=who, answer=answer, answers_a_form=False)


def _scanner(*, refusal: Refusal | None = None) -> Response:
    session, who, at = db.session(), subject(), clock.now()
    today = signups.of_today(session, volunteer_id=who.id, at=at)
    return pages.show(
        "volunteer/scanner.html", refusal=refusal, form=forms.shown(DigitsOfToday), subject=who, today=today
    )


def _children_at(session: Session, volunteer_id: int, activity: str, *, at: datetime) -> list[Volunteer]:
    """The children of whom this person is the guardian and who have a place at this activity."""
    day, activity_id = clock.local_date(at), activities.by_code(session, activity).id
    return [
        child
        for child in wards.children(session, volunteer_id=volunteer_id, day=day)
        if wards.stands_for(session, volunteer_id, child.id, day=day)
        and (signup := signups.of(session, volunteer_id=child.id, activity_id=activity_id)) is not None
        and signup.status in COMING
    ]

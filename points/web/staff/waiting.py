"""What waits for a decision of mine."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.rewards import adjustments as cases
from points.rewards import rulesets, settlement
from points.service import activities, attendance, makeups
from points.service import records as book
from points.web import pages
from points.web.staff import bp


@bp.get("/waiting")
def waiting() -> Any:
    """What is late, activities to approve, make-ups, flagged stays, adjustments and rules to decide."""
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
    adjusting = cases.listing(session, by=by, status="open", limit=50)
    drafts = [rules for rules in rulesets.listing(session, by=by) if rules.status == "draft"]
    return pages.show(
        "staff/waiting.html",
        refusal=refusal,
        approvals=activities.waiting_for_approval(session, by=by),
        claims=[(claim, activity, pages.person_label(session, claim.volunteer_id)) for claim, activity in claims],
        flagged=[(one, len(stays)) for one, stays in flagged if stays],
        ended=ended,
        overdue=_by_activity(book.overdue(session, by=by, at=at)),
        pending=book.pending(session, by=by),
        adjusting=[case for case, _ in adjusting if by.person not in (case.proposed_by, case.beneficiary)],
        drafts=[rules for rules in drafts if rules.drafted_by != by.person],
        may_adjust=bool(by.reaches("points.adjust")),
        may_read_rules=bool(by.reaches("points.see")),
    )


def _by_activity(late: list[book.Overdue]) -> list[tuple[book.Overdue, int, int]]:
    """The late records by activity, the longest late first: one of them, how many there are, and their minutes."""
    found: dict[str, list[book.Overdue]] = {}
    for record in late:
        found.setdefault(record.activity, []).append(record)
    return [(records[0], len(records), sum(record.minutes for record in records)) for records in found.values()]

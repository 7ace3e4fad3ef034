"""Adjustments by hand: proposed by one street administrator with a reason, decided by another."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.actors import NotPermitted
from points.foundation.errors import Refusal
from points.rewards import adjustments as cases
from points.web import forms, pages
from points.web.staff import bp


@bp.get("/adjustments")
def adjustments() -> Any:
    """What waits for a decision, what was decided, and the form of a new one."""
    return _adjustments()


@bp.post("/adjustments")
def adjustments_propose() -> Any:
    """Propose a plus or minus; nothing moves yet."""
    form, by, at = request.form, http.current_actor(), clock.now()

    def propose(session: Session) -> str:
        return cases.propose(
            session,
            volunteer=form.get("volunteer", "").strip().upper(),
            points=pages.whole_number(form, "points"),
            reason=forms.text("reason", 200),
            by=by,
            at=at,
        ).code

    try:
        forms.once(propose)
    except Refusal as refusal:
        return _adjustments(refusal=refusal)
    flash(gettext("Proposed. Another street administrator decides."))
    return redirect(url_for(".adjustments"), 303)


@bp.post("/adjustments/<code>")
def adjustments_decide(code: str) -> Any:
    """Approve or decline one that somebody else proposed."""
    approve = request.form.get("approve") == "1"
    try:
        with transaction() as session:
            cases.decide(session, adjustment=code, approve=approve, by=http.current_actor(), at=clock.now())
    except Refusal as refusal:
        return _adjustments(refusal=refusal)
    flash(gettext("Decided."))
    return redirect(url_for(".adjustments"), 303)


def _adjustments(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    may_adjust = bool(by.reaches("points.adjust"))
    if not may_adjust and not by.reaches("audit.see"):
        raise NotPermitted(action="points.adjust")
    action = "points.adjust" if may_adjust else "audit.see"
    listed = [case for case, _ in cases.listing(session, by=by, limit=50, action=action)]
    people = pages.people_labels(session, [case.volunteer_id for case in listed], by=by)
    found = [(case, people[case.volunteer_id]) for case in listed]
    return pages.show(
        "staff/adjustments.html",
        refusal=refusal,
        form=request.form,
        waiting=[each for each in found if each[0].status == "open"],
        decided=[each for each in found if each[0].status != "open"],
        most=cases.MOST,
        shortest=cases.SHORTEST_REASON,
        may_adjust=may_adjust,
    )

"""Adjustments by hand: proposed by one street administrator with a reason, decided by another."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import two_people
from points.database import db
from points.foundation import clock
from points.foundation.actors import NotPermitted
from points.foundation.errors import Refusal
from points.rewards import adjustments
from points.shapes.fields import Code, Number
from points.shapes.forms import Form
from points.shapes.points import NewAdjustmentShape, VerdictShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.usual import Page

A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class NewAdjustment(Form, like=NewAdjustmentShape):
    """A plus or minus to propose."""

    volunteer: Annotated[str, Number(20)]
    points: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class OfPerson(Form):
    """Whose points the page before was about."""

    volunteer: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class Verdict(Form, like=VerdictShape):
    """Approve, or decline."""

    approve: bool


@bp.get("/adjustments", endpoint="adjustments")
def adjustments_page() -> Response:
    """What waits for a decision, what was decided, and the form of a new one."""
    return _adjustments()


@bp.post("/adjustments")
def adjustments_propose() -> Response:
    """Propose a plus or minus; nothing moves yet."""
    by, at = http.current_actor(), clock.now()

    def propose(session: Session) -> str:
        return adjustments.propose(
            session,
            volunteer=form.volunteer,
            points=form.points,
            reason=form.reason,
            by=by,
            at=at,
        ).code

    try:
        form = forms.read(NewAdjustment)
        forms.once(propose)
    except Refusal as refusal:
        return _adjustments(refusal=refusal)
    flash(gettext("Proposed. Another street administrator decides."))
    return redirect(url_for(".adjustments"), 303)


@bp.post("/adjustments/<code>")
def adjustments_decide(code: str) -> Response:
    """Approve or decline one that somebody else proposed."""
    try:
        approve = forms.read(Verdict).approve
        forms.once(
            lambda session: adjustments.decide(
                session, adjustment=code, approve=approve, by=http.current_actor(), at=clock.now()
            )
        )
    except Refusal as refusal:
        return _adjustments(refusal=refusal)
    flash(gettext("Decided."))
    return redirect(url_for(".adjustments"), 303)


def _adjustments(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    may_adjust = bool(by.reaches("points.adjust"))
    if not may_adjust and not by.reaches("audit.see"):
        raise NotPermitted(action="points.adjust")
    action = "points.adjust" if may_adjust else "audit.see"
    page = forms.asked(Page).page
    waiting = adjustments.waiting(session, by=by, action=action)
    decided, count = adjustments.decided(session, by=by, action=action, offset=(page - 1) * A_PAGE, limit=A_PAGE)
    people = pages.people_labels(session, [case.volunteer_id for case in (*waiting, *decided)], by=by)
    return pages.show(
        "staff/adjustments.html",
        refusal=refusal,
        form=forms.shown(NewAdjustment, {"volunteer": forms.asked(OfPerson).volunteer}),
        waiting=[(case, people[case.volunteer_id]) for case in waiting],
        decided=[(case, people[case.volunteer_id]) for case in decided],
        count=count,
        turned=pages.turned(page, count, a_page=A_PAGE),
        most=adjustments.MOST,
        shortest=adjustments.SHORTEST_REASON,
        may_adjust=may_adjust,
        tied=two_people.tied(session, by=by, at=clock.now()),
    )

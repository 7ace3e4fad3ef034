"""What waits for a decision of mine: everything on one page, each with what must be seen and its buttons."""

import time
from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.office import waiting as decisions
from points.office.waiting import Waiting
from points.rewards import adjustments as cases
from points.rewards import rulesets, settlement
from points.service import stays
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.stock import second_signature

COUNTED_AGAIN_AFTER = 60  # seconds
MOST_KEPT = 2000
LEADS_ON = ("report.see", "points.see", "points.adjust", "audit.see", "list.export", "account.manage", "area.change")
"""For whom the page leads on to figures, rules, adjustments, the audit log, the lists and the sign-ins."""


@bp.get("/waiting")
def waiting() -> Any:
    """Everything that waits for me, the late ones first."""
    return _waiting()


@bp.post("/waiting/makeups/<code>")
def waiting_makeup(code: str) -> Any:
    """Approve or decline a make-up, with a word why."""
    return _decided(
        lambda session: settlement.decide_makeup(
            session, makeup=code, approve=_approved(), reason=_reason(), by=http.current_actor(), at=clock.now()
        )
    )


@bp.post("/waiting/records/<code>")
def waiting_record(code: str) -> Any:
    """Credit the minutes beyond eight hours."""
    return _decided(
        lambda session: settlement.approve_pending(session, record=code, by=http.current_actor(), at=clock.now())
    )


@bp.post("/waiting/stays/<code>/<step>")
def waiting_stay(code: str, step: str) -> Any:
    """A flagged stay stands, or is struck out by two people."""
    by, at = http.current_actor(), clock.now()
    match step:
        case "stands":
            activity = request.form.get("activity", "")
            return _decided(
                lambda session: stays.decide_flags(
                    session, activity=activity, sessions=[code], reason=_reason(), by=by, at=at
                )
            )
        case "strike-out":
            return _decided(
                lambda session: settlement.void_stay(
                    session, stay=code, reason=_reason(1), by=by, second=second_signature(session), at=at
                )
            )
        case _:
            pages.not_here()


@bp.post("/waiting/disputes/<code>/<step>")
def waiting_dispute(code: str, step: str) -> Any:
    """A contested record stands, or gets other minutes."""
    by, at = http.current_actor(), clock.now()
    match step:
        case "stands":
            return _decided(lambda session: settlement.confirm_record(session, record=code, by=by, at=at))
        case "amend":
            minutes = pages.whole_number(request.form, "minutes", -1)
            return _decided(
                lambda session: settlement.amend_record(
                    session, record=code, minutes=minutes, reason=_reason(1), by=by, at=at
                )
            )
        case _:
            pages.not_here()


@bp.post("/waiting/adjustments/<code>")
def waiting_adjustment(code: str) -> Any:
    """Approve or decline an adjustment that somebody else proposed."""
    return _decided(
        lambda session: cases.decide(
            session, adjustment=code, approve=_approved(), by=http.current_actor(), at=clock.now()
        )
    )


@bp.context_processor
def tab() -> dict[str, Any]:
    """For the tab of every staff page: how many decisions wait for whoever is signed in."""
    return {"waits": waits}


def waits() -> int:
    """The number in the tab: counted again after a minute, and whenever the page itself is opened."""
    by = http.current_actor()
    count, asked_at = _counts().get(by.person, (0, -COUNTED_AGAIN_AFTER))
    if time.monotonic() - asked_at >= COUNTED_AGAIN_AFTER:
        count = decisions.on(db.session(), by=by, at=clock.now()).count
        _keep(by.person, count)
    return count


def _counts() -> dict[str, tuple[int, float]]:
    kept: dict[str, tuple[int, float]] = current_app.extensions.setdefault("points_waiting", {})
    return kept


def _keep(person: str, count: int) -> None:
    if len(_counts()) >= MOST_KEPT:
        _counts().clear()
    _counts()[person] = (count, time.monotonic())


def _decided(decide: Callable[[Session], Any]) -> Any:
    try:
        with transaction() as session:
            decide(session)
    except Refusal as refusal:
        return _waiting(refusal=refusal)
    flash(gettext("Decided."))
    return redirect(url_for(".waiting"), 303)


def _waiting(*, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    found = decisions.on(session, by=by, at=at)
    _keep(by.person, found.count)
    return pages.show(
        "staff/waiting.html",
        refusal=refusal,
        waiting=found,
        parts=_parts(found),
        names=pages.names_of(session, (one.volunteer for one in found.about_people), by=by),
        publish_by={one.version: one.effective_from - rulesets.NOTICE for one in found.rules},
        categories=pages.category_labels(session) if found.approvals else {},
        may_strike_out=bool(by.reaches("attendance.void")),
        reads={action: bool(by.reaches(action)) for action in LEADS_ON},
    )


def _parts(found: Waiting) -> list[tuple[str, str, int]]:
    """Where each kind stands on the page, how it is called, and how many there are."""
    parts = [
        ("late", gettext("Overdue"), sum(one.late for one in found.unsettled)),
        ("approvals", gettext("Activities to approve"), len(found.approvals)),
        ("stays", gettext("Flagged stays"), len(found.stays)),
        ("makeups", gettext("Make-ups"), len(found.makeups)),
        ("disputes", gettext("Contested records"), len(found.disputes)),
        ("over", gettext("More than eight hours in a day"), len(found.over_hours)),
        ("settle", gettext("To settle"), sum(not one.late for one in found.unsettled)),
        ("joining", gettext("Would like to join"), len(found.signups) + len(found.members)),
        ("adjustments", gettext("Adjustments"), len(found.adjustments)),
        ("rules", gettext("Rules to publish"), len(found.rules)),
        ("goods", gettext("Goods proposed"), len(found.goods)),
        ("feedback", gettext("Messages to answer"), len(found.feedback)),
    ]
    return [part for part in parts if part[2]]


def _approved() -> bool:
    return request.form.get("approve") == "1"


def _reason(least: int = 0) -> str:
    return forms.text("reason", 200, least=least)

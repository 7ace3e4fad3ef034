"""What waits for a decision of mine: everything on one page, each with what must be seen and its buttons."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.office.waiting import MOST, Waiting, on
from points.rewards import adjustments, rulesets, settlement
from points.service import stays
from points.shapes.fields import Code, Text
from points.shapes.forms import AnyForm, Form
from points.shapes.points import VerdictShape
from points.shapes.records import AmendShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.stock import second_signature
from points.web.usual import Nothing, Page, Signed, Why

COUNTED_AGAIN_AFTER = 60  # seconds
MOST_KEPT = 2000
LEADS_ON = (
    "report.count",
    "points.see",
    "points.adjust",
    "audit.see",
    "list.export",
    "account.manage",
    "area.arrange",
    "calendar.change",
)
"""For whom the page leads on to figures, rules, adjustments, the audit log, the lists and the sign-ins."""


FIELDS = {
    "late": ("unsettled",),
    "settle": ("unsettled",),
    "approvals": ("approvals",),
    "stays": ("stays",),
    "makeups": ("makeups",),
    "disputes": ("disputes",),
    "over": ("over_hours",),
    "joining": ("signups", "members"),
    "adjustments": ("adjustments",),
    "rules": ("rules",),
    "withdrawals": ("withdrawals",),
    "goods": ("goods",),
    "feedback": ("feedback",),
}
"""What of it stands in each part of the page."""


@dataclass(frozen=True, kw_only=True)
class Verdict(Form, like=VerdictShape):
    """Approve or decline, with a word why."""

    approve: bool
    reason: Annotated[str, Text(200)] = ""


@dataclass(frozen=True, kw_only=True)
class Stands(Form):
    """A flagged stay stands, with a word why."""

    activity: Annotated[str, Code()]
    reason: Annotated[str, Text(200)] = ""


@dataclass(frozen=True, kw_only=True)
class StrikeOut(Why, Signed):
    """Why a stay does not stand, signed by two."""


@dataclass(frozen=True, kw_only=True)
class Amend(Form, like=AmendShape):
    """The minutes that are right, and why."""

    minutes: int
    reason: str


@bp.get("/waiting")
def waiting() -> Response:
    """Everything that waits for me, the late ones first."""
    return _waiting()


@bp.post("/waiting/makeups/<code>")
def waiting_makeup(code: str) -> Response:
    """Approve or decline a make-up, with a word why."""
    by, at = http.current_actor(), clock.now()
    return _decided(
        Verdict,
        lambda session, said: settlement.decide_makeup(
            session, makeup=code, approve=said.approve, reason=said.reason, by=by, at=at
        ),
    )


@bp.post("/waiting/records/<code>")
def waiting_record(code: str) -> Response:
    """Credit the minutes beyond eight hours."""
    by, at = http.current_actor(), clock.now()
    return _decided(Nothing, lambda session, _: settlement.approve_pending(session, record=code, by=by, at=at))


@bp.post("/waiting/stays/<code>/<step>")
def waiting_stay(code: str, step: str) -> Response:
    """A flagged stay stands, or is struck out by two people."""
    by, at = http.current_actor(), clock.now()
    match step:
        case "stands":
            return _decided(
                Stands,
                lambda session, said: stays.decide_flags(
                    session, activity=said.activity, only=[code], reason=said.reason, by=by, at=at
                ),
                about=code,
            )
        case "strike-out":
            return _decided(
                StrikeOut,
                lambda session, said: settlement.void_stay(
                    session, stay=code, reason=said.reason, by=by, second=second_signature(session, said), at=at
                ),
                about=code,
            )
        case _:
            pages.not_here()


@bp.post("/waiting/disputes/<code>/<step>")
def waiting_dispute(code: str, step: str) -> Response:
    """A contested record stands, or gets other minutes."""
    by, at = http.current_actor(), clock.now()
    match step:
        case "stands":
            return _decided(Nothing, lambda session, _: settlement.confirm_record(session, record=code, by=by, at=at))
        case "amend":
            return _decided(
                Amend,
                lambda session, said: settlement.amend_record(
                    session, record=code, minutes=said.minutes, reason=said.reason, by=by, at=at
                ),
                about=code,
            )
        case _:
            pages.not_here()


@bp.post("/waiting/adjustments/<code>")
def waiting_adjustment(code: str) -> Response:
    """Approve or decline an adjustment that somebody else proposed."""
    by, at = http.current_actor(), clock.now()
    return _decided(
        Verdict,
        lambda session, said: adjustments.decide(session, adjustment=code, approve=said.approve, by=by, at=at),
    )


@bp.context_processor
def tab() -> dict[str, object]:
    """For the tab of every staff page: how many decisions wait for whoever is signed in."""
    return {"waits": waits}


@bp.get("/waiting/all/<part>")
def waiting_part(part: str) -> Response:
    """One kind of what waits, a page at a time."""
    if part not in FIELDS:
        pages.not_here()
    return _waiting(part=part)


def waits() -> int:
    """The number in the tab: counted again after a minute, and whenever the page itself is opened."""
    by = http.current_actor()
    count, asked_at = _counts().get(by.person, (0, -COUNTED_AGAIN_AFTER))
    if time.monotonic() - asked_at >= COUNTED_AGAIN_AFTER:
        count = on(db.session(), by=by, at=clock.now()).count
        _keep(by.person, count)
    return count


def forget_count(person: str) -> None:
    """Count again for this person at the next page."""
    _counts().pop(person, None)


def _counts() -> dict[str, tuple[int, float]]:
    kept: dict[str, tuple[int, float]] = current_app.extensions.setdefault("points_waiting", {})
    return kept


def _keep(person: str, count: int) -> None:
    if len(_counts()) >= MOST_KEPT:
        _counts().clear()
    _counts()[person] = (count, time.monotonic())


def _decided(form: type[AnyForm], decide: Callable[[Session, AnyForm], object], *, about: str = "") -> Response:
    try:
        said = forms.read(form)
        forms.once(lambda session: decide(session, said))
    except Refusal as refusal:
        return _waiting(refusal=refusal, about=about)
    flash(gettext("Decided."))
    return redirect(url_for(".waiting"), 303)


def _waiting(*, refusal: Refusal | None = None, about: str = "", part: str = "") -> Response:
    """The page; with a refusal, what was typed of the thing `about`; or only a `part`, all of which can be reached."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    page = forms.asked(Page).page if part else 1
    turned = FIELDS.get(part, ())
    found = on(session, by=by, at=at, turned=turned, offset=(page - 1) * MOST)
    _keep(by.person, found.count)
    count = max((found.counts[field] for field in turned), default=0)
    return pages.show(
        "staff/waiting.html",
        refusal=refusal,
        waiting=found,
        strike_out=lambda code: forms.shown(StrikeOut, here=code == about),
        amend=lambda code: forms.shown(Amend, here=code == about),
        parts=[one for one in _parts(found) if not part or FIELDS.get(one[0]) == turned],
        more={one: max(found.counts[field] for field in named) for one, named in FIELDS.items()},
        part=part,
        most=MOST,
        count=count,
        turned=pages.turned(page, count, a_page=MOST),
        names=pages.names_of(session, (one.volunteer for one in found.about_people), by=by),
        publish_by={one.version: one.effective_from - rulesets.NOTICE for one in found.rules},
        categories=pages.category_labels(session) if found.approvals else {},
        may_strike_out=bool(by.reaches("attendance.propose_void")),
        reads={action: bool(by.reaches(action)) for action in LEADS_ON},
    )


def _parts(found: Waiting) -> list[tuple[str, str, int]]:
    """Where each kind stands on the page, how it is called, and how many there are."""
    parts = [
        ("late", gettext("Overdue"), sum(one.late for one in found.unsettled)),
        ("approvals", gettext("Activities to approve"), found.counts["approvals"]),
        ("stays", gettext("Flagged stays"), found.counts["stays"]),
        ("makeups", gettext("Make-ups"), found.counts["makeups"]),
        ("disputes", gettext("Contested records"), found.counts["disputes"]),
        ("over", gettext("More than eight hours in a day"), found.counts["over_hours"]),
        ("settle", gettext("To settle"), sum(not one.late for one in found.unsettled)),
        ("joining", gettext("Would like to join"), found.counts["signups"] + found.counts["members"]),
        ("adjustments", gettext("Adjustments"), found.counts["adjustments"]),
        ("rules", gettext("Rules to publish"), found.counts["rules"]),
        ("withdrawals", gettext("Rules to withdraw"), found.counts["withdrawals"]),
        ("goods", gettext("Goods proposed"), found.counts["goods"]),
        ("feedback", gettext("Messages to answer"), found.counts["feedback"]),
        ("watch", gettext("To look through"), found.watch.count),
    ]
    return [part for part in parts if part[2]]

"""Complaints and suggestions as those who answer them see them."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.help import feedback as letters
from points.web import pages
from points.web.staff import bp

ANSWERED_SHOWN = 20


@bp.get("/feedback")
def feedback() -> Any:
    """What waits for an answer, the first due first, and what was answered last."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    by.require_somewhere("feedback.see")
    return pages.show(
        "staff/feedback.html",
        waiting=letters.inbox(session, by=by, at=at),
        answered=letters.inbox(session, by=by, at=at, answered=True, limit=ANSWERED_SHOWN),
    )


@bp.get("/feedback/<number>")
def feedback_one(number: str) -> Any:
    """One item, with the field for the answer."""
    return _item(number)


@bp.post("/feedback/<number>")
def feedback_reply(number: str) -> Any:
    """Answer it."""
    try:
        with transaction() as session:
            text = request.form.get("reply", "")
            letters.reply(session, number=number, text=text, by=http.current_actor(), at=clock.now())
    except Refusal as refusal:
        return _item(number, refusal=refusal)
    flash(gettext("Answered. The writer reads it under the number."))
    return redirect(url_for(".feedback"), 303)


def _item(number: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    item = letters.seen(session, number, by=by, at=clock.now())
    return pages.show(
        "staff/feedback_one.html",
        refusal=refusal,
        form=request.form,
        item=item,
        may_reply=by.role_for("feedback.reply", area_path=item.feedback.area_path) is not None,
    )

"""Complaints and suggestions as those who answer them see them."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.help import feedback
from points.help.tables import LONGEST
from points.shapes.fields import Text
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.staff import bp
from points.web.usual import Page

A_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Reply(Form):
    """The answer."""

    reply: Annotated[str, Text(LONGEST, least=2, lines=True)]


@bp.get("/feedback", endpoint="feedback")
def feedback_page() -> Response:
    """What waits for an answer, the first due first, and what was answered last."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    by.require_somewhere("feedback.see")
    page = forms.asked(Page).page
    answered, count = feedback.answered(session, by=by, at=at, offset=(page - 1) * A_PAGE, limit=A_PAGE)
    return pages.show(
        "staff/feedback.html",
        waiting=feedback.inbox(session, by=by, at=at) if page == 1 else [],
        answered=answered,
        count=count,
        turned=pages.turned(page, count, a_page=A_PAGE),
    )


@bp.get("/feedback/<number>")
def feedback_one(number: str) -> Response:
    """One item, with the field for the answer."""
    return _item(number)


@bp.post("/feedback/<number>")
def feedback_reply(number: str) -> Response:
    """Answer it."""
    try:
        text = forms.read(Reply).reply
        forms.once(
            lambda session: feedback.reply(session, number=number, text=text, by=http.current_actor(), at=clock.now())
        )
    except Refusal as refusal:
        return _item(number, refusal=refusal)
    flash(gettext("Answered. The writer reads it under the number."))
    return redirect(url_for(".feedback"), 303)


def _item(number: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    item = feedback.seen(session, number, by=by, at=clock.now())
    return pages.show(
        "staff/feedback_one.html",
        refusal=refusal,
        form=forms.shown(Reply),
        item=item,
        may_reply=by.role_for("feedback.reply", area_path=item.feedback.area_path) is not None,
    )

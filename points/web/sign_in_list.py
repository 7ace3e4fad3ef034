"""One's own sign-ins: the list and its one button, the same for volunteers and staff."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.access import sign_ins
from points.database import db, transaction
from points.foundation import clock, secrets
from points.foundation.errors import Refusal
from points.shapes.fields import Flag, Text
from points.shapes.forms import Form
from points.web import forms, pages


@dataclass(frozen=True, kw_only=True)
class End(Form):
    """Which sign-in ends, or all."""

    everywhere: Annotated[bool, Flag(data_key="all")] = False
    sign_in: Annotated[str, Text(200)] = ""


def listed(template: str, *, refusal: Refusal | None = None) -> Response:
    """The devices on which the person is signed in; this one is marked."""
    mine = sign_ins.mine(db.session(), by=http.current_actor(), at=clock.now())
    here = secrets.token_hash(request.cookies.get(http.SESSION_COOKIE, ""))
    return pages.show(template, refusal=refusal, sign_ins=[(one, one.token_hash == here) for one in mine])


def end(template: str) -> Response:
    """End the session asked for, or all of them."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(End)
        with transaction() as session:
            if form.everywhere:
                sign_ins.revoke_all(session, by=by, at=at)
            else:
                sign_ins.revoke(session, by=by, at=at, name=form.sign_in)
    except Refusal as refusal:
        return listed(template, refusal=refusal)
    if form.everywhere:
        answer = redirect(url_for("public.home"), 303)
        http.clear_session_cookie(answer)
        return answer
    flash(gettext("Ended. That device has to sign in again."))
    return redirect(request.path.rsplit("/", 1)[0], 303)

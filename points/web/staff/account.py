"""One's own sign-ins, and one's own password."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.access import accounts
from points.foundation import clock
from points.foundation.errors import Refusal
from points.shapes.fields import Secret
from points.shapes.forms import Form
from points.web import forms, pages, sign_in_list
from points.web.staff import bp
from points.web.usual import PasswordsDiffer


@dataclass(frozen=True, kw_only=True)
class ChangedPassword(Form):
    """The password of now, and a new one, typed twice."""

    old: Annotated[str, Secret()]
    password: Annotated[str, Secret()]
    again: Annotated[str, Secret()]


@bp.get("/sign-ins")
def sign_ins() -> Response:
    """The devices on which I am signed in."""
    return sign_in_list.listed("staff/sign_ins.html")


@bp.post("/sign-ins/end")
def end_sign_in() -> Response:
    """End one of them, or all."""
    return sign_in_list.end("staff/sign_ins.html")


@bp.get("/password")
def password() -> Response:
    """The form to change my password."""
    return _password()


@bp.post("/password")
def change_password() -> Response:
    """Change it; whoever was signed in elsewhere with the one of before is so no more."""
    try:
        form = forms.read(ChangedPassword)
        if form.password != form.again:
            raise PasswordsDiffer()
        forms.once(
            lambda session: accounts.change_password(
                session,
                old=form.old,
                password=form.password,
                by=http.current_actor(),
                at=clock.now(),
                cookie=request.cookies.get(http.SESSION_COOKIE),
            )
        )
    except Refusal as refusal:
        return _password(refusal=refusal)
    flash(gettext("The new password holds from now on; other devices have to sign in again."))
    return redirect(url_for(".sign_ins"), 303)


def _password(*, refusal: Refusal | None = None) -> Response:
    return pages.show("staff/password.html", refusal=refusal, form=forms.shown(ChangedPassword))

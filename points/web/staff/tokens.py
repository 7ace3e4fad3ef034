"""Tokens by which other programs use the API: listed, made with their secret shown once, revoked."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import accounts, tokens
from points.access.roles import ROLES
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.shapes.fields import Day, Text
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.accounts import RoleAt, place_names, places_of


@dataclass(frozen=True, kw_only=True)
class NewToken(RoleAt):
    """A token to make: who uses it, what it may do where, and its last day, if it has one."""

    name: Annotated[str, Text(tokens.LONGEST_NAME, least=2)]
    last_day: Annotated[date | None, Day()] = None


@dataclass(frozen=True, kw_only=True)
class Revoked(Form):
    """Which token works no more."""

    name: Annotated[str, Text(tokens.LONGEST_NAME)]


@bp.get("/tokens", endpoint="account_tokens")
def account_tokens() -> Response:
    """The tokens that I manage, and the form of a new one."""
    return _tokens()


@bp.post("/tokens")
def account_token_add() -> Response:
    """Make one; the page shows its secret once. What it signs, I sign."""
    by, at, secrets = http.current_actor(), clock.now(), list[str]()

    def add(session: Session) -> None:
        ends = clock.at_local(form.last_day + timedelta(days=1)) if form.last_day else None
        secrets.append(
            tokens.add(session, name=form.name, role=form.role, place=form.place, expires_at=ends, by=by, at=at)
        )

    try:
        form = forms.read(NewToken)
        forms.once(add)
    except Refusal as refusal:
        return _tokens(refusal=refusal)
    if not secrets:
        flash(gettext("This was done before, and the secret was shown then. Revoke it if nobody has it."), "care")
        return redirect(url_for(".account_tokens"), 303)
    return pages.show("staff/account_token.html", name=form.name, secret=secrets[-1], address=http.public_url())


@bp.post("/tokens/revoke")
def account_token_revoke() -> Response:
    """Let it work no more, at once."""
    try:
        name = forms.read(Revoked).name
        forms.once(lambda session: tokens.revoke(session, name=name, by=http.current_actor(), at=clock.now()))
    except Refusal as refusal:
        return _tokens(refusal=refusal)
    flash(gettext("The token %(name)s works no more.", name=name))
    return redirect(url_for(".account_tokens"), 303)


def _tokens(*, refusal: Refusal | None = None) -> Response:
    session, by, at = db.session(), http.current_actor(), clock.now()
    by.require_somewhere("token.manage")
    found = tokens.visible(session, by=by)
    mine = {one.account_id for one in found}
    grants = {account.id: given for account, given in accounts.visible(session, by=by) if account.id in mine}
    codes = accounts.place_codes(session, grants=[one.id for given in grants.values() for one in given])
    return pages.show(
        "staff/account_tokens.html",
        refusal=refusal,
        form=forms.shown(NewToken),
        tokens=[(one, tokens.state(one, at=at)) for one in found],
        grants=grants,
        names=place_names(session, codes),
        used=tokens.last_acts(session, of=found, at=at),
        owners=tokens.owners(session, of=found),
        looked_back=tokens.LOOKED_BACK.days,
        roles=ROLES,
        places=places_of(session, by),
    )

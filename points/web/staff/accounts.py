"""Staff sign-ins: who may do what where; added, given roles, sent a new link, disabled – without a command line."""

import re
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.access import accounts as book
from points.access import enabling
from points.access.roles import ROLES
from points.database import db, transaction
from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Invalid, NoSuch, Refusal
from points.people import teams, units
from points.places import areas, stations
from points.web import forms, pages
from points.web.staff import bp

LOGIN = r"[a-z0-9][a-z0-9._-]{1,38}"


class LoginUnreadable(Invalid):
    """A login was typed that cannot be typed everywhere."""

    code = "login-unreadable"
    title = N_("Another login, please")
    detail = N_("A login has 2 to 39 small letters, digits, dots and hyphens.")
    next_step = N_("Write it as li.na, for example.")


@bp.get("/accounts")
def accounts() -> Any:
    """Who can sign in where I manage accounts, and as what."""
    session, by = db.session(), http.current_actor()
    _require(by)
    found = book.visible(session, by=by)
    today = clock.local_date(clock.now())
    held = {account.login: book.today_of(grants, on=today) for account, grants in found}
    grants = [grant for each in held.values() for grant in each]
    return pages.show(
        "staff/accounts.html",
        accounts=[account for account, _ in found],
        held=held,
        places=_place_names(session, book.place_codes(session, grants=[grant.id for grant in grants])),
    )


@bp.get("/accounts/new")
def account_new() -> Any:
    """The form of a new sign-in."""
    return _new()


@bp.post("/accounts")
def account_add() -> Any:
    """Add it; the page shows once the link by which the person chooses a password."""
    form = request.form
    try:
        with transaction() as session:
            account, token = book.add_staff(
                session,
                login=_login(form.get("login", "")),
                name=forms.text("name", 40),
                role=form.get("role", ""),
                place=form.get("place", "").strip(),
                volunteer=form.get("volunteer", "").strip().upper() or None,
                by=http.current_actor(),
                at=clock.now(),
            )
            login = account.login
    except Refusal as refusal:
        return _new(refusal=refusal)
    return _link(login, token)


@bp.get("/accounts/<login>")
def account_page(login: str) -> Any:
    """One sign-in with its roles, and what can be done with it."""
    return _account(login)


@bp.post("/accounts/<login>/link")
def account_link(login: str) -> Any:
    """A new link to choose a password; the page shows it once."""
    try:
        with transaction() as session:
            token = book.new_setup_link(session, login=login, by=http.current_actor(), at=clock.now())
    except Refusal as refusal:
        return _account(login, refusal=refusal)
    return _link(login, token)


@bp.post("/accounts/<login>/<step>")
def account_step(login: str, step: str) -> Any:
    """Grant a role, end one, disable the sign-in, or let it in again."""
    form, by, at = request.form, http.current_actor(), clock.now()
    role, place = form.get("role", ""), form.get("place", "").strip()
    try:
        with transaction() as session:
            match step:
                case "grant":
                    book.grant(session, login=login, role=role, place=place, by=by, at=at)
                case "end":
                    book.revoke_grant(session, login=login, role=role, place=place, by=by, at=at)
                case "disable":
                    book.disable(session, login=login, reason=forms.text("reason", 200, least=1), by=by, at=at)
                case "enable":
                    enabling.enable(session, login=login, reason=forms.text("reason", 200, least=1), by=by, at=at)
                case _:
                    pages.not_here()
    except Refusal as refusal:
        return _account(login, refusal=refusal)
    flash(gettext("Done."))
    return redirect(url_for(".account_page", login=login), 303)


def _require(by: Actor) -> None:
    if not by.reaches("account.manage"):
        raise NotPermitted(action="account.manage")


def _new(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    _require(by)
    return pages.show(
        "staff/account_new.html", refusal=refusal, form=request.form, roles=ROLES, places=_places(session, by)
    )


def _account(login: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    _require(by)
    found = next((each for each in book.visible(session, by=by) if each[0].login == login), None)
    if found is None:
        raise NoSuch(kind=N_("account"), key=login)
    account, grants = found
    held = book.today_of(grants, on=clock.local_date(clock.now()))
    codes = book.place_codes(session, grants=[grant.id for grant in held])
    return pages.show(
        "staff/account.html",
        refusal=refusal,
        form=request.form,
        account=account,
        held=held,
        codes=codes,
        names=_place_names(session, codes),
        roles=ROLES,
        places=_places(session, by),
        mine=account.id == by.account_id,
    )


def _place_names(session: Session, codes: dict[int, str]) -> dict[int, str]:
    """The names of the places that have these codes, by the grants that hold there."""
    names = book.place_names(session, codes=set(codes.values()))
    return {grant: names[code] for grant, code in codes.items()}


def _link(login: str, token: str) -> Any:
    address = f"{http.public_url()}{url_for('public.set_up', token=token)}"
    return pages.show("staff/account_link.html", login=login, address=address)


def _places(session: Session, by: Actor) -> dict[str, list[tuple[str, str]]]:
    """Where a role may be granted: areas, stations, teams and units in reach, each with its code."""
    spots = areas.subtree(session, path="/", by=by, types=("city", "district", "street", "community"))
    return {
        gettext("Areas"): [(one.code, one.name) for one in spots],
        gettext("Stations"): [(one.code, one.name) for one in stations.visible(session, by=by)],
        gettext("Teams"): [(one.code, one.name) for one in teams.visible(session, by=by)],
        gettext("Units"): [(one.code, one.name) for one in units.visible(session, by=by)],
    }


def _login(typed: str) -> str:
    """A login that can be typed anywhere. Raises LoginUnreadable."""
    login = typed.strip().lower()
    if not re.fullmatch(LOGIN, login, re.ASCII):
        raise LoginUnreadable()
    return login

"""Staff sign-ins: who may do what where; added, given roles, sent a new link, disabled – without a command line."""

import re
from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import accounts
from points.access.roles import ROLES
from points.database import db
from points.foundation import clock, typed
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Invalid, NoSuch, Refusal
from points.office import closing
from points.people import teams, units
from points.places import areas, stations
from points.shapes.fields import Code, Number, Text, Word
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.staff import bp
from points.web.usual import Why

LOGIN = r"[a-z0-9][a-z0-9._-]{1,38}"


class LoginUnreadable(Invalid):
    """A login was typed that cannot be typed everywhere."""

    code = "login-unreadable"
    title = N_("Another login, please")
    detail = N_("A login has 2 to 39 small letters, digits, dots and hyphens.")
    next_step = N_("Write it as li.na, for example.")


@dataclass(frozen=True, kw_only=True)
class RoleAt(Form):
    """A role, and where it holds."""

    role: Annotated[str, Word(*ROLES)]
    place: Annotated[str, Code()]


@dataclass(frozen=True, kw_only=True)
class Grant(RoleAt):
    """A role to give."""


@dataclass(frozen=True, kw_only=True)
class Whose(Form):
    """Whose a sign-in is: a volunteer's, or somebody's with name and phone."""

    name: Annotated[str, Text(40)] = ""
    phone: Annotated[str, Text(30)] = ""
    volunteer: Annotated[str, Number(20)] = ""


@dataclass(frozen=True, kw_only=True)
class NewAccount(RoleAt, Whose):
    """A sign-in to add, with its first role."""

    login: Annotated[str, Text(39)]


@bp.get("/accounts", endpoint="accounts")
def accounts_page() -> Response:
    """Who can sign in where I manage accounts, and as what."""
    session, by = db.session(), http.current_actor()
    _require(by)
    found = accounts.visible(session, by=by)
    today = clock.local_date(clock.now())
    held = {account.login: accounts.today_of(grants, on=today) for account, grants in found}
    grants = [grant for each in held.values() for grant in each]
    return pages.show(
        "staff/accounts.html",
        accounts=[account for account, _ in found],
        behind=accounts.behind_of(session, [account for account, _ in found]),
        held=held,
        places=place_names(session, accounts.place_codes(session, grants=[grant.id for grant in grants])),
    )


@bp.get("/accounts/new")
def account_new() -> Response:
    """The form of a new sign-in."""
    return _new()


@bp.post("/accounts")
def account_add() -> Response:
    """Add it; the page shows once the link by which the person chooses a password."""
    by, at, tokens = http.current_actor(), clock.now(), list[str]()

    def add(session: Session) -> str:
        login, behind = _login(form.login), _behind(form)
        account, token = accounts.add_staff(
            session, login=login, role=form.role, place=form.place, behind=behind, by=by, at=at
        )
        tokens.append(token)
        return account.login

    try:
        form = forms.read(NewAccount)
        login = forms.once(add)
    except Refusal as refusal:
        return _new(refusal=refusal)
    return _link(login, tokens)


@bp.get("/accounts/<login>")
def account_page(login: str) -> Response:
    """One sign-in with its roles, and what can be done with it."""
    return _account(login)


@bp.post("/accounts/<login>/link")
def account_link(login: str) -> Response:
    """A new link to choose a password; the page shows it once."""
    by, at, tokens = http.current_actor(), clock.now(), list[str]()

    def renew(session: Session) -> None:
        tokens.append(accounts.new_setup_link(session, login=login, by=by, at=at))

    try:
        forms.once(renew)
    except Refusal as refusal:
        return _account(login, refusal=refusal)
    return _link(login, tokens)


@bp.post("/accounts/<login>/<step>")
def account_step(login: str, step: str) -> Response:
    """Grant a role, end one, say whose the sign-in is, disable it, let it in again, or close it for good."""
    by, at = http.current_actor(), clock.now()
    try:

        def act(session: Session) -> None:
            match step:
                case "grant":
                    form = forms.read(Grant)
                    accounts.grant(session, login=login, role=form.role, place=form.place, by=by, at=at)
                case "end":
                    ended = forms.read(RoleAt)
                    accounts.revoke_grant(session, login=login, role=ended.role, place=ended.place, by=by, at=at)
                case "person":
                    behind = _behind(forms.read(Whose))
                    accounts.say_whose(session, login=login, behind=behind, by=by, at=at)
                case "disable":
                    accounts.disable(session, login=login, reason=forms.read(Why).reason, by=by, at=at)
                case "close":
                    closing.close_account(session, login=login, reason=forms.read(Why).reason, by=by, at=at)
                case "enable":
                    accounts.enable(session, login=login, reason=forms.read(Why).reason, by=by, at=at)
                case _:
                    pages.not_here()

        forms.once(act)
    except Refusal as refusal:
        return _account(login, refusal=refusal)
    flash(gettext("Done."))
    return redirect(url_for(".account_page", login=login), 303)


def _require(by: Actor) -> None:
    if not by.reaches("account.manage"):
        raise NotPermitted(action="account.manage")


def _new(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    _require(by)
    return pages.show(
        "staff/account_new.html",
        refusal=refusal,
        form=forms.shown(NewAccount),
        roles=ROLES,
        places=places_of(session, by),
    )


def _account(login: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    _require(by)
    found = next((each for each in accounts.visible(session, by=by) if each[0].login == login), None)
    if found is None:
        raise NoSuch(kind=N_("account"), key=login)
    account, grants = found
    held = accounts.today_of(grants, on=clock.local_date(clock.now()))
    codes = accounts.place_codes(session, grants=[grant.id for grant in held])
    return pages.show(
        "staff/account.html",
        refusal=refusal,
        why=forms.shown(Why),
        work=closing.open_work(session, login=account.login, at=clock.now()),
        form=forms.shown(Grant),
        whose=forms.shown(Whose),
        behind=accounts.behind_of(session, [account])[account.id],
        account=account,
        held=held,
        codes=codes,
        names=place_names(session, codes),
        roles=ROLES,
        places=places_of(session, by),
        mine=account.id == by.account_id,
    )


def place_names(session: Session, codes: dict[int, str]) -> dict[int, str]:
    """The names of the places that have these codes, by the grants that hold there."""
    names = accounts.place_names(session, codes=set(codes.values()))
    return {grant: names[code] for grant, code in codes.items()}


def _link(login: str, tokens: list[str]) -> Response:
    """The link, which is kept nowhere: when the form is sent again there is none to show."""
    if not tokens:
        flash(gettext("This was done before, and the link was shown then. Make a new one if nobody has it."), "care")
        return redirect(url_for(".account_page", login=login), 303)
    address = f"{http.public_url()}{url_for('public.set_up', token=tokens[-1])}"
    return pages.show("staff/account_link.html", login=login, address=address)


def _behind(form: Whose) -> accounts.Behind:
    return accounts.Behind(name=form.name, phone=form.phone, volunteer=form.volunteer)


def places_of(session: Session, by: Actor) -> dict[str, list[tuple[str, str]]]:
    """Where a role may be granted: areas, stations, teams and units in reach, each with its code."""
    spots = areas.subtree(session, path="/", by=by, types=("city", "district", "street", "community"))
    return {
        gettext("Areas"): [(one.code, one.name) for one in spots],
        gettext("Stations"): [(one.code, one.name) for one in stations.visible(session, by=by)],
        gettext("Teams"): [(one.code, one.name) for one in teams.visible(session, by=by)],
        gettext("Units"): [(one.code, one.name) for one in units.visible(session, by=by)],
    }


def _login(text: str) -> str:
    """A login that can be typed anywhere. Raises LoginUnreadable."""
    login = typed.login(text)
    if not re.fullmatch(LOGIN, login, re.ASCII):
        raise LoginUnreadable()
    return login

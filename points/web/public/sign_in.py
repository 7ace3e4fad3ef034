"""Signing in and out. A card alone never signs anyone in; the PIN is always asked."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.access import accounts, sign_ins, tables
from points.database import transaction
from points.foundation import clock
from points.foundation.errors import NotFound, Refusal
from points.people.tables import Volunteer
from points.shapes.fields import Secret, Text
from points.shapes.forms import Form
from points.shapes.signing import SignerShape
from points.web import filled, forms, known_device, pages
from points.web.public import bp
from points.web.usual import Again, Next, PasswordsDiffer


@dataclass(frozen=True, kw_only=True)
class SignIn(Form):
    """A volunteer's phone, card or volunteer code, and the PIN; one left empty is a wrong one, and counts as such."""

    who: Annotated[str, Text(300)] = ""
    pin: Annotated[str, Secret()] = ""


@dataclass(frozen=True, kw_only=True)
class StaffSignIn(Form, like=SignerShape):
    """Login and password; one left empty is a wrong one, and counts as such."""

    login: str = ""
    password: Annotated[str, Secret()] = ""


@dataclass(frozen=True, kw_only=True)
class NewPassword(Form):
    """A password, typed twice."""

    password: Annotated[str, Secret()]
    again: Annotated[str, Secret()]


@bp.get("/sign-in")
def sign_in() -> Response:
    """Volunteers: phone, card or volunteer code, and the PIN."""
    return _sign_in()


@bp.post("/sign-in")
def enter() -> Response:
    """Open a volunteer's session on this device."""
    try:
        form = forms.read(SignIn)
        with transaction() as session:
            opened, cookie = sign_ins.sign_in_volunteer(
                session,
                who=form.who,
                pin=form.pin,
                agent=http.agent(),
                at=clock.now(),
                known=known_device.name_for,
            )
            person = session.get_one(Volunteer, opened.volunteer_id)
            code, large = person.code, person.elder_mode
    except Refusal as refusal:
        return _sign_in(refusal=refusal)
    answer = _signed_in(_go_on("volunteer.home"), opened, cookie)
    known_device.remember(answer, code)
    if large and pages.ELDER_COOKIE not in request.cookies:
        pages.remember(answer, pages.ELDER_COOKIE, "1")
    return answer


@bp.get("/sign-in/staff")
def staff_sign_in() -> Response:
    """Staff: login and password."""
    return _staff_sign_in()


@bp.post("/sign-in/staff")
def enter_staff() -> Response:
    """Open a staff session of a working day on this device."""
    try:
        form = forms.read(StaffSignIn)
        known = known_device.name_for(form.login)
        with transaction() as session:
            opened, cookie = sign_ins.sign_in_staff(
                session,
                login=form.login,
                password=form.password,
                agent=http.agent(),
                at=clock.now(),
                source=known or known_device.source(),
                known=bool(known),
            )
    except Refusal as refusal:
        return _staff_sign_in(refusal=refusal)
    answer = _signed_in(_go_on("staff.today"), opened, cookie)
    known_device.remember(answer, form.login)
    return answer


@bp.post("/sign-in/again")
def sign_in_again() -> Response:
    """Ask who filled in a form and is signed in no more to sign in; the form waits in the page."""
    to = pages.our_page(forms.asked(Again).to, "")
    if not to:
        return redirect(url_for(".sign_in"), 303)
    kept = filled.carried(to)
    return _staff_sign_in(kept=kept) if to.startswith(url_for("staff.today")) else _sign_in(kept=kept)


@bp.get("/set-up/<token>")
def set_up(token: str) -> Response:
    """A new staff member's one-time link: choose a password."""
    return pages.show("public/set_up.html", form=forms.shown(NewPassword), token=token)


@bp.post("/set-up/<token>")
def choose_password(token: str) -> Response:
    """Set the password and be signed in with it, on the first page."""
    try:
        form = forms.read(NewPassword)
        if form.password != form.again:
            raise PasswordsDiffer()
        with transaction() as session:
            at = clock.now()
            login = accounts.choose_password(session, token=token, password=form.password, at=at).login
            opened, cookie = sign_ins.sign_in_staff(
                session, login=login, password=form.password, agent=http.agent(), at=at
            )
    except Refusal as refusal:
        return pages.show("public/set_up.html", refusal=refusal, form=forms.shown(NewPassword), token=token)
    flash(gettext("Your password is set, and you are signed in as %(login)s.", login=login))
    answer = _signed_in(redirect(url_for("staff.today"), 303), opened, cookie)
    known_device.remember(answer, login)
    return answer


@bp.post("/sign-out")
def sign_out() -> Response:
    """End this session on the server, and let the browser forget it."""
    actor, cookie = http.signed_in(), request.cookies.get(http.SESSION_COOKIE)
    if actor is not None and cookie:
        try:
            with transaction() as session:
                sign_ins.revoke(session, by=actor, at=clock.now(), cookie=cookie)
        except NotFound:
            pass  # it was ended from another device in this moment
    answer = redirect(url_for("public.home"), 303)
    http.clear_session_cookie(answer)
    return answer


def _signed_in(answer: Response, opened: tables.SignIn, cookie: str) -> Response:
    """The answer, with which the browser keeps the session as long as it lasts."""
    http.set_session_cookie(answer, cookie, max_age=int((opened.expires_at - opened.created_at).total_seconds()))
    return answer


def _go_on(home: str) -> Response:
    """To the form that waits, to the page that was asked for, or to the first page."""
    waits = filled.read(forms.asked(Again).kept)
    if waits is not None:
        return pages.show("public/go_on.html", filled=waits, shown_only=filled.SHOWN_ONLY)
    return redirect(_back() or url_for(home), 303)


def _sign_in(*, refusal: Refusal | None = None, kept: str = "") -> Response:
    return pages.show(
        "public/sign_in.html",
        refusal=refusal,
        form=forms.shown(SignIn),
        back=_back(),
        kept=kept or forms.asked(Again).kept,
    )


def _staff_sign_in(*, refusal: Refusal | None = None, kept: str = "") -> Response:
    return pages.show(
        "public/staff_sign_in.html",
        refusal=refusal,
        form=forms.shown(StaffSignIn),
        back=_back(),
        kept=kept or forms.asked(Again).kept,
    )


def _back() -> str:
    return pages.our_page(forms.asked(Next).next, "")

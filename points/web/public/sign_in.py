"""Signing in and out. A card alone never signs anyone in; the PIN is always asked."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.access import accounts, sign_ins
from points.database import transaction
from points.foundation import clock
from points.foundation.errors import N_, Invalid, NotFound, Refusal
from points.people.tables import Volunteer
from points.web import pages
from points.web.public import bp


class PasswordsDiffer(Invalid):
    """The new password was typed twice, differently."""

    code = "passwords-differ"
    title = N_("The two passwords are not the same")
    detail = N_("What you typed the second time differs from the first.")
    next_step = N_("Type the same password twice.")


@bp.get("/sign-in")
def sign_in() -> Any:
    """Volunteers: phone, card or volunteer code, and the PIN."""
    return pages.show("public/sign_in.html", back=pages.our_page(request.args.get("next", ""), ""))


@bp.post("/sign-in")
def enter() -> Any:
    """Open a volunteer's session on this device."""
    form = request.form
    back = pages.our_page(form.get("next", ""), "")
    try:
        with transaction() as session:
            opened, cookie = sign_ins.sign_in_volunteer(
                session, who=form.get("who", ""), pin=form.get("pin", ""), agent=http.agent(), at=clock.now()
            )
            large = session.get_one(Volunteer, opened.volunteer_id).elder_mode
    except Refusal as refusal:
        return pages.show("public/sign_in.html", refusal=refusal, form=form, back=back)
    answer = redirect(back or url_for("volunteer.home"), 303)
    http.set_session_cookie(answer, cookie, max_age=int((opened.expires_at - opened.created_at).total_seconds()))
    if large and pages.ELDER_COOKIE not in request.cookies:
        pages.remember(answer, pages.ELDER_COOKIE, "1")
    return answer


@bp.get("/sign-in/staff")
def staff_sign_in() -> Any:
    """Staff: login and password."""
    return pages.show("public/staff_sign_in.html", back=pages.our_page(request.args.get("next", ""), ""))


@bp.post("/sign-in/staff")
def enter_staff() -> Any:
    """Open a staff session of a working day on this device."""
    form = request.form
    back = pages.our_page(form.get("next", ""), "")
    try:
        with transaction() as session:
            opened, cookie = sign_ins.sign_in_staff(
                session,
                login=form.get("login", "").strip(),
                password=form.get("password", ""),
                agent=http.agent(),
                at=clock.now(),
            )
    except Refusal as refusal:
        return pages.show("public/staff_sign_in.html", refusal=refusal, form=form, back=back)
    answer = redirect(back or url_for("staff.today"), 303)
    http.set_session_cookie(answer, cookie, max_age=int((opened.expires_at - opened.created_at).total_seconds()))
    return answer


@bp.get("/set-up/<token>")
def set_up(token: str) -> Any:
    """A new staff member's one-time link: choose a password."""
    return pages.show("public/set_up.html", token=token)


@bp.post("/set-up/<token>")
def choose_password(token: str) -> Any:
    """Set the password and go on to sign in with it."""
    form = request.form
    try:
        if form.get("password", "") != form.get("again", ""):
            raise PasswordsDiffer()
        with transaction() as session:
            account = accounts.choose_password(session, token=token, password=form.get("password", ""), at=clock.now())
            login = account.login
    except Refusal as refusal:
        return pages.show("public/set_up.html", refusal=refusal, token=token)
    flash(gettext("Your password is set. Sign in as %(login)s.", login=login))
    return redirect(url_for("public.staff_sign_in"), 303)


@bp.post("/sign-out")
def sign_out() -> Any:
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

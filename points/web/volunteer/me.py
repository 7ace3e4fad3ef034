"""About me: what is kept, what I may change, my consents, and where I am signed in."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import identity, pins, sign_ins
from points.database import db
from points.foundation import clock
from points.foundation.errors import N_, Invalid, Refusal
from points.people import cards, consents, disclosures, guardians, minors, persons, volunteers, wards
from points.people.tables import Volunteer
from points.registry import own_copy
from points.shapes.fields import Flag
from points.shapes.forms import Form, of
from points.shapes.volunteers import PinShape, PurposeShape, VolunteerChangeShape
from points.web import forms, pages, sign_in_list
from points.web.subjects import subject
from points.web.volunteer import bp

LOOKS = 20
"""How many of the latest looks at a minor's details the page shows; one's own copy has all."""
CHANGEABLE = ("points", "publish_name", "share_unit", "household_pool", "notice")


@dataclass(frozen=True, kw_only=True)
class Choice(Form, like=PurposeShape):
    """A consent, given or taken back."""

    purpose: str
    give: Annotated[bool, Flag()] = False


PHONE_STAYS = N_("You sign in with it. Type the number that holds now.")


@dataclass(frozen=True, kw_only=True)
class Profile(Form, like=VolunteerChangeShape):
    """What one may change oneself."""

    phone: str = ""
    emergency_contact: str = ""
    elder_mode: bool = False


@dataclass(frozen=True, kw_only=True)
class NewPin(Form, like=PinShape):
    """A PIN, typed twice, and the old one where it is asked for."""

    old: Annotated[str, of(PinShape, "pin")] = ""
    pin: str
    again: Annotated[str, of(PinShape, "pin")]


class PinTypedTwice(Invalid):
    """The new PIN was typed twice, differently."""

    code = "new-pins-differ"
    title = N_("The two PINs are not the same")
    detail = N_("What you typed the second time differs from the first.")
    next_step = N_("Type the same PIN twice.")


@bp.get("/me")
def me() -> Response:
    """What is kept of me, and what I have agreed to."""
    return _me()


@bp.post("/me/consents")
def change_consent() -> Response:
    """Give a consent, or take it back; both are one tap."""
    by, at, who = http.current_actor(), clock.now(), subject()
    try:
        form = forms.read(Choice)

        def act(session: Session) -> None:
            if form.give:
                consents.grant(
                    session,
                    volunteer=who.code,
                    purpose=form.purpose,
                    text_version=consents.TEXT_VERSION,
                    channel="web",
                    by=by,
                    at=at,
                )
            else:
                consents.withdraw(session, volunteer=who.code, purpose=form.purpose, by=by, at=at)

        forms.once(act)
    except Refusal as refusal:
        return _me(refusal=refusal)
    flash(gettext("Saved. It holds from now on."), "good")
    return redirect(url_for(".me"), 303)


@bp.post("/me/copy", endpoint="own_copy")
@http.limiter.limit("10 per hour")
def keep_own_copy() -> Response:
    """Everything that is kept of me, as one file to keep or take elsewhere."""
    at, who = clock.now(), subject()
    text = json.dumps(own_copy.of(db.session(), by=who.reader, at=at), ensure_ascii=False, indent=2)
    answer = Response(text, mimetype="application/json")
    name = f"{who.code}-{clock.local_date(at).isoformat()}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/me/profile")
def profile() -> Response:
    """What I may change myself: phone, PIN, whom to call, large print."""
    return _profile()


@bp.post("/me/profile")
def change_profile() -> Response:
    """Change what was filled in; the name and the birth date are changed by staff, who see a document."""
    by, who = http.current_actor(), subject()
    try:
        form = forms.read(Profile)

        def act(session: Session) -> None:
            if not (who.child or form.phone) and persons.by_code(session, who.code).phone:
                raise forms.wrong(Profile, phone=PHONE_STAYS)
            volunteers.change(
                session,
                volunteer=who.code,
                by=by,
                at=clock.now(),
                changes=volunteers.Changes(
                    phone=None if who.child else form.phone or None,
                    emergency_contact=form.emergency_contact,
                    elder_mode=form.elder_mode,
                ),
            )

        forms.once(act)
    except Refusal as refusal:
        return _profile(refusal=refusal)
    flash(gettext("Saved."), "good")
    answer = redirect(url_for(".me"), 303)
    if not who.child:
        if form.elder_mode and not pages.elder():
            pages.remember(answer, pages.ELDER_COOKIE, "1")
        elif not form.elder_mode and pages.elder():
            answer.delete_cookie(pages.ELDER_COOKIE, path="/")
    return answer


@bp.post("/me/pin")
@http.limiter.limit("10 per minute;40 per hour")
def change_pin() -> Response:
    """Choose a new PIN; who signed in long ago types the old one first, so that a phone left lying is not enough."""
    try:
        form = forms.read(NewPin)
        forms.once(lambda session: _change_pin(session, form))
    except Refusal as refusal:
        return _profile(refusal=refusal)
    flash(gettext("The new PIN holds from now on."), "good")
    return redirect(url_for(".me"), 303)


@bp.get("/sign-ins", endpoint="sign_ins")
def list_sign_ins() -> Response:
    """The devices on which I am signed in."""
    return sign_in_list.listed("volunteer/sign_ins.html")


@bp.post("/sign-ins/end")
def end_sign_in() -> Response:
    """End one of them, or all."""
    return sign_in_list.end("volunteer/sign_ins.html")


def _change_pin(session: Session, form: NewPin) -> None:
    """Raises PinTypedTwice, BadPin, WrongSecret or TooManyAttempts."""
    by, at = http.current_actor(), clock.now()
    if form.pin != form.again:
        raise PinTypedTwice()
    if _asks_old_pin(session):
        identity.verify_pin(session, volunteer=by.person, pin=form.old, at=at)
    cookie = request.cookies.get(http.SESSION_COOKIE)
    pins.set_pin(session, volunteer=by.person, pin=form.pin, by=by, at=at, cookie=cookie)


def _asks_old_pin(session: Session) -> bool:
    """Who has just signed in was just recognised, and who never had a PIN has none to type."""
    cookie = request.cookies.get(http.SESSION_COOKIE, "")
    has_one = persons.by_code(session, http.current_actor().person).pin_hash is not None
    return has_one and not sign_ins.is_fresh(session, cookie=cookie, at=clock.now())


def _me(*, refusal: Refusal | None = None) -> Response:
    session, who, today = db.session(), subject(), clock.local_date(clock.now())
    person = persons.by_code(session, who.code)
    decides = who.child or volunteers.age(person, today) >= wards.CHOOSES_FROM
    minor = volunteers.is_minor(person, today)
    return pages.show(
        "volunteer/me.html",
        refusal=refusal,
        subject=who,
        person=person,
        card=cards.live(session, person.id),
        minor=minor,
        looks=(looks := _looks(session, person) if minor else [])[:LOOKS],
        looks_left=max(0, len(looks) - LOOKS),
        guardian=guardians.of(session, person.id) if minor else None,
        given=consents.open_for(session, person.id),
        changeable=CHANGEABLE,
        decides=decides,
        children=0 if who.child else len(wards.children(session, volunteer_id=who.id, day=today)),
        sign_ins=0 if who.child else len(sign_ins.mine(session, by=http.current_actor(), at=clock.now())),
    )


def _looks(session: Session, person: Volunteer) -> list[tuple[datetime, str, str]]:
    """When somebody saw this minor's details, in which role, and what for in words; the latest first."""
    asked = [(at, role, pages.shown_words(why, "look")) for at, role, why in minors.looked_at(session, person)]
    taken = [
        (
            one.at,
            one.role,
            gettext(
                "List taken out, %(list)s: %(why)s",
                list=pages.shown_words(one.table, "list"),
                why=one.reason or gettext("no reason noted"),
            ),
        )
        for one in disclosures.taken_with(session, person)
    ]
    return sorted([*asked, *taken], reverse=True)


def _profile(*, refusal: Refusal | None = None) -> Response:
    session, who = db.session(), subject()
    person = persons.by_code(session, who.code)
    return pages.show(
        "volunteer/profile.html",
        refusal=refusal,
        form=forms.shown(
            Profile,
            {
                "phone": person.phone or "",
                "emergency_contact": person.emergency_contact,
                "elder_mode": person.elder_mode,
            },
        ),
        new_pin=forms.shown(NewPin),
        subject=who,
        person=person,
        minor=volunteers.is_minor(person, clock.local_date(clock.now())),
        old_pin=not who.child and _asks_old_pin(session),
    )

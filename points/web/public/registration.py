"""Registering oneself, or a child together with the guardian; then one is signed in at the next step."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import sign_ins
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import N_, Invalid, Refusal
from points.people import persons, volunteers
from points.people.volunteers import NewGuardian
from points.places import areas
from points.shapes.fields import Flag
from points.shapes.forms import Each, Form, of
from points.shapes.volunteers import NewGuardianShape, NewVolunteerShape
from points.web import consent_texts, forms, pages, words
from points.web.public import bp
from points.web.usual import Next

OPTIONAL_CONSENTS = ("points", "notice", "publish_name")
GUARDIAN = ("guardian_name", "guardian_phone", "guardian_relation")


@dataclass(frozen=True, kw_only=True)
class Registration(Form, like=NewVolunteerShape):
    """Who registers, with the guardian of a child; the age decides which of phone and guardian is needed."""

    name: str
    birth_date: date
    community: str
    phone: str = ""
    guardian_name: Annotated[str, of(NewGuardianShape, "name")] = ""
    guardian_phone: Annotated[str, of(NewGuardianShape, "phone")] = ""
    guardian_relation: Annotated[str, of(NewGuardianShape, "relation")] = ""
    pin: str
    again: Annotated[str, of(NewVolunteerShape, "pin")]
    consent: Annotated[dict[str, bool], Each(Flag())] = field(default_factory=dict)
    elder_mode: bool = False


class PinsDiffer(Invalid):
    """The PIN was typed twice, differently."""

    code = "pins-differ"
    title = N_("The two PINs are not the same")
    detail = N_("What you typed the second time differs from the first.")
    next_step = N_("Type the same PIN twice.")


@bp.get("/register")
def register() -> Response:
    """The form for an adult."""
    return _form(minor=False)


@bp.get("/register/minor")
def register_minor() -> Response:
    """The form for a child or young person and the guardian."""
    return _form(minor=True)


@bp.post("/register")
@http.limiter.limit("10 per minute;60 per hour")
def registered() -> Response:
    """Register an adult with what they agree to, and sign them in."""
    return _register(minor=False)


@bp.post("/register/minor")
@http.limiter.limit("10 per minute;60 per hour")
def registered_minor() -> Response:
    """Register a minor with the guardian; staff see the guardian before anything can be joined."""
    return _register(minor=True)


@bp.get("/privacy/consents")
def consent_words() -> Response:
    """What each consent means, in plain words."""
    return pages.show("public/consents.html", texts=consent_texts.TEXTS, version=consent_texts.VERSION)


def _register(*, minor: bool) -> Response:
    at = clock.now()
    opened_by = http.signed_in()
    guardian_code = opened_by.person if minor and opened_by is not None and opened_by.volunteer_id else None
    try:
        form = forms.read(Registration)
        _refuse_unread(form, minor=minor)
        new = volunteers.NewVolunteer(
            name=form.name,
            birth_date=form.birth_date,
            community=form.community,
            registered_via="self",
            consents=["register", *(purpose for purpose in OPTIONAL_CONSENTS if form.consent.get(purpose))],
            text_version=consent_texts.VERSION,
            phone=form.phone or None,
            pin=form.pin,
            elder_mode=form.elder_mode,
            guardian=_guardian(form, guardian_code) if minor else None,
        )
        code = forms.once(lambda session: volunteers.register(session, new, by=volunteers.NEWCOMER, at=at).code)
        opened = cookie = None
        if guardian_code is None:
            with transaction() as session:
                opened, cookie = sign_ins.sign_in_volunteer(session, who=code, pin=form.pin, agent=http.agent(), at=at)
    except Refusal as refusal:
        return _form(refusal=refusal, minor=_for_a_minor(refusal, minor))
    made = persons.by_code(db.session(), code)
    flash(gettext("Registered. %(name)s's number is %(code)s; it signs in, too.", name=made.name, code=code), "good")
    if opened is None or cookie is None:
        flash(gettext("Go to a station together once; then they can join activities."), "care")
        return redirect(url_for("volunteer.home"), 303)
    answer = redirect(_back() or url_for("volunteer.home"), 303)
    http.set_session_cookie(answer, cookie, max_age=int((opened.expires_at - opened.created_at).total_seconds()))
    if made.elder_mode:
        pages.remember(answer, pages.ELDER_COOKIE, "1")
    return answer


def _refuse_unread(form: Registration, *, minor: bool) -> None:
    """Raises ConsentNeeded, FormUnreadable of a guardian left out, or PinsDiffer: what only the form can know."""
    for purpose in ("register", "guardian") if minor else ("register",):
        if not form.consent.get(purpose):
            raise volunteers.ConsentNeeded(purpose=words.CONSENT[purpose])
    missing = [name for name in GUARDIAN if minor and not getattr(form, name)]
    if missing:
        raise forms.wrong(Registration, **dict.fromkeys(missing, forms.MISSING))
    if form.pin != form.again:
        raise PinsDiffer()


def _for_a_minor(refusal: Refusal, minor: bool) -> bool:
    """Which of the two forms helps on after this refusal: the age decides, not the page it was sent from."""
    if isinstance(refusal, volunteers.GuardianNeeded):
        return True
    return minor and not isinstance(refusal, volunteers.PhoneNeeded)


def _form(*, minor: bool, refusal: Refusal | None = None) -> Response:
    return pages.show(
        "public/register.html",
        refusal=refusal,
        form=forms.shown(Registration),
        minor=minor,
        communities=_communities(db.session()),
        optional=OPTIONAL_CONSENTS,
        texts=consent_texts.TEXTS,
        version=consent_texts.VERSION,
        back=_back(),
    )


def _communities(session: Session) -> list[tuple[str, str]]:
    """The communities to live in, by code; with the street's name where there is more than one street."""
    nodes = [area for area in areas.subtree(session, path="/", types=("street", "community")) if area.active]
    streets = {area.path: area.name for area in nodes if area.type == "street"}
    found = []
    for area in nodes:
        if area.type == "community":
            street = next((name for path, name in streets.items() if area.path.startswith(path)), "")
            found.append((area.code, f"{street} {area.name}" if len(streets) > 1 else area.name))
    return found


def _guardian(form: Registration, code: str | None) -> NewGuardian | None:
    name, phone, relation = form.guardian_name, form.guardian_phone, form.guardian_relation
    return (
        NewGuardian(name=name, phone=phone, relation=relation, volunteer=code) if name and phone and relation else None
    )


def _back() -> str:
    return pages.our_page(forms.asked(Next).next, "")

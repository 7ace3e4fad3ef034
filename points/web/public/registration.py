"""Registering oneself, or a child together with the guardian; then one is signed in at the next step."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.access import sign_ins
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import N_, Invalid, Refusal
from points.people import volunteers
from points.people.volunteers import NewGuardian
from points.places import areas
from points.web import consent_texts, forms, pages, words
from points.web.public import bp

OPTIONAL_CONSENTS = ("points", "notice", "publish_name")


class PinsDiffer(Invalid):
    """The PIN was typed twice, differently."""

    code = "pins-differ"
    title = N_("The two PINs are not the same")
    detail = N_("What you typed the second time differs from the first.")
    next_step = N_("Type the same PIN twice.")


@bp.get("/register")
def register() -> Any:
    """The form for an adult."""
    return _form(minor=False)


@bp.get("/register/minor")
def register_minor() -> Any:
    """The form for a child or young person and the guardian."""
    return _form(minor=True)


@bp.post("/register")
@http.limiter.limit("10 per minute;60 per hour")
def registered() -> Any:
    """Register an adult with what they agree to, and sign them in."""
    return _register(minor=False)


@bp.post("/register/minor")
@http.limiter.limit("10 per minute;60 per hour")
def registered_minor() -> Any:
    """Register a minor with the guardian; staff see the guardian before anything can be joined."""
    return _register(minor=True)


@bp.get("/privacy/consents")
def consent_words() -> Any:
    """What each consent means, in plain words."""
    return pages.show("public/consents.html", texts=consent_texts.TEXTS, version=consent_texts.VERSION)


def _register(*, minor: bool) -> Any:
    form, at = request.form, clock.now()
    opened_by = http.signed_in()
    guardian_code = opened_by.person if minor and opened_by is not None and opened_by.volunteer_id else None
    try:
        _refuse_unread(minor=minor)
        with transaction() as session:
            made = volunteers.register(
                session,
                volunteers.NewVolunteer(
                    name=form.get("name", ""),
                    birth_date=forms.birth_date("birth_date"),
                    community=form.get("community", ""),
                    registered_via="self",
                    consents=[
                        "register",
                        *(purpose for purpose in OPTIONAL_CONSENTS if form.get(f"consent-{purpose}")),
                    ],
                    text_version=consent_texts.VERSION,
                    phone=form.get("phone", "").strip() or None,
                    pin=form.get("pin", "").strip(),
                    elder_mode=bool(form.get("elder_mode")),
                    guardian=_guardian(guardian_code) if minor else None,
                ),
                by=volunteers.NEWCOMER,
                at=at,
            )
            opened = cookie = None
            if guardian_code is None:
                opened, cookie = sign_ins.sign_in_volunteer(
                    session, who=made.code, pin=form.get("pin", "").strip(), agent=http.agent(), at=at
                )
    except Refusal as refusal:
        return _form(refusal=refusal, minor=_for_a_minor(refusal, minor))
    flash(
        gettext("Registered. %(name)s's number is %(code)s; it signs in, too.", name=made.name, code=made.code), "good"
    )
    if opened is None or cookie is None:
        flash(gettext("Go to a station together once; then they can join activities."), "care")
        return redirect(url_for("volunteer.home"), 303)
    answer = redirect(pages.our_page(form.get("next", ""), "") or url_for("volunteer.home"), 303)
    http.set_session_cookie(answer, cookie, max_age=int((opened.expires_at - opened.created_at).total_seconds()))
    if made.elder_mode:
        pages.remember(answer, pages.ELDER_COOKIE, "1")
    return answer


def _refuse_unread(*, minor: bool) -> None:
    """Raises ConsentNeeded, BadPin or PinsDiffer: what only the form can know."""
    form = request.form
    for purpose in ("register", "guardian") if minor else ("register",):
        if not form.get(f"consent-{purpose}"):
            raise volunteers.ConsentNeeded(purpose=words.CONSENT[purpose])
    if not form.get("pin", "").strip():
        raise volunteers.BadPin()
    if form.get("pin", "").strip() != form.get("again", "").strip():
        raise PinsDiffer()


def _for_a_minor(refusal: Refusal, minor: bool) -> bool:
    """Which of the two forms helps on after this refusal: the age decides, not the page it was sent from."""
    if isinstance(refusal, volunteers.GuardianNeeded):
        return True
    return minor and not isinstance(refusal, volunteers.PhoneNeeded)


def _form(*, minor: bool, refusal: Refusal | None = None) -> Any:
    return pages.show(
        "public/register.html",
        refusal=refusal,
        form=request.form,
        minor=minor,
        communities=_communities(db.session()),
        optional=OPTIONAL_CONSENTS,
        texts=consent_texts.TEXTS,
        version=consent_texts.VERSION,
        back=pages.our_page(request.values.get("next", ""), ""),
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


def _guardian(code: str | None) -> NewGuardian | None:
    form = request.form
    name, phone = form.get("guardian_name", "").strip(), form.get("guardian_phone", "").strip()
    relation = form.get("guardian_relation", "").strip()[:20]
    return (
        NewGuardian(name=name, phone=phone, relation=relation, volunteer=code) if name and phone and relation else None
    )

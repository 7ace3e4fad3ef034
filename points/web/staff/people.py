"""Residents: find one, register one, issue a card, set a PIN."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http, ledger
from points.database import db, transaction
from points.exchange import redemption
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid, Refusal
from points.people import cards, consents, guardians, persons, volunteers
from points.people.volunteers import NewGuardian
from points.places import areas
from points.places.areas import Area
from points.service import records as book
from points.web import pages, words
from points.web.staff import bp

OPTIONAL_CONSENTS = ("points", "publish_name", "share_unit", "notice")


class BirthDateUnreadable(Invalid):
    """The birth date typed is none."""

    code = "birth-date-unreadable"
    title = N_("When were they born?")
    detail = N_("The birth date could not be read.")
    next_step = N_("Write it as 1950-03-01.")


@bp.get("/people")
def people() -> Any:
    """Find a resident by name, code or phone."""
    session, by = db.session(), http.current_actor()
    text = request.args.get("text", "").strip()
    return pages.show(
        "staff/people.html",
        text=text,
        found=persons.search(session, text=text, by=by, limit=30) if text else [],
        may_register=bool(by.reaches("volunteer.register")),
        may_print=bool(by.reaches("card.issue")),
        communities=_names(session),
    )


@bp.get("/people/new")
def people_new() -> Any:
    """The form of a registration."""
    return _new()


@bp.post("/people")
def people_register() -> Any:
    """Register a resident with their consents, and give them a card if they want one."""
    form, by, at = request.form, http.current_actor(), clock.now()
    try:
        with transaction() as session:
            made = volunteers.register(
                session,
                name=form.get("name", ""),
                birth_date=_birth_date(form.get("birth_date", "")),
                community=form.get("community", ""),
                registered_via="staff",
                consents=["register", *(purpose for purpose in OPTIONAL_CONSENTS if form.get(f"consent-{purpose}"))]
                if form.get("consent-register")
                else [],
                channel="paper" if form.get("paper_ref") else "web",
                paper_ref=form.get("paper_ref", "").strip(),
                phone=form.get("phone", "").strip() or None,
                phone_none=bool(form.get("phone_none")),
                pin=form.get("pin", "").strip() or None,
                elder_mode=bool(form.get("elder_mode")),
                guardian=_guardian(),
                by=by,
                at=at,
            )
            if form.get("card"):
                cards.issue(session, volunteer=made.code, by=by, at=at)
    except Refusal as refusal:
        return _new(refusal=refusal)
    flash(gettext("Registered: %(name)s, %(code)s.", name=made.name, code=made.code))
    return redirect(url_for(".people_person", code=made.code), 303)


@bp.get("/people/<code>")
def people_person(code: str) -> Any:
    """One resident, as their counter sees them."""
    return _person(code)


@bp.post("/people/<code>/card")
def people_card(code: str) -> Any:
    """Issue a card; a card issued before is dead from then on."""
    try:
        with transaction() as session:
            reason = request.form.get("reason", "").strip()
            cards.issue(session, volunteer=code, reason=reason, by=http.current_actor(), at=clock.now())
    except Refusal as refusal:
        return _person(code, refusal=refusal)
    return redirect(url_for(".people_card_print", code=code), 303)


@bp.get("/people/<code>/card")
def people_card_print(code: str) -> Any:
    """The card, to be printed and cut out."""
    session, by = db.session(), http.current_actor()
    person = persons.seen(session, code, by=by)
    card = cards.live(session, person.id)
    if card is None:
        pages.not_here()
    return pages.show("staff/card.html", person=person, card=card, address=f"{http.public_url()}/c/{card.code}")


@bp.post("/people/<code>/pin")
def people_pin(code: str) -> Any:
    """Set a new PIN, typed by the person."""
    try:
        with transaction() as session:
            pin = request.form.get("pin", "").strip()
            volunteers.set_pin(session, volunteer=code, pin=pin, by=http.current_actor(), at=clock.now())
    except Refusal as refusal:
        return _person(code, refusal=refusal)
    flash(gettext("The new PIN holds from now on."))
    return redirect(url_for(".people_person", code=code), 303)


def _new(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    return pages.show(
        "staff/people_new.html",
        refusal=refusal,
        form=request.form,
        communities=[(area.code, area.name) for area in _communities(session, by)],
        consents=[(purpose, words.CONSENT[purpose]) for purpose in OPTIONAL_CONSENTS],
    )


def _person(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = persons.seen(session, code, by=by)
    day = clock.local_date(at)
    return pages.show(
        "staff/person.html",
        refusal=refusal,
        form=request.form,
        person=person,
        age=volunteers.age(person, day),
        minor=volunteers.is_minor(person, day),
        guardian=guardians.of(session, person.id),
        card=cards.live(session, person.id),
        given=consents.open_for(session, person.id),
        balance=ledger.balance(session, person.id, day=day)
        if by.role_for("points.see", area_path=person.area_path)
        else None,
        minutes=book.total_minutes(session, person.id),
        exchanges=redemption.listing(session, by=by, volunteer=person.code, limit=5),
        community=_names(session).get(person.community_id, ""),
        may_issue=by.role_for("card.issue", area_path=person.area_path) is not None,
        may_change=by.role_for("volunteer.change", area_path=person.area_path) is not None,
    )


def _communities(session: Session, by: Actor) -> list[Area]:
    """The communities in which this person may register residents."""
    reach = by.reaches("volunteer.register")
    return [
        area
        for area in areas.subtree(session, path="/", types=("community",))
        if any(
            area.path.startswith(one.area_path or "-") or (one.area_path or "").startswith(area.path) for one in reach
        )
    ]


def _names(session: Session) -> dict[int, str]:
    return {area.id: area.name for area in areas.subtree(session, path="/", types=("community",))}


def _birth_date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BirthDateUnreadable() from error


def _guardian() -> NewGuardian | None:
    form = request.form
    name, phone = form.get("guardian_name", "").strip(), form.get("guardian_phone", "").strip()
    relation = form.get("guardian_relation", "").strip()
    return NewGuardian(name=name, phone=phone, relation=relation) if name or phone else None

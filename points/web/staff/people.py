"""Residents: find one, register one, issue a card, set a PIN."""

import re
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http, ledger
from points.database import db, transaction
from points.exchange import redemption
from points.exchange.redemption import Which
from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.people import cards, consents, counter_registration, guardians, minors, persons, volunteers
from points.people.tables import Volunteer
from points.people.volunteers import NewGuardian
from points.places import areas
from points.places.tables import Area
from points.registry import merging
from points.service import records as book
from points.web import forms, pages, words
from points.web.staff import bp

OPTIONAL_CONSENTS = ("points", "publish_name", "share_unit", "notice")


@bp.get("/people")
def people() -> Any:
    """Find a resident by name, code or phone."""
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    text = request.args.get("text", "").strip()
    found = persons.search(session, text=text, by=by, limit=30) if text else []
    return pages.show(
        "staff/people.html",
        text=text,
        found=[listed(person, today) for person in found],
        may_register=bool(by.reaches("volunteer.register")),
        may_print=bool(by.reaches("card.issue")),
        may_merge=bool(by.reaches("volunteer.merge")),
        communities=community_names(session),
    )


@bp.get("/people/new")
def people_new() -> Any:
    """The form of a registration; what the last one had in common with the next stands in it already."""
    return _new()


@bp.post("/people")
def people_register() -> Any:
    """Register a resident with their consents, and show the card to print; who is likely there already is asked of."""
    form, by, at = request.form, http.current_actor(), clock.now()
    try:
        with transaction() as session:
            born, phone = forms.birth_date("birth_date"), form.get("phone", "").strip()
            made, card = counter_registration.enrol(
                session,
                volunteers.NewVolunteer(
                    registered_via="staff",
                    name=form.get("name", ""),
                    birth_date=born,
                    community=form.get("community", ""),
                    consents=["register", *(purpose for purpose in OPTIONAL_CONSENTS if form.get(f"consent-{purpose}"))]
                    if form.get("consent-register")
                    else [],
                    channel="paper" if form.get("paper_ref") else "web",
                    paper_ref=form.get("paper_ref", "").strip(),
                    phone=phone or None,
                    phone_none=not phone,
                    pin=form.get("pin", "").strip() or None,
                    elder_mode=masking.age_on(born, clock.local_date(at)) >= volunteers.PHONE_OPTIONAL_FROM,
                    guardian=_guardian(),
                ),
                card=bool(form.get("card")),
                somebody_else=bool(form.get("somebody_else")),
                by=by,
                at=at,
            )
    except Refusal as refusal:
        return _new(refusal=refusal)
    flash(gettext("Registered: %(name)s, %(code)s.", name=made.name, code=made.code))
    if card is None:
        return redirect(url_for(".people_person", code=made.code), 303)
    after: dict[str, Any] = {
        "community": form.get("community"),
        "paper_ref": _next_number(form.get("paper_ref", "").strip()),
    }
    return redirect(url_for(".people_card_print", code=made.code, **after), 303)


@bp.get("/people/<code>")
def people_person(code: str) -> Any:
    """One resident, as their counter sees them."""
    return _person(code)


@bp.post("/people/<code>/look")
def people_look(code: str) -> Any:
    """Say why one looks at a minor's details; then they are open for ten minutes."""
    try:
        with transaction() as session:
            reason = request.form.get("reason", "")
            person = minors.look(session, volunteer=code, reason=reason, by=http.current_actor(), at=clock.now())
    except minors.NoSuchReason as refusal:
        return _ask_why(code, refusal)
    back = pages.our_page(request.form.get("back", ""), url_for(".people_person", code=person.code))
    return redirect(back, 303)


@bp.errorhandler(minors.ReasonNeeded)
def people_why(needed: minors.ReasonNeeded) -> Any:
    """Instead of a page about a minor, wherever it was asked for: why do you look?"""
    return _ask_why(needed.volunteer, needed)


@bp.post("/people/<code>/card")
def people_card(code: str) -> Any:
    """Issue a card, and show it to print; a card issued before is dead from then on."""
    try:
        with transaction() as session:
            by, reason = http.current_actor(), request.form.get("reason", "")
            before = cards.live(session, persons.seen(session, code, by=by).id)
            reason = reason if reason in words.CARD_GONE else ""
            cards.issue(session, volunteer=code, reason=reason, by=by, at=clock.now())
            old = before.serial if before else ""
    except Refusal as refusal:
        return _person(code, refusal=refusal)
    if old:
        flash(gettext("The old card %(serial)s is dead: whoever scans it is told so.", serial=old))
    return redirect(url_for(".people_card_print", code=code), 303)


@bp.get("/people/<code>/card")
def people_card_print(code: str) -> Any:
    """The card, to be printed and cut out."""
    session, by = db.session(), http.current_actor()
    person = minors.seen(session, code, by=by, at=clock.now())
    card = cards.live(session, person.id)
    if card is None:
        pages.not_here()
    return pages.show(
        "staff/card.html",
        person=person,
        card=card,
        address=f"{http.public_url()}/c/{card.code}",
        after={name: request.args[name] for name in ("community", "paper_ref") if request.args.get(name)},
    )


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


def listed(person: Volunteer, today: date) -> dict[str, Any]:
    """A person as a list shows them: of a minor neither name nor year."""
    minor = volunteers.is_minor(person, today)
    return {
        "code": person.code,
        "name": masking.mask_minor(person.code) if minor else person.name,
        "year": "" if minor else person.birth_date.year,
        "community_id": person.community_id,
        "phone": person.phone,
    }


def _new(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    likely = refusal.volunteers if isinstance(refusal, counter_registration.LikelyRegistered) else []
    today = clock.local_date(clock.now())
    return pages.show(
        "staff/people_new.html",
        refusal=refusal,
        form=request.form or request.args,
        first=not request.form,
        likely=[listed(persons.seen(session, code, by=by), today) for code in likely],
        minor=isinstance(refusal, volunteers.GuardianNeeded) or bool(request.form.get("guardian_name")),
        communities=[(area.code, area.name) for area in _communities(session, by)],
        names=community_names(session),
        consents=[(purpose, words.CONSENT[purpose]) for purpose in OPTIONAL_CONSENTS],
    )


def _ask_why(code: str, refusal: Refusal) -> Any:
    """The page that asks for the reason, with nothing of the child on it."""
    back = request.full_path.rstrip("?") if request.method == "GET" else request.form.get("back", "")
    return pages.show("staff/person_why.html", refusal=refusal, code=code, back=back, reasons=words.LOOK)


def _person(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = minors.seen(session, code, by=by, at=at)
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
        exchanges=redemption.listing(session, by=by, which=Which(volunteer=person.code), limit=5),
        community=community_names(session).get(person.community_id, ""),
        merged=merging.trail(session, volunteer_id=person.id),
        gone=words.CARD_GONE,
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


def community_names(session: Session) -> dict[int, str]:
    """The names of all communities by their key."""
    return {area.id: area.name for area in areas.subtree(session, path="/", types=("community",))}


def _next_number(paper_ref: str) -> str:
    """The number of the next paper of the same pile: 2026-17 is followed by 2026-18."""
    last = re.search(r"\d+$", paper_ref, re.ASCII)
    return paper_ref[: last.start()] + str(int(last[0]) + 1).zfill(len(last[0])) if last else paper_ref


def _guardian() -> NewGuardian | None:
    form = request.form
    name, phone = form.get("guardian_name", "").strip(), form.get("guardian_phone", "").strip()
    relation = form.get("guardian_relation", "").strip()
    return NewGuardian(name=name, phone=phone, relation=relation) if name or phone else None

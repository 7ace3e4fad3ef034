"""Residents: find one, register one, issue a card, set a PIN."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, TypedDict
from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http, ledger
from points.access import pins
from points.database import db
from points.exchange import redemption
from points.exchange.redemption import Which
from points.foundation import clock, masking
from points.foundation.errors import Refusal
from points.people import (
    cards,
    consents,
    counter_registration,
    guardians,
    minors,
    persons,
    residence,
    skills,
    volunteers,
)
from points.people.tables import Volunteer
from points.people.volunteers import NewGuardian
from points.places import areas
from points.registry import merging
from points.service import records
from points.shapes.fields import Code, Flag, Number, Text, Word
from points.shapes.forms import Each, Form, of
from points.shapes.volunteers import LookShape, NewGuardianShape, NewVolunteerShape, PinShape
from points.web import forms, pages, where, words
from points.web.staff import bp
from points.web.usual import Onward, Page, Why

OPTIONAL_CONSENTS = ("points", "publish_name", "share_unit", "notice")
EXCHANGES_A_PAGE = 10
A_PAGE = 30
GUARDIAN = ("guardian_name", "guardian_phone", "guardian_relation")


@dataclass(frozen=True, kw_only=True)
class Search(Form):
    """A name, a code or a phone."""

    text: Annotated[str, Text(200)] = ""


@dataclass(frozen=True, kw_only=True)
class Common(Form, like=NewVolunteerShape):
    """What one registration has in common with the next."""

    community: Annotated[str, Code()] = ""
    neighbour_group: Annotated[str, Code()] = ""
    paper_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class Registration(Form, like=NewVolunteerShape):
    """Somebody to register, what they agree to, the guardian of a child, and whether a card is printed."""

    name: str
    birth_date: date
    community: Annotated[str, Code()] = ""
    neighbour_group: Annotated[str, Code()] = ""
    phone: str = ""
    guardian_name: Annotated[str, of(NewGuardianShape, "name")] = ""
    guardian_phone: Annotated[str, of(NewGuardianShape, "phone")] = ""
    guardian_relation: Annotated[str, of(NewGuardianShape, "relation")] = ""
    consent: Annotated[dict[str, bool], Each(Flag())] = field(default_factory=dict)
    paper_ref: str = ""
    pin: str = ""
    card: Annotated[bool, Flag()] = False
    somebody_else: Annotated[bool, Flag()] = False


@dataclass(frozen=True, kw_only=True)
class Look(Onward, like=LookShape):
    """Why one looks at a minor's details."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class NewCard(Form):
    """What became of the card before."""

    reason: Annotated[str, Word(*words.CARD_GONE)] = ""


@dataclass(frozen=True, kw_only=True)
class NewPin(Form, like=PinShape):
    """A PIN that the person types."""

    pin: str


@dataclass(frozen=True, kw_only=True)
class GuardianThere(Form, like=NewGuardianShape):
    """Which volunteer the guardian is, where they are one."""

    guardian_volunteer: Annotated[str, Number(20)] = ""


class Listed(TypedDict):
    """A person as a list shows them."""

    code: str
    name: str
    year: int | str
    community_id: int
    phone: str | None


@bp.get("/people")
def people() -> Response:
    """Find a resident by name, code or phone."""
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    text, page = forms.asked(Search).text, forms.asked(Page).page
    found = persons.search(session, text=text, by=by, offset=(page - 1) * A_PAGE, limit=A_PAGE, at_counter=True)
    return pages.show(
        "staff/people.html",
        text=text,
        found=[listed(person, today) for person in found.people],
        count=found.count,
        turned=pages.turned(page, found.count, a_page=A_PAGE),
        may_register=bool(by.reaches("volunteer.register")),
        may_find=bool(by.reaches("volunteer.see") or by.reaches("counter.serve")),
        may_print=bool(by.reaches("card.issue")),
        may_merge=bool(by.reaches("volunteer.merge")),
        may_change=bool(by.reaches("volunteer.change")),
        skills_waiting=skills.waiting(session, by=by),
        communities=community_names(session),
    )


@bp.get("/people/new")
def people_new() -> Response:
    """The form of a registration; what the last one had in common with the next stands in it already."""
    http.current_actor().require_somewhere("volunteer.register")
    return _new()


@bp.post("/people")
def people_register() -> Response:
    """Register a resident with their consents, and show the card to print; who is likely there already is asked of."""
    by, at = http.current_actor(), clock.now()

    def enrol(session: Session) -> str:
        made, _card = counter_registration.enrol(
            session,
            volunteers.NewVolunteer(
                registered_via="staff",
                name=form.name,
                birth_date=form.birth_date,
                community=home,
                neighbour_group=form.neighbour_group or None,
                consents=["register", *(purpose for purpose in OPTIONAL_CONSENTS if form.consent.get(purpose))]
                if form.consent.get("register")
                else [],
                channel="paper" if form.paper_ref else "web",
                paper_ref=form.paper_ref,
                phone=form.phone or None,
                phone_none=not form.phone,
                pin=form.pin or None,
                elder_mode=masking.age_on(form.birth_date, clock.local_date(at)) >= volunteers.PHONE_OPTIONAL_FROM,
                guardian=_guardian(form),
            ),
            card=form.card,
            somebody_else=form.somebody_else,
            by=by,
            at=at,
        )
        return made.code

    try:
        form = forms.read(Registration)
        home = _home(form)
        code = forms.once(enrol)
    except Refusal as refusal:
        return _new(refusal=refusal)
    made = persons.by_code(db.session(), code)
    flash(gettext("Registered: %(name)s, %(code)s.", name=made.name, code=code))
    common = forms.address(_common(form))
    if by.role_for("volunteer.see", area_path=made.area_path) is None:
        return redirect(f"{url_for('.people_registered', code=code)}?{urlencode(common)}", 303)
    if cards.live(db.session(), made.id) is None:
        return redirect(url_for(".people_person", code=code), 303)
    return redirect(f"{url_for('.people_card_print', code=code)}?{urlencode(common)}", 303)


@bp.get("/people/<code>")
def people_person(code: str) -> Response:
    """One resident, as their counter sees them."""
    return show_person(code)


@bp.post("/people/<code>/look")
def people_look(code: str) -> Response:
    """Say why one looks at a minor's details; then they are open for ten minutes."""
    try:
        form = forms.read(Look)
        kept = forms.once(
            lambda session: (
                minors.look(session, volunteer=code, reason=form.reason, by=http.current_actor(), at=clock.now()).code
            )
        )
    except (minors.NoSuchReason, forms.FormUnreadable) as refusal:
        return _ask_why(code, refusal)
    return redirect(pages.our_page(form.back, url_for(".people_person", code=kept)), 303)


@bp.errorhandler(minors.ReasonNeeded)
def people_why(needed: minors.ReasonNeeded) -> Response:
    """Instead of a page about a minor, wherever it was asked for: why do you look?"""
    return _ask_why(needed.volunteer, needed)


@bp.post("/people/<code>/card")
def people_card(code: str) -> Response:
    """Issue a card, and show it to print; a card issued before is dead from then on."""
    by = http.current_actor()

    def issue(session: Session) -> str:
        before = cards.live(session, persons.served(session, code, by=by).id)
        cards.issue(session, volunteer=code, reason=reason, by=by, at=clock.now())
        return before.serial if before else ""

    try:
        reason = forms.read(NewCard).reason
        old = forms.once(issue)
    except Refusal as refusal:
        return show_person(code, refusal=refusal)
    if old:
        flash(gettext("The old card %(serial)s is dead: whoever scans it is told so.", serial=old))
    return redirect(url_for(".people_card_print", code=code), 303)


@bp.get("/people/<code>/card")
def people_card_print(code: str) -> Response:
    """The card, to be printed and cut out."""
    session, by = db.session(), http.current_actor()
    person = minors.served(session, code, by=by, at=clock.now())
    card = cards.live(session, person.id)
    if card is None:
        pages.not_here()
    return pages.show(
        "staff/card.html",
        person=person,
        card=card,
        address=f"{http.public_url()}/c/{card.code}",
        after=forms.address(forms.asked(Common)),
    )


@bp.post("/people/<code>/pin")
def people_pin(code: str) -> Response:
    """Set a new PIN, typed by the person."""
    try:
        pin = forms.read(NewPin).pin
        forms.once(
            lambda session: pins.set_pin(session, volunteer=code, pin=pin, by=http.current_actor(), at=clock.now())
        )
    except Refusal as refusal:
        return show_person(code, refusal=refusal)
    flash(gettext("The new PIN holds from now on."))
    return redirect(url_for(".people_person", code=code), 303)


def listed(person: Volunteer, today: date) -> Listed:
    """A person as a list shows them: of a minor neither name nor year."""
    minor = volunteers.is_minor(person, today)
    return {
        "code": person.code,
        "name": masking.mask_minor(person.code) if minor else person.name,
        "year": "" if minor else person.birth_date.year,
        "community_id": person.community_id,
        "phone": person.phone,
    }


def show_person(code: str, *, refusal: Refusal | None = None) -> Response:
    """The page of one resident. Raises ReasonNeeded of a minor."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = minors.served(session, code, by=by, at=at)
    day, here = clock.local_date(at), person.status in volunteers.PRESENT
    if by.role_for("volunteer.see", area_path=person.area_path) is None:
        return _at_counter(session, person, refusal, day=day)
    page = forms.asked(Page).page
    return pages.show(
        "staff/person.html",
        refusal=refusal,
        new_pin=forms.shown(NewPin),
        guardian_there=forms.shown(GuardianThere),
        person=person,
        age=volunteers.age(person, day),
        minor=volunteers.is_minor(person, day),
        guardian=guardians.of(session, person.id),
        suspension=volunteers.suspension(session, person),
        lifting=forms.shown(Why),
        card=cards.live(session, person.id),
        given=consents.open_for(session, person.id),
        balance=ledger.balance(session, person.id, day=day)
        if by.role_for("points.see", area_path=person.area_path)
        else None,
        minutes=records.total_minutes(session, person.id),
        exchanges=redemption.listing(
            session,
            by=by,
            which=Which(volunteer=person.code),
            offset=(page - 1) * EXCHANGES_A_PAGE,
            limit=EXCHANGES_A_PAGE,
        ),
        count=(count := redemption.count(session, by=by, which=Which(volunteer=person.code))),
        turned=pages.turned(page, count, a_page=EXCHANGES_A_PAGE),
        community=community_names(session).get(person.community_id, ""),
        lives=residence.of(session, person)[1],
        merged=merging.trail(session, volunteer_id=person.id),
        gone=words.CARD_GONE,
        may_issue=here and by.role_for("card.issue", area_path=person.area_path) is not None,
        may_end=here and by.role_for("volunteer.suspend", area_path=person.area_path) is not None,
        may_change=here and by.role_for("volunteer.change", area_path=person.area_path) is not None,
    )


def _at_counter(session: Session, person: Volunteer, refusal: Refusal | None, *, day: date) -> Response:
    """A resident of the street as a counter of another community serves them: card, PIN, points, the guardian."""
    return pages.show(
        "staff/person_at_counter.html",
        refusal=refusal,
        new_pin=forms.shown(NewPin),
        guardian_there=forms.shown(GuardianThere),
        person=person,
        minor=volunteers.is_minor(person, day),
        guardian=guardians.of(session, person.id),
        card=cards.live(session, person.id),
        balance=ledger.balance(session, person.id, day=day),
        gone=words.CARD_GONE,
    )


def _new(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    likely = refusal.volunteers if isinstance(refusal, counter_registration.LikelyRegistered) else []
    today = clock.local_date(clock.now())
    shown = forms.shown(Registration, forms.address(forms.asked(Common)))
    return pages.show(
        "staff/people_new.html",
        refusal=refusal,
        form=shown,
        first=not shown.sent,
        likely=[listed(persons.served(session, code, by=by), today) for code in likely],
        minor=isinstance(refusal, volunteers.GuardianNeeded) or any(shown.get(name) for name in GUARDIAN),
        where=where.registering(session, by=by),
        may_issue=bool(by.reaches("card.issue")),
        names=community_names(session),
        consents=[(purpose, words.CONSENT[purpose]) for purpose in OPTIONAL_CONSENTS],
    )


def _ask_why(code: str, refusal: Refusal) -> Response:
    """The page that asks for the reason, with nothing of the child on it."""
    back = request.full_path.rstrip("?") if request.method == "GET" else forms.asked(Onward).back
    return pages.show("staff/person_why.html", refusal=refusal, code=code, back=back, reasons=words.LOOK)


def _home(form: Registration) -> str:
    """The community that was chosen, or that of the 邻. Raises NoSuch, and FormUnreadable where neither was."""
    if form.community or not form.neighbour_group:
        if not form.community:
            raise forms.wrong(Registration, community=forms.MISSING)
        return form.community
    session = db.session()
    return areas.community_of(session, areas.by_code(session, form.neighbour_group)).code


def community_names(session: Session) -> dict[int, str]:
    """The names of all communities by their key."""
    return {area.id: area.name for area in areas.subtree(session, path="/", types=("community",))}


def _next_number(paper_ref: str) -> str:
    """The number of the next paper of the same pile: 2026-17 is followed by 2026-18."""
    last = re.search(r"\d+$", paper_ref, re.ASCII)
    return paper_ref[: last.start()] + str(int(last[0]) + 1).zfill(len(last[0])) if last else paper_ref


def _common(form: Registration) -> Common:
    return Common(
        community=form.community, neighbour_group=form.neighbour_group, paper_ref=_next_number(form.paper_ref)
    )


def _guardian(form: Registration) -> NewGuardian | None:
    if not (form.guardian_name or form.guardian_phone):
        return None
    return NewGuardian(name=form.guardian_name, phone=form.guardian_phone, relation=form.guardian_relation)

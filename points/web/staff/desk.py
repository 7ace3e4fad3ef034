"""The desk: who is it, what do they want, is it really they, hand over, receipt."""

import re
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session

from points import http, ledger
from points.access import identity
from points.database import db, transaction
from points.exchange import goods as catalogue
from points.exchange import redemption as book
from points.exchange import sessions as events
from points.exchange.redemption import Proxy
from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid, NotAllowed, Refusal
from points.people import cards, households, persons
from points.people.persons import Volunteer
from points.places import stations
from points.places.stations import Station
from points.web import carts, pages
from points.web.staff import bp


class NoStation(NotAllowed):
    """The signed-in person works at no station."""

    code = "no-station"
    title = N_("The desk belongs to a station")
    detail = N_("You work at no station, so there is no desk for you.")
    next_step = N_("Ask your street administrator for the role at a station.")


class IdentityMissing(Invalid):
    """Nobody said how the person's identity was checked."""

    code = "identity-missing"
    title = N_("Who is it?")
    detail = N_("A card alone never spends points.")
    next_step = N_("Ask for the PIN, the last four digits of the phone, or let a colleague vouch.")


@bp.get("/desk")
def desk() -> Any:
    """One field; then the person with points and limits, and the goods."""
    return _desk()


@bp.post("/desk/confirm")
def desk_confirm() -> Any:
    """The cart once more, with its total, before anything happens."""
    return _confirm()


@bp.post("/desk")
def desk_hand_over() -> Any:
    """Check the identity, take the points, hand over."""
    form, by, at = request.form, http.current_actor(), clock.now()
    try:
        with transaction() as session:
            made = book.redeem(
                session,
                volunteer=form.get("volunteer", ""),
                lines=carts.lines(form),
                station=form.get("station", ""),
                key=form.get("key", ""),
                identity=_identity(session, form.get("volunteer", "")),
                by=by,
                at=at,
                proxy=_proxy(),
            )
    except Refusal as refusal:
        return _confirm(refusal=refusal)
    return redirect(url_for(".redemption", code=made.code), 303)


@bp.get("/redemptions/<code>")
def redemption(code: str) -> Any:
    """A receipt to print; a reservation to hand over."""
    return _receipt(code)


@bp.post("/redemptions/<code>/fulfil")
def redemption_fulfil(code: str) -> Any:
    """Hand over what was reserved."""
    by, at = http.current_actor(), clock.now()
    try:
        with transaction() as session:
            seen = book.seen(session, code, by=by)
            book.fulfil(
                session,
                redemption=code,
                identity=_identity(session, seen.redeemer_code),
                by=by,
                at=at,
                proxy=_proxy(),
            )
    except Refusal as refusal:
        return _receipt(code, refusal=refusal)
    return redirect(url_for(".redemption", code=code), 303)


@bp.post("/redemptions/<code>/cancel")
def redemption_cancel(code: str) -> Any:
    """Cancel a reservation at the person's wish."""
    try:
        with transaction() as session:
            book.cancel(
                session,
                redemption=code,
                by=http.current_actor(),
                at=clock.now(),
                reason=request.form.get("reason", "").strip(),
            )
    except Refusal as refusal:
        return _receipt(code, refusal=refusal)
    return redirect(url_for(".redemption", code=code), 303)


@bp.post("/redemptions/<code>/return")
def redemption_return(code: str) -> Any:
    """Take goods back, signed by two people; the points go back to where they came from."""
    form, by, at = request.form, http.current_actor(), clock.now()
    try:
        with transaction() as session:
            book.give_back(
                session,
                redemption=code,
                to_stock=bool(form.get("to_stock")),
                reason=form.get("reason", "").strip(),
                by=by,
                second=identity.witness(
                    session, login=form.get("second_login", "").strip(), password=form.get("second_password", ""), at=at
                ),
                at=at,
            )
    except Refusal as refusal:
        return _receipt(code, refusal=refusal)
    return redirect(url_for(".redemption", code=code), 303)


def _desk(*, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    here, mine = _station(session, by)
    who = request.values.get("who", "").strip()
    if reserved := re.search(r"(?:^|/)p/([^/?#\s]+)", who):
        return redirect(url_for(".redemption", code=reserved[1]), 303)
    person: Volunteer | None = None
    found: list[Volunteer] = []
    refused = refusal
    if who:
        try:
            person, found = _who(session, who, by)
        except Refusal as unknown:
            refused = refused or unknown
    shown: dict[str, Any] = {"person": None}
    if person is not None:
        shown = _person(session, person, by, at=at) | {
            "offers": catalogue.on_offer(session, station=here.code, day=clock.local_date(at))
        }
    return pages.show(
        "staff/desk.html",
        refusal=refused,
        form=request.form,
        station=here,
        stations=mine,
        who=who,
        found=found,
        by_card=_is_card(who),
        event=next(iter(events.listing(session, by=by, station=here.code, status="open", limit=1)), None),
        recent=[] if who else book.listing(session, by=by, station=here.code, limit=8),
        **shown,
    )


def _confirm(*, refusal: Refusal | None = None) -> Any:
    session, by, at, form = db.session(), http.current_actor(), clock.now(), request.form
    here, _ = _station(session, by)
    person = persons.seen(session, form.get("volunteer", ""), by=by)
    chosen = carts.lines(form)
    if not chosen and refusal is None:
        return redirect(url_for(".desk", station=here.code, who=person.code), 303)
    offers = {offer.code: offer for offer in catalogue.on_offer(session, station=here.code, day=clock.local_date(at))}
    lines = [(line, offers[line.item]) for line in chosen if line.item in offers]
    return pages.show(
        "staff/desk_confirm.html",
        refusal=refusal,
        form=form,
        station=here,
        lines=lines,
        total=sum(line.qty * offer.price for line, offer in lines),
        by_card=bool(form.get("by_card")),
        **_person(session, person, by, at=at),
    )


def _receipt(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    receipt = book.receipt(session, code, by=by)
    return pages.show(
        "staff/redemption.html",
        refusal=refusal,
        form=request.form,
        receipt=receipt,
        door=next((door for door in stations.doors(session) if door.code == receipt.station), None),
    )


def _station(session: Session, by: Actor) -> tuple[Station, list[Station]]:
    """The station of this desk: the one asked for, or the first of one's own. Raises NoStation."""
    mine = [
        station
        for station in stations.visible(session, by=by)
        if by.role_for("redemption.operate", station_id=station.id, area_path=stations.area_path(session, station))
    ]
    asked = request.values.get("station", "")
    here = next((station for station in mine if station.code == asked), mine[0] if mine else None)
    if here is None:
        raise NoStation()
    return here, mine


def _who(session: Session, text: str, by: Actor) -> tuple[Volunteer | None, list[Volunteer]]:
    """The one person meant by a card, its address, a volunteer code, a phone or a name; or those to choose from."""
    if _is_card(text):
        holder = cards.holder(session, text.rsplit("/", 1)[-1])
        return persons.seen(session, holder.code, by=by), []
    found = persons.search(session, text=text, by=by)
    exact = [person for person in found if person.code == text.upper() or person.phone == text]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0], []
    return None, found


def _is_card(text: str) -> bool:
    return "/c/" in text or codes.is_code(codes.normalise(text))


def _person(session: Session, person: Volunteer, by: Actor, *, at: Any) -> dict[str, Any]:
    pool = households.pool(session, person.id)
    shared = ledger.balances(session, [one for one in pool if one != person.id])
    return {
        "person": person,
        "balance": ledger.balance(session, person.id, day=clock.local_date(at)),
        "pooled": sum(shared.values()),
        "waiting": book.listing(session, by=by, volunteer=person.code, status="reserved"),
    }


def _identity(session: Session, volunteer: str) -> identity.Identity:
    """How the person's identity was checked, as the form says. Raises IdentityMissing or what the check refuses."""
    form, at = request.form, clock.now()
    match form.get("check", ""):
        case "pin":
            pin, by_card = form.get("pin", ""), bool(form.get("by_card"))
            return identity.verify_pin(session, volunteer=volunteer, pin=pin, at=at, card=by_card)
        case "phone4":
            return identity.verify_phone4(session, volunteer=volunteer, digits=form.get("phone4", ""), at=at)
        case "known_by_two":
            login, password = form.get("second_login", "").strip(), form.get("second_password", "")
            second = identity.witness(session, login=login, password=password, at=at)
            return identity.Identity(check="known_by_two", second=second)
    raise IdentityMissing()


def _proxy() -> Proxy | None:
    form = request.form
    name, relation = form.get("proxy_name", "").strip(), form.get("proxy_relation", "").strip()
    return Proxy(name=name, relation=relation) if name or relation else None

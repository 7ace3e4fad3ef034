"""The desk: who is it, what do they want, is it really they, hand over, receipt."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session

from points import http
from points.access import identity
from points.access.identity import Identity, IdentityCheck, Shown
from points.database import db, transaction
from points.exchange import exchange_days, goods, redemption
from points.exchange.redemption import Basket, Proxy, Which
from points.exchange.redemption.rules import NotOnOffer
from points.exchange.statuses import ExchangeDayStatus, RedemptionStatus
from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed, Refusal
from points.people import cards, minors, persons
from points.people.tables import Volunteer
from points.places import stations
from points.places.tables import Station
from points.web import carts, pages
from points.web.staff import bp


class NoStation(NotAllowed):
    """The signed-in person works at no station."""

    code = "no-station"
    title = N_("The desk belongs to a station")
    detail = N_("You work at no station, so there is no desk for you.")
    next_step = N_("Ask your street administrator for the role at a station.")


class PersonFirst(Invalid):
    """A shelf label was scanned before anybody was found."""

    code = "person-first"
    title = N_("Who is it for?")
    detail = N_("This is a shelf label.")
    next_step = N_("Find the person first, then scan the goods.")


@dataclass(eq=False)
class CartWaits(Conflict):
    """Somebody else's card was read while goods are chosen for a person."""

    code = "cart-waits"
    title = N_("This exchange is not finished")
    detail = N_("Goods are chosen for %(name)s, and another person was read.")
    next_step = N_("Finish this exchange, or take the goods out again first.")
    name: str


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
    """The cart once more, with its total, before anything happens; or one more item, if one was typed."""
    typed = next((text.strip() for text in reversed(request.form.getlist("add")) if text.strip()), "")
    return _put(typed) if typed else _confirm()


@bp.post("/desk")
def desk_hand_over() -> Any:
    """Check the identity, take the points, hand over."""
    form, by, at = request.form, http.current_actor(), clock.now()
    try:
        shown = _compared(form.get("volunteer", ""))
        with transaction(keyed=True) as session:
            made = redemption.redeem(
                session,
                basket=Basket(
                    volunteer=form.get("volunteer", ""),
                    lines=carts.lines(form),
                    station=form.get("station", ""),
                    key=form.get("key", ""),
                ),
                identity=checked_identity(session, form.get("volunteer", ""), shown),
                by=by,
                at=at,
                proxy=_proxy(),
            )
    except Refusal as refusal:
        return _confirm(refusal=refusal)
    return redirect(url_for(".redemption", code=made.code), 303)


@bp.get("/redemptions/<code>", endpoint="redemption")
def show_redemption(code: str) -> Any:
    """A receipt to print; a reservation to hand over."""
    return _receipt(code)


@bp.post("/redemptions/<code>/fulfil")
def redemption_fulfil(code: str) -> Any:
    """Hand over what was reserved."""
    by, at = http.current_actor(), clock.now()
    try:
        shown = _compared(redemption.seen(db.session(), code, by=by).redeemer_code)
        with transaction() as session:
            seen = redemption.seen(session, code, by=by)
            redemption.fulfil(
                session,
                redemption=code,
                identity=checked_identity(session, seen.redeemer_code, shown),
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
            redemption.cancel(
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
            redemption.give_back(
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


def _desk(*, refusal: Refusal | None = None, who: str | None = None, cart: dict[str, int] | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    here, mine = _station(session, by)
    asked = request.values.get("who", "").strip() if who is None else who
    person: Volunteer | None = None
    found: list[Volunteer] = []
    refused = refusal
    try:
        if receipt := _receipt_of(session, asked, by):
            return redirect(url_for(".redemption", code=receipt), 303)
        if asked:
            person, found = _who(session, asked, by)
    except Refusal as unknown:
        refused = refused or unknown
    shown: dict[str, Any] = {"person": None}
    cart = _cart() if cart is None else cart
    if person is not None:
        shown = _person(session, person, here, by, at=at)
        offers = [one.offer for one in shown["allowance"].items]
        total = sum(cart.get(offer.code, 0) * offer.price for offer in offers)
        most = {one.offer.code: max(one.most, cart.get(one.offer.code, 0)) for one in shown["allowance"].items}
        shown |= {"numbers": carts.numbers(offers), "most": most, "total": total, "rest": shown["have"] - total}
    return pages.show(
        "staff/desk.html",
        refusal=refused,
        form=request.form,
        cart=cart,
        station=here,
        stations=mine,
        who=asked,
        found=found,
        may_register=bool(by.reaches("volunteer.register")),
        names=minors.names(session, found, by=by, at=at),
        by_card=_is_card(asked) or bool(request.values.get("by_card")),
        exchange_day=next(
            iter(exchange_days.listing(session, by=by, station=here.code, status=ExchangeDayStatus.OPEN, limit=1)), None
        ),
        recent=[] if asked else redemption.listing(session, by=by, which=Which(station=here.code), limit=8),
        **shown,
    )


def _put(typed: str) -> Any:
    """One more of what was typed, or one less; somebody's card leads to that person once the cart is empty."""
    session, by, form, cart = db.session(), http.current_actor(), request.form, _cart()
    here, _ = _station(session, by)
    person = persons.seen(session, form.get("volunteer", ""), by=by)
    offers = goods.on_offer(session, station=here.code, day=clock.local_date(clock.now()))
    meant = carts.meant(typed, offers)
    try:
        if meant is not None:
            code, more = meant
            cart[code] = max(cart.get(code, 0) + more, 0)
        elif "/g/" in typed:
            raise NotOnOffer(item=goods.by_label(session, typed.rsplit("/g/", 1)[-1]).name)
        elif _is_card(typed) and _who(session, typed, by)[0] == person:
            return _desk(who=typed, cart=cart)
        elif any(cart.values()):
            raise CartWaits(name=_called(session, person, by))
        else:
            return redirect(url_for(".desk", station=here.code, who=typed), 303)
    except Refusal as refusal:
        return _desk(refusal=refusal, who=person.code, cart=cart)
    return _desk(who=person.code, cart=cart)


def _confirm(*, refusal: Refusal | None = None) -> Any:
    session, by, at, form = db.session(), http.current_actor(), clock.now(), request.form
    here, _ = _station(session, by)
    person = persons.seen(session, form.get("volunteer", ""), by=by)
    chosen = carts.lines(form)
    if not chosen and refusal is None:
        return redirect(url_for(".desk", station=here.code, who=person.code), 303)
    shown = _person(session, person, here, by, at=at)
    offers = {one.offer.code: one.offer for one in shown["allowance"].items}
    lines = [(line, offers[line.item], line.qty * offers[line.item].price) for line in chosen if line.item in offers]
    total = sum(points for _, _, points in lines)
    cart: dict[str, Any] = {carts.PREFIX + line.item: line.qty for line in chosen}
    by_card = bool(form.get("by_card"))
    return pages.show(
        "staff/desk_confirm.html",
        refusal=refusal,
        form=form,
        station=here,
        lines=lines,
        total=total,
        rest=shown["have"] - total,
        by_card=by_card,
        back=url_for(".desk", station=here.code, who=person.code, by_card=by_card or None, **cart),
        **shown,
    )


def _receipt(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    receipt = redemption.receipt(session, code, by=by)
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


def _receipt_of(session: Session, text: str, by: Actor) -> str | None:
    """The redemption meant by a pick-up code, its address or a receipt number. Raises NoSuch, PersonFirst."""
    if "/g/" in text:
        raise PersonFirst()
    reserved = re.search(r"(?:^|/)p/([^/?#\s]+)", text)
    if reserved or re.fullmatch(r"DH\d{8}-\d+", text, re.ASCII):
        return redemption.seen(session, reserved[1] if reserved else text, by=by).code
    if codes.is_code(codes.normalise(text)):
        try:
            return redemption.seen(session, text, by=by).code
        except NoSuch:
            return None
    return None


def _cart() -> dict[str, int]:
    """What the request has chosen so far, by item code."""
    return {line.item: line.qty for line in carts.lines(request.values) if line.qty > 0}


def _is_card(text: str) -> bool:
    return "/c/" in text or codes.is_code(codes.normalise(text))


def _person(session: Session, person: Volunteer, here: Station, by: Actor, *, at: datetime) -> dict[str, Any]:
    allowance = redemption.allowance(session, volunteer=person.code, station=here.code, by=by, at=at)
    return {
        "person": person,
        "called": _called(session, person, by),
        "allowance": allowance,
        "have": allowance.own.spendable + allowance.pooled,
        "waiting": redemption.listing(
            session, by=by, which=Which(volunteer=person.code, status=RedemptionStatus.RESERVED)
        ),
    }


def _called(session: Session, person: Volunteer, by: Actor) -> str:
    """The name at the desk: of a minor none, the guardian beside them is who counts."""
    return minors.names(session, [person], by=by, at=clock.now())[person.code]


def checked_identity(session: Session, volunteer: str, shown: Shown | None = None) -> Identity:
    """How the person's identity was checked, as the form says, or as was `shown` and compared early.

    Raises IdentityMissing or what the check refuses.
    """
    return identity.checked(session, shown or _shown(), volunteer=volunteer, at=clock.now())


def _compared(volunteer: str) -> Shown:
    """What the form says, its PIN compared before anything is locked. Raises IdentityMissing."""
    return identity.compared(db.session(), _shown(), volunteer=volunteer, at=clock.now())


def _shown() -> Shown:
    form = request.form
    asked = {"pin": IdentityCheck.CARD_PIN if form.get("by_card") else IdentityCheck.PIN}
    asked |= {one: one for one in (IdentityCheck.PHONE4, IdentityCheck.KNOWN_BY_TWO)}
    check = asked.get(form.get("check", ""))
    if check is None:
        raise IdentityMissing()
    login, password = form.get("second_login", "").strip(), form.get("second_password", "")
    return Shown(check, pin=form.get("pin", ""), digits=form.get("phone4", ""), login=login, password=password)


def _proxy() -> Proxy | None:
    form = request.form
    name, relation = form.get("proxy_name", "").strip(), form.get("proxy_relation", "").strip()
    return Proxy(name=name, relation=relation) if name or relation else None

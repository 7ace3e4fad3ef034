"""The desk: who is it, what do they want, is it really they, hand over, receipt."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import identity
from points.database import db
from points.exchange import exchange_days, goods, redemption
from points.exchange.redemption import Allowance, Basket, Which
from points.exchange.redemption.rules import NotOnOffer
from points.exchange.statuses import ExchangeDayStatus, RedemptionStatus
from points.exchange.tables import Redemption
from points.foundation import clock, codes, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed, Refusal
from points.people import minors, persons, served
from points.people.persons import Found
from points.people.tables import Volunteer
from points.places import stations
from points.places.tables import Station
from points.shapes.fields import Code, Flag, Text
from points.shapes.forms import Several
from points.web import carts, forms, pages
from points.web.staff import bp
from points.web.staff.identified import Fetched, compared, proxy_of
from points.web.usual import Page


@dataclass(frozen=True, kw_only=True)
class AtDesk(carts.Cart):
    """Which desk, who was typed or scanned there, and what is chosen for them."""

    station: Annotated[str, Code()] = ""
    who: Annotated[str, Text(300)] = ""
    by_card: Annotated[bool, Flag()] = False
    card: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class Chosen(carts.Cart):
    """What is chosen for whom, and what was typed or tapped to have more of it or less."""

    volunteer: Annotated[str, Code()] = ""
    station: Annotated[str, Code()] = ""
    by_card: Annotated[bool, Flag()] = False
    card: Annotated[str, Code()] = ""
    key: Annotated[str, Text(200)] = ""
    add: Annotated[tuple[str, ...], Several(Text(300))] = ()


@dataclass(frozen=True, kw_only=True)
class HandOver(Fetched, Chosen):
    """What is handed over to whom."""


@dataclass(frozen=True)
class Served:
    """A person at the desk: how they are called, what they may have, and what waits for them."""

    person: Volunteer
    called: str
    allowance: Allowance
    waiting: list[Redemption]

    @property
    def have(self) -> int:
        """Their points with those of their household."""
        return self.allowance.own.spendable + self.allowance.pooled


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


@dataclass(eq=False)
class NothingMeant(Invalid):
    """What was scanned or typed is nothing of ours, such as a product's own bar code; it moves nothing."""

    code = "nothing-meant"
    title = N_("Nothing here has this number")
    detail = N_("“%(text)s” is neither goods on offer nor a resident.")
    next_step = N_("Scan the shelf label or type its number. Nothing was changed.")
    text: str


@bp.get("/desk")
def desk() -> Response:
    """One field; then the person with points and limits, and the goods."""
    return _desk()


@bp.post("/desk/confirm")
def desk_confirm() -> Response:
    """The cart once more, with its total, before anything happens; or one more item, if one was typed."""
    try:
        form = forms.read(Chosen)
    except forms.FormUnreadable as unreadable:
        return _desk(refusal=unreadable, who=forms.asked(Chosen).volunteer)
    return _put(form, form.add[-1]) if form.add else _confirm()


@bp.post("/desk")
def desk_hand_over() -> Response:
    """Check the identity, take the points, hand over."""
    by, at = http.current_actor(), clock.now()

    def hand_over(session: Session) -> str:
        return redemption.redeem(
            session,
            basket=Basket(volunteer=form.volunteer, lines=carts.lines(form), station=form.station, key=form.key),
            identity=identity.checked(session, shown, volunteer=form.volunteer, clerk=by, at=at),
            by=by,
            at=at,
            proxy=proxy_of(form),
        ).code

    try:
        form = forms.read(HandOver)
        shown = compared(form, form.volunteer)
        code = forms.once(hand_over)
    except Refusal as refusal:
        return _confirm(refusal=refusal)
    return redirect(url_for(".redemption", code=code), 303)


def _desk(*, refusal: Refusal | None = None, who: str | None = None, cart: dict[str, int] | None = None) -> Response:
    session, by, at = db.session(), http.current_actor(), clock.now()
    here, mine = _station(session, by)
    choice, page = forms.asked(AtDesk), forms.asked(Page).page
    asked = choice.who if who is None else who
    person: Volunteer | None = None
    found = persons.NOBODY
    refused = refusal
    try:
        if receipt := _receipt_of(session, asked, by):
            return redirect(url_for(".redemption", code=receipt), 303)
        if asked:
            person, found = _who(session, asked, here, by, page=page)
    except Refusal as unknown:
        refused = refused or unknown
    cart = choice.qty if cart is None else cart
    at_desk = _served(session, person, here, by, at=at) if person else None
    allowed = at_desk.allowance.items if at_desk else []
    offers = [one.offer for one in allowed]
    total = sum(cart.get(offer.code, 0) * offer.price for offer in offers)
    return pages.show(
        "staff/desk.html",
        here=url_for(".desk", station=here.code, who=asked or None),
        refusal=refused,
        form=forms.shown(Chosen),
        person=person,
        called=at_desk.called if at_desk else "",
        allowance=at_desk.allowance if at_desk else None,
        have=at_desk.have if at_desk else 0,
        waiting=at_desk.waiting if at_desk else [],
        numbers=carts.numbers(offers),
        most={one.offer.code: max(one.most, cart.get(one.offer.code, 0)) for one in allowed},
        total=total,
        rest=at_desk.have - total if at_desk else 0,
        cart=cart,
        station=here,
        stations=mine,
        who=asked,
        found=found.people,
        count=found.count,
        turned=pages.turned(page, found.count, a_page=persons.A_PAGE),
        may_register=bool(by.reaches("volunteer.register")),
        names=minors.names(session, found.people, by=by, at=at),
        by_card=_is_card(asked) or choice.by_card,
        card=_card(asked) if _is_card(asked) else choice.card,
        may_serve=person is not None and persons.role_at_counter(by, person, "volunteer.see") is not None,
        exchange_day=next(
            iter(exchange_days.listing(session, by=by, station=here.code, status=ExchangeDayStatus.OPEN, limit=1)), None
        ),
        recent=[] if asked else redemption.listing(session, by=by, which=Which(station=here.code), limit=8),
    )


def _put(form: Chosen, put: str) -> Response:
    """One more of what was typed, or one less; somebody's card leads to that person once the cart is empty."""
    session, by, cart = db.session(), http.current_actor(), dict(form.qty)
    here, _ = _station(session, by)
    person, again = _person(session, form, here, by), form.card or form.volunteer
    offers = goods.on_offer(session, station=here.code, day=clock.local_date(clock.now()))
    meant = carts.meant(put, offers)
    try:
        if meant is not None:
            code, more = meant
            cart[code] = max(cart.get(code, 0) + more, 0)
        elif (typed.address(put) or ("",))[0] == "g":
            raise NotOnOffer(item=goods.by_label(session, put).name)
        elif _is_card(put) and _who(session, put, here, by)[0] == person:
            return _desk(who=put, cart=cart)
        elif _is_nobody(session, put, here, by):
            raise NothingMeant(text=put[:40])
        elif any(cart.values()):
            raise CartWaits(name=_called(session, person, by))
        else:
            return redirect(url_for(".desk", station=here.code, who=put), 303)
    except Refusal as refusal:
        return _desk(refusal=refusal, who=again, cart=cart)
    return _desk(who=again, cart=cart)


def _confirm(*, refusal: Refusal | None = None) -> Response:
    session, by, at, form = db.session(), http.current_actor(), clock.now(), forms.asked(Chosen)
    here, _ = _station(session, by)
    if refusal is not None and not form.volunteer:
        raise refusal  # nobody is named whose page this could be
    person, again = _person(session, form, here, by), form.card or form.volunteer
    chosen = carts.lines(form)
    if not chosen and refusal is None:
        return redirect(url_for(".desk", station=here.code, who=again), 303)
    at_desk = _served(session, person, here, by, at=at)
    offers = {one.offer.code: one.offer for one in at_desk.allowance.items}
    lines = [(line, offers[line.item], line.qty * offers[line.item].price) for line in chosen if line.item in offers]
    total = sum(points for _, _, points in lines)
    back = {"station": here.code, "who": again} | ({"by_card": "1"} if form.by_card else {})
    back |= {carts.PREFIX + line.item: str(line.qty) for line in chosen}
    return pages.show(
        "staff/desk_confirm.html",
        refusal=refusal,
        form=forms.shown(HandOver, {"key": form.key}),
        person=person,
        called=at_desk.called,
        allowance=at_desk.allowance,
        station=here,
        lines=lines,
        total=total,
        rest=at_desk.have - total,
        by_card=form.by_card,
        card=form.card,
        back=f"{url_for('.desk')}?{urlencode(back)}",
        here=url_for(".desk", station=here.code, who=again),
    )


def _station(session: Session, by: Actor) -> tuple[Station, list[Station]]:
    """The station of this desk: the one asked for, or the first of one's own. Raises NoStation."""
    mine = [
        station
        for station in stations.visible(session, by=by)
        if by.role_for("redemption.operate", station_id=station.id, area_path=stations.area_path(session, station))
    ]
    asked = forms.asked(AtDesk).station
    here = next((station for station in mine if station.code == asked), mine[0] if mine else None)
    if here is None:
        raise NoStation()
    return here, mine


def _person(session: Session, form: Chosen, here: Station, by: Actor) -> Volunteer:
    """Who stands at the desk. Raises NoSuch, FromOtherStreet, FromOtherCommunity."""
    return served.at_station(session, form.volunteer, station=here.code, card=form.card, by=by)


def _who(session: Session, text: str, here: Station, by: Actor, *, page: int = 1) -> tuple[Volunteer | None, Found]:
    """The one person meant by a card, its address, a volunteer code, a phone or a name; or those to choose from."""
    if _is_card(text):
        return served.by_card(session, _card(text), station=here.code, by=by), persons.NOBODY
    found = served.search(session, text=text, by=by, offset=(page - 1) * persons.A_PAGE)
    return (found.people[0], persons.NOBODY) if found.count == 1 and found.people else (None, found)


def _is_nobody(session: Session, text: str, here: Station, by: Actor) -> bool:
    """Whether nothing that was read leads to a person, a pick-up or a receipt."""
    if typed.address(text) is not None or _is_card(text) or _receipt_of(session, text, by):
        return False
    person, found = _who(session, text, here, by)
    return person is None and not found.count


def _receipt_of(session: Session, text: str, by: Actor) -> str | None:
    """The redemption meant by a pick-up code, its address or a receipt number. Raises NoSuch, PersonFirst."""
    kind, code = typed.address(text) or ("", text)
    if kind == "g":
        raise PersonFirst()
    receipt = typed.code(text).upper()
    if kind == "p" or re.fullmatch(r"DH\d{8}-\d+", receipt, re.ASCII):
        return redemption.seen(session, code if kind == "p" else receipt, by=by).code
    if codes.is_code(typed.random_code(text)):
        try:
            return redemption.seen(session, text, by=by).code
        except NoSuch:
            return None
    return None


def _is_card(text: str) -> bool:
    kind, _ = typed.address(text) or ("c", text)
    return kind == "c" and codes.is_code(typed.random_code(text))


def _card(text: str) -> str:
    """The code of the card that was read."""
    _, code = typed.address(text) or ("c", text)
    return typed.random_code(code)


def _served(session: Session, person: Volunteer, here: Station, by: Actor, *, at: datetime) -> Served:
    reserved = Which(volunteer=person.code, status=RedemptionStatus.RESERVED)
    return Served(
        person=person,
        called=_called(session, person, by),
        allowance=redemption.allowance(session, volunteer=person.code, station=here.code, by=by, at=at),
        waiting=redemption.listing(session, by=by, which=reserved),
    )


def _called(session: Session, person: Volunteer, by: Actor) -> str:
    """The name at the desk: of a minor none, the guardian beside them is who counts."""
    return minors.names(session, [person], by=by, at=clock.now())[person.code]

"""What I can get: goods at the stations, reserving, the pick-up code, cancelling."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db
from points.exchange import redemption
from points.exchange.redemption import Basket, Which
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import persons
from points.places import stations
from points.shapes.fields import Flag, Text
from points.shapes.redemptions import RedeemShape
from points.web import carts, forms, pages
from points.web.subjects import subject
from points.web.usual import AtStation, Page
from points.web.volunteer import bp

A_PAGE = 10
FIRST = 4
"""So many goods come first in large print, those within reach before the others."""


@dataclass(frozen=True, kw_only=True)
class Shelf(AtStation):
    """The goods of which station; in large print all of them or the first."""

    everything: Annotated[bool, Flag(data_key="all")] = False


@dataclass(frozen=True, kw_only=True)
class Reservation(carts.Cart, like=RedeemShape):
    """What is to wait, and at which station, once."""

    station: str = ""
    key: Annotated[str, Text(200)] = ""


@bp.get("/goods")
def goods() -> Response:
    """The goods of one station with what is left, and how far my points reach."""
    return _goods()


@bp.post("/goods")
def reserve() -> Response:
    """Reserve the goods chosen; they wait at the station for seven days."""
    by = http.current_actor()
    try:
        form = forms.read(Reservation)
        basket = Basket(volunteer=subject().code, lines=carts.lines(form), station=form.station, key=form.key)
        code = forms.once(lambda session: redemption.reserve(session, basket=basket, by=by, at=clock.now()).code)
    except Refusal as refusal:
        return _goods(refusal=refusal, chosen=forms.asked(Reservation).qty)
    flash(gettext("Reserved. Show the code at the station."), "good")
    return redirect(url_for(".reservation", code=code), 303)


@bp.get("/reservations/<code>")
def reservation(code: str) -> Response:
    """One exchange of mine: the pick-up code, or what became of it."""
    return _reservation(code)


@bp.post("/reservations/<code>/cancel")
def cancel_reservation(code: str) -> Response:
    """Give the goods back to the shelf; the points come back with their old expiry."""
    try:
        forms.once(lambda session: redemption.cancel(session, redemption=code, by=http.current_actor(), at=clock.now()))
    except Refusal as refusal:
        return _reservation(code, refusal=refusal)
    flash(gettext("Cancelled. Your points are back."), "good")
    return redirect(url_for(".reservation", code=code), 303)


def _goods(*, refusal: Refusal | None = None, chosen: Mapping[str, int] | None = None) -> Response:
    session, who, at = db.session(), subject(), clock.now()
    person = persons.by_code(session, who.code)
    doors = [door for door in stations.doors(session) if door.street_id == person.street_id]
    shelf = forms.asked(Shelf)
    door = next((door for door in doors if door.code == shelf.station), doors[0] if doors else None)
    allowed = None
    if door is not None:
        allowed = redemption.allowance(session, volunteer=who.code, station=door.code, by=who.reader, at=at)
    items = allowed.items if allowed else ()
    chosen = {one.offer.code: (chosen or {}).get(one.offer.code, 0) for one in items}
    first = FIRST if pages.elder() and not shelf.everything and refusal is None else len(items)
    page = forms.asked(Page).page
    return pages.show(
        "volunteer/goods.html",
        refusal=refusal,
        form=forms.shown(Reservation),
        subject=who,
        doors=doors,
        door=door,
        allowed=allowed,
        items=sorted(items, key=lambda one: not one.most)[:first] if first < len(items) else items,
        more=len(items) - first,
        chosen=chosen,
        numbers={one.offer.code: range(max(one.most, chosen[one.offer.code]) + 1) for one in items},
        takes=any(one.most for one in items),
        reserves=who.child or allowed is None or not allowed.minor,
        mine=redemption.listing(
            session, by=who.reader, which=Which(volunteer=who.code), offset=(page - 1) * A_PAGE, limit=A_PAGE
        ),
        count=(count := redemption.count(session, by=who.reader, which=Which(volunteer=who.code))),
        turned=pages.turned(page, count, a_page=A_PAGE),
    )


def _reservation(code: str, *, refusal: Refusal | None = None) -> Response:
    session = db.session()
    receipt = redemption.receipt(session, code, by=subject().reader)
    return pages.show(
        "volunteer/reservation.html",
        refusal=refusal,
        subject=subject(),
        receipt=receipt,
        door=next((door for door in stations.doors(session) if door.code == receipt.station), None),
        address=f"{http.public_url()}/p/{receipt.pickup_code}" if receipt.pickup_code else "",
    )

"""What I can get: goods at the stations, reserving, the pick-up code, cancelling."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.database import db, transaction
from points.exchange import redemption
from points.exchange.redemption import Basket, Which
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import persons
from points.places import stations
from points.web import carts, forms, pages
from points.web.subjects import subject
from points.web.volunteer import bp

FIRST = 4
"""So many goods come first in large print, those within reach before the others."""


@bp.get("/goods")
def goods() -> Any:
    """The goods of one station with what is left, and how far my points reach."""
    return _goods()


@bp.post("/goods")
def reserve() -> Any:
    """Reserve the goods chosen; they wait at the station for seven days."""
    by, form = http.current_actor(), request.form
    try:
        with transaction(keyed=True) as session:
            made = redemption.reserve(
                session,
                basket=Basket(
                    volunteer=subject().code,
                    lines=carts.lines(forms.read(carts.Cart)),
                    station=form.get("station", ""),
                    key=form.get("key", ""),
                ),
                by=by,
                at=clock.now(),
            )
    except Refusal as refusal:
        return _goods(refusal=refusal)
    flash(gettext("Reserved. Show the code at the station."), "good")
    return redirect(url_for(".reservation", code=made.code), 303)


@bp.get("/reservations/<code>")
def reservation(code: str) -> Any:
    """One exchange of mine: the pick-up code, or what became of it."""
    return _reservation(code)


@bp.post("/reservations/<code>/cancel")
def cancel_reservation(code: str) -> Any:
    """Give the goods back to the shelf; the points come back with their old expiry."""
    try:
        with transaction() as session:
            redemption.cancel(session, redemption=code, by=http.current_actor(), at=clock.now())
    except Refusal as refusal:
        return _reservation(code, refusal=refusal)
    flash(gettext("Cancelled. Your points are back."), "good")
    return redirect(url_for(".reservation", code=code), 303)


def _goods(*, refusal: Refusal | None = None) -> Any:
    session, who, at = db.session(), subject(), clock.now()
    person = persons.by_code(session, who.code)
    doors = [door for door in stations.doors(session) if door.street_id == person.street_id]
    wanted = request.values.get("station", "")
    door = next((door for door in doors if door.code == wanted), doors[0] if doors else None)
    allowed = None
    if door is not None:
        allowed = redemption.allowance(session, volunteer=who.code, station=door.code, by=who.reader, at=at)
    items = allowed.items if allowed else ()
    chosen = {one.offer.code: pages.whole_number(request.form, carts.PREFIX + one.offer.code) for one in items}
    first = FIRST if pages.elder() and not request.values.get("all") and refusal is None else len(items)
    return pages.show(
        "volunteer/goods.html",
        refusal=refusal,
        form=request.form,
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
        mine=redemption.listing(session, by=who.reader, which=Which(volunteer=who.code), limit=10),
    )


def _reservation(code: str, *, refusal: Refusal | None = None) -> Any:
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

"""What I can get: goods at the stations, reserving, the pick-up code, cancelling."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http, ledger
from points.database import db, transaction
from points.exchange import goods as catalogue
from points.exchange import redemption
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import persons
from points.places import stations
from points.web import carts, pages
from points.web.volunteer import bp


@bp.get("/goods")
def goods() -> Any:
    """The goods of one station with what is left, and how far my points reach."""
    return _goods()


@bp.post("/goods")
def reserve() -> Any:
    """Reserve the goods chosen; they wait at the station for seven days."""
    by, form = http.current_actor(), request.form
    try:
        with transaction() as session:
            made = redemption.reserve(
                session,
                volunteer=by.person,
                lines=carts.lines(form),
                station=form.get("station", ""),
                key=form.get("key", ""),
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
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    assert by.volunteer_id is not None
    person = persons.by_code(session, by.person)
    doors = [door for door in stations.doors(session) if door.street_id == person.street_id]
    wanted = request.values.get("station", "")
    door = next((door for door in doors if door.code == wanted), doors[0] if doors else None)
    return pages.show(
        "volunteer/goods.html",
        refusal=refusal,
        form=request.form,
        doors=doors,
        door=door,
        offers=catalogue.on_offer(session, station=door.code, day=today) if door else [],
        balance=ledger.balance(session, by.volunteer_id, day=today),
        mine=redemption.listing(session, by=by, volunteer=by.person, limit=10),
    )


def _reservation(code: str, *, refusal: Refusal | None = None) -> Any:
    receipt = redemption.receipt(db.session(), code, by=http.current_actor())
    return pages.show(
        "volunteer/reservation.html",
        refusal=refusal,
        receipt=receipt,
        address=f"{http.public_url()}/p/{receipt.pickup_code}" if receipt.pickup_code else "",
    )

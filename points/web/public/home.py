"""The first page, the stations and what they offer, the rules in force, privacy."""

from contextlib import suppress

from flask import abort
from werkzeug import Response

from points.database import db
from points.exchange import exchange_days, goods
from points.foundation import clock
from points.places import stations
from points.rewards import rulesets, withdrawal
from points.web import pages
from points.web.public import bp


@bp.get("/")
def home() -> Response:
    """What this is, where the stations are, what there is to get."""
    session, today = db.session(), clock.local_date(clock.now())
    doors = stations.doors(session)
    offers = goods.on_offer(session, station=doors[0].code, day=today) if doors else []
    return pages.show("public/home.html", doors=doors, offers=offers)


@bp.get("/stations/<code>")
def station(code: str) -> Response:
    """One station: hours, address, phone, its next exchange days, and what it has today."""
    session, today = db.session(), clock.local_date(clock.now())
    door = next((door for door in stations.doors(session) if door.code == code), None)
    if door is None:
        abort(404)
    planned = exchange_days.coming(session, street_id=door.street_id, day=today)
    return pages.show(
        "public/station.html",
        door=door,
        days=[exchange_day for exchange_day, place in planned if place.code == code],
        offers=goods.on_offer(session, station=code, day=today),
    )


@bp.get("/g/<code>")
def label(code: str) -> Response:
    """A shelf label: the item, its price, and where it is to be had."""
    session, today = db.session(), clock.local_date(clock.now())
    item = goods.by_label(session, code)
    places = []
    for door in stations.doors(session):
        if door.street_id == item.street_id:
            offers = goods.on_offer(session, station=door.code, day=today)
            places += [(door, offer) for offer in offers if offer.code == item.code]
    prices = goods.prices(session, item=item.code)
    return pages.show("public/label.html", item=item, places=places, prices=prices, today=today)


@bp.get("/rules")
def rules() -> Response:
    """The rules in force today and those announced, in words."""
    session, today = db.session(), clock.local_date(clock.now())
    doors = stations.doors(session)
    streets = list(dict.fromkeys(door.street_id for door in doors))[:1]
    in_force = []
    for street in streets:
        with suppress(rulesets.NoRulesInForce):
            in_force.append(rulesets.in_force(session, street_id=street, day=today))
    coming = [rules for street in streets for rules in rulesets.upcoming(session, street_id=street, day=today)]
    return pages.show(
        "public/rules.html",
        in_force=in_force,
        coming=coming,
        withdrawn=[one for street in streets for one in withdrawal.done(session, street_id=street, day=today)],
        hourly={rules.version: rulesets.hourly(rules) for rules in (*in_force, *coming)},
        categories=pages.category_names(session),
    )


@bp.get("/privacy")
def privacy() -> Response:
    """What is kept of a person, why, how long, and the person's rights."""
    return pages.show("public/privacy.html")


@bp.get("/privacy/minors")
def privacy_minors() -> Response:
    """The rules for people under 18."""
    return pages.show("public/privacy_minors.html")

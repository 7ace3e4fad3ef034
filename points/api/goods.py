"""Goods with their prices, and what a station offers."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.names import codes_of
from points.api.room import IfMatch, Room, tagged
from points.database import db, transaction
from points.exchange import goods, stock
from points.exchange.tables import GoodsItem
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people.tables import Volunteer
from points.places import areas, stations
from points.places.tables import Area
from points.shapes.fields import Given
from points.shapes.goods import (
    GoodsChangeShape,
    GoodsQuery,
    GoodsShape,
    NewGoodsShape,
    OffersShape,
    PriceShape,
    PricesShape,
    WithdrawPriceShape,
)
from points.shapes.paging import page_of

room = Room("goods", __name__, description="Goods, prices and offers.")


@room.read("/goods", query=GoodsQuery, answer=page_of(GoodsShape))
def list_goods(given: Given) -> object:
    """The goods of the streets in your reach, by code; drafts only to those who deal with stock."""
    session, day = db.session(), clock.local_date(clock.now())
    visible = [
        (item, price)
        for street, deals in _streets(session, http.current_actor())
        if given.get("street") in (None, street.code)
        for item, price in goods.listing(session, street=street.code, day=day)
        if (deals or item.status == "on_shelf") and given.get("status") in (None, item.status)
    ]
    found, more = paging.cut(visible, given, key=lambda row: row[0].code)
    return paging.page(_goods(session, found), more)


@room.read("/goods/<code:code>", answer=GoodsShape)
def show_goods(code: str) -> object:
    """One item."""
    session = db.session()
    item = _seen(session, code)
    return _tagged(session, item)


@room.read("/goods/<code:code>/prices", answer=PricesShape)
def list_prices(code: str) -> object:
    """Its prices: past, present and announced."""
    session = db.session()
    return {"items": goods.prices(session, item=_seen(session, code).code)}


@room.act("/goods", body=NewGoodsShape, answer=GoodsShape, status=201)
def propose_goods(given: Given) -> object:
    """Propose an item."""
    with transaction() as session:
        return _tagged(
            session,
            goods.add(
                session,
                street=given["street"],
                new=goods.NewItem(**{name: value for name, value in given.items() if name != "street"}),
                by=http.current_actor(),
                at=clock.now(),
            ),
        )


@room.change("/goods/<code:code>", body=GoodsChangeShape, answer=GoodsShape)
def change_goods(given: Given, code: str, if_match: IfMatch) -> object:
    """Change an item."""
    version = if_match.version()
    with transaction() as session:
        _seen(session, code)
        item = goods.change(
            session,
            item=code,
            version=version,
            change=goods.Change(**given),
            by=http.current_actor(),
            at=clock.now(),
        )
        return _tagged(session, item)


@room.act("/goods/<code:code>/prices", body=PriceShape, answer=PriceShape, status=201)
def set_price(given: Given, code: str) -> object:
    """Announce a price, with the rules' notice."""
    with transaction() as session:
        return goods.set_price(session, item=code, **given, by=http.current_actor(), at=clock.now())


@room.act("/goods/<code:code>/prices/withdraw", body=WithdrawPriceShape, answer=PricesShape)
def withdraw_price(given: Given, code: str) -> object:
    """Withdraw a price that was announced and has not begun; the one before it goes on."""
    with transaction() as session:
        goods.withdraw_price(session, item=code, **given, by=http.current_actor(), at=clock.now())
        return {"items": goods.prices(session, item=code)}


@room.act("/goods/<code:code>/put-on-shelf", answer=GoodsShape)
def put_on_shelf(given: Given, code: str) -> object:
    """Offer it."""
    return _moved(goods.put_on_shelf, code)


@room.act("/goods/<code:code>/take-off-shelf", answer=GoodsShape)
def take_off_shelf(given: Given, code: str) -> object:
    """Offer it no longer."""
    return _moved(goods.take_off_shelf, code)


@room.act("/goods/<code:code>/retire", answer=GoodsShape)
def retire_goods(given: Given, code: str) -> object:
    """Never offer it again."""
    return _moved(goods.retire, code)


@room.read("/stations/<code:code>/offers", answer=OffersShape)
def list_offers(code: str) -> object:
    """What the station offers today, and how much of it is left."""
    session = db.session()
    here = stock.place(session, code)
    if not any(street.id in here.area_ids for street, _ in _streets(session, http.current_actor())):
        raise NoSuch(kind=N_("station"), key=code)
    return {"items": goods.on_offer(session, station=code, day=clock.local_date(clock.now()))}


def _moved(verb: Callable[..., GoodsItem], code: str) -> object:
    with transaction() as session:
        return _tagged(session, verb(session, item=code, by=http.current_actor(), at=clock.now()))


def _seen(session: Session, code: str) -> GoodsItem:
    item = goods.by_code(session, code)
    for street, deals in _streets(session, http.current_actor()):
        if street.id == item.street_id and (deals or item.status == "on_shelf"):
            return item
    raise NoSuch(kind=N_("item"), key=code)


def _streets(session: Session, by: Actor) -> list[tuple[Area, bool]]:
    """The streets in which the asking person has to do with goods, and whether as staff or as a volunteer."""
    places = [reach.area_path for reach in by.reaches("stock.see") if reach.area_path is not None]
    if any(reach.station_id is not None for reach in by.reaches("stock.see")):
        places += [stations.area_path(session, station) for station in stations.visible(session, by=by)]
    everywhere = any(reach.everywhere for reach in by.reaches("stock.see"))
    own = session.get_one(Volunteer, by.volunteer_id).street_id if by.volunteer_id is not None else None
    found = []
    for street in areas.subtree(session, path="/", types=("street",)):
        deals = everywhere or any(path.startswith(street.path) or street.path.startswith(path) for path in places)
        if deals or street.id == own:
            found.append((street, deals))
    return found


def _tagged(session: Session, item: GoodsItem) -> object:
    price = goods.price_on(session, item_id=item.id, day=clock.local_date(clock.now()))
    return tagged(_goods(session, [(item, price)])[0], item.version)


def _goods(session: Session, found: list[tuple[GoodsItem, int | None]]) -> list[dict[str, object]]:
    streets = codes_of(session, Area, (item.street_id for item, _ in found))
    same = [name for name in GoodsShape.names() if name not in ("street", "price", "price_guide")]
    return [
        {name: getattr(item, name) for name in same}
        | {
            "street": streets[item.street_id],
            "price": price,
            "price_guide": goods.price_guide(price, item.ref_value_fen) if price is not None else None,
        }
        for item, price in found
    ]

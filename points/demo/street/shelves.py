"""The shelves of the demo street: goods, donors, merchants, and the first batch at each station."""

from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from points.demo.street import exchange, facts
from points.demo.street.town import OPENED, STREET, Town
from points.exchange import goods, stock, vouchers
from points.exchange.goods import NewItem
from points.exchange.statuses import BatchSource, GoodsClass, GoodsKind
from points.exchange.stock import Delivery
from points.foundation import clock

CLASS_OF = {
    **dict.fromkeys(("G04", "G05", "G09", "G10", "G14", "G20", "G22", "G24"), GoodsClass.FOOD),
    **dict.fromkeys(("G02", "G03", "G06", "G07"), GoodsClass.HYGIENE),
    **dict.fromkeys(("G13", "G16", "G19", "G23"), GoodsClass.SERVICE),
    "G11": GoodsClass.STATIONERY,
    "G17": GoodsClass.BOOK,
}
ORDINARY_STOCK, VOUCHER_STOCK = 60, 40
BEST_BEFORE = date(2028, 12, 31)


def fill_shelves(session: Session, town: Town) -> None:
    """Let the goods of the street be there, with their donors and merchants, and a first batch at each station."""
    by, at = town.staff("street"), OPENED + timedelta(days=1, hours=6)
    for code, name, _ in facts.MERCHANTS:
        merchant, token = vouchers.add_merchant(session, code=code, name=name, street=STREET, by=by, at=at)
        town.merchants[merchant.id] = token
    for code, name in facts.DONORS:
        stock.add_donor(session, code=code, name=name, publish_name=code != "JZ03", by=by, at=at)
    merchant_of = {item: code for code, _, item in facts.MERCHANTS}
    for item in facts.GOODS:
        goods.add(
            session,
            new=NewItem(
                code=item.code,
                name=item.name,
                spec=item.spec,
                unit_name=item.unit,
                kind=item.kind,
                price=item.price,
                ref_value_fen=item.ref_yuan * 100,
                limit_pp_month=item.limit,
                perishable=item.perishable,
                merchant=merchant_of.get(item.code),
                icon=item.icon,
                goods_class=CLASS_OF.get(item.code, GoodsClass.HOUSEHOLD),
            ),
            street=STREET,
            by=by,
            at=at,
        )
        if item.code != facts.DRAFT_GOODS:
            goods.put_on_shelf(session, item=item.code, by=town.staff("street2"), at=at)
    goods.take_off_shelf(session, item=facts.OFF_SHELF_GOODS, by=by, at=at + timedelta(minutes=5))
    for number in range(1, len(facts.STATIONS) + 1):
        for place, item in enumerate(exchange.ITEMS):
            receive(session, town, number, item, day=date(2025, 1, 3), turn=place)


def receive(
    session: Session,
    town: Town,
    number: int,
    item: facts.Goods,
    *,
    day: date,
    turn: int = 0,
    qty: int | None = None,
    best_before: date | None = BEST_BEFORE,
) -> None:
    """Take goods in at station `number`, every other batch a donation, signed by both clerks."""
    donated = turn % 2 == 1 and item.kind == "goods"
    stock.receive(
        session,
        delivery=Delivery(
            station=facts.STATIONS[number - 1].code,
            item=item.code,
            qty=qty or (VOUCHER_STOCK if item.kind == GoodsKind.VOUCHER else ORDINARY_STOCK),
            source=BatchSource.DONATION if donated else BatchSource.BUDGET,
            donor=facts.DONORS[turn % len(facts.DONORS)][0] if donated else None,
            best_before=None if item.kind == GoodsKind.VOUCHER else best_before,
            unit_cost_fen=0 if donated else item.ref_yuan * 80,
        ),
        by=town.staff(f"station{number}a"),
        second=town.staff(f"station{number}b"),
        at=clock.at_local(day, time(15, 0)),
    )

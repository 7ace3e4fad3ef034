"""The counters of the demo city: exchange sessions by the business's verbs, their hand-overs written together."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from points import ledger
from points.demo.city import facts
from points.demo.city.city import City, Resident, Station
from points.demo.city.places import item_code
from points.demo.street.founding import RULES
from points.demo.street.town import STREET
from points.exchange import exchange_days, stock
from points.exchange.redemption import counter, rules
from points.exchange.redemption.rules import Basket, Line
from points.exchange.statuses import IdentityCheck, RedemptionStatus
from points.exchange.stock import BatchChange
from points.exchange.tables import ExchangeDay, GoodsItem, Redemption, RedemptionLine
from points.foundation import clock
from points.foundation.orm import table_of
from points.foundation.statements import Writes, run
from points.journal import audit

FIRST_SESSION = date(2025, 3, 1)
MOST_ITEMS = 3


@dataclass(slots=True)
class HandOver:
    """What one person takes home: items with the batches they come from, one of each."""

    person: Resident
    at: datetime
    picks: list[stock.Pick] = field(default_factory=list)
    prices: dict[int, int] = field(default_factory=dict)
    wanted: dict[str, int] = field(default_factory=dict)
    code: str = ""

    @property
    def points(self) -> int:
        """What it costs."""
        return sum(self.prices[pick.item_id] * pick.qty for pick in self.picks)


class Market:
    """The exchange sessions by day: as many at each station as the scale says, on Saturdays."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._days: dict[date, list[Station]] = {}
        first = FIRST_SESSION + timedelta(days=(5 - FIRST_SESSION.weekday()) % 7)
        saturdays = [first + timedelta(days=7 * week) for week in range((facts.LAST_DAY - first).days // 7 + 1)]
        for turn, station in enumerate(city.stations):
            for number in range(city.scale.sessions):
                place = (number * len(saturdays) + turn * 3) // city.scale.sessions % len(saturdays)
                self._days.setdefault(saturdays[place], []).append(station)

    def on(self, day: date) -> None:
        """Let the sessions of `day` happen."""
        for station in self._days.get(day, ()):
            with self._city.transaction() as session:
                self._hold(session, station, day)

    def _hold(self, session: Session, station: Station, day: date) -> None:
        by, start = station.clerks[0], clock.at_local(day, time(9, 0))
        planned = exchange_days.plan(
            session,
            station=station.code,
            title="积分兑换日",
            start_at=start,
            end_at=start + timedelta(hours=3),
            by=by,
            at=start - timedelta(days=7),
        )
        exchange_day = exchange_days.open_day(session, code=planned.code, by=by, at=start)
        self._hand_over(session, station, exchange_day, start)
        exchange_days.close(session, code=exchange_day.code, by=by, at=start + timedelta(hours=3))

    def _hand_over(self, session: Session, station: Station, exchange_day: ExchangeDay, start: datetime) -> None:
        here = stock.place(session, station.code)
        codes = [item_code(station, item) for item in facts.ITEMS]
        found = select(GoodsItem.code, GoodsItem.id, GoodsItem.name).where(GoodsItem.code.in_(codes))
        goods = {one.code: one for one in session.execute(found)}
        shelf = [(goods[code], item.price) for code, item in zip(codes, facts.ITEMS, strict=True)]
        batches = stock.lock_open(session, station_id=here.id, item_ids=[one.id for one in goods.values()])
        taking: list[HandOver] = []
        for person in self._queue(station):
            one = HandOver(person, start + timedelta(minutes=5 * len(taking)))
            for item, price in self._city.random.sample(shelf, MOST_ITEMS):
                if price <= person.balance and any(batch.item_id == item.id and batch.free for batch in batches):
                    one.picks += stock.pick(
                        batches, item_id=item.id, code=item.code, name=item.name, qty=1, day=exchange_day.day
                    )
                    one.prices[item.id] = price
                    one.wanted[item.code] = 1
                    person.balance -= price
            if one.picks:
                taking.append(one)
        if taking:
            numbers = counter.next_codes(session, here=here, day=exchange_day.day, count=len(taking))
            for one, number in zip(taking, numbers, strict=True):
                one.code = number
            self._write(session, station, exchange_day, here, taking)

    def _queue(self, station: Station) -> list[Resident]:
        """Some people of the station's street who have points."""
        able = [
            one
            for community in self._city.neighbours(station.community)
            for one in community.residents
            if one.of_age and one.balance >= facts.ITEMS[0].price
        ]
        return self._city.random.sample(able, min(len(able), self._city.scale.redeemers))

    def _write(
        self, session: Session, station: Station, exchange_day: ExchangeDay, here: stock.Place, taking: list[HandOver]
    ) -> None:
        by, at = station.clerks[0], taking[-1].at
        accounts = ledger.lock_accounts(session, volunteer_ids=[one.person.id for one in taking], at=at)
        spendings = [
            ledger.Spending(account=accounts[one.person.id], points=one.points, reference=f"redemption:{one.code}")
            for one in taking
        ]
        ledger.spend_many(session, spendings=spendings, day=exchange_day.day, by=by, at=at)
        ids: dict[str, int] = dict(
            run(session, _ADD, [self._receipt(station, exchange_day, here, one) for one in taking]).all()
        )
        common = {"created_by": by.person}
        run(
            session,
            _ADD_LINES,
            [
                {
                    "redemption_id": ids[one.code],
                    "item_id": pick.item_id,
                    "batch_id": pick.batch_id,
                    "qty": pick.qty,
                    "price": one.prices[pick.item_id],
                    "created_at": one.at,
                    **common,
                }
                for one in taking
                for pick in one.picks
            ],
        )
        writes = Writes()
        stock.change_batches(
            writes, [BatchChange(batch_id=pick.batch_id, left=-pick.qty) for one in taking for pick in one.picks]
        )
        moves = [move for one in taking for move in counter.redeem_moves(one.picks, one.code)]
        stock.add_moves(writes, moves, by=by, at=at)
        writes.send(session)
        run(
            session,
            audit.ADD,
            [
                {
                    "created_at": one.at,
                    "role": "station_staff",
                    "account_id": by.account_id,
                    "action": "redemption.redeem",
                    "target": f"redemption:{one.code}",
                    "area_path": here.area_path,
                    "facts": {"points": one.points, "items": len(one.picks), "identity": "phone4", "proxy": False},
                    **common,
                }
                for one in taking
            ],
        )

    def _receipt(
        self, station: Station, exchange_day: ExchangeDay, here: stock.Place, one: HandOver
    ) -> dict[str, object]:
        by, lines = station.clerks[0], [Line(item, qty) for item, qty in one.wanted.items()]
        basket = Basket(volunteer=one.person.code, station=station.code, lines=lines, key=f"city-{one.code}")
        return {
            "code": one.code,
            "station_id": here.id,
            "session_id": exchange_day.id,
            "redeemer_id": one.person.id,
            "redeemer_code": one.person.code,
            "status": RedemptionStatus.FULFILLED,
            "day": exchange_day.day,
            "total_points": one.points,
            "rule_version": RULES if station.community.street == STREET else f"{RULES}-{station.community.street}",
            "client_token": basket.key,
            "fingerprint": rules.fingerprint("redeem", basket, one.wanted),
            "fulfilled_by": by.person,
            "fulfilled_at": one.at,
            "identity_check": IdentityCheck.PHONE4 if one.person.has_phone else IdentityCheck.KNOWN_BY_TWO,
            "identity_second": None if one.person.has_phone else station.clerks[1].person,
            "created_at": one.at,
            "created_by": by.person,
        }


_REDEMPTION = table_of(Redemption)
_ADD = insert(_REDEMPTION).returning(_REDEMPTION.c.code, _REDEMPTION.c.id)
_ADD_LINES = insert(table_of(RedemptionLine))

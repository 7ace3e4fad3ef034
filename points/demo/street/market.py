"""The demo street's counters: exchange sessions, hand-overs, reservations, returns, vouchers, stock-takes."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import identity
from points.access.identity import Identity, IdentityCheck
from points.demo.street import facts
from points.demo.street.exchange import ExchangeDayPlan, RedemptionPlan
from points.demo.street.town import Step, Town
from points.exchange import exchange_days, redemption, stock, vouchers
from points.exchange.exchange_days import closing
from points.exchange.redemption import Basket, Line
from points.exchange.statuses import GoodsKind
from points.exchange.tables import Redemption, RedemptionLine, Voucher
from points.foundation import clock
from points.foundation.actors import Actor


class Market:
    """Every step of the exchanges by date."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._steps: dict[date, list[Step]] = {}
        for day_plan in town.plan.exchange.sessions:
            self._plan_day(day_plan)
        turns: dict[tuple[int, date], int] = {}
        for one in town.plan.exchange.redemptions:
            turn = turns[one.station, one.day] = turns.get((one.station, one.day), -1) + 1
            self._plan_redemption(one, clock.at_local(one.day, time(9, 10)) + timedelta(minutes=12 * turn))
        for year, month in facts.MONTHS:
            last = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            for station in range(len(facts.STATIONS)):
                self._add(clock.at_local(last, time(17, 30)), partial(self._count, station=station))

    def on(self, day: date) -> Iterator[Step]:
        """What happens on `day`, in no order."""
        return iter(self._steps.get(day, ()))

    def _add(self, at: datetime, step: Callable[[Session, datetime], object]) -> None:
        self._steps.setdefault(clock.local_date(at), []).append((at, step))

    def _plan_day(self, plan: ExchangeDayPlan) -> None:
        announced = max(plan.day - timedelta(days=10), date(2025, 1, 4))
        self._add(clock.at_local(announced, time(14, 40)), partial(self._announce, plan=plan))
        self._add(clock.at_local(plan.day, time(8, 55)), partial(self._open, plan=plan))
        self._add(clock.at_local(plan.day, time(11, 45)), partial(self._close, plan=plan))

    def _announce(self, session: Session, at: datetime, *, plan: ExchangeDayPlan) -> None:
        clerk, _ = self._clerks(plan.station)
        announced = exchange_days.plan(
            session,
            station=facts.STATIONS[plan.station].code,
            title=f"{plan.day:%-m}月积分兑换日",
            start_at=clock.at_local(plan.day, time(9, 0)),
            end_at=clock.at_local(plan.day, time(11, 30)),
            max_points_pp=100,
            by=clerk,
            at=at,
        )
        self._town.sessions[plan.number] = announced.code

    def _open(self, session: Session, at: datetime, *, plan: ExchangeDayPlan) -> None:
        clerk, _ = self._clerks(plan.station)
        exchange_days.open_day(session, code=self._town.sessions[plan.number], by=clerk, at=at)

    def _close(self, session: Session, at: datetime, *, plan: ExchangeDayPlan) -> None:
        _, other = self._clerks(plan.station)
        code = self._town.sessions[plan.number]
        counted = {one.item: one.booked for one in closing.table(session, code=code, by=other)}
        closing.close(session, code=code, counted=counted, by=other, at=at)

    def _plan_redemption(self, plan: RedemptionPlan, at: datetime) -> None:
        if plan.fate in ("session", "pooled", "returned"):
            self._add(at, partial(self._hand_over, plan=plan))
        else:
            early = at - timedelta(days=2) if plan.fate == "collected" else at
            self._add(early, partial(self._reserve, plan=plan))
        if plan.fate == "collected":
            self._add(at, partial(self._fulfil, plan=plan))
        if plan.fate == "returned":
            self._add(at + timedelta(days=2), partial(self._give_back, plan=plan))
        if plan.fate == "cancelled":
            self._add(at + timedelta(days=1), partial(self._cancel, plan=plan))
        has_voucher = any(item in _VOUCHERS for item, _ in plan.lines)
        if has_voucher and plan.fate in ("session", "collected", "pooled") and plan.number % 3:
            self._add(at + timedelta(days=3), partial(self._confirm_vouchers, plan=plan))

    def _hand_over(self, session: Session, at: datetime, *, plan: RedemptionPlan) -> None:
        clerk, other = self._clerks(plan.station, turn=plan.number)
        done = redemption.redeem(
            session,
            basket=Basket(
                volunteer=self._town.volunteers[plan.person],
                lines=[Line(item, qty) for item, qty in plan.lines],
                station=facts.STATIONS[plan.station].code,
                key=f"demo-{plan.number}",
            ),
            identity=self._identity(session, plan.person, (clerk, other), at),
            exchange_day=self._town.sessions[plan.session] if plan.session is not None else None,
            by=clerk,
            at=at,
        )
        self._town.redemptions[plan.number] = done.code

    def _reserve(self, session: Session, at: datetime, *, plan: RedemptionPlan) -> None:
        done = redemption.reserve(
            session,
            basket=Basket(
                volunteer=self._town.volunteers[plan.person],
                lines=[Line(item, qty) for item, qty in plan.lines],
                station=facts.STATIONS[plan.station].code,
                key=f"demo-{plan.number}",
            ),
            by=self._town.person(session, plan.person),
            at=at,
        )
        self._town.redemptions[plan.number] = done.code

    def _fulfil(self, session: Session, at: datetime, *, plan: RedemptionPlan) -> None:
        clerk, other = self._clerks(plan.station, turn=plan.number)
        redemption.fulfil(
            session,
            redemption=self._town.redemptions[plan.number],
            identity=self._identity(session, plan.person, (clerk, other), at),
            by=clerk,
            at=at,
        )

    def _give_back(self, session: Session, at: datetime, *, plan: RedemptionPlan) -> None:
        clerk, other = self._clerks(plan.station)
        redemption.give_back(
            session,
            redemption=self._town.redemptions[plan.number],
            to_stock=plan.number % 2 == 0,
            reason="包装破损，退回",
            by=clerk,
            second=other,
            at=at,
        )

    def _cancel(self, session: Session, at: datetime, *, plan: RedemptionPlan) -> None:
        redemption.cancel(
            session,
            redemption=self._town.redemptions[plan.number],
            reason="改天再来",
            by=self._town.person(session, plan.person),
            at=at,
        )

    def _confirm_vouchers(self, session: Session, at: datetime, *, plan: RedemptionPlan) -> None:
        issued = session.execute(
            select(Voucher.code, Voucher.merchant_id)
            .join(RedemptionLine, RedemptionLine.id == Voucher.line_id)
            .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
            .where(Redemption.code == self._town.redemptions[plan.number])
            .order_by(Voucher.id)
        )
        for code, merchant_id in issued.all():
            vouchers.confirm(session, code=code, merchant_token=self._town.merchants[merchant_id], at=at)

    def _count(self, session: Session, at: datetime, *, station: int) -> None:
        code = facts.STATIONS[station].code
        clerk, other = self._clerks(station)
        counts = [stock.Count(batch.batch, batch.left) for batch in stock.on_hand(session, station=code, by=clerk)]
        stock.stocktake(session, station=code, month=clock.local_date(at), counts=counts, by=clerk, second=other, at=at)

    def _clerks(self, station: int, *, turn: int = 0) -> tuple[Actor, Actor]:
        """The two clerks of a station, taking turns at the counter."""
        pair = (self._town.staff(f"station{station + 1}a"), self._town.staff(f"station{station + 1}b"))
        return pair if turn % 2 == 0 else (pair[1], pair[0])

    def _identity(self, session: Session, person: int, clerks: tuple[Actor, Actor], at: datetime) -> Identity:
        """By the last digits of the phone; who has none is known by both clerks."""
        clerk, other = clerks
        phone = self._town.plan.people.everyone[person].phone
        if phone is None:
            return Identity(check=IdentityCheck.KNOWN_BY_TWO, second=other)
        return identity.verify_phone4(
            session, volunteer=self._town.volunteers[person], digits=phone[-4:], clerk=clerk, at=at
        )


_VOUCHERS = {item.code for item in facts.GOODS if item.kind == GoodsKind.VOUCHER}

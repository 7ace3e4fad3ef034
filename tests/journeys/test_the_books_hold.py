"""Whatever people do, in whatever order: after every step the books prove themselves.

A state machine drives the business's own verbs under its own clock. A refusal is an answer like any other and must
leave the books as they were; any other exception fails the test.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from sqlalchemy import create_engine, select
from sqlalchemy.pool import StaticPool

from points import database, proof
from points.access.identity import Identity
from points.exchange import redemption, stock
from points.exchange.redemption import Basket, Line
from points.exchange.statuses import BatchSource
from points.exchange.stock import Delivery
from points.exchange.tables import StockBatch
from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor
from points.foundation.errors import Refusal
from points.ledger.tables import PointAccount, PointLot
from points.people import consents, households
from points.rewards import settlement
from points.service import checkin, makeups, signups, stays
from points.service.checkin import ScanRequest
from points.service.tables import Activity, ServiceRecord, Stay
from points.upkeep import sweep
from tests import make

PIN = Identity(check="pin")
OTHER = Actor(person="other", omnipotent=True)
ITEMS = ("G02", "G05", "G14")


class Street(RuleBasedStateMachine):
    """A street with one station, where anything may happen."""

    people = Bundle("people")
    planned = Bundle("planned")
    scans = Bundle("scans")
    reservations = Bundle("reservations")
    receipts = Bundle("receipts")

    @initialize(target=people)
    def open_the_street(self) -> Any:
        self.engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        database.prepare(self.engine)
        database.create_all(self.engine)
        self.make_session = database.sessions(self.engine)
        self.at = make.NOW
        self.number = 0
        with self.make_session() as session, database.write_transaction(session):
            make.rules(session)
            make.category(session)
            for code, price in zip(ITEMS, (20, 10, 50), strict=True):
                make.stocked(session, make.item(session, code, price=price, ref_value_fen=price * 30), 6)
            self.team = make.team(session)
            couple = [make.volunteer(session) for _ in range(2)]
            make.household(session, *couple)
            make.points(session, couple[0], 60)
        return multiple(*(person.code for person in couple))

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()

    def do(self, verb: Callable[..., Any], **facts: Any) -> Any:
        """One business call in one transaction; None when it was refused."""
        try:
            with self.make_session() as session, database.write_transaction(session):
                return verb(session, at=self.at, **facts)
        except Refusal:
            return None

    def key(self) -> str:
        self.number += 1
        return f"key-{self.number}"

    @rule(target=people)
    def register(self) -> str:
        with self.make_session() as session, database.write_transaction(session):
            return make.volunteer(session).code

    @rule(one=people, other=people)
    def pool(self, one: str, other: str) -> None:
        home = self.do(households.found, head=one, community="BZ", by=SYSTEM)
        for code in {one, other}:
            self.do(
                consents.grant,
                volunteer=code,
                purpose="household_pool",
                text_version="2026-1",
                channel="paper",
                paper_ref="P-1",
                by=SYSTEM,
            )
        if home is not None:
            self.do(households.join, household=home.code, volunteer=other, pool=True, by=SYSTEM)

    @rule(one=people)
    def leave_the_household(self, one: str) -> None:
        self.do(households.leave, volunteer=one, by=SYSTEM)

    @rule(
        target=planned,
        one=people,
        minutes=st.sampled_from((45, 120, 300, 600)),
        stays=st.sampled_from((10, 44, 119, 301, 640)),
        leaves=st.booleans(),
        settles=st.booleans(),
    )
    def serve(self, one: str, minutes: int, stays: int, leaves: bool, settles: bool) -> str:
        """A whole occasion of one person, since single steps seldom make one."""
        activity = self.plan(minutes=minutes, extra=False)
        self.wait(20)
        self.scan(activity=activity, one=one, force=False)
        self.wait(stays)
        if leaves:
            self.scan(activity=activity, one=one, force=False)
        self.wait(minutes + 130)
        if settles:
            self.settle(activity=activity)
        return activity

    @rule(target=planned, minutes=st.sampled_from((45, 120, 300, 600)), extra=st.booleans())
    def plan(self, minutes: int, extra: bool) -> str:
        with self.make_session() as session, database.write_transaction(session):
            return make.activity(
                session,
                team=self.team,
                start=self.at + timedelta(minutes=20),
                minutes=minutes,
                capacity=3,
                walk_in_ok=True,
                extra_pct=120 if extra else 100,
            ).code

    @rule(activity=planned, one=people)
    def sign_up(self, activity: str, one: str) -> None:
        self.do(signups.sign_up, activity=activity, volunteer=one, by=SYSTEM)

    @rule(target=scans, activity=planned, one=people, force=st.booleans())
    def scan(self, activity: str, one: str, force: bool) -> Any:
        nonce = self.key()
        answer = self.do(
            checkin.scan,
            asked=ScanRequest(code=one, activity=activity, nonce=nonce, device="desk", force=force, reason="x" * 10),
            by=SYSTEM,
        )
        return nonce if answer else multiple()

    @rule(nonce=consumes(scans))
    def undo(self, nonce: str) -> None:
        self.do(checkin.undo, nonce=nonce, device="desk", by=SYSTEM)

    @rule(minutes=st.sampled_from((1, 20, 47, 121, 300, 60 * 24, 60 * 24 * 9, 60 * 24 * 300)))
    def wait(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        self.sweep()

    def sweep(self) -> None:
        def transaction() -> Any:
            return database.write_transaction(self.make_session())

        sweep.run(transaction, at=self.at)

    @rule(activity=planned, one=people)
    def make_up(self, activity: str, one: str) -> None:
        with self.make_session() as session:
            found = session.scalars(select(Activity).where(Activity.code == activity)).one()
        claim = self.do(
            settlement.propose_makeup,
            claim=makeups.Claim(
                activity=activity,
                volunteer=one,
                claimed_in=found.start_at,
                claimed_out=found.end_at,
                reason="forgot_out",
            ),
            by=SYSTEM,
        )
        if claim is not None:
            self.do(settlement.decide_makeup, makeup=claim.code, approve=True, by=OTHER)

    @rule(activity=planned)
    def settle(self, activity: str) -> None:
        self.do(stays.decide_flags, activity=activity, by=SYSTEM)
        self.do(settlement.settle, activity=activity, by=SYSTEM, beneficiaries=3)

    @rule(pick=st.integers(0, 20), minutes=st.integers(0, 400))
    def amend(self, pick: int, minutes: int) -> None:
        if record := self.a_record(pick):
            self.do(settlement.amend_record, record=record, minutes=minutes, reason="counted again", by=SYSTEM)

    @rule(pick=st.integers(0, 20))
    def approve_over_eight_hours(self, pick: int) -> None:
        if record := self.a_record(pick):
            self.do(settlement.approve_pending, record=record, by=SYSTEM)

    @rule(pick=st.integers(0, 20))
    def void(self, pick: int) -> None:
        if record := self.a_record(pick):
            self.do(settlement.void_record, record=record, reason="was not there", by=SYSTEM, second=OTHER)

    @rule(pick=st.integers(0, 20))
    def evaluate(self, pick: int) -> None:
        if record := self.a_record(pick):
            self.do(settlement.evaluate, record=record, grade="poor", by=SYSTEM)

    def a_record(self, pick: int) -> str | None:
        with self.make_session() as session:
            codes = session.scalars(
                select(ServiceRecord.code).where(ServiceRecord.latest).order_by(ServiceRecord.id)
            ).all()
        return codes[pick % len(codes)] if codes else None

    @rule(one=people, points=st.sampled_from((5, 30, 100)), days=st.sampled_from((0, 20, 400)))
    def carry_over(self, one: str, points: int, days: int) -> None:
        with self.make_session() as session, database.write_transaction(session):
            person = make.volunteers.by_code(session, one)
            make.points(session, person, points, expires_on=clock.local_date(self.at) + timedelta(days=days))

    @rule(target=receipts, one=people, item=st.sampled_from(ITEMS), qty=st.integers(1, 4))
    def redeem(self, one: str, item: str, qty: int) -> Any:
        done = self.do(
            redemption.redeem,
            basket=Basket(volunteer=one, station="NLJ-1", lines=[Line(item, qty)], key=self.key()),
            identity=PIN,
            by=SYSTEM,
        )
        return done.code if done else multiple()

    @rule(target=reservations, one=people, item=st.sampled_from(ITEMS), qty=st.integers(1, 3))
    def reserve(self, one: str, item: str, qty: int) -> Any:
        done = self.do(
            redemption.reserve,
            basket=Basket(volunteer=one, station="NLJ-1", lines=[Line(item, qty)], key=self.key()),
            by=SYSTEM,
        )
        return done.code if done else multiple()

    @rule(target=receipts, code=consumes(reservations))
    def collect(self, code: str) -> Any:
        done = self.do(redemption.fulfil, redemption=code, identity=PIN, by=SYSTEM)
        return done.code if done else multiple()

    @rule(code=consumes(reservations))
    def cancel(self, code: str) -> None:
        self.do(redemption.cancel, redemption=code, by=SYSTEM)

    @rule(code=consumes(receipts), to_stock=st.booleans())
    def bring_back(self, code: str, to_stock: bool) -> None:
        self.do(
            redemption.give_back, redemption=code, to_stock=to_stock, reason="broken", by=SYSTEM, second=make.WITNESS
        )

    @rule(item=st.sampled_from(ITEMS), qty=st.integers(1, 5))
    def restock(self, item: str, qty: int) -> None:
        delivery = Delivery(station="NLJ-1", item=item, qty=qty, source=BatchSource.BUDGET)
        self.do(stock.receive, delivery=delivery, by=SYSTEM, second=make.WITNESS)

    @invariant()
    def the_books_hold(self) -> None:
        if not hasattr(self, "engine"):
            return
        with self.make_session() as session:
            assert proof.check(session) == []
            for column in (
                PointAccount.balance,
                PointAccount.held,
                PointLot.remaining,
                StockBatch.qty_left,
                StockBatch.qty_reserved,
            ):
                assert (session.scalar(select(column).order_by(column).limit(1)) or 0) >= 0
            open_twice = select(Stay.volunteer_id).where(Stay.status == "open")
            people = session.scalars(open_twice).all()
            assert len(people) == len(set(people))


TestStreet = Street.TestCase
TestStreet.settings = settings(
    max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)

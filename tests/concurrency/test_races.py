"""Races, run for real on both databases: whatever the order, nothing is lost, doubled or negative."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from points import database, ledger, proof
from points.access.identity import Identity
from points.exchange import redemption
from points.exchange.redemption import Basket, Line, situation
from points.exchange.tables import Redemption, StockBatch
from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor
from points.ledger import postings
from points.ledger.tables import PointAccount, Transfer
from points.people.tables import Volunteer
from points.rewards import settlement
from points.rewards.tables import Award
from points.service import activities, checkin, signups
from points.service.activities import series as serial
from points.service.checkin import ScanRequest
from points.service.tables import Activity, Scan, ServiceRecord, Signup, Stay
from tests import make
from tests.concurrency.threads import at_once, refusals

pytestmark = pytest.mark.race

NINE = clock.at_local(make.TODAY, time(9))
PIN = Identity(check="pin")


@pytest.fixture
def ground(engine: Engine) -> Iterator[Session]:
    """A session to prepare with; commit it before the race."""
    with database.sessions(engine)() as session:
        yield session


def _proved(engine: Engine) -> None:
    with database.sessions(engine)() as session:
        assert proof.check(session, at=make.NOW) == []


def _count(engine: Engine, mapped: type[Any], *where: Any) -> int:
    with database.sessions(engine)() as session:
        return session.scalar(select(func.count()).select_from(mapped).where(*where)) or 0


def _redeeming(
    person: Volunteer, clerk: Actor, *, key: str, station: str = "NLJ-1", at: datetime = make.NOW
) -> Callable[[Session], Redemption]:
    """One towel for `person` at the counter of `clerk`."""
    return lambda session: redemption.redeem(
        session,
        basket=Basket(volunteer=person.code, lines=[Line("G02", 1)], station=station, key=key),
        identity=PIN,
        by=clerk,
        at=at,
    )


def test_eight_counters_on_one_balance_spend_it_once(engine: Engine, ground: Session) -> None:
    person = make.volunteer(ground)
    make.points(ground, person, 70)
    make.stocked(ground, make.item(ground), 100)
    clerk = make.clerk(ground)
    ground.commit()

    outcomes = at_once(engine, *(_redeeming(person, clerk, key=f"key-{number}") for number in range(8)))

    assert refusals(outcomes) == ["insufficient-points"] * 5
    with database.sessions(engine)() as session:
        assert session.scalar(select(PointAccount.balance).where(PointAccount.volunteer_id == person.id)) == 10
        assert session.scalar(select(StockBatch.qty_left)) == 97
    _proved(engine)


def test_eight_counters_sell_the_last_item_once(engine: Engine, ground: Session) -> None:
    people = [make.volunteer(ground) for _ in range(8)]
    for person in people:
        make.points(ground, person, 100)
    make.stocked(ground, make.item(ground), 1)
    clerk = make.clerk(ground)
    ground.commit()

    outcomes = at_once(engine, *(_redeeming(person, clerk, key=person.code) for person in people))

    assert refusals(outcomes) == ["out-of-stock"] * 7
    assert _count(engine, Redemption) == 1
    _proved(engine)


def test_one_tap_eight_times_redeems_once(engine: Engine, ground: Session) -> None:
    person = make.volunteer(ground)
    make.points(ground, person, 100)
    make.stocked(ground, make.item(ground), 10)
    clerk = make.clerk(ground)
    ground.commit()

    outcomes = at_once(engine, *[_redeeming(person, clerk, key="one-tap")] * 8)

    assert len({receipt.code for receipt in outcomes}) == 1
    assert _count(engine, Transfer, Transfer.purpose == "spend") == 1
    _proved(engine)


def test_one_scan_sent_eight_times_checks_in_once(engine: Engine, ground: Session) -> None:
    activity, person = make.activity(ground), make.volunteer(ground)
    actor = make.volunteer_actor(ground, person)
    signups.sign_up(ground, activity=activity.code, volunteer=person.code, by=actor, at=make.NOW)
    code = checkin.screen_token(activity, NINE)
    ground.commit()

    def scan(session: Session) -> str:
        return checkin.scan(
            session,
            ScanRequest(code=code, nonce="one", device="phone", direction="in", occurred_at=NINE),
            by=actor,
            at=NINE,
        ).session

    outcomes = at_once(engine, *[scan] * 8)

    assert len(set(outcomes)) == 1, outcomes
    assert _count(engine, Stay) == 1


def test_eight_people_take_the_last_place_once_and_the_others_wait(engine: Engine, ground: Session) -> None:
    activity = make.activity(ground, capacity=1)
    people = [make.volunteer(ground) for _ in range(8)]
    actors = {person.code: make.volunteer_actor(ground, person) for person in people}
    ground.commit()

    def sign_up(person: Volunteer) -> Callable[[Session], Any]:
        return lambda session: (
            signups.sign_up(
                session, activity=activity.code, volunteer=person.code, by=actors[person.code], at=make.NOW
            ).status
        )

    outcomes = at_once(engine, *map(sign_up, people))

    assert sorted(outcomes) == ["approved"] + ["waitlisted"] * 7
    assert _count(engine, Signup, Signup.status == "approved") == 1


def test_a_person_checks_in_at_eight_activities_and_is_in_at_one(engine: Engine, ground: Session) -> None:
    person = make.volunteer(ground)
    actor = make.volunteer_actor(ground, person)
    held = [make.activity(ground) for _ in range(8)]
    for activity in held:
        signups.sign_up(ground, activity=activity.code, volunteer=person.code, by=actor, at=make.NOW)
    codes = [checkin.screen_token(activity, NINE) for activity in held]
    ground.commit()

    def scan(code: str) -> Callable[[Session], Any]:
        return lambda session: checkin.scan(
            session,
            ScanRequest(code=code, nonce=code, device="phone", direction="in", occurred_at=NINE),
            by=actor,
            at=NINE,
        )

    outcomes = at_once(engine, *map(scan, codes))

    assert refusals(outcomes) == ["other-session-open"] * 7
    assert _count(engine, Stay, Stay.status == "open") == 1


def test_eight_devices_check_one_person_out_once(engine: Engine, ground: Session) -> None:
    activity, person, admin = make.activity(ground, walk_in_ok=True), make.volunteer(ground), make.street_admin(ground)
    make.scanned(ground, activity, person, "in", at=NINE)
    ground.commit()

    def scan(nonce: str) -> Callable[[Session], Any]:
        asked = ScanRequest(code=person.code, activity=activity.code, nonce=nonce, device=nonce, direction="out")
        return lambda session: checkin.scan(session, asked, by=admin, at=NINE + timedelta(hours=1))

    outcomes = at_once(engine, *map(scan, "abcdefgh"))

    assert [answer.replayed for answer in outcomes].count(False) == 1
    assert len({(answer.session, answer.out_at) for answer in outcomes}) == 1
    assert _count(engine, Scan, Scan.direction == "out") == 1


def test_settling_against_a_late_check_out_loses_no_minute(engine: Engine, ground: Session) -> None:
    activity, person = make.activity(ground), make.volunteer(ground)
    actor, admin = make.volunteer_actor(ground, person), make.street_admin(ground)
    signups.sign_up(ground, activity=activity.code, volunteer=person.code, by=actor, at=make.NOW)
    make.scanned(ground, activity, person, "in", at=NINE)
    out = NINE + timedelta(minutes=130)
    activities.advance(ground, at=out)
    code = checkin.screen_token(activity, out)
    ground.commit()

    settled, scan = at_once(
        engine,
        lambda session: settlement.settle(session, activity=activity.code, by=admin, at=out),
        lambda session: checkin.scan(
            session,
            ScanRequest(code=code, nonce="out", device="phone", direction="out", occurred_at=out),
            by=actor,
            at=out,
        ),
    )

    assert scan.direction == "out"
    if refusals([settled]):
        with database.sessions(engine)() as session, database.write_transaction(session):
            settled = settlement.settle(session, activity=activity.code, by=admin, at=out)
    assert (settled.minutes, settled.points) == (120, 20)
    _proved(engine)


def test_settling_eight_times_at_once_pays_once(engine: Engine, ground: Session) -> None:
    activity, person = make.activity(ground), make.volunteer(ground)
    actor, admin = make.volunteer_actor(ground, person), make.street_admin(ground)
    signups.sign_up(ground, activity=activity.code, volunteer=person.code, by=actor, at=make.NOW)
    make.scanned(ground, activity, person, "in", at=NINE)
    out = NINE + timedelta(minutes=120)
    make.scanned(ground, activity, person, "out", at=out)
    activities.advance(ground, at=out)
    ground.commit()

    at_once(engine, *[lambda session: settlement.settle(session, activity=activity.code, by=admin, at=out)] * 8)

    assert _count(engine, ServiceRecord, ServiceRecord.status == "confirmed") == 1
    assert _count(engine, Award) == 1
    assert _count(engine, Transfer, Transfer.purpose == "earn") == 1
    _proved(engine)


def test_expiring_against_redeeming_takes_every_point_once(engine: Engine, ground: Session) -> None:
    people = [make.volunteer(ground) for _ in range(6)]
    for person in people:
        make.points(ground, person, 30, expires_on=make.TODAY)
    make.stocked(ground, make.item(ground), 100)
    clerk = make.clerk(ground)
    ground.commit()
    before_midnight = clock.day_bounds(make.TODAY)[1] - timedelta(seconds=1)
    after_midnight = before_midnight + timedelta(seconds=2)

    outcomes = at_once(
        engine,
        *(_redeeming(person, clerk, key=person.code, at=before_midnight) for person in people),
        lambda session: ledger.expire_due(session, at=after_midnight),
        lambda session: ledger.expire_due(session, at=after_midnight),
    )

    sold = len(people) - len(refusals(outcomes[:6]))
    with database.sessions(engine)() as session:
        expired = session.scalar(select(func.sum(Transfer.points)).where(Transfer.purpose == "expire")) or 0
        assert expired == 180 - 20 * sold - sum(
            session.scalars(select(PointAccount.balance).where(PointAccount.kind == "volunteer"))
        )
        assert proof.check(session, at=after_midnight) == []


def test_without_the_account_lock_the_same_points_are_spent_twice(
    postgresql: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first race with the lock taken away: then only the constraint underneath stands, and it fires."""
    harmless = situation._LOOK_AND_LOCK.with_for_update(read=True, key_share=True, of=PointAccount)
    monkeypatch.setattr(situation, "_LOOK_AND_LOCK", harmless)
    everybody_has_looked = threading.Barrier(2)
    look = postings.open_lots

    def look_together(*arguments: Any, **named: Any) -> Any:
        lots = look(*arguments, **named)
        everybody_has_looked.wait(timeout=10)
        return lots

    with database.sessions(postgresql)() as session:
        person = make.volunteer(session)
        make.points(session, person, 30)
        towel = make.item(session)
        clerks = {}
        for station in ("NLJ-1", "NLJ-2"):  # the receipt's number is another lock, one per station
            make.stocked(session, towel, 100, station=station)
            clerks[station] = make.clerk(session, station)
        session.commit()
    monkeypatch.setattr(postings, "open_lots", look_together)

    with pytest.raises(IntegrityError, match=r"balance|remaining"):
        at_once(postgresql, *(_redeeming(person, clerks[code], key=code, station=code) for code in clerks))


def test_a_series_approved_and_continued_twice_at_once_is_so_once(engine: Engine, ground: Session) -> None:
    made = make.series(ground, days=5, published=False)
    serial.submit(ground, series=made.code, by=SYSTEM, at=make.NOW)
    one, two = make.street_admin(ground), make.street_admin(ground)
    until = made.until_day + timedelta(days=7)
    ground.commit()

    def approving(by: Actor) -> Callable[[Session], Any]:
        return lambda session: serial.approve(session, series=made.code, by=by, at=make.NOW)

    outcomes = at_once(engine, approving(one), approving(two))
    assert refusals(outcomes) == ["series-nothing-left"]
    added = at_once(
        engine, *[lambda session: serial.extend(session, series=made.code, until=until, by=one, at=make.NOW)] * 4
    )
    assert sorted(added) == [0, 0, 0, 5]
    assert _count(engine, Activity, Activity.series_id == made.id, Activity.status == "published") == 5
    assert _count(engine, Activity, Activity.series_id == made.id) == 10
    _proved(engine)


def test_the_last_place_of_every_date_goes_to_one_person(engine: Engine, ground: Session) -> None:
    made = make.series(ground, days=5, capacity=1)
    people = [make.volunteer(ground) for _ in range(4)]
    callers = [(person.code, make.volunteer_actor(ground, person)) for person in people]
    ground.commit()

    def joining(code: str, by: Actor) -> Callable[[Session], Any]:
        return lambda session: signups.join(session, series=made.code, volunteer=code, by=by, at=make.NOW)

    at_once(engine, *(joining(*caller) for caller in callers))
    assert _count(engine, Signup, Signup.status == "approved") == 5
    assert _count(engine, Signup, Signup.status == "waitlisted") == 15
    _proved(engine)

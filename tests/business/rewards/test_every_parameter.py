"""Every parameter of a rule set is read where it says: with another value another thing comes of the same acts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.exchange import goods
from points.foundation.errors import Refusal
from points.ledger.tables import PointLot
from points.rewards import attending, bounds, civic, overdue, rulesets, settlement, stars
from points.service import activities, checkin, makeups, records
from points.service.checkin import ScanRequest
from points.service.tables import Stay
from tests import make
from tests.business.exchange.counter import redeem, reserve, shop
from tests.business.exchange.test_reservations import back
from tests.business.rewards.ground import TODAY, local, prepare

Play = Callable[[Session, dict[str, Any]], object]


def service(session: Session, params: dict[str, Any]) -> object:
    """A day with a leader and four people, a long afternoon for one of them, a make-up, a poor rating, an emergency."""
    ground = prepare(session, **params)
    people = [make.volunteer(session) for _ in range(4)]
    morning = ground.activity("care", "09:00", "11:00")
    for person, until in zip([ground.leader, *people], ("11:00", "11:00", "09:40", "11:00", "11:00"), strict=True):
        ground.came(morning, person, "09:00", until)
    claimer = make.volunteer(session)
    at = ground.over("11:00")
    claim = makeups.Claim(
        activity=morning,
        volunteer=claimer.code,
        claimed_in=local("09:00"),
        claimed_out=local("11:00"),
        reason="no_phone",
    )
    claimed = settlement.propose_makeup(session, claim=claim, by=ground.running, at=at)
    ground.settled(morning, at=at, by=ground.admin)
    settlement.decide_makeup(session, makeup=claimed.code, approve=True, by=ground.community, at=at)
    poor = ground.record(morning, people[3])
    settlement.evaluate(session, record=poor.code, grade="poor", by=ground.admin, at=at)
    ground.served("civility", "12:00", "23:00", people[0])
    ground.served("emergency", "09:00", "11:00", people[1], day=TODAY + timedelta(days=1), extra_pct=150)
    everybody = [ground.leader, *people, claimer]
    lots = session.execute(select(PointLot.points, PointLot.expires_on).order_by(PointLot.id)).all()
    found = [records.mine(session, volunteer_id=person.id) for person in everybody]
    return (
        [tuple(lot) for lot in lots],
        [ground.balance(person) for person in everybody],
        [[(one.local_date, one.minutes_credited, one.minutes_pending) for one in of_person] for of_person in found],
    )


def deadlines(session: Session, params: dict[str, Any]) -> object:
    """When a forgotten stay is closed, when a settlement is late, until when attendance can be claimed."""
    ground = prepare(session, **params)
    person = make.volunteer(session)
    activity = ground.activity("environment", "09:00", "11:00")
    ground.came(activity, person, "09:00", None)
    closed = settlement.close_forgotten(session, at=local("12:30"))
    settlement.close_forgotten(session, at=local("24:00"))
    activities.advance(session, at=local("24:00"))
    settlement.compute_ended(session, at=local("24:00"))
    (waiting,) = overdue.unsettled(session, by=ground.admin, at=local("24:00"))
    claim = makeups.Claim(
        activity=activity,
        volunteer=person.code,
        claimed_in=local("09:00"),
        claimed_out=local("11:00"),
        reason="forgot_out",
    )
    late = TODAY + timedelta(days=12)
    settled = _said(lambda: settlement.propose_makeup(session, claim=claim, by=ground.running, at=local("09:00", late)))
    return closed, waiting.due_on, settled


def coming_and_going(session: Session, params: dict[str, Any]) -> object:
    """In and out three times at one activity, and a claim for one time more."""
    ground = prepare(session, **params)
    person = make.volunteer(session)
    activity = ground.activity("environment", "09:00", "12:00")
    answers = []
    for number in range(3):
        for direction, minute in (("in", 0), ("out", 40)):
            at = local("09:00") + timedelta(minutes=60 * number + minute)
            activities.advance(session, at=at)
            asked = ScanRequest(
                code="/c/" + make.card_of(session, person).code,
                activity=activity,
                direction=direction,
                occurred_at=at,
                nonce=f"{number}-{direction}",
            )
            answers.append(_said(lambda asked=asked, at=at: attending.scan(session, asked, by=ground.admin, at=at)))
    return answers, session.scalars(select(Stay.local_date)).all()


def counter(session: Session, params: dict[str, Any]) -> object:
    """A reservation's last day, a return on the seventh day, the first day of a price made known today."""
    make.rules(session, **params)
    place = shop(session)
    held = reserve(session, place.person)
    done = redeem(session, place.person, by=place.clerk)
    returned = _said(lambda: back(session, done, place, at=make.NOW + timedelta(days=7)))
    begins = TODAY + timedelta(days=15)
    told = _said(
        lambda: goods.set_price(
            session, item="G02", price=21, effective_from=begins, by=make.street_admin(session), at=make.NOW
        )
    )
    return held.pickup_until, returned, told


def honours(session: Session, params: dict[str, Any]) -> object:
    """Stars for a hundred hours, and the points of a civic item."""
    make.rules(session, **params)
    admin, person = make.street_admin(session), make.volunteer(session)
    given = _said(lambda: civic.give(session, volunteer=person.code, item="C01", day=TODAY, by=admin, at=make.NOW))
    in_force = rulesets.params_on(session, street_id=person.street_id, day=TODAY)
    return given, stars.reached(6_000, in_force)


CHANGED: dict[str, tuple[Play, Any]] = {
    "min_minutes": (service, 45),
    "day_auto_minutes": (service, 400),
    "day_hard_minutes": (service, 600),
    "min_ratio": (service, 60),
    "points_per_hour": (service, 12),
    "quantum_min": (service, 20),
    "activity_cap_points": (service, 50),
    "day_cap_points": (service, 70),
    "month_cap_points": (service, 30),
    "leader_bonus_points": (service, 6),
    "leader_bonus_min_minutes": (service, 121),
    "leader_bonus_min_people": (service, 7),
    "combined_pct_max": (service, 180),
    "poor_rating_pays": (service, True),
    "makeup_pct": (service, 50),
    "expiry": (service, {"type": "months", "months": 6}),
    "categories": (service, {"care": 150}),
    "autoclose_after_min": (deadlines, 60),
    "settle_wd": (deadlines, 5),
    "makeup_window_wd": (deadlines, 5),
    "sessions_pp_day": (coming_and_going, 2),
    "pickup_days": (counter, 3),
    "return_days": (counter, 6),
    "price_notice_days": (counter, 16),
    "star_minutes": (honours, [6_001, 18_000, 36_000, 60_000, 90_000]),
    "civic": (honours, {"on": True, "items": {"C01": {"title": "门前三包", "points": 2}}}),
}


def _said(act: Callable[[], object]) -> object:
    """What was refused, or a plain yes."""
    try:
        done = act()
    except Refusal as refusal:
        return refusal.code
    return done if isinstance(done, int | date) else True


def _usual(session: Session, play: Play) -> object:
    """What comes of the acts by the usual rules; played once per database."""
    key = (session.get_bind().dialect.name, play.__name__)
    if key not in _known:
        _known[key] = _played(session, play, {})
    return _known[key]


_known: dict[tuple[str, str], object] = {}


def _played(session: Session, play: Play, params: dict[str, Any]) -> object:
    with session.begin_nested() as once:
        found = play(session, params)
        once.rollback()
    session.expunge_all()
    return found


def test_every_parameter_has_an_act_that_tells() -> None:
    assert CHANGED.keys() == bounds.DEFAULT_PARAMS.keys()


@pytest.mark.parametrize("name", CHANGED)
def test_a_parameter_changes_what_comes_of_the_same_acts(session: Session, name: str) -> None:
    play, value = CHANGED[name]
    assert _usual(session, play) != _played(session, play, {name: value})


def test_a_claim_counts_the_stays_of_the_day_as_the_rules_do(session: Session) -> None:
    ground = prepare(session, sessions_pp_day=1)
    person = make.volunteer(session)
    activity = ground.activity("environment", "09:00", "12:00")
    ground.came(activity, person, "09:00", "10:00")
    at = ground.over("12:00")
    claim = makeups.Claim(
        activity=activity,
        volunteer=person.code,
        claimed_in=local("10:30"),
        claimed_out=local("12:00"),
        reason="no_phone",
    )
    with pytest.raises(makeups.MakeupState):
        settlement.propose_makeup(session, claim=claim, by=ground.running, at=at)


def test_the_page_of_a_scan_goes_by_the_rules_too(session: Session) -> None:
    make.rules(session, sessions_pp_day=1)
    activity, person = make.activity(session, start=make.NOW, walk_in_ok=True), make.volunteer(session)
    activities.advance(session, at=make.NOW)
    for direction, minutes in (("in", 0), ("out", 40)):
        make.scanned(session, activity, person, direction, at=make.NOW + timedelta(minutes=minutes))
    at = make.NOW + timedelta(minutes=50)
    ticket = checkin.ticket(session, code=checkin.screen_token(activity, at), at=at)
    seen = attending.preview(session, ticket=ticket, volunteer_id=person.id, at=at)
    assert isinstance(seen.refusal, checkin.StaysUsedUp)

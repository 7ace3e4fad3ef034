"""Exchange sessions: planned, opened on their day, closed with figures that stay."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from points.exchange import exchange_days, redemption
from points.exchange.redemption import Line
from points.exchange.tables import ExchangeDay
from points.foundation.actors import SYSTEM
from tests import make
from tests.business.exchange.counter import redeem, refused, shop


def plan(session: Session, **facts: Any) -> ExchangeDay:
    make.station(session)
    facts = {
        "station": "NLJ-1",
        "title": "五月积分兑换日",
        "start_at": make.NOW + timedelta(hours=1),
        "end_at": make.NOW + timedelta(hours=4),
        "by": SYSTEM,
        "at": make.NOW,
        **facts,
    }
    return exchange_days.plan(session, **facts)


def test_a_session_is_planned_opened_and_closed_with_its_figures(session: Session) -> None:
    place = shop(session)
    other = make.volunteer(session)
    make.points(session, other, 100)
    planned = plan(session, by=place.clerk)
    assert (planned.code, planned.status, planned.day) == ("JH20260509-0101", "planned", make.TODAY)
    opened = exchange_days.open_day(session, code=planned.code, by=place.clerk, at=make.NOW)
    assert (opened.status, opened.opened_stock) == ("open", {"G02": 12})
    redeem(session, place.person, Line("G02", 2), by=place.clerk)
    redeem(session, place.person, by=place.clerk)
    back = redeem(session, other, by=place.clerk)
    redeem(session, other, by=place.clerk)
    redemption.give_back(
        session, redemption=back.code, to_stock=True, reason="破损", by=place.clerk, second=place.witness, at=make.NOW
    )
    closed = exchange_days.close(session, code=planned.code, by=place.clerk, at=make.NOW + timedelta(hours=4))
    assert closed.figures == {
        "persons": 2,
        "households": 0,
        "redemptions": 3,
        "items": 4,
        "points": 80,
        "ref_value_fen": 2400,
        "stock_before": {"G02": 12},
        "stock_after": {"G02": 8},
        "by_item": {"G02": {"qty": 4, "points": 80}},
    }
    assert [(row.volunteer, row.items, row.points) for row in exchange_days.hand_overs(
        session, code=planned.code, by=place.clerk
    )] == [(place.person.code, 2, 40), (place.person.code, 1, 20), (other.code, 1, 20)]  # fmt: skip


def test_the_figures_of_a_closed_session_stay(session: Session) -> None:
    place = shop(session)
    code = plan(session).code
    exchange_days.open_day(session, code=code, by=SYSTEM, at=make.NOW)
    done = redeem(session, place.person, by=place.clerk)
    assert exchange_days.figures(session, code=code)["points"] == 20
    exchange_days.close(session, code=code, by=SYSTEM, at=make.NOW)
    redemption.give_back(
        session, redemption=done.code, to_stock=True, reason="破损", by=place.clerk, second=place.witness, at=make.NOW
    )
    assert redeem(session, place.person, by=place.clerk).session_id is None
    assert exchange_days.figures(session, code=code)["points"] == 20


def test_one_session_is_open_at_a_station(session: Session) -> None:
    first, second = plan(session), plan(session)
    assert second.code == "JH20260509-0102"
    exchange_days.open_day(session, code=first.code, by=SYSTEM, at=make.NOW)
    with refused(session, "another-session-open", session=first.code):
        exchange_days.open_day(session, code=second.code, by=SYSTEM, at=make.NOW)
    exchange_days.close(session, code=first.code, by=SYSTEM, at=make.NOW)
    assert exchange_days.open_day(session, code=second.code, by=SYSTEM, at=make.NOW).status == "open"


def test_a_session_opens_on_its_day_only(session: Session) -> None:
    code = plan(session).code
    with refused(session, "not-its-day", session=code, day=make.TODAY):
        exchange_days.open_day(session, code=code, by=SYSTEM, at=make.NOW + timedelta(days=1))


def test_a_session_ends_after_it_starts_on_the_same_day(session: Session) -> None:
    make.station(session)
    for end_at in (make.NOW + timedelta(hours=1), make.NOW + timedelta(days=1)):
        with refused(session, "wrong-times"):
            plan(session, end_at=end_at)
    with refused(session, "bad-quantity", qty=-1):
        plan(session, max_points_pp=-1)


def test_a_session_goes_forward_only(session: Session) -> None:
    code = plan(session).code
    with refused(session, "session-state", status="planned"):
        exchange_days.close(session, code=code, by=SYSTEM, at=make.NOW)
    exchange_days.open_day(session, code=code, by=SYSTEM, at=make.NOW)
    exchange_days.close(session, code=code, by=SYSTEM, at=make.NOW)
    for verb in (exchange_days.open_day, exchange_days.close):
        with refused(session, "session-state", status="closed"):
            verb(session, code=code, by=SYSTEM, at=make.NOW)
    with refused(session, "session-state", status="closed"):
        exchange_days.cancel(session, code=code, reason="下雨", by=SYSTEM, at=make.NOW)


def test_a_session_is_cancelled_only_before_anything_is_handed_over(session: Session) -> None:
    place = shop(session)
    rained_off, used = plan(session).code, plan(session).code
    with refused(session, "reason-missing"):
        exchange_days.cancel(session, code=rained_off, reason="", by=SYSTEM, at=make.NOW)
    assert exchange_days.cancel(session, code=rained_off, reason="下雨", by=SYSTEM, at=make.NOW).status == "cancelled"
    exchange_days.open_day(session, code=used, by=SYSTEM, at=make.NOW)
    redeem(session, place.person, by=place.clerk)
    with refused(session, "session-used", redemptions=1):
        exchange_days.cancel(session, code=used, reason="下雨", by=SYSTEM, at=make.NOW)


def test_sessions_are_run_and_seen_where_they_are(session: Session) -> None:
    code = plan(session).code
    make.station(session, "NLJ-2", area="CS")
    elsewhere = make.clerk(session, "NLJ-2")
    with refused(session, "not-permitted", action="session.run"):
        exchange_days.open_day(session, code=code, by=elsewhere, at=make.NOW)
    with refused(session, "not-found"):
        exchange_days.seen(session, code, by=elsewhere)
    assert exchange_days.listing(session, by=elsewhere) == []
    assert [event.code for event in exchange_days.listing(session, by=make.clerk(session), status="planned")] == [code]
    street = make.street(session).street
    assert [event.code for event, _ in exchange_days.coming(session, street_id=street.id, day=make.TODAY)] == [code]
    assert exchange_days.coming(session, street_id=street.id, day=make.TODAY + timedelta(days=1)) == []

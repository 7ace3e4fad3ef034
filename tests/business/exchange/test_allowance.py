"""What a person may have at a station: of each item how many, and why not more."""

from datetime import timedelta

from sqlalchemy.orm import Session

from points.exchange import exchange_days, redemption
from points.exchange.redemption import Allowance, Line, Possible
from points.foundation.actors import Actor
from points.people.tables import Volunteer
from tests import make
from tests.business.exchange.counter import redeem, reserve, shop
from tests.business.exchange.test_exchange_days import plan


def asked(session: Session, person: Volunteer, by: Actor) -> Allowance:
    return redemption.allowance(session, volunteer=person.code, station="NLJ-1", by=by, at=make.NOW)


def towels(allowance: Allowance) -> Possible:
    return next(one for one in allowance.items if one.offer.code == "G02")


def test_the_least_of_stock_points_and_month_is_what_may_be_taken(session: Session) -> None:
    place = shop(session, limit_pp_month=4)
    found = asked(session, place.person, place.clerk)
    assert (found.own.spendable, found.day_left, found.refusal) == (100, None, None)
    assert (towels(found).most, towels(found).month_left, towels(found).why_not) == (4, 4, "")
    redeem(session, place.person, Line("G02", 2), by=place.clerk)
    reserve(session, place.person)
    found = asked(session, place.person, place.clerk)
    assert (towels(found).used, towels(found).most, towels(found).month_left) == (3, 1, 1)
    assert found.own.held == 20


def test_the_month_is_full(session: Session) -> None:
    place = shop(session, limit_pp_month=2)
    redeem(session, place.person, Line("G02", 2), by=place.clerk)
    one = towels(asked(session, place.person, place.clerk))
    assert (one.most, one.why_not) == (0, "month-limit")
    next_month = redemption.allowance(
        session, volunteer=place.person.code, station="NLJ-1", by=place.clerk, at=make.NOW + timedelta(days=31)
    )
    assert towels(next_month).most == 2


def test_so_many_points_are_missing(session: Session) -> None:
    place = shop(session, points=8)
    one = towels(asked(session, place.person, place.clerk))
    assert (one.most, one.why_not, one.missing) == (0, "points", 12)


def test_nothing_is_left(session: Session) -> None:
    place = shop(session)
    soap = make.item(session, "G03", name="香皂")
    found = asked(session, place.person, place.clerk)
    assert [(one.offer.code, one.most, one.why_not) for one in found.items] == [
        ("G02", 5, ""),
        (soap.code, 0, "none-left"),
    ]


def test_the_sessions_limit_counts_what_was_exchanged_in_it(session: Session) -> None:
    place = shop(session)
    code = plan(session, max_points_pp=50).code
    redeem(session, place.person, by=place.clerk)
    exchange_days.open_day(session, code=code, by=place.clerk, at=make.NOW)
    assert asked(session, place.person, place.clerk).day_left == 50
    redeem(session, place.person, Line("G02", 2), by=place.clerk)
    found = asked(session, place.person, place.clerk)
    assert (found.day_left, found.spendable) == (10, 10)
    assert (towels(found).most, towels(found).why_not) == (0, "exchange-day-limit")


def test_an_item_for_older_people(session: Session) -> None:
    place = shop(session, min_age=99)
    assert towels(asked(session, place.person, place.clerk)).why_not == "too-young"


def test_a_clerk_learns_at_once_that_they_serve_nobody_of_their_own_home(session: Session) -> None:
    place = shop(session)
    own = Actor(person=place.person.code, volunteer_id=place.person.id, permits=place.clerk.permits)
    refusal = asked(session, place.person, own).refusal
    assert refusal is not None
    assert refusal.code == "self-dealing"


def test_what_is_allowed_is_what_the_exchange_allows(session: Session) -> None:
    place = shop(session, limit_pp_month=3)
    most = towels(asked(session, place.person, place.clerk)).most
    redeem(session, place.person, Line("G02", most), by=place.clerk)
    assert towels(asked(session, place.person, place.clerk)).most == 0

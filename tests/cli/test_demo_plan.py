"""The plan of the demo street is pure: every count of domain §3.14 holds before anything is built."""

from collections import Counter
from datetime import date

import pytest

from points.demo.street import exchange, facts, people, plan, service
from points.demo.street.plan import Plan

KEPT = ("session", "collected", "pooled")


@pytest.fixture(scope="module")
def street() -> Plan:
    return plan.make()


def test_the_same_seed_gives_the_same_plan(street: Plan):
    assert plan.make() == street
    assert plan.make(1) != street


def test_everybody_has_a_name_of_their_own(street: Plan):
    names = [person.name for person in street.people.everyone]
    assert names[:2] == ["赵立春", "钱立春"]
    assert names[20] == "赵雨水"
    assert len(set(names)) == 480


def test_every_phone_is_invented(street: Plan):
    phones = [person.phone for person in street.people.everyone if person.phone]
    phones += [person.phone for person in street.people.outsiders]
    assert len(set(phones)) == len(phones)
    assert all(len(phone) == 11 and phone.startswith("1990000") for phone in phones)


@pytest.mark.parametrize("day", [facts.FIRST_DAY, facts.LAST_DAY])
def test_ages_hold_through_the_whole_time(day: date, street: Plan):
    def age(born: date) -> int:
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    ages = [age(person.birth_date) for person in street.people.everyone]
    assert sum(10 <= years <= 13 for years in ages) == people.MINORS_UNDER_14
    assert sum(14 <= years <= 17 for years in ages) == people.MINORS - people.MINORS_UNDER_14
    assert sum(years >= 60 for years in ages) == people.ELDERS


def test_nobody_is_in_two_places(street: Plan):
    there = Counter(
        (activity.day, person)
        for activity in street.activities
        for person in [*(one.person for one in activity.attendances), *activity.no_shows]
    )
    assert set(there.values()) == {1}


def test_person_times_are_exact_with_what_lies_on_top(street: Plan):
    fates = Counter(one.fate for activity in street.activities for one in activity.attendances)
    assert (fates["made_up"], fates["lost"], fates["voided"], fates["amended"]) == (9, 3, 3, 2)
    assert sum(fates.values()) - fates["lost"] - fates["voided"] == service.PERSON_TIMES
    assert len(street.activities) == service.OCCASIONS


def test_every_team_is_active_and_led_by_somebody_of_age(street: Plan):
    assert {activity.team for activity in street.activities} == set(range(len(facts.TEAMS)))
    assert len({team.leader for team in street.people.teams}) == len(facts.TEAMS) == 21
    assert not any(street.people.everyone[team.leader].is_minor for team in street.people.teams)


def test_stations_redeem_to_the_point(street: Plan):
    for place, station in enumerate(facts.STATIONS):
        kept = [one.points for one in street.exchange.redemptions if one.station == place and one.fate in KEPT]
        assert sum(kept) == station.points
    prices = {item.code: item.price for item in facts.GOODS}
    limits = {item.code: item.limit for item in facts.GOODS}
    for one in street.exchange.redemptions:
        assert sum(prices[item] * qty for item, qty in one.lines) == one.points
        assert all(qty <= limits[item] for item, qty in one.lines)


def test_points_of_2024_are_spent_in_time_or_expire_untouched(street: Plan):
    spent = Counter[int]()
    for one in street.exchange.redemptions:
        if one.day <= exchange.OPENING_EXPIRES and one.fate in KEPT:
            spent[one.person] += one.points
    assert all(spent[person] >= exchange.OPENING_LOT for person in street.exchange.openers)
    assert not any(spent[person] for person in street.exchange.savers)
    assert len(street.exchange.savers) * exchange.OPENING_LOT == 450
    assert (len(street.exchange.openers) + len(street.exchange.savers)) * exchange.OPENING_LOT == 1200

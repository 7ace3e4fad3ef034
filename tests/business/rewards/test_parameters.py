"""What a parameter of a rule set may be: every bound, at the last value that is taken and the first that is not."""

from typing import Any

import pytest

from points.rewards import bounds
from points.rewards.bounds import BadParameter
from points.rewards.rules import PointRules
from points.service.hours import HourRules

WHOLE = [
    name
    for name, value in bounds.DEFAULT_PARAMS.items()
    if isinstance(value, int)
    and not isinstance(value, bool)
    and name not in {"combined_pct_max", "makeup_pct", "min_ratio"}
]
COEFFICIENTS = {
    "policy": 100,
    "environment": 100,
    "elderly_disabled": 120,
    "civility": 100,
    "safety": 120,
    "mediation": 120,
    "care": 110,
    "child": 120,
    "skills": 130,
    "culture": 100,
    "employment": 100,
    "custom": 100,
    "emergency": 150,
    "other": 100,
}
"""In percent, as domain §3.6 has them."""
ZERO_IS_OFF = {"month_cap_points", "leader_bonus_points", "min_minutes", "return_days", "price_notice_days"}


def takes(**params: Any) -> bool:
    try:
        bounds.refuse_bad_parameters(params)
    except BadParameter:
        return False
    return True


def test_what_is_set_from_the_beginning_is_possible() -> None:
    assert takes(**bounds.DEFAULT_PARAMS)


def test_the_parameters_are_what_the_domain_says() -> None:
    """§3.5 and §3.6; what a street has not changed is so."""
    assert {name: bounds.DEFAULT_PARAMS[name] for name in WHOLE} == {
        "min_minutes": 30,
        "day_auto_minutes": 480,
        "day_hard_minutes": 720,
        "sessions_pp_day": 3,
        "autoclose_after_min": 120,
        "makeup_window_wd": 10,
        "settle_wd": 10,
        "points_per_hour": 10,
        "quantum_min": 30,
        "activity_cap_points": 60,
        "day_cap_points": 80,
        "month_cap_points": 0,
        "leader_bonus_points": 5,
        "leader_bonus_min_minutes": 60,
        "leader_bonus_min_people": 5,
        "return_days": 7,
        "pickup_days": 7,
        "price_notice_days": 15,
    }
    assert (bounds.DEFAULT_PARAMS["combined_pct_max"], bounds.DEFAULT_PARAMS["makeup_pct"]) == (200, 100)
    assert bounds.DEFAULT_PARAMS["min_ratio"] == 0
    assert HourRules.from_params(bounds.DEFAULT_PARAMS) == HourRules()
    assert PointRules.from_params(bounds.DEFAULT_PARAMS) == PointRules()
    assert (PointRules().poor_rating_pays, PointRules().expiry) == (False, {"type": "year_end_plus", "years": 1})
    assert PointRules().categories == bounds.DEFAULT_PARAMS["categories"] == COEFFICIENTS
    assert bounds.DEFAULT_PARAMS["star_minutes"] == [6_000, 18_000, 36_000, 60_000, 90_000]


@pytest.mark.parametrize("name", WHOLE)
def test_a_number_is_whole_and_zero_only_where_that_means_off(name: str) -> None:
    assert takes(**{name: 1})
    assert takes(**{name: 0}) is (name in ZERO_IS_OFF)
    for value in (-1, 1.0, "1", None, True):
        assert not takes(**{name: value}), value


@pytest.mark.parametrize(
    ("name", "low", "high"), [("combined_pct_max", 100, 400), ("makeup_pct", 0, 100), ("min_ratio", 0, 100)]
)
def test_a_percentage_lies_within_its_bounds(name: str, low: int, high: int) -> None:
    assert [takes(**{name: value}) for value in (low - 1, low, high, high + 1)] == [False, True, True, False]
    assert not takes(**{name: float(low)})


def test_a_coefficient_is_between_a_half_and_twice() -> None:
    assert [takes(categories={"care": pct}) for pct in (49, 50, 200, 201)] == [False, True, True, False]
    assert takes(categories={})
    assert not takes(categories={"care": 100, "child": 300})
    assert not takes(categories={"care": 100.0})
    assert not takes(categories=[100])


@pytest.mark.parametrize(
    ("expiry", "taken"),
    [
        ({"type": "never"}, True),
        ({"type": "sometimes"}, False),
        ({}, False),
        ("never", False),
        ({"type": "year_end_plus"}, False),
        ({"type": "year_end_plus", "years": -1}, False),
        ({"type": "year_end_plus", "years": 0}, True),
        ({"type": "year_end_plus", "years": 20}, True),
        ({"type": "year_end_plus", "years": 21}, False),
        ({"type": "year_end_plus", "years": 1.0}, False),
        ({"type": "months"}, False),
        ({"type": "months", "months": 0}, False),
        ({"type": "months", "months": 1}, True),
        ({"type": "months", "months": 240}, True),
        ({"type": "months", "months": 241}, False),
        ({"type": "months", "months": "12"}, False),
    ],
    ids=str,
)
def test_an_expiry_is_one_of_three_kinds_within_its_bounds(expiry: Any, taken: bool) -> None:
    assert takes(expiry=expiry) is taken


@pytest.mark.parametrize(
    ("minutes", "taken"),
    [([1], True), ([1, 2], True), ([], False), ([2, 1], False), ([1, 1], False), ([1.0], False), ((1, 2), False)],
    ids=str,
)
def test_stars_come_at_growing_numbers_of_minutes(minutes: Any, taken: bool) -> None:
    assert takes(star_minutes=minutes) is taken


def test_a_poor_rating_pays_or_not() -> None:
    assert [takes(poor_rating_pays=value) for value in (True, False, 1, 0, None)] == [True, True, False, False, False]


ITEM = {"title": "门前三包", "points": 1}


@pytest.mark.parametrize(
    ("civic", "taken"),
    [
        ({"on": False, "items": {}}, True),
        ({"on": True, "items": {"clean": ITEM}}, True),
        ({"on": True, "items": {"clean": ITEM | {"points": 0}}}, False),
        ({"on": True, "items": {"clean": ITEM, "quiet": ITEM | {"points": -1}}}, False),
        ({"on": True, "items": {"clean": ITEM | {"points": 1.5}}}, False),
        ({"on": True, "items": {"clean": ITEM | {"title": ""}}}, False),
        ({"on": True, "items": {"clean": 1}}, False),
        ({"on": True, "items": [ITEM]}, False),
        ({"on": 1, "items": {}}, False),
        ({"items": {}}, False),
        ({"on": True}, False),
        ([], False),
    ],
    ids=str,
)
def test_civic_points_are_positive_and_of_a_list(civic: Any, taken: bool) -> None:
    assert takes(civic=civic) is taken


def test_what_is_no_parameter_is_refused_by_its_name() -> None:
    with pytest.raises(BadParameter) as refused:
        bounds.refuse_bad_parameters({"points_per_hour": 12, "points_per_minute": 1})
    assert (refused.value.name, refused.value.value) == ("points_per_minute", "1")

"""The point rules on the test vectors of domain §3.6, and what each step tells."""

from dataclasses import replace
from datetime import date

import pytest

from points.rewards import rules, stars
from points.rewards.rules import PointRules, Service

RULES = PointRules()


def service(category: str, minutes: int, **circumstances: object) -> Service:
    return Service(ref="R", category=category, minutes_credited=minutes, **circumstances)  # type: ignore[arg-type]


def points(*services: Service, **person: object) -> list[int]:
    return [answer.points for answer in rules.day_points(services, rules=RULES, **person)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("vector", "services", "expected"),
    [
        ("T1", [service("environment", 120)], [20]),
        ("T2", [service("elderly_disabled", 133)], [24]),
        ("T3", [service("civility", 450)], [60]),
        ("T4a", [service("civility", 450), service("safety", 30)], [60, 6]),
        ("T4b", [service("civility", 450), service("safety", 120)], [60, 20]),
        ("T5", [service("environment", 120, made_up=True), service("environment", 60, made_up=True)], [20, 10]),
        ("T6 before", [service("environment", 0)], [0]),
        ("T6 after", [service("environment", 115, made_up=True)], [15]),
        ("T7", [service("environment", 0)], [0]),
        ("T8", [service("environment", 120, is_leader=True, people_credited=6)], [25]),
        ("T9", [service("emergency", 90)], [22]),
        ("T10", [service("skills", 105)], [19]),
        ("T11", [service("skills", 120, extra_pct=150)], [39]),
        ("T12", [service("emergency", 120, extra_pct=150)], [40]),
        ("T17 first day", [service("safety", 90)], [18]),
        ("T17 second day", [service("safety", 60)], [12]),
        ("T19 25 min", [service("environment", 0)], [0]),
        ("T19 40 min", [service("environment", 40)], [5]),
        ("T19 55 min", [service("environment", 55)], [5]),
    ],
)
def test_a_vector_gives_its_points(vector: str, services: list[Service], expected: list[int]) -> None:
    assert points(*services) == expected


def test_hours_only_gives_no_points() -> None:
    """T13."""
    assert points(service("environment", 120), earns=False) == [0]


def test_without_consent_there_are_no_points() -> None:
    assert points(service("environment", 120), consents=False) == [0]


@pytest.mark.parametrize(
    "circumstances",
    [{"points_eligible": False}, {"hours_eligible": False}, {"grade": "poor"}],
)
def test_what_is_not_eligible_gives_no_points_not_even_the_leaders(circumstances: dict[str, object]) -> None:
    assert points(service("environment", 120, is_leader=True, people_credited=9, **circumstances)) == [0]


def test_a_poor_rating_pays_where_the_rule_set_says_so() -> None:
    paying = replace(RULES, poor_rating_pays=True)
    assert rules.day_points([service("environment", 120, grade="poor")], rules=paying)[0].points == 20


@pytest.mark.parametrize(("minutes", "people"), [(59, 5), (60, 4)])
def test_the_leaders_bonus_needs_an_hour_and_five_people(minutes: int, people: int) -> None:
    with_bonus = points(service("environment", minutes, is_leader=True, people_credited=people))
    assert with_bonus == points(service("environment", minutes))


def test_the_leaders_bonus_is_five_points_from_an_hour_and_five_people_on() -> None:
    assert points(service("environment", 60, is_leader=True, people_credited=5)) == [15]
    assert points(service("environment", 60, is_leader=False, people_credited=5)) == [10]


def test_the_leaders_bonus_comes_on_top_of_the_activitys_cap() -> None:
    assert points(service("civility", 450, is_leader=True, people_credited=5)) == [65]


def test_a_zero_record_leaves_the_days_cap_to_the_others() -> None:
    assert points(service("civility", 450, points_eligible=False), service("civility", 450)) == [0, 60]


def test_the_month_cap_counts_the_months_other_dates() -> None:
    capped = replace(RULES, month_cap_points=100)
    answer = rules.day_points([service("environment", 120)], rules=capped, earned_in_month=90)
    assert answer[0].points == 10
    assert answer[0].explanation["steps"][-1] == {
        "rule": "P7",
        "cap": 100,
        "already": 90,
        "before": 20,
        "points": 10,
    }


def test_a_cap_that_is_reached_leaves_nothing_and_one_that_is_not_says_nothing() -> None:
    full = [service("civility", 450), service("safety", 120), service("environment", 120)]
    answers = rules.day_points(full, rules=RULES)
    assert [answer.points for answer in answers] == [60, 20, 0]
    assert answers[2].explanation["steps"][-1] == {"rule": "P6", "cap": 80, "already": 80, "before": 20, "points": 0}
    [exactly] = rules.day_points([service("environment", 360)], rules=RULES)
    assert exactly.points == 60
    assert [step["rule"] for step in exactly.explanation["steps"]] == ["P1", "P2", "P3"]


@pytest.mark.parametrize(
    ("cap", "earned", "given"), [(0, 500, 20), (1, 0, 1), (100, 90, 10), (100, 100, 0), (100, 120, 0)]
)
def test_a_month_has_a_cap_where_the_rule_set_has_one(cap: int, earned: int, given: int) -> None:
    month = replace(RULES, month_cap_points=cap)
    two = rules.day_points([service("environment", 120)] * 2, rules=month, earned_in_month=earned)
    assert two[0].points == given
    assert sum(answer.points for answer in two) == (40 if cap == 0 else max(0, min(40, cap - earned)))


def test_why_there_are_no_points_is_told() -> None:
    def reason(earns: bool = True, consents: bool = True, **circumstances: object) -> object:
        given = service("environment", 120, **circumstances)
        [answer] = rules.day_points([given], rules=RULES, earns=earns, consents=consents)
        return next((step["because"] for step in answer.explanation["steps"] if step["rule"] == "P8"), None)

    assert reason() is None
    told = [
        reason(earns=False),
        reason(consents=False),
        reason(points_eligible=False),
        reason(hours_eligible=False),
        reason(grade="poor"),
    ]
    assert None not in told
    assert [reason(grade=grade) for grade in ("excellent", "good", "ok")] == [None] * 3


def test_a_made_up_hour_is_worth_what_the_rule_set_says() -> None:
    half = replace(RULES, makeup_pct=50)
    assert [one.points for one in rules.day_points([service("environment", 120, made_up=True)], rules=half)] == [10]
    assert [one.points for one in rules.day_points([service("environment", 120)], rules=half)] == [20]


@pytest.mark.parametrize(("minutes", "given"), [(0, 0), (29, 0), (30, 5), (59, 5), (60, 10), (89, 10), (90, 15)])
def test_every_full_half_hour_is_worth_five_points(minutes: int, given: int) -> None:
    assert points(service("environment", minutes)) == [given]


def test_the_explanation_tells_every_step() -> None:
    [_, late] = rules.day_points([service("civility", 450), service("safety", 120)], rules=RULES)
    assert [step["rule"] for step in late.explanation["steps"]] == ["P1", "P2", "P3", "P6"]
    assert late.explanation["steps"][0] == {
        "rule": "P1",
        "minutes": 120,
        "quantum_min": 30,
        "counted": 120,
        "points_per_hour": 10,
        "points": 20,
    }
    assert late.explanation["steps"][1]["pct"] == 120
    assert late.explanation["steps"][3] == {"rule": "P6", "cap": 80, "already": 60, "before": 24, "points": 20}


def test_a_category_of_ones_own_uses_its_own_coefficient() -> None:
    assert points(service("library", 120, coef_default=150)) == [30]


@pytest.mark.parametrize(
    ("expiry", "earned_on", "expires_on"),
    [
        ({"type": "year_end_plus", "years": 1}, date(2026, 5, 9), date(2027, 12, 31)),  # T18
        ({"type": "year_end_plus", "years": 0}, date(2026, 12, 31), date(2026, 12, 31)),
        ({"type": "months", "months": 6}, date(2026, 8, 31), date(2027, 2, 28)),
        ({"type": "months", "months": 12}, date(2024, 2, 29), date(2025, 2, 28)),
        ({"type": "months", "months": 1}, date(2026, 1, 31), date(2026, 2, 28)),
        ({"type": "months", "months": 7}, date(2026, 5, 9), date(2026, 12, 9)),
        ({"type": "months", "months": 8}, date(2026, 5, 9), date(2027, 1, 9)),
        ({"type": "months", "months": 24}, date(2026, 12, 1), date(2028, 12, 1)),
        ({"type": "never"}, date(2026, 5, 9), None),
    ],
)
def test_points_expire_as_the_rule_set_says(expiry: dict[str, object], earned_on: date, expires_on: date) -> None:
    assert rules.expiry_date(earned_on, rules=replace(RULES, expiry=expiry)) == expires_on


def test_parameters_come_from_the_rule_set_and_defaults_fill_the_rest() -> None:
    some = PointRules.from_params({"points_per_hour": 12, "min_minutes": 30, "unknown": 1})
    assert (some.points_per_hour, some.quantum_min) == (12, 30)


@pytest.mark.parametrize(
    ("minutes", "count", "to_next"),
    [
        (0, 0, 6_000),
        (5_999, 0, 1),
        (6_000, 1, 12_000),
        (17_999, 1, 1),
        (18_000, 2, 18_000),
        (36_000, 3, 24_000),
        (59_999, 3, 1),
        (60_000, 4, 30_000),
        (89_999, 4, 1),
        (90_000, 5, None),
        (200_000, 5, None),
    ],
)
def test_stars_are_reached_by_hours(minutes: int, count: int, to_next: int | None) -> None:
    answer = stars.reached(minutes)
    assert (answer.stars, answer.to_next) == (count, to_next)

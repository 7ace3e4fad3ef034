"""The point rules P1–P8 and P11 as pure functions (domain §3.6): no session, no clock, no rounding up."""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Required, TypedDict

from points.rewards import caps
from points.rewards.caps import Step
from points.rewards.parameters import Expiry, Params
from points.service.statuses import Grade

CATEGORY_PCT = {
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
HOURS_ONLY = "hours_only"
NO_CONSENT = "no_consent"
YEAR_END_PLUS_ONE: Expiry = {"type": "year_end_plus", "years": 1}


@dataclass(frozen=True)
class PointRules:
    """The point parameters of one rule version. Points and minutes are whole numbers, percentages too."""

    points_per_hour: int = 10
    quantum_min: int = 30
    activity_cap_points: int = 60
    day_cap_points: int = 80
    month_cap_points: int = 0
    leader_bonus_points: int = 5
    leader_bonus_min_minutes: int = 60
    leader_bonus_min_people: int = 5
    combined_pct_max: int = 200
    poor_rating_pays: bool = False
    makeup_pct: int = 100
    expiry: Expiry = field(default_factory=lambda: YEAR_END_PLUS_ONE)
    categories: Mapping[str, int] = field(default_factory=lambda: CATEGORY_PCT)

    @classmethod
    def from_params(cls, params: Params) -> "PointRules":
        """The rules that a rule set's `params` give; what they do not name keeps its default."""
        named, rules = dict(params), cls.__dataclass_fields__
        made: Callable[..., PointRules] = cls
        return made(**{name: named[name] for name in rules if name in named})


@dataclass(frozen=True, kw_only=True)
class Service:
    """What the rules need to know of one confirmed record: its minutes, and the circumstances that P1–P8 name.

    `coef_default` is the category's own coefficient, for a category that the rule set does not list.
    `people_credited` counts the persons with credited minutes at the activity on that date, the leader among them.
    """

    ref: str
    category: str
    minutes_credited: int
    coef_default: int = 100
    extra_pct: int = 100
    made_up: bool = False
    hours_eligible: bool = True
    points_eligible: bool = True
    is_leader: bool = False
    people_credited: int = 1
    grade: str | None = None


class Explanation(TypedDict, total=False):
    """How the points of an award came about: every step, and by which version of the rules and of the record.

    `before` is what was booked until then, `delta` what is booked now.
    """

    points: Required[int]
    steps: Required[list[Step]]
    record: str
    rule_version: str
    before: int
    delta: int


@dataclass(frozen=True)
class Points:
    """What the rules give one record, with every step as facts: what it was, what it became, and why."""

    ref: str
    points: int
    explanation: Explanation


def day_points(
    services: Sequence[Service],
    *,
    rules: PointRules,
    earns: bool = True,
    consents: bool = True,
    earned_in_month: int = 0,
) -> list[Points]:
    """The points of one person's date, one answer for each service in the order given (that of their first in).

    `earns` is false for `hours_only`, `consents` for a person without an open "points" consent; `earned_in_month`
    are the points of the month's other dates, for P7.
    """
    answers = []
    earned_today = 0
    for service in services:
        steps: list[Step] = []
        points = _base(service, rules, steps)
        points = _weighted(points, service, rules, steps)
        points = caps.of_activity(points, cap=rules.activity_cap_points, steps=steps)
        points = _with_leader_bonus(points, service, rules, steps)
        reason = _reason_for_nothing(service, rules, earns=earns, consents=consents)
        if reason:
            points = 0
            steps.append({"rule": "P8", "because": reason, "points": 0})
        points = caps.of_day(points, cap=rules.day_cap_points, earned_today=earned_today, steps=steps)
        month = earned_in_month + earned_today
        points = caps.of_month(points, cap=rules.month_cap_points, earned_in_month=month, steps=steps)
        earned_today += points
        answers.append(Points(service.ref, points, {"points": points, "steps": steps}))
    return answers


def expiry_date(earned_on: date, *, rules: PointRules) -> date | None:
    """The last date on which points earned on `earned_on` can be spent (P11); None when they never expire."""
    kind = rules.expiry["type"]
    if kind == "never":
        return None
    if kind == "year_end_plus":
        return date(earned_on.year + rules.expiry["years"], 12, 31)
    months = earned_on.month - 1 + rules.expiry["months"]
    year, month = earned_on.year + months // 12, months % 12 + 1
    return date(year, month, min(earned_on.day, monthrange(year, month)[1]))


def _base(service: Service, rules: PointRules, steps: list[Step]) -> int:
    counted = service.minutes_credited // rules.quantum_min * rules.quantum_min
    base = counted * rules.points_per_hour // 60
    steps.append(
        {
            "rule": "P1",
            "minutes": service.minutes_credited,
            "quantum_min": rules.quantum_min,
            "counted": counted,
            "points_per_hour": rules.points_per_hour,
            "points": base,
        }
    )
    return base


def _weighted(base: int, service: Service, rules: PointRules, steps: list[Step]) -> int:
    coef = rules.categories.get(service.category, service.coef_default)
    pct = min(coef * service.extra_pct // 100, rules.combined_pct_max)
    steps.append(
        {
            "rule": "P2",
            "category": service.category,
            "coef_pct": coef,
            "extra_pct": service.extra_pct,
            "combined_pct_max": rules.combined_pct_max,
            "pct": pct,
        }
    )
    makeup = rules.makeup_pct if service.made_up else 100
    points = base * pct * makeup // 10000
    steps.append({"rule": "P3", "base": base, "pct": pct, "makeup_pct": makeup, "points": points})
    return points


def _with_leader_bonus(points: int, service: Service, rules: PointRules, steps: list[Step]) -> int:
    if (
        not service.is_leader
        or service.minutes_credited < rules.leader_bonus_min_minutes
        or service.people_credited < rules.leader_bonus_min_people
    ):
        return points
    bonus = rules.leader_bonus_points
    steps.append({"rule": "P5", "people": service.people_credited, "bonus": bonus, "points": points + bonus})
    return points + bonus


def _reason_for_nothing(service: Service, rules: PointRules, *, earns: bool, consents: bool) -> str:
    """Why P8 gives nothing; empty when it does not speak."""
    if not earns:
        return HOURS_ONLY
    if not consents:
        return NO_CONSENT
    if not service.points_eligible:
        return "activity_not_eligible"
    if not service.hours_eligible:
        return "category_not_eligible"
    if service.grade == Grade.POOR and not rules.poor_rating_pays:
        return "poor_rating"
    return ""

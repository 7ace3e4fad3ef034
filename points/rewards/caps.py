"""The caps on what is earned: of one activity (P4), of one date (P6), of one month (P7). No session, no clock."""

from typing import Required, TypedDict


class Step(TypedDict, total=False):
    """One step of the explanation of an award: the rule, and the facts by which it was applied.

    `because` (P8, P10) says why there is nothing; `already` (P6, P7) is what counted towards the cap before.
    """

    rule: Required[str]
    points: int
    minutes: int
    quantum_min: int
    counted: int
    points_per_hour: int
    category: str
    coef_pct: int
    extra_pct: int
    combined_pct_max: int
    pct: int
    base: int
    makeup_pct: int
    people: int
    bonus: int
    because: str
    status: str
    cap: int
    already: int
    before: int


# --- what can be asked


def of_activity(points: int, *, cap: int, steps: list[Step]) -> int:
    """What the cap of an activity leaves of `points`; where it takes something, the step says so."""
    return _capped(points, cap, "P4", steps, already=0)


def of_day(points: int, *, cap: int, earned_today: int, steps: list[Step]) -> int:
    """What the cap of a date leaves after what was earned by earlier records of that date."""
    return _capped(points, cap, "P6", steps, already=earned_today)


def of_month(points: int, *, cap: int, earned_in_month: int, steps: list[Step]) -> int:
    """What the cap of a month leaves after what was earned before in it; a cap of 0 is none."""
    return _capped(points, cap, "P7", steps, already=earned_in_month) if cap > 0 else points


def _capped(points: int, cap: int, rule: str, steps: list[Step], *, already: int) -> int:
    capped = max(0, min(points, cap - already))
    if capped != points:
        steps.append({"rule": rule, "cap": cap, "already": already, "before": points, "points": capped})
    return capped

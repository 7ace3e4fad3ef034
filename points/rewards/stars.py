"""Stars (星级): what a person's hours entitle them to apply for. Conferral is a human act; stars are never lost."""

from dataclasses import dataclass

from points.rewards.parameters import Params

THRESHOLDS = (6_000, 18_000, 36_000, 60_000, 90_000)
"""Minutes for one to five stars: 100, 300, 600, 1000 and 1500 hours."""


@dataclass(frozen=True)
class Reached:
    """`stars` reached (0–5), and the minutes still missing to the next one; None at the last."""

    stars: int
    minutes: int
    to_next: int | None


def reached(minutes: int, params: Params | None = None) -> Reached:
    """How many stars `minutes` of confirmed service allow to apply for ("已达到X星申报条件", domain §3.5)."""
    thresholds = params.get("star_minutes", THRESHOLDS) if params else THRESHOLDS
    stars = sum(minutes >= threshold for threshold in thresholds)
    return Reached(stars, minutes, thresholds[stars] - minutes if stars < len(thresholds) else None)

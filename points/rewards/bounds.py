"""What each parameter of a rule set is by itself, and what it may be (domain §3.5–3.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeGuard, cast

from points.foundation.errors import N_, Invalid
from points.rewards.parameters import Params
from points.rewards.rules import PointRules
from points.rewards.stars import THRESHOLDS
from points.service.hours import HourRules

DEFAULT_PARAMS = cast(
    Params,
    {
        **asdict(HourRules()),
        **asdict(PointRules()),
        "star_minutes": list(THRESHOLDS),
        "return_days": 7,
        "pickup_days": 7,
        "price_notice_days": 15,
        "civic": {"on": False, "items": {}},
    },
)
"""RS-01: the parameters of domain §3.5–3.7. `civic.items` maps an item's code to its `title` and `points` (P16)."""

# --- what is refused


@dataclass(eq=False)
class BadParameter(Invalid):
    """A parameter is unknown or out of its range."""

    code = "bad-parameter"
    title = N_("This parameter is not possible")
    detail = N_("The parameter %(name)s cannot be “%(value)s”.")
    next_step = N_("Correct the parameter and draft the rule set again.")
    name: str
    value: str


# --- what can be asked


def completed(params: Params) -> Params:
    """These parameters, with the default of each that they do not name."""
    return cast(Params, {**DEFAULT_PARAMS, **params})


def differing(before: Params, after: Params) -> list[str]:
    """The names of the parameters that are not the same, in the order in which they are written down."""
    old: Mapping[str, object] = completed(before)
    new: Mapping[str, object] = completed(after)
    return [name for name in DEFAULT_PARAMS if old[name] != new[name]]


def refuse_bad_parameters(params: Mapping[str, object]) -> None:
    """Raises BadParameter for one that is unknown or out of its range."""
    for name, value in params.items():
        if name not in DEFAULT_PARAMS or not _is_possible(name, value):
            raise BadParameter(name=name, value=str(value))


_ZERO_IS_OFF = {"month_cap_points", "leader_bonus_points", "min_minutes", "return_days", "price_notice_days"}
_PERCENTAGES = {"combined_pct_max": (100, 400), "makeup_pct": (0, 100), "min_ratio": (0, 100)}


def _is_possible(name: str, value: object) -> bool:
    if name == "categories":
        return isinstance(value, Mapping) and all(_whole(pct) and 50 <= pct <= 200 for pct in value.values())
    if name == "expiry":
        return _is_expiry(value)
    if name == "poor_rating_pays":
        return isinstance(value, bool)
    if name == "star_minutes":
        return isinstance(value, list) and _is_growing(value)
    if name == "civic":
        return _is_civic(value)
    if name in _PERCENTAGES:
        low, high = _PERCENTAGES[name]
        return _whole(value) and low <= value <= high
    return _whole(value) and value >= (0 if name in _ZERO_IS_OFF else 1)


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_growing(value: Sequence[object]) -> bool:
    numbers = [one for one in value if _whole(one)]
    return bool(numbers) and list(value) == sorted(set(numbers)) and numbers[0] > 0


def _is_expiry(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    if value.get("type") == "year_end_plus":
        return _whole(value.get("years")) and 0 <= value["years"] <= 20
    if value.get("type") == "months":
        return _whole(value.get("months")) and 1 <= value["months"] <= 240
    return value.get("type") == "never"


def _is_civic(value: object) -> bool:
    """P16: only positive points, only items of a list."""
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("on"), bool)
        and isinstance(value.get("items"), Mapping)
        and all(
            isinstance(item, Mapping) and bool(item.get("title")) and _whole(item.get("points")) and item["points"] > 0
            for item in value["items"].values()
        )
    )

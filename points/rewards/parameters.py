"""The parameters of a street's rule set by name, as JSON keeps them (domain §3.5–3.7)."""

from typing import Required, TypedDict


class Expiry(TypedDict, total=False):
    """When points expire: `year_end_plus` so many `years`, after so many `months`, or `never`."""

    type: Required[str]
    years: int
    months: int


class CivicItem(TypedDict):
    """A civic act, and what it gives (P16)."""

    title: str
    points: int


class Civic(TypedDict):
    """Whether the street gives civic points, and for what, by the items' codes."""

    on: bool
    items: dict[str, CivicItem]


class Params(TypedDict, total=False):
    """What the hours, the points, the stars and the exchange go by; what is not named keeps its default.

    `HourRules` and `PointRules` say what each one means.
    """

    min_minutes: int
    day_auto_minutes: int
    day_hard_minutes: int
    sessions_pp_day: int
    autoclose_after_min: int
    makeup_window_wd: int
    settle_wd: int
    min_ratio: int
    points_per_hour: int
    quantum_min: int
    activity_cap_points: int
    day_cap_points: int
    month_cap_points: int
    leader_bonus_points: int
    leader_bonus_min_minutes: int
    leader_bonus_min_people: int
    combined_pct_max: int
    poor_rating_pays: bool
    makeup_pct: int
    expiry: Expiry
    categories: dict[str, int]
    star_minutes: list[int]
    return_days: int
    pickup_days: int
    price_notice_days: int
    civic: Civic

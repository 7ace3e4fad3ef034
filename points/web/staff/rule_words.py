"""The parameters of a rule set in words: their names, the groups in which they are asked, what differs in a draft."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flask_babel import gettext

from points.foundation.errors import N_
from points.rewards import bounds
from points.rewards.parameters import Civic, Expiry, Params
from points.web import pages

NUMBERS = {
    N_("Hours"): {
        "min_minutes": N_("Least minutes that count"),
        "min_ratio": N_("Least share of the planned time, in percent (0: off)"),
        "day_auto_minutes": N_("Minutes a day that count at once"),
        "day_hard_minutes": N_("Most minutes a day, with the street's approval"),
        "sessions_pp_day": N_("Most times in and out, a day and activity"),
        "autoclose_after_min": N_("Minutes after the end until a stay is closed"),
        "makeup_window_wd": N_("Working days to ask for a make-up"),
        "settle_wd": N_("Working days to settle an activity"),
    },
    N_("Points"): {
        "points_per_hour": N_("Points for one hour"),
        "quantum_min": N_("Counted in steps of so many minutes"),
        "activity_cap_points": N_("At most points an activity"),
        "day_cap_points": N_("At most points a day"),
        "month_cap_points": N_("At most points a month, 0 for no limit"),
        "combined_pct_max": N_("Most weight of kind and extra together, in percent"),
        "makeup_pct": N_("Share of the points for a make-up, in percent"),
    },
    N_("For the leader"): {
        "leader_bonus_points": N_("More points for the leader"),
        "leader_bonus_min_people": N_("From so many people for the leader"),
        "leader_bonus_min_minutes": N_("From so many minutes for the leader"),
    },
    N_("Exchange"): {
        "pickup_days": N_("Days to collect a reservation"),
        "return_days": N_("Days to return goods"),
        "price_notice_days": N_("Days before a new price begins"),
    },
}
"""The parameters that are one number, by the group in which they are asked."""

NUMBER = {name: label for group in NUMBERS.values() for name, label in group.items()}
NOTHING = "–"


class Difference(NamedTuple):
    """What a draft has otherwise than the rules that it was drafted from, each as text."""

    what: str
    before: str
    after: str


def differences(before: Params, after: Params, categories: Mapping[str, str]) -> list[Difference]:
    """Everything that is not the same, in words; `categories` are the names of the kinds of service."""
    old, new = bounds.completed(before), bounds.completed(after)
    found: list[Difference] = []
    for name in bounds.differing(old, new):
        found += _difference(name, old, new, categories)
    return found


def expiry(rule: Expiry) -> str:
    """When points expire."""
    if rule["type"] == "never":
        return str(gettext("Points do not expire."))
    if rule["type"] == "months":
        return str(gettext("Points last %(n)d months. Hours never expire.", n=rule["months"]))
    said = "Points last until 31 December, %(n)d year(s) after the year they were earned in. Hours never expire."
    return str(gettext(said, n=rule["years"]))


def _difference(name: str, old: Params, new: Params, categories: Mapping[str, str]) -> Iterator[Difference]:
    if name == "categories":
        yield from _weights(old["categories"], new["categories"], categories)
    elif name == "expiry":
        yield Difference(gettext("When points expire"), expiry(old["expiry"]), expiry(new["expiry"]))
    elif name == "star_minutes":
        yield Difference(gettext("Hours for each star"), _stars(old), _stars(new))
    elif name == "poor_rating_pays":
        before, after = (_switch(one["poor_rating_pays"]) for one in (old, new))
        yield Difference(gettext("Points although the service was rated poor"), before, after)
    elif name == "civic":
        yield from _civic(old["civic"], new["civic"])
    else:
        before_all: Mapping[str, object] = old
        after_all: Mapping[str, object] = new
        yield Difference(gettext(NUMBER[name]), str(before_all[name]), str(after_all[name]))


def _weights(old: Mapping[str, int], new: Mapping[str, int], categories: Mapping[str, str]) -> Iterator[Difference]:
    for code in sorted(old.keys() | new.keys()):
        if old.get(code) != new.get(code):
            name = categories.get(code) or pages.shown_words(code, "category")
            before, after = (f"{one[code]}%" if code in one else NOTHING for one in (old, new))
            yield Difference(name, before, after)


def _civic(old: Civic, new: Civic) -> Iterator[Difference]:
    if old["on"] != new["on"]:
        yield Difference(gettext("Civic points"), _switch(old["on"]), _switch(new["on"]))
    for code in sorted(old["items"].keys() | new["items"].keys()):
        before, after = (
            gettext("%(title)s: %(n)d points", title=one["items"][code]["title"], n=one["items"][code]["points"])
            if code in one["items"]
            else NOTHING
            for one in (old, new)
        )
        if before != after:
            yield Difference(gettext("Civic points"), before, after)


def _stars(params: Params) -> str:
    return " · ".join(_hours(minutes) for minutes in params["star_minutes"])


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return str(hours) if not rest else str(gettext("%(n)d min", n=minutes))


def _switch(on: bool) -> str:
    return str(gettext("on") if on else gettext("off"))

"""A line of the statement told in words: from what it was to the points it became, out of its award's explanation."""

from collections.abc import Mapping

from flask_babel import gettext

from points import http
from points.foundation.errors import N_
from points.rewards.caps import Step
from points.rewards.tables import Award

CAPPED = {
    "P4": N_("at most %(cap)d for one activity"),
    "P6": N_("at most %(cap)d a day"),
    "P7": N_("at most %(cap)d a month"),
}
NOTHING = {
    "hours_only": N_("hours only, as you wished"),
    "no_consent": N_("no points without your consent"),
    "activity_not_eligible": N_("this activity gives no points"),
    "category_not_eligible": N_("this kind of service gives no points"),
    "poor_rating": N_("no points: the service was rated poor"),
}


def of_award(award: Award, category: str) -> str:
    """5月9日 周六 助老助残 133 分钟（计 120 分钟） × 1.2, and what capped, raised or voided it."""
    steps = award.explanation.get("steps", [])
    by_rule = {str(step["rule"]): step for step in steps}
    told = " ".join(part for part in (http.day(award.local_date), _service(by_rule, category)) if part)
    extras = [_extra(step) for step in steps]
    if award.sequence > 1:
        extras.append(gettext("corrected to %(n)d points in all", n=award.points))
    return " · ".join([told, *(extra for extra in extras if extra)])


def _service(by_rule: Mapping[str, Step], category: str) -> str:
    base, weight = by_rule.get("P1"), by_rule.get("P3")
    if base is None:
        return ""
    kind = category if "P2" in by_rule else ""
    minutes = gettext("%(n)d minutes", n=base["minutes"])
    if base["counted"] != base["minutes"]:
        minutes += gettext(" (%(n)d counted)", n=base["counted"])
    factors = [weight["pct"], weight["makeup_pct"]] if weight else []
    return " ".join([kind, minutes, *(f"× {pct / 100:g}" for pct in factors if pct != 100)]).strip()


def _extra(step: Step) -> str:
    match step["rule"]:
        case "P3" if step["makeup_pct"] != 100:
            return str(gettext("added afterwards"))
        case "P4" | "P6" | "P7":
            limit = CAPPED[step["rule"]]
            return str(gettext(limit, cap=step["cap"]))
        case "P5":
            return str(gettext("+%(n)d for leading", n=step["bonus"]))
        case "P8":
            reason = NOTHING.get(step["because"], "")
            return gettext(reason) if reason else ""
    return ""

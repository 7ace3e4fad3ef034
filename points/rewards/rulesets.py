"""Rule sets: versioned parameters and coefficients, frozen when published, never retroactive (domain §3.6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeGuard, cast

from sqlalchemy import BindParameter, ScalarSelect, bindparam, select
from sqlalchemy import SQLColumnExpression as Expression
from sqlalchemy.orm import Session

from points.access import two_people
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed
from points.journal import audit, counters
from points.places import areas
from points.places.tables import Area
from points.rewards.parameters import Params
from points.rewards.rules import CATEGORY_PCT, PointRules
from points.rewards.stars import THRESHOLDS
from points.rewards.statuses import RuleSetStatus
from points.rewards.tables import RuleSet
from points.service.hours import HourRules

NOTICE = timedelta(days=15)
"""How long before it takes effect a rule set is published (domain §3.2)."""

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

Days = Literal["return_days", "pickup_days", "price_notice_days"]

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


@dataclass(eq=False)
class NotADraft(Conflict):
    """Only a draft can be published or dropped; what is published is frozen."""

    code = "not-a-draft"
    title = N_("The rule set is not a draft")
    detail = N_("Rule set %(version)s is %(status)s and cannot be changed.")
    next_step = N_("Draft a new version that takes effect later.")
    version: str
    status: str


@dataclass(eq=False)
class SameSigner(NotAllowed):
    """A rule set is drafted by one person and published by another."""

    code = "same-signer"
    title = N_("A second person is needed")
    detail = N_("Rule set %(version)s was drafted by you; another person publishes it.")
    next_step = N_("Ask a second street administrator to publish it.")
    version: str


@dataclass(eq=False)
class NoticeTooShort(Conflict):
    """Rules change only with 15 days' notice, so that nobody is surprised."""

    code = "notice-too-short"
    title = N_("The notice is too short")
    detail = N_("Rule set %(version)s is for %(effective_from)s; published today, %(earliest)s is the earliest date.")
    next_step = N_("Draft it again with a later date.")
    version: str
    effective_from: date
    earliest: date


@dataclass(eq=False)
class NoRulesInForce(Conflict):
    """No rule set of the street covers this date."""

    code = "no-rules-in-force"
    title = N_("No rules are in force")
    detail = N_("The street has no published rule set for %(day)s.")
    next_step = N_("Ask the street administrator to publish one.")
    day: date


# --- what happens


def draft(
    session: Session,
    *,
    street: str,
    effective_from: date,
    by: Actor,
    at: datetime,
    params: Params | None = None,
    version: str | None = None,
    resolution_ref: str = "",
) -> RuleSet:
    """Write down a new version of the street's rules: the default parameters with those of `params` instead.

    Coefficients in `params` replace those of their categories only. `version` is numbered RS-01, RS-02, … unless
    given. A draft is not edited: drop it and draft again.
    Raises BadParameter, CodeTaken, NoSuch for an unknown street, NotPermitted.
    """
    area = areas.street_by_code(session, street)
    role = by.require("ruleset.draft", area_path=area.path)
    given: Params = params or {}
    refuse_bad_parameters(given)
    if version is not None and session.scalar(select(RuleSet.id).where(RuleSet.version == version)) is not None:
        raise areas.CodeTaken(kind=N_("rule set"), key=version)
    rule_set = RuleSet(
        street_id=area.id,
        version=version or f"RS-{counters.next_number(session, 'rule_set'):02d}",
        effective_from=effective_from,
        params={**DEFAULT_PARAMS, **given, "categories": {**CATEGORY_PCT, **given.get("categories", {})}},
        resolution_ref=resolution_ref,
        drafted_by=by.person,
        published_by=None,
        published_at=None,
        created_at=at,
        created_by=by.person,
    )
    session.add(rule_set)
    session.flush()
    _note(session, rule_set, area, "ruleset.draft", role, by, at, changed=sorted(given))
    return rule_set


def publish(session: Session, *, version: str, by: Actor, at: datetime) -> RuleSet:
    """Put a draft in force from its date on; from now it is frozen.

    The street's first rule set may be published by who drafted it and take effect at once; any other needs a second
    person and 15 days. Records dated before `effective_from` keep the older version, even if confirmed later.
    Raises NotADraft, SameSigner, NoticeTooShort, NoSuch, NotPermitted.
    """
    rule_set, area = _draft(session, version)
    role = by.require("ruleset.publish", area_path=area.path)
    if rule_set.status != RuleSetStatus.DRAFT:
        raise NotADraft(version=version, status=rule_set.status)
    rule_set.first = not _published(session, street_ids=[area.id])
    if not rule_set.first:
        two_people.refuse_one_person(session, SameSigner(version=version), first=rule_set.drafted_by, second=by, at=at)
        earliest = clock.local_date(at) + NOTICE
        if rule_set.effective_from < earliest:
            raise NoticeTooShort(version=version, effective_from=rule_set.effective_from, earliest=earliest)
    rule_set.status, rule_set.published_by, rule_set.published_at = RuleSetStatus.PUBLISHED, by.person, at
    session.flush()
    if not rule_set.first:
        two_people.sign(
            session,
            first=rule_set.drafted_by,
            second=by,
            action="ruleset.publish",
            target=f"ruleset:{version}",
            at=at,
            area_path=area.path,
        )
    _note(session, rule_set, area, "ruleset.publish", role, by, at, effective_from=str(rule_set.effective_from))
    return rule_set


def drop(session: Session, *, version: str, by: Actor, at: datetime) -> None:
    """Retire a draft that will not be published. Raises NotADraft, NoSuch, NotPermitted."""
    rule_set, area = _draft(session, version)
    role = by.require("ruleset.draft", area_path=area.path)
    if rule_set.status != RuleSetStatus.DRAFT:
        raise NotADraft(version=version, status=rule_set.status)
    rule_set.status = RuleSetStatus.RETIRED
    session.flush()
    _note(session, rule_set, area, "ruleset.drop", role, by, at)


# --- what can be asked


def in_force(session: Session, *, street_id: int, day: date) -> RuleSet:
    """The rule set under which service on `day` counts in this street.

    Raises NoRulesInForce.
    """
    return InForce(session, street_ids=[street_id]).on(street_id, day)


def days(session: Session, name: Days, *, street_id: int, day: date) -> int:
    """A number of days from the street's rules in force on `day`, or the default where it has none yet."""
    try:
        params = in_force(session, street_id=street_id, day=day).params
    except NoRulesInForce:
        params = DEFAULT_PARAMS
    return params.get(name, DEFAULT_PARAMS[name])


class InForce:
    """The published rule sets of some streets, read once and asked for many dates."""

    def __init__(self, session: Session, *, street_ids: Iterable[int]) -> None:
        self._rule_sets = _published(session, street_ids=sorted(set(street_ids)))
        self._point_rules: dict[str, PointRules] = {}

    def on(self, street_id: int, day: date) -> RuleSet:
        """The rule set of the street on `day`. Raises NoRulesInForce."""
        for rule_set in self._rule_sets:
            if rule_set.street_id == street_id and rule_set.effective_from <= day:
                return rule_set
        raise NoRulesInForce(day=day)

    def points_on(self, street_id: int, day: date) -> tuple[str, PointRules]:
        """The version in force on `day` and its point rules. Raises NoRulesInForce."""
        rule_set = self.on(street_id, day)
        if rule_set.version not in self._point_rules:
            self._point_rules[rule_set.version] = PointRules.from_params(rule_set.params)
        return rule_set.version, self._point_rules[rule_set.version]

    def hours_on(self, street_id: int, day: date) -> HourRules:
        """The hour rules in force on `day`. Raises NoRulesInForce."""
        return HourRules.from_params(self.on(street_id, day).params)

    def hours_or_customary(self, street_id: int, day: date) -> HourRules:
        """As `hours_on`; the defaults of domain §3.5 for a street without rules in force."""
        try:
            return self.hours_on(street_id, day)
        except NoRulesInForce:
            return HourRules()


def version_of_day(street_id: Expression[int], day: Expression[date] | BindParameter[date]) -> ScalarSelect[str]:
    """The scalar subquery of the version in force in the street (a column) on `day`, or null."""
    return (
        select(RuleSet.version)
        .where(RuleSet.street_id == street_id, RuleSet.status == RuleSetStatus.PUBLISHED, RuleSet.effective_from <= day)
        .order_by(RuleSet.effective_from.desc(), RuleSet.id.desc())
        .limit(1)
        .correlate_except(RuleSet)
        .scalar_subquery()
    )


def by_version(session: Session, version: str) -> RuleSet:
    """The rule set of this version. Raises NoSuch."""
    found = session.scalars(select(RuleSet).where(RuleSet.version == version)).one_or_none()
    if found is None:
        raise NoSuch(kind=N_("rule set"), key=version)
    return found


def hourly(rule_set: RuleSet) -> list[tuple[str, int]]:
    """The points that one hour of each kind of service gives under these rules, by the kind's code."""
    shares = rule_set.params.get("categories") or {}
    return [(code, rule_set.params["points_per_hour"] * share // 100) for code, share in sorted(shares.items())]


def upcoming(session: Session, *, street_id: int, day: date) -> list[RuleSet]:
    """The published rule sets that take effect after `day`, soonest first."""
    found = _published(session, street_ids=[street_id])
    return [rule_set for rule_set in reversed(found) if rule_set.effective_from > day]


def listing(session: Session, *, by: Actor) -> list[RuleSet]:
    """Every rule set of the streets that this actor may draft for or read points in, newest first.

    A reach within a street shows the street's published rule sets, since they are public; drafts only to who drafts.
    """
    reading = [*by.reaches("points.see"), *by.reaches("ruleset.draft"), *by.reaches("books.check")]
    drafting = by.reaches("ruleset.draft")
    rows = session.execute(
        select(RuleSet, Area.path)
        .join(Area, Area.id == RuleSet.street_id)
        .order_by(RuleSet.effective_from.desc(), RuleSet.id.desc())
    ).all()
    return [
        rule_set
        for rule_set, path in rows
        if any(
            reach.everywhere
            or (reach.area_path is not None and (path.startswith(reach.area_path) or reach.area_path.startswith(path)))
            or reach.station_id is not None
            for reach in (drafting if rule_set.status == RuleSetStatus.DRAFT else reading)
        )
    ]


def refuse_bad_parameters(params: Mapping[str, object]) -> None:
    """Raises BadParameter for one that is unknown or out of its range."""
    for name, value in params.items():
        if name not in DEFAULT_PARAMS or not _is_possible(name, value):
            raise BadParameter(name=name, value=str(value))


_PUBLISHED = (
    select(RuleSet)
    .where(RuleSet.status == RuleSetStatus.PUBLISHED, RuleSet.street_id.in_(bindparam("streets", expanding=True)))
    .order_by(RuleSet.effective_from.desc(), RuleSet.id.desc())
)


def _published(session: Session, *, street_ids: Sequence[int]) -> list[RuleSet]:
    """The published rule sets of these streets, the latest to take effect first."""
    return list(session.execute(_PUBLISHED, {"streets": list(street_ids)}).scalars())


def _draft(session: Session, version: str) -> tuple[RuleSet, Area]:
    found = session.execute(
        select(RuleSet, Area)
        .join(Area, Area.id == RuleSet.street_id)
        .where(RuleSet.version == version)
        .with_for_update(of=RuleSet, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NoSuch(kind=N_("rule set"), key=version)
    return found.RuleSet, found.Area


def _note(
    session: Session, rule_set: RuleSet, area: Area, action: str, role: str, by: Actor, at: datetime, **facts: object
) -> None:
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=f"ruleset:{rule_set.version}",
        at=at,
        area_path=area.path,
        facts=facts,
    )


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
        return isinstance(value, list) and bool(value) and all(map(_whole, value)) and value == sorted(set(value))
    if name == "civic":
        return _is_civic(value)
    if name in _PERCENTAGES:
        low, high = _PERCENTAGES[name]
        return _whole(value) and low <= value <= high
    return _whole(value) and value >= (0 if name in _ZERO_IS_OFF else 1)


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


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

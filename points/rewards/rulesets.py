"""Rule sets: versioned parameters and coefficients, frozen when published, never retroactive (domain §3.6)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Unpack

from sqlalchemy import BindParameter, ScalarSelect, bindparam, select
from sqlalchemy import SQLColumnExpression as Expression
from sqlalchemy.orm import Session

from points.access import two_people
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch, NotAllowed
from points.journal import audit, counters
from points.places import areas
from points.places.tables import Area
from points.rewards.bounds import DEFAULT_PARAMS, completed, differing, refuse_bad_parameters
from points.rewards.parameters import Params
from points.rewards.rules import PointRules
from points.rewards.statuses import RuleSetStatus
from points.rewards.tables import RuleSet
from points.service.hours import HourRules

NOTICE = timedelta(days=15)
"""How long before it takes effect a rule set is published (domain §3.2)."""

Days = Literal["return_days", "pickup_days", "price_notice_days"]

# --- what is refused


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
class BeginsTooEarly(Conflict):
    """Rules that begin before those they were drafted from would be undone by them on their first day."""

    code = "begins-too-early"
    title = N_("Other rules begin later")
    detail = N_("%(other)s is published and begins on %(begins)s; it would undo what begins before it.")
    next_step = N_("Choose %(begins)s or a later day, or withdraw %(other)s first.")
    other: str
    begins: date


@dataclass(eq=False)
class DraftOutdated(Conflict):
    """What was published or withdrawn since a draft was written would be undone by it without a word."""

    code = "draft-outdated"
    title = N_("The rules have changed since this was drafted")
    detail = N_("%(version)s was drafted from %(based_on)s, and the newest rules are %(newest)s.")
    next_step = N_("Drop it, and draft it again from the newest rules.")
    version: str
    based_on: str
    newest: str


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
    """Write down a new version of the street's rules: its newest published ones with `params` instead of theirs.

    The newest are those that take effect last, though they may not have begun; a street's first go by the defaults.
    Coefficients in `params` replace those of their categories only. `version` is numbered RS-01, RS-02, … unless
    given. A draft is not edited: drop it and draft again.
    Raises BadParameter, BeginsTooEarly, CodeTaken, NoSuch for an unknown street, NotPermitted.
    """
    area = areas.street_by_code(session, street)
    role = by.require("ruleset.draft", area_path=area.path)
    given: Params = params or {}
    refuse_bad_parameters(given)
    if version is not None and session.scalar(select(RuleSet.id).where(RuleSet.version == version)) is not None:
        raise areas.CodeTaken(kind=N_("rule set"), key=version)
    newest = newest_of(session, street_id=area.id)
    _refuse_before(newest, effective_from)
    base = base_of(newest)
    changed: Params = {**base, **given, "categories": {**base["categories"], **given.get("categories", {})}}
    rule_set = RuleSet(
        street_id=area.id,
        version=version or _next_version(session),
        effective_from=effective_from,
        params=changed,
        based_on=newest.version if newest else None,
        resolution_ref=resolution_ref,
        drafted_by=by.person,
        published_by=None,
        published_at=None,
        created_at=at,
        created_by=by.person,
    )
    session.add(rule_set)
    session.flush()
    facts = {"changed": differing(base, changed)}
    note(session, rule_set, area, "ruleset.draft", role=role, by=by, at=at, facts=facts)
    return rule_set


def publish(session: Session, *, version: str, by: Actor, at: datetime) -> RuleSet:
    """Put a draft in force from its date on; from now it is frozen.

    The street's first rule set may be published by who drafted it and take effect at once; any other needs a second
    person and 15 days. Records dated before `effective_from` keep the older version, even if confirmed later.
    Raises NotADraft, DraftOutdated, BeginsTooEarly, SameSigner, NoticeTooShort, NoSuch, NotPermitted.
    """
    rule_set, area = locked(session, version)
    role = by.require("ruleset.publish", area_path=area.path)
    if rule_set.status != RuleSetStatus.DRAFT:
        raise NotADraft(version=version, status=rule_set.status)
    newest = newest_of(session, street_id=area.id)
    rule_set.first = newest is None
    if (rule_set.based_on or "") != (newest.version if newest else ""):
        none = N_("no rules")
        based_on, known = rule_set.based_on or none, newest.version if newest else none
        raise DraftOutdated(version=version, based_on=based_on, newest=known)
    _refuse_before(newest, rule_set.effective_from)
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
    facts = {"effective_from": str(rule_set.effective_from)}
    note(session, rule_set, area, "ruleset.publish", role=role, by=by, at=at, facts=facts)
    return rule_set


def drop(session: Session, *, version: str, by: Actor, at: datetime) -> None:
    """Retire a draft that will not be published. Raises NotADraft, NoSuch, NotPermitted."""
    rule_set, area = locked(session, version)
    role = by.require("ruleset.draft", area_path=area.path)
    if rule_set.status != RuleSetStatus.DRAFT:
        raise NotADraft(version=version, status=rule_set.status)
    rule_set.status = RuleSetStatus.RETIRED
    session.flush()
    note(session, rule_set, area, "ruleset.drop", role=role, by=by, at=at)


# --- what can be asked


def in_force(session: Session, *, street_id: int, day: date) -> RuleSet:
    """The rule set under which service on `day` counts in this street.

    Raises NoRulesInForce.
    """
    return InForce(session, street_ids=[street_id]).on(street_id, day)


def params_on(session: Session, *, street_id: int, day: date) -> Params:
    """The parameters of the street's rules in force on `day`, or the defaults where it has none yet."""
    try:
        return completed(in_force(session, street_id=street_id, day=day).params)
    except NoRulesInForce:
        return DEFAULT_PARAMS


def days(session: Session, name: Days, *, street_id: int, day: date) -> int:
    """A number of days from the street's rules in force on `day`, or the default where it has none yet."""
    return params_on(session, street_id=street_id, day=day)[name]


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


def newest_of(session: Session, *, street_id: int) -> RuleSet | None:
    """The published rule set of the street that takes effect last, also before it has begun: drafts start from it."""
    found = _published(session, street_ids=[street_id])
    return found[0] if found else None


def base_of(newest: RuleSet | None) -> Params:
    """The parameters that a draft starts from."""
    return completed(newest.params if newest else {})


def stays_a_day(session: Session, street_id: int, day: date) -> int:
    """How often a person may come and go at one activity on `day`, by the street's rules."""
    return InForce(session, street_ids=[street_id]).hours_or_customary(street_id, day).sessions_pp_day


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


def locked(session: Session, version: str) -> tuple[RuleSet, Area]:
    """The rule set and its street, whose rules nobody else changes until the end of the transaction. Raises NoSuch."""
    asked = (
        select(RuleSet, Area)
        .join(Area, Area.id == RuleSet.street_id)
        .where(RuleSet.version == version)
        .with_for_update(of=(Area, RuleSet), key_share=True)
        .execution_options(populate_existing=True)
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        raise NoSuch(kind=N_("rule set"), key=version)
    return found.RuleSet, found.Area


def note(session: Session, rule_set: RuleSet, street: Area, action: str, **act: Unpack[audit.Act]) -> None:
    """Write down who did what to the rule set."""
    audit.write(session, action=action, target=f"ruleset:{rule_set.version}", area_path=street.path, **act)


_PUBLISHED = (
    select(RuleSet)
    .where(RuleSet.status == RuleSetStatus.PUBLISHED, RuleSet.street_id.in_(bindparam("streets", expanding=True)))
    .order_by(RuleSet.effective_from.desc(), RuleSet.id.desc())
)


def _published(session: Session, *, street_ids: Sequence[int]) -> list[RuleSet]:
    """The published rule sets of these streets, the latest to take effect first."""
    return list(session.execute(_PUBLISHED, {"streets": list(street_ids)}).scalars())


def _refuse_before(newest: RuleSet | None, effective_from: date) -> None:
    if newest is not None and effective_from < newest.effective_from:
        raise BeginsTooEarly(other=newest.version, begins=newest.effective_from)


def _next_version(session: Session) -> str:
    """The next number of all streets; it goes on after numbers that were given by hand."""
    given = session.scalars(select(RuleSet.version).where(RuleSet.version.startswith("RS-")))
    numbers = (re.fullmatch(r"RS-(\d{1,9})", version) for version in given)
    counters.go_on_after(session, "rule_set", max((int(found[1]) for found in numbers if found), default=0))
    return f"RS-{counters.next_number(session, 'rule_set'):02d}"

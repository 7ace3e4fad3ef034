"""Rule sets: frozen when published, announced 15 days before, signed by two, never retroactive."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import NoSuch
from points.journal.tables import AuditEntry
from points.rewards import bounds, rulesets
from points.rewards.bounds import BadParameter
from points.rewards.rulesets import (
    BeginsTooEarly,
    DraftOutdated,
    NoRulesInForce,
    NotADraft,
    NoticeTooShort,
    SameSigner,
)
from points.rewards.tables import RuleSet
from tests import make

NOW, TODAY = make.NOW, make.TODAY
START = date(2026, 1, 1)


@pytest.fixture
def street_id(session: Session) -> int:
    return make.street(session).street.id


@pytest.fixture
def drafter(session: Session) -> Actor:
    return make.street_admin(session)


@pytest.fixture
def publisher(session: Session) -> Actor:
    return make.street_admin(session)


def draft(session: Session, by: Actor, *, effective_from: date = START, **params: Any) -> str:
    return rulesets.draft(session, street="YD", effective_from=effective_from, params=params, by=by, at=NOW).version


def first_published(session: Session, by: Actor) -> str:
    version = draft(session, by)
    rulesets.publish(session, version=version, by=by, at=NOW)
    return version


def test_the_first_rule_set_may_take_effect_at_once(session: Session, drafter: Actor, street_id: int) -> None:
    version = first_published(session, drafter)
    found = rulesets.in_force(session, street_id=street_id, day=START)
    assert (found.version, found.status, found.first) == (version, "published", True)
    assert found.params == bounds.DEFAULT_PARAMS


def test_a_later_rule_set_needs_fifteen_days_notice(session: Session, drafter: Actor, publisher: Actor) -> None:
    first_published(session, drafter)
    too_soon = draft(session, drafter, effective_from=TODAY + timedelta(days=14))
    in_time = draft(session, drafter, effective_from=TODAY + timedelta(days=15))
    with pytest.raises(NoticeTooShort) as refused:
        rulesets.publish(session, version=too_soon, by=publisher, at=NOW)
    assert refused.value.earliest == TODAY + timedelta(days=15)
    assert rulesets.publish(session, version=in_time, by=publisher, at=NOW).status == "published"


def test_a_later_rule_set_is_published_by_a_second_person(session: Session, drafter: Actor) -> None:
    first_published(session, drafter)
    version = draft(session, drafter, effective_from=TODAY + timedelta(days=30))
    with pytest.raises(SameSigner):
        rulesets.publish(session, version=version, by=drafter, at=NOW)
    assert rulesets.by_version(session, version).status == "draft"


def test_older_dates_keep_the_older_rules(session: Session, drafter: Actor, publisher: Actor, street_id: int) -> None:
    """A12."""
    old = first_published(session, drafter)
    change = TODAY + timedelta(days=20)
    new = draft(session, drafter, effective_from=change, points_per_hour=12)
    rulesets.publish(session, version=new, by=publisher, at=NOW)
    in_force = rulesets.InForce(session, street_ids=[street_id])
    assert in_force.points_on(street_id, change - timedelta(days=1))[0] == old
    version, rules = in_force.points_on(street_id, change)
    assert (version, rules.points_per_hour) == (new, 12)
    assert [found.version for found in rulesets.upcoming(session, street_id=street_id, day=TODAY)] == [new]


def test_a_published_rule_set_is_neither_published_again_nor_dropped(
    session: Session, drafter: Actor, publisher: Actor
) -> None:
    version = first_published(session, drafter)
    with pytest.raises(NotADraft):
        rulesets.publish(session, version=version, by=publisher, at=NOW)
    with pytest.raises(NotADraft):
        rulesets.drop(session, version=version, by=publisher, at=NOW)


def test_the_database_keeps_parameters_frozen(session: Session, drafter: Actor) -> None:
    version = first_published(session, drafter)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(update(RuleSet).where(RuleSet.version == version).values(params={}))


def test_a_dropped_draft_never_comes_in_force(session: Session, drafter: Actor, street_id: int) -> None:
    version = draft(session, drafter)
    rulesets.drop(session, version=version, by=drafter, at=NOW)
    with pytest.raises(NoRulesInForce):
        rulesets.in_force(session, street_id=street_id, day=TODAY)


def test_before_the_first_rule_set_no_rules_are_in_force(session: Session, drafter: Actor, street_id: int) -> None:
    first_published(session, drafter)
    with pytest.raises(NoRulesInForce):
        rulesets.in_force(session, street_id=street_id, day=START - timedelta(days=1))


@pytest.mark.parametrize(
    "params",
    [
        {"points_per_hour": 0},
        {"points_per_hour": 1.5},
        {"points_per_hour": True},
        {"unknown": 1},
        {"categories": {"policy": 300}},
        {"combined_pct_max": 50},
        {"expiry": {"type": "sometimes"}},
        {"expiry": {"type": "months", "months": 0}},
        {"poor_rating_pays": "no"},
        {"civic": {"on": True, "items": {"clean": {"title": "门前三包", "points": -5}}}},
        {"star_minutes": [100, 50]},
    ],
)
def test_an_impossible_parameter_is_refused(session: Session, drafter: Actor, params: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        draft(session, drafter, **params)
    assert session.scalars(select(RuleSet)).all() == []


def test_a_coefficient_replaces_only_its_own_category(session: Session, drafter: Actor) -> None:
    version = draft(session, drafter, categories={"care": 130})
    categories = rulesets.by_version(session, version).params["categories"]
    assert (categories["care"], categories["safety"]) == (130, 120)


def test_only_the_streets_own_administrator_drafts(session: Session) -> None:
    for stranger in (make.stranger(session), make.community_admin(session)):
        with pytest.raises(NotPermitted):
            draft(session, stranger)


def test_a_draft_goes_on_from_the_newest_rules_though_they_have_not_begun(
    session: Session, drafter: Actor, publisher: Actor
) -> None:
    first_published(session, drafter)
    coming = draft(session, drafter, effective_from=TODAY + timedelta(days=20), points_per_hour=12)
    rulesets.publish(session, version=coming, by=publisher, at=NOW)
    later = draft(session, drafter, effective_from=TODAY + timedelta(days=40), day_cap_points=70)
    found = rulesets.by_version(session, later)
    assert (found.based_on, bounds.differing(rulesets.by_version(session, coming).params, found.params)) == (
        coming,
        ["day_cap_points"],
    )
    assert found.params["points_per_hour"] == 12


def test_rules_do_not_begin_before_those_they_go_on_from(session: Session, drafter: Actor, publisher: Actor) -> None:
    first_published(session, drafter)
    begins = TODAY + timedelta(days=20)
    coming = draft(session, drafter, effective_from=begins, points_per_hour=12)
    rulesets.publish(session, version=coming, by=publisher, at=NOW)
    with pytest.raises(BeginsTooEarly) as refused:
        draft(session, drafter, effective_from=begins - timedelta(days=1))
    assert (refused.value.other, refused.value.begins) == (coming, begins)
    assert draft(session, drafter, effective_from=begins)


def test_a_draft_is_not_published_over_rules_that_it_does_not_know(
    session: Session, drafter: Actor, publisher: Actor
) -> None:
    old = first_published(session, drafter)
    one, other = (draft(session, drafter, effective_from=TODAY + timedelta(days=20)) for _ in range(2))
    rulesets.publish(session, version=one, by=publisher, at=NOW)
    with pytest.raises(DraftOutdated) as refused:
        rulesets.publish(session, version=other, by=publisher, at=NOW)
    assert (refused.value.based_on, refused.value.newest) == (old, one)


def test_numbers_go_on_after_those_given_by_hand(session: Session, drafter: Actor) -> None:
    for version in ("RS-07", "RS-NZP", "2026-A"):
        rulesets.draft(session, street="YD", effective_from=START, version=version, by=drafter, at=NOW)
    assert [draft(session, drafter) for _ in range(2)] == ["RS-08", "RS-09"]


def test_rules_are_the_streets_and_no_other_areas(session: Session, drafter: Actor) -> None:
    with pytest.raises(NoSuch):
        rulesets.draft(session, street="BZ", effective_from=START, by=drafter, at=NOW)


def test_drafts_are_seen_by_who_drafts_and_published_rules_by_all_staff(session: Session, drafter: Actor) -> None:
    published = first_published(session, drafter)
    drafted = draft(session, drafter, effective_from=TODAY + timedelta(days=30))
    assert [found.version for found in rulesets.listing(session, by=drafter)] == [drafted, published]
    assert [found.version for found in rulesets.listing(session, by=make.community_admin(session))] == [published]
    assert rulesets.listing(session, by=make.stranger(session)) == []


def test_every_step_is_in_the_audit_log(session: Session, drafter: Actor) -> None:
    first_published(session, drafter)
    noted = session.scalars(
        select(AuditEntry.action).where(AuditEntry.target.startswith("ruleset:")).order_by(AuditEntry.id)
    )
    assert noted.all() == ["ruleset.draft", "ruleset.publish"]

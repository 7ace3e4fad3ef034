"""Rules that were announced by mistake: withdrawn by two before they begin, with a reason that everybody reads."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access.tables import Signature
from points.foundation.actors import Actor, NotPermitted
from points.journal.tables import AuditEntry
from points.rewards import rulesets, withdrawal
from points.rewards.withdrawal import CannotWithdraw, NoWithdrawal, ReasonTooShort, SameHand, WithdrawalOpen
from tests import make

NOW, TODAY = make.NOW, make.TODAY
BEGINS = TODAY + timedelta(days=20)
WHY = "决议抄错了，居民会议另行决定"


@pytest.fixture
def two(session: Session) -> tuple[Actor, Actor]:
    make.rules(session)
    return make.street_admin(session), make.street_admin(session)


def announced(session: Session, two: tuple[Actor, Actor], begins: date = BEGINS) -> str:
    first, second = two
    version = rulesets.draft(session, street="YD", effective_from=begins, by=first, at=NOW).version
    rulesets.publish(session, version=version, by=second, at=NOW)
    return version


def street_id(session: Session) -> int:
    return make.street(session).street.id


def test_two_people_withdraw_what_has_not_begun(session: Session, two: tuple[Actor, Actor]) -> None:
    first, second = two
    version = announced(session, two)
    before = rulesets.in_force(session, street_id=street_id(session), day=TODAY).version
    withdrawal.propose(session, version=version, reason=WHY, by=first, at=NOW)
    assert [rules.version for rules, _ in withdrawal.waiting(session, by=second, at=NOW)] == [version]
    assert withdrawal.waiting(session, by=first, at=NOW) == []
    with pytest.raises(SameHand):
        withdrawal.decide(session, version=version, approve=True, by=first, at=NOW)
    assert withdrawal.decide(session, version=version, approve=True, by=second, at=NOW).status == "retired"
    assert rulesets.in_force(session, street_id=street_id(session), day=BEGINS).version == before
    assert rulesets.upcoming(session, street_id=street_id(session), day=TODAY) == []
    found = withdrawal.done(session, street_id=street_id(session), day=TODAY)
    assert [(rules.version, asked.reason) for rules, asked in found] == [(version, WHY)]
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.target == f"ruleset:{version}"))
    assert acts.all()[-2:] == ["ruleset.ask_withdrawal", "ruleset.withdraw"]
    assert session.scalars(select(Signature.action)).all()[-1] == "ruleset.withdraw"
    later = rulesets.draft(session, street="YD", effective_from=BEGINS, by=first, at=NOW)
    assert later.based_on == before


def test_what_has_begun_or_was_gone_on_from_stays(session: Session, two: tuple[Actor, Actor]) -> None:
    first, second = two
    version = announced(session, two)
    newer = announced(session, two, BEGINS + timedelta(days=1))
    with pytest.raises(CannotWithdraw):
        withdrawal.propose(session, version=version, reason=WHY, by=first, at=NOW)
    withdrawal.propose(session, version=newer, reason=WHY, by=first, at=NOW)
    begun = NOW + timedelta(days=21)
    with pytest.raises(CannotWithdraw):
        withdrawal.decide(session, version=newer, approve=True, by=second, at=begun)
    drafted = rulesets.draft(session, street="YD", effective_from=BEGINS + timedelta(days=9), by=first, at=NOW)
    with pytest.raises(CannotWithdraw):
        withdrawal.propose(session, version=drafted.version, reason=WHY, by=first, at=NOW)


def test_the_day_before_it_begins_is_the_last(session: Session, two: tuple[Actor, Actor]) -> None:
    first, second = two
    version = announced(session, two)
    withdrawal.propose(session, version=version, reason=WHY, by=first, at=NOW + timedelta(days=19))
    withdrawal.decide(session, version=version, approve=True, by=second, at=NOW + timedelta(days=19))
    assert rulesets.by_version(session, version).status == "retired"


def test_one_may_think_better_of_it_and_ask_again(session: Session, two: tuple[Actor, Actor]) -> None:
    first, second = two
    version = announced(session, two)
    with pytest.raises(NoWithdrawal):
        withdrawal.decide(session, version=version, approve=True, by=second, at=NOW)
    withdrawal.propose(session, version=version, reason=WHY, by=first, at=NOW)
    with pytest.raises(WithdrawalOpen):
        withdrawal.propose(session, version=version, reason=WHY, by=second, at=NOW)
    assert withdrawal.decide(session, version=version, approve=False, by=first, at=NOW).status == "published"
    assert withdrawal.propose(session, version=version, reason=WHY, by=second, at=NOW).status == "open"


def test_a_reason_is_written_out(session: Session, two: tuple[Actor, Actor]) -> None:
    version = announced(session, two)
    for reason in ("写错了", "  错错错错错错错错错  ", "错" * 201):
        with pytest.raises(ReasonTooShort):
            withdrawal.propose(session, version=version, reason=reason, by=two[0], at=NOW)


def test_nobody_else_withdraws(session: Session, two: tuple[Actor, Actor]) -> None:
    version = announced(session, two)
    for stranger in (make.stranger(session), make.community_admin(session)):
        with pytest.raises(NotPermitted):
            withdrawal.propose(session, version=version, reason=WHY, by=stranger, at=NOW)
    withdrawal.propose(session, version=version, reason=WHY, by=two[0], at=NOW)
    for stranger in (make.stranger(session), make.community_admin(session)):
        with pytest.raises(NotPermitted):
            withdrawal.decide(session, version=version, approve=True, by=stranger, at=NOW)

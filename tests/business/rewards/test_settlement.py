"""Settlement: who confirms what, when it waits, and that it happens once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor, NotPermitted
from points.journal.tables import AuditEntry
from points.ledger.tables import PointLot
from points.people.tables import Volunteer
from points.rewards import settlement
from points.rewards.settlement import FlagsUndecided, SomeoneIsStillIn
from points.service import activities, checkin, makeups, signups, stays
from points.service.activities import WrongState
from points.service.checkin import ScanRequest
from points.service.makeups import OwnMakeup
from points.service.records.refusals import ByOwnHand
from points.service.tables import ServiceRecord
from tests import make
from tests.business.ledger.books import assert_the_books_are_right
from tests.business.rewards.ground import TODAY, Ground, local, prepare

AT = local("20:00")


@pytest.fixture
def ground(session: Session) -> Ground:
    return prepare(session)


@pytest.fixture
def person(session: Session) -> Volunteer:
    return make.volunteer(session)


def lots(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PointLot)) or 0


def ended(ground: Ground, *people: Volunteer) -> str:
    activity = ground.activity("environment", "09:00", "11:00")
    for person in people:
        ground.came(activity, person, "09:00", "11:00")
    ground.over("11:00")
    return activity


def ticked(ground: Ground, activity: str, person: Volunteer) -> None:
    for direction, clock_time in (("in", "09:00"), ("out", "11:00")):
        activities.advance(ground.session, at=local(clock_time) - timedelta(minutes=1))
        checkin.roster_tick(
            ground.session,
            ScanRequest(
                activity=activity, volunteer=person.code, direction=direction, nonce=f"{direction}-{person.code}"
            ),
            by=ground.admin,
            at=local(clock_time),
        )


def test_the_leader_confirms_what_was_scanned_and_leaves_the_rest_to_the_community(
    ground: Ground, person: Volunteer
) -> None:
    on_the_roster = make.volunteer(ground.session)
    activity = ground.activity("environment", "09:00", "11:00")
    ground.came(activity, person, "09:00", "11:00")
    ticked(ground, activity, on_the_roster)
    at = ground.over("11:00")
    settled = ground.settled(activity, at=at)
    assert (settled.records, settled.people, settled.minutes, settled.points, settled.left) == (1, 1, 120, 20, 1)
    assert (ground.balance(person), ground.balance(on_the_roster)) == (20, 0)
    with pytest.raises(NotPermitted):
        settlement.confirm_c(ground.session, activity=activity, by=ground.running, at=at)
    confirmed = settlement.confirm_c(ground.session, activity=activity, by=ground.community, at=at)
    assert (confirmed.records, confirmed.points, confirmed.left) == (1, 20, 0)
    assert ground.balance(on_the_roster) == 20
    assert_the_books_are_right(ground.session)


def test_the_community_administrator_confirms_everything_at_once(ground: Ground, person: Volunteer) -> None:
    activity = ground.activity("environment", "09:00", "11:00")
    ticked(ground, activity, person)
    settled = ground.settled(activity, at=ground.over("11:00"), by=ground.community)
    assert (settled.records, settled.left, ground.balance(person)) == (1, 0, 20)


ROLES: dict[str, Callable[[Ground], Actor]] = {
    "community_admin": lambda ground: ground.community,
    "street_admin": lambda ground: ground.admin,
    "the leader, who is community_admin": lambda ground: make.staff(
        ground.session, role="community_admin", volunteer=ground.leader
    ),
}


@pytest.mark.parametrize("forced", [False, True], ids=["ticked", "forced"])
@pytest.mark.parametrize("role", ROLES)
def test_whoever_made_a_stay_does_not_confirm_its_record_alone(
    ground: Ground, person: Volunteer, role: str, forced: bool
) -> None:
    """Domain §3.5, in whatever role."""
    hand, activity = ROLES[role](ground), ground.activity("environment", "09:00", "11:00")
    ground.came(activity, make.volunteer(ground.session), "09:00", "11:00")
    activities.by_code(ground.session, activity).walk_in_ok = not forced
    card = "/c/" + make.card_of(ground.session, person).code
    for direction, clock_time in (("in", "09:00"), ("out", "11:00")):
        asked = ScanRequest(activity=activity, direction=direction, nonce=f"own-{direction}")
        if forced:
            asked = replace(asked, code=card, force=True, reason="名单上漏了")
            checkin.scan(ground.session, asked, by=hand, at=local(clock_time))
        else:
            checkin.roster_tick(ground.session, replace(asked, volunteer=person.code), by=hand, at=local(clock_time))
    at = ground.over("11:00")
    stays.decide_flags(ground.session, activity=activity, by=ground.second, at=at)
    settled = settlement.settle(ground.session, activity=activity, by=hand, at=at)
    assert (settled.records, settled.left, settled.by_own_hand) == (1, 1, 1)
    assert ground.balance(person) == 0
    waiting = ground.record(activity, person)
    with pytest.raises(ByOwnHand):
        settlement.confirm_c(ground.session, activity=activity, by=hand, at=at)
    with pytest.raises(ByOwnHand):
        settlement.confirm_record(ground.session, record=waiting.code, by=hand, at=at)
    assert settlement.confirm_c(ground.session, activity=activity, by=ground.second, at=at).records == 1
    assert ground.balance(person) == 20
    assert_the_books_are_right(ground.session)


def test_an_activity_is_settled_once(ground: Ground, person: Volunteer) -> None:
    """A3."""
    activity = ended(ground, person)
    settlement.settle(ground.session, activity=activity, by=ground.running, at=AT)
    with pytest.raises(WrongState):
        settlement.settle(ground.session, activity=activity, by=ground.running, at=AT)
    assert settlement.confirm_c(ground.session, activity=activity, by=ground.community, at=AT).records == 0
    assert (lots(ground.session), ground.balance(person)) == (1, 20)


def test_nothing_is_settled_while_someone_is_still_in(ground: Ground, person: Volunteer) -> None:
    activity = ground.activity("environment", "09:00", "11:00")
    ground.came(activity, person, "09:00", None)
    activities.advance(ground.session, at=local("11:05"))
    with pytest.raises(SomeoneIsStillIn) as refused:
        settlement.settle(ground.session, activity=activity, by=ground.running, at=local("11:05"))
    assert refused.value.count == 1
    assert lots(ground.session) == 0


def test_nothing_is_settled_before_every_flag_was_looked_at(ground: Ground, person: Volunteer) -> None:
    activity = ground.activity("environment", "09:00", "11:00")
    ticked(ground, activity, person)
    at = ground.over("11:00")
    with pytest.raises(FlagsUndecided) as refused:
        settlement.settle(ground.session, activity=activity, by=ground.community, at=at)
    assert refused.value.count == 1
    stays.decide_flags(ground.session, activity=activity, by=ground.community, at=at)
    assert settlement.settle(ground.session, activity=activity, by=ground.community, at=at).points == 20


def test_only_those_in_charge_settle(ground: Ground, person: Volunteer) -> None:
    activity = ended(ground, person)
    other_team = make.team(ground.session)
    for outsider in (
        make.stranger(ground.session),
        make.community_admin(ground.session, place="CS"),
        make.leader_actor(ground.session, other_team),
        make.volunteer_actor(ground.session, person),
        make.clerk(ground.session),
    ):
        with pytest.raises(NotPermitted):
            settlement.settle(ground.session, activity=activity, by=outsider, at=AT)
    assert lots(ground.session) == 0


def test_after_ten_working_days_it_is_settled_late(ground: Ground, person: Volunteer) -> None:
    activity = ended(ground, person)
    settled = settlement.settle(ground.session, activity=activity, by=ground.running, at=AT + timedelta(days=20))
    assert (settled.late, settled.points) == (True, 20)


def test_what_is_contested_is_not_archived(ground: Ground, person: Volunteer) -> None:
    activity = ended(ground, person)
    settlement.settle(ground.session, activity=activity, by=ground.running, at=AT)
    record = ground.record(activity, person).code
    own = make.volunteer_actor(ground.session, person)
    settlement.dispute_record(ground.session, record=record, reason="时间不对", by=own, at=AT)
    later = AT + timedelta(days=61)
    assert activities.advance(ground.session, at=later)["archived"] == 0
    settlement.confirm_record(ground.session, record=record, by=ground.admin, at=later)
    assert activities.advance(ground.session, at=later)["archived"] == 1


def test_a_street_sets_its_own_working_days_for_settling_and_for_claims(session: Session, person: Volunteer) -> None:
    ground = prepare(session, settle_wd=2, makeup_window_wd=1)
    first, second, other = ended(ground, person), ended(ground), make.volunteer(session)
    claim = makeups.Claim(first, other.code, local("09:00"), local("11:00"), "no_phone")
    own = make.volunteer_actor(session, other)
    saturday = AT  # Monday is the first working day after it
    with pytest.raises(makeups.MakeupTooLate):
        settlement.propose_makeup(session, claim=claim, by=own, at=saturday + timedelta(days=3))
    assert settlement.propose_makeup(session, claim=claim, by=own, at=saturday + timedelta(days=2)).status == "open"
    on_tuesday, on_wednesday = saturday + timedelta(days=3), saturday + timedelta(days=4)
    assert not settlement.settle(session, activity=first, by=ground.running, at=on_tuesday).late
    assert settlement.settle(session, activity=second, by=ground.running, at=on_wednesday).late


def test_settling_says_who_came(ground: Ground, person: Volunteer) -> None:
    absent = make.volunteer(ground.session)
    activity = ground.activity("environment", "09:00", "11:00")
    for each in (person, absent):
        signups.sign_up(
            ground.session,
            activity=activity,
            volunteer=each.code,
            by=make.volunteer_actor(ground.session, each),
            at=local("08:00") - timedelta(hours=12),
        )
    ground.came(activity, person, "09:00", "11:00")
    settled = ground.settled(activity, at=ground.over("11:00"))
    assert (settled.attended, settled.no_show) == (1, 1)


def test_the_sweep_computes_records_once_and_leaves_them_to_a_person(ground: Ground, person: Volunteer) -> None:
    activity = ground.activity("environment", "09:00", "11:00")
    ground.came(activity, person, "09:00", "11:00")
    activities.advance(ground.session, at=local("11:01"))
    assert settlement.compute_ended(ground.session, at=local("11:01")) == 1
    assert settlement.compute_ended(ground.session, at=local("11:02")) == 0
    record = ground.record(activity, person)
    assert (record.status, record.minutes_credited) == ("computed", 120)
    assert lots(ground.session) == 0


def test_the_sweep_waits_for_those_who_are_still_in(ground: Ground, person: Volunteer) -> None:
    activity = ground.activity("environment", "09:00", "11:00")
    ground.came(activity, person, "09:00", None)
    activities.advance(ground.session, at=local("11:01"))
    assert settlement.compute_ended(ground.session, at=local("11:01")) == 0


def test_a_stay_struck_out_takes_its_points_along(ground: Ground, person: Volunteer) -> None:
    activity = ended(ground, person)
    settlement.settle(ground.session, activity=activity, by=ground.running, at=AT)
    [(stay, _)] = stays.of_activity(ground.session, activity_id=activities.by_code(ground.session, activity).id)
    earned = settlement.void_stay(
        ground.session, stay=stay.code, reason="他人代签", by=ground.admin, second=ground.second, at=AT
    )
    assert (earned.points, ground.balance(person)) == (-20, 0)
    assert earned.pairs == ((person.id, TODAY),)
    assert_the_books_are_right(ground.session)


def test_a_makeup_is_not_decided_by_who_proposed_it_and_then_nothing_changes(ground: Ground, person: Volunteer) -> None:
    """A6."""
    activity = ended(ground)
    code = settlement.propose_makeup(
        ground.session,
        claim=makeups.Claim(
            activity=activity,
            volunteer=person.code,
            claimed_in=local("09:00"),
            claimed_out=local("11:00"),
            reason="no_phone",
        ),
        by=ground.community,
        at=AT,
    ).code
    with pytest.raises(OwnMakeup):
        settlement.decide_makeup(ground.session, makeup=code, approve=True, by=ground.community, at=AT)
    assert ground.session.scalars(select(ServiceRecord)).all() == []
    settlement.decide_makeup(ground.session, makeup=code, approve=False, by=ground.admin, at=AT)
    assert ground.session.scalars(select(ServiceRecord)).all() == []
    assert lots(ground.session) == 0


def test_settling_is_in_the_audit_log_without_names(ground: Ground, person: Volunteer) -> None:
    activity = ended(ground, person)
    settlement.settle(ground.session, activity=activity, by=ground.running, at=AT)
    entry = ground.session.scalars(select(AuditEntry).where(AuditEntry.action == "activity.settle")).one()
    assert (entry.target, entry.created_by) == (f"activity:{activity}", ground.leader.code)
    assert person.name not in str(entry.facts)

"""Two numbers of one person become one: nothing is lost, nothing is counted twice, and the books stay right."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from points import evidence, ledger, proof, schema
from points.access import sign_ins
from points.access.identity import Identity
from points.exchange import redemption
from points.exchange.redemption import Basket, Line
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.journal.tables import AuditEntry
from points.ledger.tables import PointAccount
from points.people import cards, consents, households, persons, teams, volunteers
from points.people.lookup import People
from points.people.tables import Volunteer
from points.registry import merging
from points.reports import figures
from points.rewards import settlement
from points.service import records, signups
from points.upkeep import sweep
from tests import make
from tests.business.rewards.ground import Ground, local, prepare

PIN = "246810"


@dataclass
class Twins:
    """One person under two numbers, and who merges them."""

    ground: Ground
    kept: Volunteer
    gone: Volunteer
    admin: Actor
    second: Actor


@pytest.fixture
def twins(session: Session) -> Twins:
    ground = prepare(session)
    kept = make.volunteer(session, name="钱白露", birth_date=make.ELDER_BORN)
    gone = make.volunteer(session, name="钱白露", birth_date=make.ELDER_BORN, pin=PIN)
    return Twins(ground, kept, gone, make.community_admin(session), make.street_admin(session))


def merged(session: Session, twins: Twins, *, reason: str = "登记了两次", **facts: Any) -> merging.Merged:
    return merging.merge(
        session,
        kept=twins.kept.code,
        gone=twins.gone.code,
        reason=reason,
        **{"by": twins.admin, "second": twins.second, "at": local("23:30"), **facts},
    )


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def right(session: Session) -> None:
    assert proof.check(session, at=local("23:59")) == []


def test_hours_points_and_lots_with_their_last_day_go_over(session: Session, twins: Twins) -> None:
    twins.ground.served("environment", "09:00", "11:00", twins.gone)
    make.points(session, twins.gone, 30, expires_on=date(2026, 12, 31))
    before = ledger.lots(session, twins.gone.id)
    done = merged(session, twins)
    assert (done.facts["lots"], done.facts["points"], done.facts["minutes"]) == (2, 50, 120)
    told = [(lot.remaining, lot.source_ref, lot.earned_on, lot.expires_on, lot.rule_version) for lot in before]
    after = ledger.lots(session, twins.kept.id)
    assert [(x.remaining, x.source_ref, x.earned_on, x.expires_on, x.rule_version) for x in after] == told
    assert ledger.balance(session, twins.gone.id, day=make.TODAY).balance == 0
    assert records.total_minutes(session, twins.kept.id) == 120
    assert [one.minutes_credited for one in records.mine(session, volunteer_id=twins.kept.id)] == [120]
    right(session)


def test_the_figures_count_the_person_once(session: Session, twins: Twins) -> None:
    twins.ground.served("environment", "08:00", "10:00", twins.gone)
    twins.ground.served("environment", "13:00", "15:00", twins.kept)
    before = figures.figures(session, area="YD")
    merged(session, twins)
    after = figures.figures(session, area="YD")
    assert (before["persons"], after["persons"]) == (2, 1)
    assert (before["volunteers"] - after["volunteers"], after["person_times"]) == (1, 2)
    assert after["balance_open"] == before["balance_open"]


def test_the_story_of_the_points_reads_on_without_the_move(session: Session, twins: Twins) -> None:
    twins.ground.served("environment", "09:00", "11:00", twins.gone)
    make.points(session, twins.kept, 10)
    merged(session, twins)
    lines = ledger.statement(session, volunteer_id=twins.kept.id).items
    assert sorted((line.purpose, line.points) for line in lines) == [("earn", 20), ("opening", 10)]
    me = make.volunteer_actor(session, twins.kept)
    chain = evidence.of_booking(session, next(line.id for line in lines if line.purpose == "earn"), by=me)
    assert chain.record.minutes_credited == 120


def test_the_old_number_card_and_pin_go_on_to_work(session: Session, twins: Twins) -> None:
    card = make.card(session, twins.gone)
    merged(session, twins)
    assert persons.by_code(session, twins.gone.code).id == twins.kept.id
    assert cards.holder(session, card.code).code == twins.kept.code
    for who in (card.code, twins.gone.code):
        opened, _ = sign_ins.sign_in_volunteer(session, who=who, pin=PIN, agent="", at=local("23:40"))
        assert opened.volunteer_id == twins.kept.id
    found = persons.search(session, text="钱白露", by=twins.admin).people
    assert [one.code for one in found] == [twins.kept.code]
    assert persons.search(session, text=twins.gone.code, by=twins.admin).people == found
    listed = People(session, [twins.gone.code, f" {twins.gone.code.lower()} "])
    assert listed.named(twins.gone.code).code == twins.kept.code, "a list names the person by the old number too"


def test_a_new_card_revokes_the_cards_of_both_numbers(session: Session, twins: Twins) -> None:
    old = make.card(session, twins.gone)
    merged(session, twins)
    make.card(session, twins.kept)
    assert refused(lambda: cards.holder(session, old.code)) == "code-revoked"


def test_sign_ups_to_come_go_over_and_a_second_place_is_given_on(session: Session, twins: Twins) -> None:
    waiting = make.volunteer(session)
    only, both = (
        make.activity(session, team=twins.ground.team, start=local("09:00") + timedelta(days=3), capacity=2)
        for _ in range(2)
    )
    for activity, people in ((only, [twins.gone]), (both, [twins.kept, twins.gone, waiting])):
        for person in people:
            by = make.volunteer_actor(session, person)
            signups.sign_up(session, activity=activity.code, volunteer=person.code, by=by, at=local("12:00"))
    merged(session, twins)
    mine = {activity.id: one.status for one, activity in signups.mine(session, volunteer_id=twins.kept.id)}
    assert mine[only.id] == "approved"
    roster = {
        line.volunteer: line.status for line in signups.roster(session, activity=both.code, by=twins.admin, at=make.NOW)
    }
    assert roster == {twins.kept.code: "approved", twins.gone.code: "cancelled", waiting.code: "approved"}


def test_household_team_and_consents_go_over(session: Session, twins: Twins) -> None:
    spouse = make.volunteer(session)
    make.household(session, spouse, twins.gone)
    make.points(session, spouse, 40)
    team = make.team(session, leader=twins.gone)
    make.consent(session, twins.gone, "publish_name")
    merged(session, twins)
    assert [one.code for one in households.members(session, households.of(session, twins.kept.id).id)] == sorted(
        [spouse.code, twins.kept.code]
    )
    assert households.pool(session, twins.kept.id) == [twins.kept.id, spouse.id]
    assert teams.by_code(session, team.code).leader_id == twins.kept.id
    assert consents.open_for(session, twins.kept.id) >= {"register", "points", "publish_name", "household_pool"}
    assert consents.open_for(session, twins.gone.id) == set()


def test_what_was_taken_back_stays_taken_back(session: Session, twins: Twins) -> None:
    make.consent(session, twins.kept, "publish_name")
    by = make.volunteer_actor(session, twins.kept)
    consents.withdraw(session, volunteer=twins.kept.code, purpose="publish_name", by=by, at=make.NOW)
    make.consent(session, twins.gone, "publish_name")
    merged(session, twins)
    assert "publish_name" not in consents.open_for(session, twins.kept.id)


def test_the_months_limit_counts_both_numbers(session: Session, twins: Twins) -> None:
    item = make.item(session, "G12", limit_pp_month=1)
    make.stocked(session, item)
    for person in (twins.kept, twins.gone):
        make.points(session, person, 100)
    assert exchanged(session, twins, twins.gone.code, item="G12", key="first")
    merged(session, twins)
    assert refused(lambda: exchanged(session, twins, twins.gone.code, item="G12", key="second")) == "over-month-limit"


def test_goods_returned_later_reach_the_kept_number(session: Session, twins: Twins) -> None:
    make.stocked(session, make.item(session, "G02"))
    make.points(session, twins.gone, 100)
    receipt = exchanged(session, twins, twins.gone.code, item="G02", key="first")
    merged(session, twins)
    redemption.give_back(
        session,
        redemption=receipt.code,
        reason="破损",
        to_stock=False,
        by=make.clerk(session),
        second=make.community_admin(session),
        at=local("23:40"),
    )
    assert ledger.follow(session, at=local("23:41")) == {"lots": 1, "points": 20}
    assert ledger.follow(session, at=local("23:42")) == {"lots": 0, "points": 0}
    assert ledger.balance(session, twins.kept.id, day=make.TODAY).spendable == 100
    right(session)


def test_a_record_corrected_later_takes_from_the_kept_number(session: Session, twins: Twins) -> None:
    twins.ground.served("environment", "09:00", "11:00", twins.gone)
    merged(session, twins)
    record = records.mine(session, volunteer_id=twins.kept.id)[0]
    settlement.void_record(
        session, record=record.code, reason="不在场", by=make.street_admin(session), at=local("23:40")
    )
    assert ledger.balance(session, twins.kept.id, day=make.TODAY).balance == 0
    assert records.total_minutes(session, twins.kept.id) == 0
    right(session)


def test_a_number_merged_twice_leads_to_the_last(session: Session, twins: Twins) -> None:
    third = make.volunteer(session, name="钱白露", birth_date=make.ELDER_BORN)
    card = make.card(session, twins.gone)
    make.points(session, twins.gone, 10)
    merged(session, twins)
    merging.merge(
        session,
        kept=third.code,
        gone=twins.kept.code,
        reason="",
        by=twins.admin,
        second=twins.second,
        at=local("23:45"),
    )
    assert cards.holder(session, card.code).id == persons.by_code(session, twins.gone.code).id == third.id
    assert ledger.balance(session, third.id, day=make.TODAY).balance == 10
    assert [code for code, _ in merging.trail(session, volunteer_id=third.id)] == [twins.gone.code, twins.kept.code]
    right(session)


def test_the_trail_says_what_happened_on_both_numbers(session: Session, twins: Twins) -> None:
    make.points(session, twins.gone, 10)
    merged(session, twins)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "volunteer.merge")).all()
    assert {one.target for one in entries} == {f"volunteer:{twins.kept.code}", f"volunteer:{twins.gone.code}"}
    for one in entries:
        assert one.reason == "登记了两次"
        assert (one.facts["points"], one.facts["second"]) == (10, twins.second.person)


def test_without_points_and_hours_one_person_is_enough(session: Session, twins: Twins) -> None:
    assert not merging.needs_two(session, volunteer_id=twins.gone.id)
    assert merged(session, twins, second=None).facts["points"] == 0


@pytest.mark.parametrize("second", ["nobody", "oneself", "stranger"])
def test_points_go_over_only_with_a_second_signature(session: Session, twins: Twins, second: str) -> None:
    make.points(session, twins.gone, 10)
    signs = {"nobody": None, "oneself": twins.admin, "stranger": make.stranger(session)}[second]
    expected = "not-permitted" if second == "stranger" else "merge-needs-two"
    assert refused(lambda: merged(session, twins, second=signs)) == expected
    assert ledger.balance(session, twins.gone.id, day=make.TODAY).balance == 10


def test_only_admins_of_both_places_merge(session: Session, twins: Twins) -> None:
    far = make.volunteer(session, community="CS")
    pair = (twins.kept.code, far.code)
    by_both = {"reason": "", "at": local("23:30"), "second": None}
    assert refused(lambda: merging.merge(session, kept=pair[0], gone=pair[1], by=twins.admin, **by_both)) == "not-found"
    assert refused(lambda: merged(session, twins, by=make.clerk(session))) == "not-permitted"
    assert refused(lambda: merged(session, twins, by=make.stranger(session))) == "not-found"
    assert merging.merge(session, kept=pair[0], gone=pair[1], by=make.street_admin(session), **by_both)


def test_nobody_merges_their_own_number(session: Session, twins: Twins) -> None:
    own = make.staff(session, role="community_admin", volunteer=twins.kept)
    assert refused(lambda: merged(session, twins, by=own)) == "own-number"


def test_goods_set_aside_are_finished_first(session: Session, twins: Twins) -> None:
    make.stocked(session, make.item(session, "G02"))
    make.points(session, twins.gone, 100)
    lines = [Line("G02", 1)]
    by = make.volunteer_actor(session, twins.gone)
    redemption.reserve(
        session,
        basket=Basket(volunteer=twins.gone.code, lines=lines, station="NLJ-1", key="held"),
        by=by,
        at=local("12:00"),
    )
    assert refused(lambda: merged(session, twins)) == "merge-under-way"


def test_who_is_in_an_activity_leaves_first(session: Session, twins: Twins) -> None:
    activity = make.activity(session, team=twins.ground.team, walk_in_ok=True)
    make.scanned(session, activity, twins.gone, "in", at=local("09:00"))
    assert refused(lambda: merged(session, twins)) == "merge-under-way"
    make.scanned(session, activity, twins.gone, "out", at=local("11:00"))
    assert refused(lambda: merged(session, twins)) == "merge-under-way", "not settled yet"


def test_two_who_were_somewhere_at_once_are_two(session: Session, twins: Twins) -> None:
    twins.ground.served("environment", "09:00", "11:00", twins.gone, twins.kept)
    assert refused(lambda: merged(session, twins)) == "merge-look-like-two"


def test_two_numbers_do_not_lift_the_limit_of_a_day(session: Session, twins: Twins) -> None:
    twins.ground.served("elderly_disabled", "08:00", "12:00", twins.gone)
    twins.ground.served("elderly_disabled", "13:00", "17:00", twins.kept)
    assert refused(lambda: merged(session, twins)) == "merge-look-like-two"


def test_one_day_shared_within_the_limits_is_no_hindrance(session: Session, twins: Twins) -> None:
    twins.ground.served("environment", "08:00", "10:00", twins.gone)
    twins.ground.served("environment", "13:00", "15:00", twins.kept)
    merged(session, twins)
    assert records.total_minutes(session, twins.kept.id) == 240
    assert ledger.balance(session, twins.kept.id, day=make.TODAY).balance == 40
    right(session)


def test_two_households_are_decided_first(session: Session, twins: Twins) -> None:
    for person in (twins.kept, twins.gone):
        make.household(session, person)
    assert refused(lambda: merged(session, twins)) == "merge-two-households"


def test_a_guardian_is_not_the_child(session: Session, twins: Twins) -> None:
    guardian = volunteers.NewGuardian(name="钱白露", phone="19900000009", relation="母亲", volunteer=twins.gone.code)
    child = make.minor(session, guardian=guardian)
    with pytest.raises(merging.GuardianAndWard):
        merging.merge(
            session, kept=child.code, gone=twins.gone.code, reason="", by=twins.admin, second=None, at=local("23:30")
        )


def test_one_number_twice_is_refused_also_when_merged_before(session: Session, twins: Twins) -> None:
    merged(session, twins)
    assert refused(lambda: merged(session, twins)) == "same-number"


def test_an_account_of_a_merged_number_never_keeps_points(session: Session, twins: Twins) -> None:
    make.points(session, twins.gone, 10)
    merged(session, twins)
    make.points(session, twins.gone, 5)
    kept = {one.volunteer_id: one.balance for one in session.scalars(select(PointAccount)) if one.volunteer_id}
    assert (kept[twins.kept.id], kept[twins.gone.id]) == (15, 0)


def test_the_proof_finds_points_that_stayed_on_a_merged_number(session: Session, twins: Twins) -> None:
    stocked = make.stocked(session, make.item(session, "G02"))
    assert stocked.qty_left == 10
    make.points(session, twins.gone, 20)
    receipt = exchanged(session, twins, twins.gone.code, item="G02", key="first")
    merged(session, twins)
    redemption.give_back(
        session,
        redemption=receipt.code,
        reason="破损",
        to_stock=True,
        by=make.clerk(session),
        second=make.community_admin(session),
        at=local("23:31"),
    )
    found = [one.kind for one in proof.check(session, at=local("23:59"))]
    assert found == ["merged-balance"]


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        ("UPDATE volunteer SET status = 'active' WHERE code = :gone", "merged-state"),
        (
            "INSERT INTO merged_number (gone_id, kept_id, reason, created_at, created_by) "
            "SELECT k.id, g.id, '', g.created_at, 'x' FROM volunteer k, volunteer g "
            "WHERE k.code = :kept AND g.code = :gone",
            "merged-chain",
        ),
    ],
)
def test_the_proof_finds_a_merge_that_was_tampered_with(session: Session, twins: Twins, damage: str, kind: str) -> None:
    merged(session, twins)
    session.execute(text(damage), {"gone": twins.gone.code, "kept": twins.kept.code})
    assert kind in [one.kind for one in proof.check(session)]


def test_the_sweep_follows(session: Session) -> None:
    assert "follow" in dict(sweep.JOBS)


STAYS = {
    "minor_look.minor_id": "the family reads on each number who looked at it",
    "adjustment.volunteer_id": "decided before; an open one refuses the merge",
    "attendance_session.volunteer_id": "where the person was is written for good",
    "award.volunteer_id": "append-only, and read with the records",
    "sign_in_request.volunteer_id": "lasts minutes",
    "card.volunteer_id": "a card leads to the kept number through merged_number",
    "consent.subject_id": "what was agreed to under the number; what still holds is agreed to anew for the kept one",
    "evaluation.volunteer_id": "belongs to a record",
    "makeup_request.volunteer_id": "belongs to a stay",
    "point_account.volunteer_id": "an account leads to the kept number's; its points are moved",
    "redemption.redeemer_id": "append-only; counted with the kept number's",
    "service_record.volunteer_id": "append-only; counted with the kept number's",
    "merged_number.gone_id": "says so itself",
    "merged_number.kept_id": "moved along when the kept number is merged again",
    "known_apart.low_id": "two people; a merge of either changes nothing in that",
    "known_apart.high_id": "two people; a merge of either changes nothing in that",
    "feedback.volunteer_id": "read with the kept number's",
    "team_invitation.volunteer_id": "an invitation of a number that ended; the team may ask the kept one",
    "suspension.volunteer_id": "why and until when that number was suspended; the kept number has its own state",
}
MOVES = {
    "account.volunteer_id",
    "activity.leader_id",
    "guardian.guardian_volunteer_id",
    "guardian.minor_id",
    "household.head_id",
    "household_member.volunteer_id",
    "household_request.volunteer_id",
    "report_in.volunteer_id",
    "sign_in.volunteer_id",
    "signup.volunteer_id",
    "team.leader_id",
    "team_member.volunteer_id",
    "volunteer_skill.volunteer_id",
}


def test_whatever_names_a_volunteer_is_moved_or_counted_with_the_kept_number() -> None:
    names = {
        f"{table.name}.{key.parent.name}"
        for table in schema.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "volunteer"
    }
    assert names == STAYS.keys() | MOVES, "say in points.registry.merging what a merge does with it, then here"


def exchanged(session: Session, twins: Twins, who: str, *, item: str, key: str) -> Any:
    return redemption.redeem(
        session,
        basket=Basket(volunteer=who, lines=[Line(item, 1)], station="NLJ-1", key=key),
        identity=Identity("phone4"),
        by=make.clerk(session),
        at=local("15:00"),
    )

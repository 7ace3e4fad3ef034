"""Earning: a recomputation posts only the difference, explains every step, and never reaches back behind a choice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import SYSTEM
from points.ledger.tables import PointLot, Transfer
from points.people import consents, volunteers
from points.people.tables import Volunteer
from points.rewards import earning, rulesets, settlement
from points.rewards.tables import Award
from points.service import activities, makeups, records
from tests import make
from tests.business.ledger.books import assert_the_books_are_right, counted_statements
from tests.business.rewards.ground import TODAY, Ground, local, prepare

AT = local("22:00")
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def ground(session: Session) -> Ground:
    return prepare(session)


@pytest.fixture
def person(session: Session) -> Volunteer:
    return make.volunteer(session)


def awards(ground: Ground, activity: str, person: Volunteer) -> list[Award]:
    activity_id = activities.by_code(ground.session, activity).id
    of_the_day = select(Award).where(
        Award.volunteer_id == person.id, Award.activity_id == activity_id, Award.local_date == TODAY
    )
    return list(ground.session.scalars(of_the_day.order_by(Award.sequence)))


def recompute(ground: Ground, person: Volunteer) -> int:
    return earning.recompute(ground.session, volunteer_id=person.id, day=TODAY, by=SYSTEM, at=AT)


def amend(ground: Ground, activity: str, person: Volunteer, minutes: int) -> None:
    record = ground.record(activity, person).code
    settlement.amend_record(
        ground.session, record=record, minutes=minutes, reason="核对签到表后更正", by=ground.admin, at=AT
    )


def test_computing_again_posts_nothing(ground: Ground, person: Volunteer) -> None:
    """A3: no second lot."""
    ground.served("environment", "09:00", "11:00", person)
    assert [recompute(ground, person) for _ in range(3)] == [0, 0, 0]
    assert ground.session.scalar(select(func.count()).select_from(PointLot)) == 1
    assert ground.session.scalar(select(func.count()).select_from(Award)) == 1


def test_every_point_explains_itself(ground: Ground, person: Volunteer) -> None:
    activity = ground.served("elderly_disabled", "09:00", "11:00", person)
    [award] = awards(ground, activity, person)
    [lot] = ledger.lots(ground.session, person.id)
    [version] = [found.version for found in rulesets.listing(ground.session, by=ground.admin)]
    assert (award.points, award.delta, award.rule_version, lot.rule_version) == (24, 24, version, version)
    assert lot.source_ref == ground.record(activity, person).code == award.explanation["record"]
    assert [step["rule"] for step in award.explanation["steps"]] == ["P1", "P2", "P3"]
    transfer = ground.session.get_one(Transfer, lot.transfer_id)
    assert (transfer.purpose, transfer.reference) == ("earn", f"award:{award.code}")


def test_fewer_minutes_take_back_only_the_difference_from_the_records_own_lot(
    ground: Ground, person: Volunteer
) -> None:
    make.points(ground.session, person, 50, expires_on=date(2026, 12, 31))
    activity = ground.served("environment", "09:00", "11:00", person)
    amend(ground, activity, person, 90)
    assert [(lot.source_type, lot.remaining) for lot in ledger.lots(ground.session, person.id)] == [
        ("opening", 50),
        ("service", 15),
    ]
    assert [(award.sequence, award.points, award.delta) for award in awards(ground, activity, person)] == [
        (1, 20, 20),
        (2, 15, -5),
    ]
    assert_the_books_are_right(ground.session)


def test_after_several_corrections_each_lot_of_the_record_is_its_own(ground: Ground, person: Volunteer) -> None:
    make.points(ground.session, person, 50, expires_on=date(2026, 12, 31))
    activity = ground.served("environment", "09:00", "11:00", person)
    for minutes in (60, 120, 30):
        amend(ground, activity, person, minutes)
    assert [award.delta for award in awards(ground, activity, person)] == [20, -10, 10, -15]
    assert ground.balance(person) == 50 + 5
    assert {lot.source_type: lot.remaining for lot in ledger.lots(ground.session, person.id)}["opening"] == 50
    assert_the_books_are_right(ground.session)


def test_a_correction_gives_room_under_the_days_cap_to_the_other_record(ground: Ground, person: Volunteer) -> None:
    first = ground.served("civility", "08:00", "14:00", person)
    ground.served("safety", "15:00", "17:00", person)
    assert ground.balance(person) == 80
    amend(ground, first, person, 300)
    assert ground.balance(person) == 50 + 24
    assert_the_books_are_right(ground.session)


def test_a_poor_rating_takes_the_points_and_leaves_the_hours(ground: Ground, person: Volunteer) -> None:
    activity = ground.served("environment", "09:00", "11:00", person)
    record = ground.record(activity, person).code
    settlement.evaluate(ground.session, record=record, grade="poor", by=ground.admin, at=AT)
    assert ground.balance(person) == 0
    assert records.total_minutes(ground.session, person.id) == 120
    settlement.evaluate(ground.session, record=record, grade="good", by=ground.admin, at=AT)
    assert ground.balance(person) == 20
    assert_the_books_are_right(ground.session)


def test_without_a_consent_there_are_hours_and_no_points_and_a_later_consent_does_not_reach_back(
    ground: Ground,
) -> None:
    person = make.volunteer(ground.session, consents=("register",))
    activity = ground.served("environment", "09:00", "11:00", person)
    [award] = awards(ground, activity, person)
    assert (award.points, award.explanation["steps"][-1]["because"]) == (0, "no_consent")
    make.consent(ground.session, person, "points")
    assert recompute(ground, person) == 0
    ground.served("environment", "09:00", "11:00", person, day=TOMORROW)
    assert ground.balance(person) == 20


def test_a_withdrawn_consent_keeps_what_was_earned_before(ground: Ground, person: Volunteer) -> None:
    ground.served("environment", "09:00", "11:00", person)
    consents.withdraw(ground.session, volunteer=person.code, purpose="points", by=SYSTEM, at=AT)
    assert recompute(ground, person) == 0
    ground.served("environment", "09:00", "11:00", person, day=TOMORROW)
    assert ground.balance(person) == 20


def test_a_change_to_hours_only_keeps_what_was_earned_before(ground: Ground, person: Volunteer) -> None:
    ground.served("environment", "09:00", "11:00", person)
    volunteers.change(
        ground.session, volunteer=person.code, by=SYSTEM, at=AT, changes=volunteers.Changes(points_policy="hours_only")
    )
    assert recompute(ground, person) == 0
    assert ground.balance(person) == 20


@pytest.mark.parametrize(("category", "points_eligible"), [("governance", True), ("environment", False)])
def test_what_is_not_eligible_earns_nothing(
    ground: Ground, person: Volunteer, category: str, points_eligible: bool
) -> None:
    ground.served(category, "09:00", "11:00", person, points_eligible=points_eligible)
    assert ground.balance(person) == 0


def test_hours_taken_over_from_elsewhere_earn_nothing(ground: Ground, person: Volunteer) -> None:
    records.transfer_in(
        ground.session,
        volunteer=person.code,
        minutes=6_000,
        day=TODAY,
        organiser="示例志愿服务组织",
        by=ground.admin,
        at=AT,
    )
    assert recompute(ground, person) == 0


def test_dates_before_a_rule_change_keep_the_old_rules_even_when_confirmed_later(
    ground: Ground, person: Volunteer
) -> None:
    """A12."""
    change = TODAY + timedelta(days=15)
    version = rulesets.draft(
        ground.session, street="YD", effective_from=change, params={"points_per_hour": 20}, by=ground.admin, at=make.NOW
    ).version
    rulesets.publish(ground.session, version=version, by=ground.second, at=make.NOW)
    before = ground.activity("environment", "09:00", "11:00", day=change - timedelta(days=1))
    ground.came(before, person, "09:00", "11:00", day=change - timedelta(days=1))
    ground.served("environment", "09:00", "11:00", person, day=change)
    assert ground.balance(person) == 40
    ground.settled(before, at=ground.over("20:00", day=change), by=ground.admin)
    assert ground.balance(person) == 40 + 20


def test_the_leaders_bonus_goes_when_too_few_are_left(ground: Ground) -> None:
    others = [make.volunteer(ground.session) for _ in range(4)]
    activity = ground.served("environment", "09:00", "11:00", ground.leader, *others)
    assert ground.balance(ground.leader) == 25
    record = ground.record(activity, others[0]).code
    settlement.void_record(ground.session, record=record, reason="未到场", by=ground.admin, second=ground.second, at=AT)
    assert ground.balance(ground.leader) == 20
    assert_the_books_are_right(ground.session)


def test_the_month_cap_holds_over_the_months_dates(session: Session) -> None:
    ground = prepare(session, month_cap_points=30)
    person = make.volunteer(session)
    ground.served("environment", "09:00", "11:00", person)
    ground.served("environment", "09:00", "11:00", person, day=TOMORROW)
    ground.served("environment", "09:00", "11:00", person, day=date(2026, 6, 1))
    assert [lot.points for lot in ledger.lots(session, person.id)] == [20, 10, 20]


@pytest.mark.parametrize(
    ("first", "second", "same_month"),
    [
        (date(2026, 5, 1), date(2026, 5, 31), True),
        (date(2026, 5, 31), date(2026, 6, 1), False),
        (date(2026, 6, 30), date(2026, 7, 1), False),
        (date(2026, 6, 1), date(2026, 6, 30), True),
    ],
)
def test_a_month_of_the_cap_is_the_calendars(session: Session, first: date, second: date, same_month: bool) -> None:
    ground = prepare(session, month_cap_points=30)
    person = make.volunteer(session)
    for day in (first, second):
        ground.served("environment", "09:00", "11:00", person, day=day)
    assert [lot.points for lot in ledger.lots(session, person.id)] == [20, 10 if same_month else 20]


def test_what_does_not_change_posts_nothing(ground: Ground, person: Volunteer) -> None:
    """A delta of nothing is neither given nor taken."""
    activity = ground.served("environment", "09:00", "11:00", person)
    before = ground.session.scalar(select(func.count()).select_from(Transfer))
    earning.recompute(ground.session, volunteer_id=person.id, day=TODAY, by=ground.admin, at=AT)
    assert ground.session.scalar(select(func.count()).select_from(Transfer)) == before
    assert [award.points for award in awards(ground, activity, person)] == [20]


def dispute(ground: Ground, activity: str, person: Volunteer) -> str:
    record = ground.record(activity, person).code
    by = make.volunteer_actor(ground.session, person)
    return settlement.dispute_record(ground.session, record=record, reason="签退时间有误", by=by, at=AT).code


def spendable(ground: Ground, person: Volunteer) -> int:
    return ledger.balance(ground.session, person.id, day=TODAY).spendable


def test_the_points_of_a_disputed_record_are_frozen_until_it_is_confirmed_again(
    ground: Ground, person: Volunteer
) -> None:
    activity = ground.served("environment", "09:00", "11:00", person)
    record = dispute(ground, activity, person)
    assert (ground.balance(person), spendable(ground, person)) == (20, 0)
    assert recompute(ground, person) == 0
    settlement.confirm_record(ground.session, record=record, by=ground.admin, at=AT)
    assert (ground.balance(person), spendable(ground, person)) == (20, 20)
    assert_the_books_are_right(ground.session)


@pytest.mark.parametrize("minutes", [90, 0])
def test_a_disputed_record_that_is_amended_keeps_what_it_is_worth(
    ground: Ground, person: Volunteer, minutes: int
) -> None:
    activity = ground.served("environment", "09:00", "11:00", person)
    dispute(ground, activity, person)
    amend(ground, activity, person, minutes)
    assert ground.balance(person) == spendable(ground, person) == minutes // 6
    assert_the_books_are_right(ground.session)


def test_a_disputed_record_that_is_voided_loses_its_points(ground: Ground, person: Volunteer) -> None:
    activity = ground.served("environment", "09:00", "11:00", person)
    record = dispute(ground, activity, person)
    settlement.void_record(ground.session, record=record, reason="未到场", by=ground.admin, second=ground.second, at=AT)
    assert (ground.balance(person), spendable(ground, person)) == (0, 0)
    assert ground.session.scalars(select(PointLot.status)).all() == ["reversed"]


def test_voiding_a_record_frees_the_minutes_that_overlapped_with_it(ground: Ground, person: Volunteer) -> None:
    """H4, P10: the other record of the date is computed again."""
    other = ground.activity("environment", "10:00", "12:00")
    first = ground.activity("environment", "09:00", "11:00")
    at = ground.over("12:00")
    for activity, window in ((first, ("09:00", "11:00")), (other, ("10:00", "12:00"))):
        code = make_up(ground, activity, person, *window)
        settlement.decide_makeup(ground.session, makeup=code, approve=True, by=ground.community, at=at)
        ground.settled(activity, at=at, by=ground.community)
    assert ground.balance(person) == 30
    record = ground.record(first, person).code
    settlement.void_record(ground.session, record=record, reason="未到场", by=ground.admin, second=ground.second, at=at)
    assert ground.record(other, person).minutes_credited == 120
    assert ground.balance(person) == 20
    assert_the_books_are_right(ground.session)


def make_up(ground: Ground, activity: str, person: Volunteer, start: str, end: str) -> str:
    return settlement.propose_makeup(
        ground.session,
        claim=makeups.Claim(
            activity=activity, volunteer=person.code, claimed_in=local(start), claimed_out=local(end), reason="no_phone"
        ),
        by=ground.running,
        at=local(end),
    ).code


def test_the_rules_answer_is_what_was_awarded(ground: Ground, person: Volunteer) -> None:
    ground.served("civility", "08:00", "14:00", person, ground.leader)
    ground.served("safety", "15:00", "17:00", person)
    pairs = [(person.id, TODAY), (ground.leader.id, TODAY)]
    due = {(each.volunteer_id, each.activity_id): each.points for each in earning.due(ground.session, pairs=pairs)}
    newest = ground.session.execute(select(Award.volunteer_id, Award.activity_id, Award.points)).all()
    assert due == {(row.volunteer_id, row.activity_id): row.points for row in newest}


def test_earning_for_many_takes_as_many_statements_as_for_two(ground: Ground) -> None:
    def statements_for(count: int) -> int:
        people = [make.volunteer(ground.session) for _ in range(count)]
        activity = ground.activity("environment", "09:00", "11:00")
        for each in people:
            ground.came(activity, each, "09:00", "11:00")
        at = ground.over("11:00")
        with counted_statements(ground.session) as statements:
            settlement.settle(ground.session, activity=activity, by=ground.running, at=at)
        return len(statements)

    statements_for(2)  # the street's first settlement opens its accounts
    few, many = statements_for(2), statements_for(12)
    assert many <= few + 2
    assert many <= 60

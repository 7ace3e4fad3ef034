"""T1–T19 of domain §3.6 through the whole service: planned, approved, scanned, swept, settled, earned and spent."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import SYSTEM
from points.ledger.tables import PointLot
from points.people.tables import Volunteer
from points.rewards import settlement
from points.service import hours, makeups
from tests import make
from tests.business.ledger.books import assert_the_books_are_right
from tests.business.rewards.ground import TODAY, Ground, local, prepare


@pytest.fixture
def ground(session: Session) -> Ground:
    return prepare(session)


@pytest.fixture
def person(session: Session) -> Volunteer:
    return make.volunteer(session)


@pytest.mark.parametrize(
    ("vector", "category", "window", "stay", "minutes", "points"),
    [
        ("T1", "environment", ("09:00", "11:00"), ("08:47", "11:06"), 120, 20),
        ("T2", "elderly_disabled", ("14:00", "16:30"), ("14:12", "16:25"), 133, 24),
        ("T7", "environment", ("09:00", "11:00"), ("09:00", "09:20"), 0, 0),
        ("T9", "emergency", ("09:00", "10:30"), ("09:00", "10:30"), 90, 22),
        ("T10", "skills", ("09:00", "10:45"), ("09:00", "10:45"), 105, 19),
    ],
)
def test_a_stay_becomes_minutes_and_points(
    ground: Ground,
    person: Volunteer,
    vector: str,
    category: str,
    window: tuple[str, str],
    stay: tuple[str, str],
    minutes: int,
    points: int,
) -> None:
    activity = ground.activity(category, *window)
    ground.came(activity, person, *stay)
    settled = ground.settled(activity, at=ground.over(window[1]))
    assert ground.record(activity, person).minutes_credited == minutes
    assert (settled.minutes, settled.points, ground.balance(person)) == (minutes, points, points)
    assert_the_books_are_right(ground.session)


def served_t3(ground: Ground, person: Volunteer) -> str:
    activity = ground.activity("civility", "08:30", "17:30", breaks=[("12:00", "13:30")])
    ground.came(activity, person, "08:28", "17:40")
    ground.settled(activity, at=ground.over("17:30"))
    return activity


def test_t3_the_break_is_not_counted_and_the_activitys_cap_holds(ground: Ground, person: Volunteer) -> None:
    activity = served_t3(ground, person)
    assert ground.record(activity, person).minutes_credited == 450
    assert ground.balance(person) == 60


def test_t4_what_goes_beyond_eight_hours_waits_for_the_street(ground: Ground, person: Volunteer) -> None:
    served_t3(ground, person)
    activity = ground.activity("safety", "19:00", "21:00")
    ground.came(activity, person, "19:00", "21:00")
    at = ground.over("21:00")
    ground.settled(activity, at=at)
    record = ground.record(activity, person)
    assert (record.minutes_raw, record.minutes_credited, record.minutes_pending) == (120, 30, 90)
    assert ground.balance(person) == 66
    earned = settlement.approve_pending(ground.session, record=record.code, by=ground.admin, at=at)
    assert ground.record(activity, person).minutes_credited == 120
    assert (earned.points, ground.balance(person)) == (14, 80)
    last = ground.session.scalars(select(PointLot).order_by(PointLot.id.desc())).first()
    assert last is not None
    assert (last.points, last.source_type, last.source_ref) == (
        14,
        "adjust_plus",
        ground.record(activity, person).code,
    )
    assert_the_books_are_right(ground.session)


def makeup(ground: Ground, activity: str, person: Volunteer, start: str, end: str) -> str:
    return settlement.propose_makeup(
        ground.session,
        claim=makeups.Claim(
            activity=activity,
            volunteer=person.code,
            claimed_in=local(start),
            claimed_out=local(end),
            reason="forgot_out",
        ),
        by=ground.running,
        at=local(end) + timedelta(hours=4),
    ).code


def test_t5_overlapping_makeups_never_credit_a_minute_twice(ground: Ground, person: Volunteer) -> None:
    first = ground.activity("environment", "09:00", "11:00")
    second = ground.activity("environment", "10:00", "12:00")
    at = ground.over("12:00") + timedelta(hours=2)
    for activity, window in ((first, ("09:00", "11:00")), (second, ("10:00", "12:00"))):
        code = makeup(ground, activity, person, *window)
        settlement.decide_makeup(ground.session, makeup=code, approve=True, by=ground.community, at=at)
        ground.settled(activity, at=at, by=ground.community)
    assert ground.record(first, person).minutes_credited == 120
    assert ground.record(second, person).minutes_credited == 60
    assert ground.balance(person) == 20 + 10
    assert_the_books_are_right(ground.session)


@pytest.mark.parametrize("settled_before", [True, False])
def test_t6_a_forgotten_check_out_counts_nothing_until_it_is_made_up(
    ground: Ground, person: Volunteer, settled_before: bool
) -> None:
    activity = ground.activity("environment", "09:00", "11:00")
    ground.came(activity, person, "09:05", None)
    at = ground.over("11:00")
    assert ground.record(activity, person).minutes_credited == 0
    if settled_before:
        ground.settled(activity, at=at)
        assert ground.balance(person) == 0
    code = makeup(ground, activity, person, "09:05", "11:00")
    settlement.decide_makeup(ground.session, makeup=code, approve=True, by=ground.community, at=at)
    if not settled_before:
        ground.settled(activity, at=at, by=ground.community)
    record = ground.record(activity, person)
    assert (record.minutes_credited, record.assurance, record.status) == (115, "C", "confirmed")
    assert hours.shown(record.minutes_credited) == "1.9"
    assert ground.balance(person) == 15
    assert_the_books_are_right(ground.session)


def test_t8_the_leader_of_six_people_gets_the_bonus(ground: Ground) -> None:
    others = [make.volunteer(ground.session) for _ in range(5)]
    ground.served("environment", "09:00", "11:00", ground.leader, *others)
    assert ground.balance(ground.leader) == 25
    assert {ground.balance(other) for other in others} == {20}


def test_the_leader_of_four_people_gets_no_bonus(ground: Ground) -> None:
    ground.served("environment", "09:00", "11:00", ground.leader, *(make.volunteer(ground.session) for _ in range(3)))
    assert ground.balance(ground.leader) == 20


@pytest.mark.parametrize(("vector", "category", "points"), [("T11", "skills", 39), ("T12", "emergency", 40)])
def test_extra_percentages_are_capped_together(
    ground: Ground, person: Volunteer, vector: str, category: str, points: int
) -> None:
    ground.served(category, "09:00", "11:00", person, extra_pct=150)
    assert ground.balance(person) == points


def test_t13_hours_only_earns_hours_and_no_points(ground: Ground) -> None:
    person = make.volunteer(ground.session, points_policy="hours_only")
    activity = ground.served("environment", "09:00", "11:00", person)
    assert ground.record(activity, person).minutes_credited == 120
    assert ground.balance(person) == 0


def spend(ground: Ground, points: int, *people: Volunteer) -> None:
    accounts = ledger.lock_accounts(ground.session, volunteer_ids=[person.id for person in people], at=make.NOW)
    ledger.spend(
        ground.session,
        payment=ledger.Payment(
            accounts=[accounts[person.id] for person in people], points=points, reference="redemption:T", day=TODAY
        ),
        by=SYSTEM,
        at=make.NOW,
    )


def remaining(ground: Ground, person: Volunteer) -> list[tuple[int, date | None]]:
    return [(lot.remaining, lot.expires_on) for lot in ledger.lots(ground.session, person.id)]


def test_t14_points_are_spent_soonest_expiring_first(ground: Ground, person: Volunteer) -> None:
    make.points(ground.session, person, 30, expires_on=date(2027, 12, 31))
    make.points(ground.session, person, 12, expires_on=date(2026, 12, 31))
    spend(ground, 25, person)
    assert remaining(ground, person) == [(17, date(2027, 12, 31))]


def test_t15_a_household_pays_with_the_redeemers_own_points_first(ground: Ground, person: Volunteer) -> None:
    spouse = make.volunteer(ground.session)
    make.points(ground.session, person, 18)
    make.points(ground.session, spouse, 40)
    spend(ground, 50, person, spouse)
    assert (ground.balance(person), ground.balance(spouse)) == (0, 8)
    assert_the_books_are_right(ground.session)


def test_t16_what_was_spent_from_a_voided_record_is_netted_from_the_next_earnings(
    ground: Ground, person: Volunteer
) -> None:
    """A13: the balance stays at least 0, the hours fall."""
    wrong = ground.served("elderly_disabled", "09:00", "11:00", person)
    spend(ground, 20, person)
    ground.served("safety", "14:00", "15:00", person)
    assert ground.balance(person) == 4 + 12
    settlement.void_record(
        ground.session,
        record=ground.record(wrong, person).code,
        reason="经核实当日未到场",
        by=ground.admin,
        second=ground.second,
        at=local("20:00"),
    )
    account = ledger.balance(ground.session, person.id, day=TODAY)
    assert (account.balance, account.owed) == (0, 8)
    assert_the_books_are_right(ground.session)
    ground.served("environment", "09:00", "11:00", person, day=TODAY + timedelta(days=1))
    account = ledger.balance(ground.session, person.id, day=TODAY)
    assert (account.balance, account.owed) == (12, 0)
    assert_the_books_are_right(ground.session)


def test_t17_a_night_patrol_belongs_to_two_dates(ground: Ground, person: Volunteer) -> None:
    activity = ground.activity("safety", "22:30", "25:00")
    ground.came(activity, person, "22:30", "25:00")
    ground.settled(activity, at=ground.over("25:00"))
    next_day = TODAY + timedelta(days=1)
    assert ground.record(activity, person).minutes_credited == 90
    assert ground.record(activity, person, day=next_day).minutes_credited == 60
    assert [(lot.earned_on, lot.points) for lot in ledger.lots(ground.session, person.id)] == [
        (TODAY, 18),
        (next_day, 12),
    ]


def test_t18_points_expire_at_the_end_of_the_next_year(ground: Ground, person: Volunteer) -> None:
    ground.served("environment", "09:00", "11:00", person)
    assert remaining(ground, person) == [(20, date(2027, 12, 31))]


def test_t19_hours_are_floored_on_the_total_and_points_on_each_record(ground: Ground, person: Volunteer) -> None:
    minutes = []
    for days, end in enumerate(("09:25", "09:40", "09:55")):
        day = TODAY + timedelta(days=days)
        activity = ground.activity("environment", "09:00", "11:00", day=day)
        ground.came(activity, person, "09:00", end, day=day)
        ground.settled(activity, at=ground.over("11:00", day=day))
        minutes.append(ground.record(activity, person, day=day).minutes_credited)
    assert minutes == [0, 40, 55]
    assert hours.shown(sum(minutes)) == "1.5"
    assert ground.balance(person) == 0 + 5 + 5

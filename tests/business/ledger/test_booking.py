"""The books: every verb keeps balance = Σ transfers = Σ lots, and takes from the right lots."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import SYSTEM
from points.foundation.errors import NoSuch
from points.ledger import InsufficientPoints
from points.ledger.tables import LotUse, PointLot, RecoveryDue, Transfer
from points.people.tables import Volunteer
from tests import make
from tests.business.ledger.books import assert_the_books_are_right, counted_statements, lots_of, opened

NOW, TODAY = make.NOW, make.TODAY
END_2026, END_2027 = date(2026, 12, 31), date(2027, 12, 31)


def spend(session: Session, *people: Volunteer, points: int, reference: str = "redemption:R1", day: date = TODAY):
    accounts = ledger.lock_accounts(session, volunteer_ids=[person.id for person in people], at=NOW)
    in_order = [accounts[person.id] for person in people]
    return ledger.spend(
        session,
        payment=ledger.Payment(accounts=in_order, points=points, reference=reference, day=day),
        by=SYSTEM,
        at=NOW,
    )


def reserve(session: Session, *people: Volunteer, points: int, reference: str = "redemption:R1"):
    accounts = ledger.lock_accounts(session, volunteer_ids=[person.id for person in people], at=NOW)
    in_order = [accounts[person.id] for person in people]
    return ledger.reserve(
        session,
        payment=ledger.Payment(accounts=in_order, points=points, reference=reference, day=TODAY),
        by=SYSTEM,
        at=NOW,
    )


def test_points_are_spent_soonest_expiring_first(session: Session) -> None:
    """T14."""
    person = make.volunteer(session)
    opened(session, person, 30, expires_on=END_2027)
    opened(session, person, 12, expires_on=END_2026)
    spend(session, person, points=25)
    assert lots_of(session, person) == [(12, 0, "exhausted", END_2026), (30, 17, "active", END_2027)]
    assert ledger.balance(session, person.id, day=TODAY).balance == 17
    assert_the_books_are_right(session)


def test_what_never_expires_is_spent_last_and_what_was_earned_first_goes_first(session: Session) -> None:
    person = make.volunteer(session)
    opened(session, person, 5, expires_on=None, earned_on=date(2020, 1, 1))
    opened(session, person, 5, expires_on=END_2026, earned_on=date(2026, 2, 1))
    opened(session, person, 5, expires_on=END_2026, earned_on=date(2026, 1, 1))
    spend(session, person, points=7)
    left = {lot.earned_on: lot.remaining for lot in ledger.lots(session, person.id)}
    assert left == {date(2026, 2, 1): 3, date(2020, 1, 1): 5}


def test_a_household_pays_with_the_redeemers_own_points_first(session: Session) -> None:
    """T15: the spouse's lots follow, although they expire sooner."""
    redeemer, spouse = make.volunteer(session), make.volunteer(session)
    opened(session, redeemer, 18, expires_on=END_2027)
    opened(session, spouse, 40, expires_on=END_2026)
    given = spend(session, redeemer, spouse, points=50)
    assert [points for _, points in given] == [18, 32]
    assert ledger.balance(session, spouse.id, day=TODAY).balance == 8
    references = session.scalars(select(Transfer.reference).where(Transfer.purpose == "spend").order_by(Transfer.id))
    assert references.all() == [f"redemption:R1:{redeemer.code}", f"redemption:R1:{spouse.code}"]
    assert_the_books_are_right(session)


def test_other_members_lots_are_spent_together_soonest_expiring_first(session: Session) -> None:
    redeemer, second, third = (make.volunteer(session) for _ in range(3))
    opened(session, second, 10, expires_on=END_2027)
    opened(session, third, 10, expires_on=END_2026)
    spend(session, redeemer, second, third, points=12)
    assert ledger.balances(session, [redeemer.id, second.id, third.id]) == {redeemer.id: 0, second.id: 8, third.id: 0}


def test_spending_more_than_there_is_is_refused_and_changes_nothing(session: Session) -> None:
    person = make.volunteer(session)
    opened(session, person, 12)
    with pytest.raises(InsufficientPoints) as refused:
        spend(session, person, points=24)
    assert refused.value.facts() == {"needed": 24, "available": 12, "missing": 12}
    assert lots_of(session, person) == [(12, 12, "active", END_2027)]
    assert session.scalars(select(LotUse)).all() == []
    assert_the_books_are_right(session)


def test_the_day_of_expiry_still_can_be_spent_and_the_next_day_cannot(session: Session) -> None:
    """A11."""
    person = make.volunteer(session)
    opened(session, person, 20, expires_on=TODAY)
    with pytest.raises(InsufficientPoints):
        spend(session, person, points=1, day=TODAY + timedelta(days=1))
    spend(session, person, points=5)
    assert ledger.balance(session, person.id, day=TODAY).spendable == 15
    assert ledger.balance(session, person.id, day=TODAY + timedelta(days=1)).spendable == 0


def test_held_points_are_released_to_the_same_lots(session: Session) -> None:
    """A10."""
    person = make.volunteer(session)
    opened(session, person, 12, expires_on=END_2026)
    opened(session, person, 30, expires_on=END_2027)
    before = lots_of(session, person)
    reserve(session, person, points=25)
    held = ledger.balance(session, person.id, day=TODAY)
    assert (held.balance, held.held) == (17, 25)
    assert_the_books_are_right(session)
    ledger.release(session, reference="redemption:R1", by=SYSTEM, at=NOW)
    assert lots_of(session, person) == before
    after = ledger.balance(session, person.id, day=TODAY)
    assert (after.balance, after.held) == (42, 0)
    assert_the_books_are_right(session)


def test_held_points_are_spent_once(session: Session) -> None:
    redeemer, spouse = make.volunteer(session), make.volunteer(session)
    opened(session, redeemer, 18)
    opened(session, spouse, 40)
    reserve(session, redeemer, spouse, points=50)
    spent = ledger.spend_held(session, reference="redemption:R1", by=SYSTEM, at=NOW)
    assert [points for _, points in spent] == [18, 32]
    assert ledger.balance(session, spouse.id, day=TODAY).held == 0
    assert_the_books_are_right(session)


def test_a_release_does_not_lengthen_the_life_of_a_lot(session: Session) -> None:
    person = make.volunteer(session)
    opened(session, person, 10, expires_on=TODAY)
    reserve(session, person, points=4)
    tomorrow = NOW + timedelta(days=1)
    assert ledger.expire_due(session, at=tomorrow) == {"lots": 1, "points": 6}
    ledger.release(session, reference="redemption:R1", by=SYSTEM, at=tomorrow)
    assert ledger.balance(session, person.id, day=TODAY + timedelta(days=1)).spendable == 0
    assert ledger.expire_due(session, at=tomorrow) == {"lots": 1, "points": 4}
    assert lots_of(session, person) == [(10, 0, "expired", TODAY)]
    assert_the_books_are_right(session)


@pytest.mark.parametrize("by_hold", [False, True])
def test_returned_points_go_back_to_the_same_lots(session: Session, by_hold: bool) -> None:
    redeemer, spouse = make.volunteer(session), make.volunteer(session)
    opened(session, redeemer, 18)
    opened(session, spouse, 40)
    if by_hold:
        reserve(session, redeemer, spouse, points=50)
        ledger.spend_held(session, reference="redemption:R1", by=SYSTEM, at=NOW)
    else:
        spend(session, redeemer, spouse, points=50)
    back = ledger.give_back(session, reference="redemption:R1", day=TODAY, by=SYSTEM, at=NOW)
    assert sorted(points for _, points in back) == [18, 32]
    assert lots_of(session, redeemer) == [(18, 18, "active", END_2027)]
    assert lots_of(session, spouse) == [(40, 40, "active", END_2027)]
    assert_the_books_are_right(session)


def test_a_return_revives_an_expired_lot_for_thirty_days(session: Session) -> None:
    person = make.volunteer(session)
    opened(session, person, 10, expires_on=TODAY)
    spend(session, person, points=10)
    later = NOW + timedelta(days=5)
    day = TODAY + timedelta(days=5)
    ledger.give_back(session, reference="redemption:R1", day=day, by=SYSTEM, at=later)
    assert lots_of(session, person) == [(10, 10, "active", day + timedelta(days=30))]
    assert ledger.balance(session, person.id, day=day).spendable == 10


def test_one_redemption_is_not_confused_with_another_whose_code_begins_alike(session: Session) -> None:
    person = make.volunteer(session)
    opened(session, person, 30)
    spend(session, person, points=10, reference="redemption:R1")
    spend(session, person, points=5, reference="redemption:R10")
    ledger.give_back(session, reference="redemption:R1", day=TODAY, by=SYSTEM, at=NOW)
    assert ledger.balance(session, person.id, day=TODAY).balance == 25
    with pytest.raises(NoSuch):
        ledger.release(session, reference="redemption:R", by=SYSTEM, at=NOW)


def test_what_is_taken_back_comes_from_its_own_lot_first_and_the_rest_is_owed(session: Session) -> None:
    """T16: the record's lot of 24 has 4 left, other lots 12; the next 20 net to 12."""
    person = make.volunteer(session)
    opened(session, person, 24, source_ref="RECORD", expires_on=END_2026)
    spend(session, person, points=20)
    opened(session, person, 12, expires_on=END_2026)
    account = ledger.lock_accounts(session, volunteer_ids=[person.id], at=NOW)[person.id]
    shortfall = ledger.take_back(
        session,
        account=account,
        points=24,
        reference="award:A2",
        prefer_source_refs=["RECORD"],
        by=SYSTEM,
        at=NOW,
        reason="voided",
    )
    assert shortfall == 8
    assert [(remaining, status) for _, remaining, status, _ in lots_of(session, person)] == [
        (0, "reversed"),
        (0, "exhausted"),
    ]
    assert ledger.balance(session, person.id, day=TODAY).owed == 8
    assert_the_books_are_right(session)
    opened(session, person, 20)
    after = ledger.balance(session, person.id, day=TODAY)
    assert (after.balance, after.owed) == (12, 0)
    assert session.scalars(select(RecoveryDue.remaining)).all() == [0]
    assert_the_books_are_right(session)


def test_a_debt_larger_than_the_next_earnings_is_netted_over_several(session: Session) -> None:
    person = make.volunteer(session)
    account = ledger.lock_accounts(session, volunteer_ids=[person.id], at=NOW)[person.id]
    assert ledger.take_back(session, account=account, points=30, reference="award:X", by=SYSTEM, at=NOW) == 30
    for _ in range(3):
        opened(session, person, 12)
    after = ledger.balance(session, person.id, day=TODAY)
    assert (after.balance, after.owed) == (6, 0)
    assert_the_books_are_right(session)


def test_expiry_takes_all_that_is_over_and_nothing_else(session: Session) -> None:
    """P11: a lot is usable through its last day, local time."""
    people = [make.volunteer(session) for _ in range(3)]
    for person in people:
        opened(session, person, 10, expires_on=END_2026)
        opened(session, person, 7, expires_on=END_2027)
    last_second = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
    assert ledger.expire_due(session, at=last_second) == {"lots": 0, "points": 0}
    assert ledger.expire_due(session, at=last_second + timedelta(seconds=1)) == {"lots": 3, "points": 30}
    assert ledger.expire_due(session, at=last_second + timedelta(seconds=1)) == {"lots": 0, "points": 0}
    assert lots_of(session, people[0]) == [(10, 0, "expired", END_2026), (7, 7, "active", END_2027)]
    assert_the_books_are_right(session)


def test_expiry_leaves_the_lot_of_the_same_account_that_ends_today(session: Session) -> None:
    """Only what is over goes, also where the same account has a lot that ends today."""
    person = make.volunteer(session)
    opened(session, person, 10, expires_on=TODAY - timedelta(days=1))
    opened(session, person, 7, expires_on=TODAY)
    assert ledger.expire_due(session, at=NOW) == {"lots": 1, "points": 10}
    assert [(points, status) for points, _, status, _ in lots_of(session, person)] == [(10, "expired"), (7, "active")]


def test_expiry_of_many_takes_a_fixed_number_of_statements(session: Session) -> None:
    for _ in range(12):
        opened(session, make.volunteer(session), 10, expires_on=END_2026)
    with counted_statements(session) as statements:
        ledger.expire_due(session, at=datetime(2027, 1, 1, tzinfo=UTC))
    assert len(statements) <= 8, statements


def test_a_frozen_lot_is_neither_spent_nor_expired(session: Session) -> None:
    person = make.volunteer(session)
    opened(session, person, 10, expires_on=TODAY)
    [lot] = ledger.lots(session, person.id)
    account = ledger.lock_accounts(session, volunteer_ids=[person.id], at=NOW)[person.id]
    assert ledger.freeze_from(session, account=account, source_refs=[lot.source_ref]) == 1
    with pytest.raises(InsufficientPoints):
        spend(session, person, points=1)
    tomorrow = NOW + timedelta(days=1)
    assert ledger.expire_due(session, at=tomorrow)["lots"] == 0
    assert ledger.unfreeze_from(session, account=account, source_refs=[lot.source_ref]) == 1
    spend(session, person, points=1)
    assert_the_books_are_right(session)
    assert ledger.unfreeze_from(session, account=account, source_refs=[lot.source_ref]) == 0


@pytest.mark.parametrize("points", [15, -15])
def test_an_adjustment_is_a_transfer_with_the_adjusted_account(session: Session, points: int) -> None:
    person = make.volunteer(session)
    opened(session, person, 20)
    account = ledger.lock_accounts(session, volunteer_ids=[person.id], at=NOW)[person.id]
    ledger.adjust(
        session,
        adjusting=ledger.Adjusting(
            account=account,
            points=points,
            reference="adjustment:X",
            reason="纸质记录补登有误",
            rule_version="RS-01",
            day=TODAY,
            expires_on=END_2027,
        ),
        by=SYSTEM,
        at=NOW,
    )
    assert ledger.balance(session, person.id, day=TODAY).balance == 20 + points
    assert_the_books_are_right(session)


def test_the_statement_tells_every_movement_newest_first(session: Session) -> None:
    person = make.volunteer(session)
    opened(session, person, 20)
    reserve(session, person, points=5)
    ledger.spend_held(session, reference="redemption:R1", by=SYSTEM, at=NOW)
    page = ledger.statement(session, volunteer_id=person.id, limit=2)
    assert [(line.purpose, line.points) for line in page.items] == [("spend", 0), ("reserve", -5)]
    rest = ledger.statement(session, volunteer_id=person.id, cursor=page.next_cursor, limit=2)
    assert [(line.purpose, line.points) for line in rest.items] == [("opening", 20)]
    assert rest.next_cursor is None


def test_spending_from_a_handful_of_lots_takes_six_statements(session: Session) -> None:
    person = make.volunteer(session)
    for _ in range(5):
        opened(session, person, 5)
    with counted_statements(session) as statements:
        spend(session, person, points=22)
    assert len(statements) <= 6, statements


def test_an_account_is_opened_once_with_its_streets_counted_accounts(session: Session) -> None:
    person, neighbour = make.volunteer(session), make.volunteer(session)
    first = ledger.lock_accounts(session, volunteer_ids=[person.id], at=NOW)[person.id]
    both = ledger.lock_accounts(session, volunteer_ids=[neighbour.id, person.id], at=NOW)
    assert both[person.id] == first
    assert both[neighbour.id].system == first.system
    with pytest.raises(NoSuch):
        ledger.lock_accounts(session, volunteer_ids=[10**6], at=NOW)


def test_a_lot_shows_what_became_of_it(session: Session) -> None:
    person = make.volunteer(session)
    opened(session, person, 20)
    spend(session, person, points=5)
    transfer_id = session.scalars(select(Transfer.id).where(Transfer.purpose == "spend")).one()
    [(lot, moved)] = ledger.uses(session, transfer_id=transfer_id)
    assert (lot.points, moved) == (20, -5)
    assert session.scalars(select(PointLot.transfer_id)).one() == lot.transfer_id

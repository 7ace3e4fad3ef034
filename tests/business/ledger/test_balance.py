"""A sum of points and the parts that make it."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import SYSTEM
from points.ledger.statuses import BalancePart
from points.people.tables import Volunteer
from tests import make
from tests.business.ledger.books import opened

NOW, TODAY = make.NOW, make.TODAY
LATER = date(2027, 12, 31)


def locked(session: Session, person: Volunteer) -> ledger.AccountState:
    return ledger.lock_accounts(session, volunteer_ids=[person.id], at=NOW)[person.id]


def one_of_each(session: Session) -> Volunteer:
    """Who has 100 points: 15 held, 20 frozen, 10 over since yesterday, 55 to spend; and owes nothing."""
    person = make.volunteer(session)
    opened(session, person, 10, expires_on=TODAY - timedelta(days=1))
    opened(session, person, 70, expires_on=LATER)
    opened(session, person, 20, expires_on=LATER, source_ref="record:1")
    account = locked(session, person)
    ledger.freeze_from(session, account=account, source_refs=["record:1"])
    payment = ledger.Payment(accounts=[account], points=15, reference=f"redemption:{person.code}", day=TODAY)
    ledger.reserve(session, payment=payment, by=SYSTEM, at=NOW)
    return person


def test_the_parts_of_a_balance_add_up(session: Session) -> None:
    found = ledger.balance(session, one_of_each(session).id, day=TODAY)
    assert (found.balance, found.held, found.spendable, found.frozen, found.lapsed) == (85, 15, 55, 20, 10)
    assert found.parts == ((BalancePart.HELD, 15), (BalancePart.FROZEN, 20), (BalancePart.LAPSED, 10))


def test_what_expires_when_adds_up_to_what_can_be_spent(session: Session) -> None:
    purse = ledger.purse(session, one_of_each(session).id, day=TODAY)
    assert purse.expiries(TODAY) == [(LATER, 55)]


def test_on_its_last_day_a_lot_is_spendable_and_the_day_after_it_is_not(session: Session) -> None:
    person = make.volunteer(session)
    opened(session, person, 5, expires_on=TODAY)
    last, after = (ledger.balance(session, person.id, day=TODAY + timedelta(days=n)) for n in (0, 1))
    assert (last.spendable, last.lapsed) == (5, 0)
    assert (after.spendable, after.lapsed) == (0, 5)


def test_what_several_can_spend_together_leaves_out_what_is_frozen_expired_or_held(session: Session) -> None:
    people = [one_of_each(session).id, make.volunteer(session).id]
    assert ledger.spendable(session, people, day=TODAY) == 55
    assert ledger.spendable(session, [], day=TODAY) == 0


def test_who_has_no_account_has_no_parts(session: Session) -> None:
    assert ledger.balance(session, make.volunteer(session).id, day=TODAY).parts == ()

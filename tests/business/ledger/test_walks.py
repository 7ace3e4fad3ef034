"""Long random walks through the ledger's verbs: after every step the books are right."""

import random
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import SYSTEM
from points.people.tables import Volunteer
from tests import make
from tests.business.ledger.books import assert_the_books_are_right, opened


class Walk:
    """A small household of accounts and everything that may still happen to its bookings."""

    def __init__(self, session: Session, source: random.Random) -> None:
        self.session = session
        self.random = source
        self.people = [make.volunteer(session) for _ in range(3)]
        self.at = make.NOW
        self.reserved: list[str] = []
        self.spent: list[str] = []
        self.sources: list[tuple[Volunteer, str]] = []
        self.number = 0

    @property
    def day(self) -> date:
        return make.TODAY + (self.at - make.NOW)

    def reference(self) -> str:
        self.number += 1
        return f"redemption:W{self.number}"

    def accounts(self) -> list[ledger.AccountState]:
        chosen = self.random.sample(self.people, self.random.randint(1, 3))
        states = ledger.lock_accounts(self.session, volunteer_ids=[person.id for person in chosen], at=self.at)
        return [states[person.id] for person in chosen]

    def earn(self) -> None:
        person, source = self.random.choice(self.people), self.reference()
        expires_on = self.random.choice([None, self.day + timedelta(days=self.random.randint(0, 60))])
        opened(self.session, person, self.random.randint(1, 40), expires_on=expires_on, source_ref=source)
        self.sources.append((person, source))

    def spend(self) -> None:
        reference = self.reference()
        points = self.random.randint(1, 50)
        ledger.spend(
            self.session,
            payment=ledger.Payment(accounts=self.accounts(), points=points, reference=reference, day=self.day),
            by=SYSTEM,
            at=self.at,
        )
        self.spent.append(reference)

    def reserve(self) -> None:
        reference = self.reference()
        points = self.random.randint(1, 50)
        ledger.reserve(
            self.session,
            payment=ledger.Payment(accounts=self.accounts(), points=points, reference=reference, day=self.day),
            by=SYSTEM,
            at=self.at,
        )
        self.reserved.append(reference)

    def spend_held(self) -> None:
        if self.reserved:
            reference = self.reserved.pop(self.random.randrange(len(self.reserved)))
            ledger.spend_held(self.session, reference=reference, by=SYSTEM, at=self.at)
            self.spent.append(reference)

    def release(self) -> None:
        if self.reserved:
            reference = self.reserved.pop(self.random.randrange(len(self.reserved)))
            ledger.release(self.session, reference=reference, by=SYSTEM, at=self.at)

    def give_back(self) -> None:
        if self.spent:
            reference = self.spent.pop(self.random.randrange(len(self.spent)))
            ledger.give_back(self.session, reference=reference, day=self.day, by=SYSTEM, at=self.at)

    def take_back(self) -> None:
        if self.sources:
            person, source = self.random.choice(self.sources)
            account = ledger.lock_accounts(self.session, volunteer_ids=[person.id], at=self.at)[person.id]
            ledger.take_back(
                self.session,
                account=account,
                points=self.random.randint(1, 40),
                reference=self.reference(),
                prefer_source_refs=[source],
                by=SYSTEM,
                at=self.at,
            )

    def wait(self) -> None:
        self.at += timedelta(days=self.random.randint(1, 20))
        ledger.expire_due(self.session, at=self.at)


@pytest.mark.parametrize("seed", range(5))
def test_the_books_are_right_after_every_step_of_a_random_walk(session: Session, seed: int) -> None:
    walk = Walk(session, random.Random(seed))
    steps = [
        walk.earn,
        walk.earn,
        walk.spend,
        walk.reserve,
        walk.spend_held,
        walk.release,
        walk.give_back,
        walk.take_back,
        walk.wait,
    ]
    for _ in range(40):
        with suppress(ledger.InsufficientPoints), session.begin_nested():
            walk.random.choice(steps)()
        assert_the_books_are_right(session)

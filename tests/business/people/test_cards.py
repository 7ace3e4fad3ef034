"""Printed cards: one live card a person; a lost one stays known as revoked."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation import codes
from points.foundation.actors import NotPermitted
from points.foundation.errors import NoSuch
from points.people import cards
from points.people.cards import Card, CardRevoked
from tests import make, statements


def test_a_card_leads_to_its_holder_in_one_statement(session: Session) -> None:
    person = make.volunteer(session)
    card = make.card(session, person)
    assert codes.is_code(card.code)
    assert card.serial == f"{person.code}-1"
    with statements.counted(session) as counted:
        assert cards.holder(session, card.code.lower()) is person
    assert len(counted) == 1


def test_a_new_card_revokes_the_one_before(session: Session) -> None:
    person, clerk = make.volunteer(session), make.clerk(session)
    lost = cards.issue(session, volunteer=person.code, by=clerk, at=make.NOW)
    found = cards.issue(session, volunteer=person.code, by=clerk, at=make.NOW, reason="lost")
    assert found.serial == f"{person.code}-2"
    assert cards.holder(session, found.code) is person
    with pytest.raises(CardRevoked) as refusal:
        cards.holder(session, lost.code)
    assert (refusal.value.code, refusal.value.serial) == ("code-revoked", lost.serial)
    live = select(func.count()).select_from(Card).where(Card.revoked_at.is_(None))
    assert session.scalar(live) == 1


def test_a_card_nobody_made_is_unknown(session: Session) -> None:
    with pytest.raises(NoSuch):
        cards.holder(session, codes.new())


def test_who_lost_a_card_revokes_it_and_cannot_print_one(session: Session) -> None:
    person = make.volunteer(session)
    card, me = make.card(session, person), make.volunteer_actor(session, person)
    with pytest.raises(NotPermitted):
        cards.issue(session, volunteer=person.code, by=me, at=make.NOW)
    assert cards.revoke(session, volunteer=person.code, reason="lost", by=me, at=make.NOW) == 1
    assert cards.revoke(session, volunteer=person.code, reason="lost", by=me, at=make.NOW) == 0
    with pytest.raises(CardRevoked):
        cards.holder(session, card.code)


def test_a_stranger_gets_no_card_made(session: Session) -> None:
    person = make.volunteer(session)
    with pytest.raises(NoSuch):
        cards.issue(session, volunteer=person.code, by=make.stranger(session), at=make.NOW)
    with pytest.raises(NoSuch):
        cards.revoke(session, volunteer=person.code, reason="x", by=make.stranger(session), at=make.NOW)
    assert cards.live(session, person.id) is None

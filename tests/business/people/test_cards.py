"""Printed cards: one live card a person; a lost one stays known as revoked."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation import codes
from points.foundation.actors import NotPermitted
from points.foundation.errors import NoSuch
from points.people import cards, teams, volunteers
from points.people.cards import CardRevoked
from points.people.tables import Card
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


def test_the_cards_of_a_team_are_those_of_its_members_in_reach(session: Session) -> None:
    inside, outside, gone, without = (make.volunteer(session) for _ in range(4))
    elsewhere = make.volunteer(session, community="NZ")
    for person in (inside, outside, gone, elsewhere):
        make.card(session, person)
    team = make.team(session, leader=inside, members=[gone, without, elsewhere])
    teams.leave(session, team=team.code, volunteer=gone.code, by=make.volunteer_actor(session, gone), at=make.NOW)
    found = cards.of_team(session, team=team.code, by=make.community_admin(session))
    assert [(one.volunteer, one.serial) for one in found] == [
        (inside.code, f"{inside.code}-1"),
        (without.code, None),
    ]
    assert (found[0].name, found[0].community, found[0].street_id) == (inside.name, "北正社区", inside.street_id)


def test_the_cards_of_a_community_or_of_some_people_take_one_statement_more_than_the_community(
    session: Session,
) -> None:
    people = [make.volunteer(session) for _ in range(3)]
    other = make.volunteer(session, community="CS")
    for person in (*people, other):
        make.card(session, person)
    admin = make.community_admin(session)
    with statements.counted(session) as counted:
        found = cards.of_community(session, community="BZ", by=admin)
    assert len(counted) <= 2
    assert [one.volunteer for one in found] == sorted(person.code for person in people)
    with statements.counted(session) as counted:
        some = cards.of_volunteers(session, volunteers=[f" {people[1].code.lower()} ", people[0].code], by=admin)
    assert len(counted) == 1
    assert [one.volunteer for one in some] == sorted((people[0].code, people[1].code))
    with pytest.raises(NoSuch) as refusal:
        cards.of_volunteers(session, volunteers=[people[0].code, other.code], by=admin)
    assert refusal.value.key == other.code


def test_only_who_issues_cards_gets_what_is_printed_on_them(session: Session) -> None:
    person = make.volunteer(session)
    make.card(session, person)
    team = make.team(session, leader=person)
    stranger, leader = make.stranger(session), make.leader_actor(session, team)
    for ask in (
        lambda by: cards.of_team(session, team=team.code, by=by),
        lambda by: cards.of_community(session, community="BZ", by=by),
        lambda by: cards.of_volunteers(session, volunteers=[person.code], by=by),
    ):
        with pytest.raises(NoSuch):
            ask(stranger)
        with pytest.raises(NotPermitted):
            ask(leader)


def test_who_left_for_good_is_on_no_sheet(session: Session) -> None:
    person = make.volunteer(session)
    make.card(session, person)
    volunteers.close(session, person, by=make.street_admin(session), at=make.NOW)
    session.flush()
    assert cards.of_community(session, community="BZ", by=make.community_admin(session)) == []

"""Who may be registered twice: warned of before, listed afterwards, and not proposed again once looked at."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.people import cards, counter_registration, duplicates, volunteers
from points.people.volunteers import NewGuardian
from tests import make

BORN = date(1950, 3, 12)


@pytest.fixture
def admin(session: Session) -> Actor:
    return make.community_admin(session)


def listed(session: Session, by: Actor) -> list[tuple[str, str, str]]:
    return [(pair.one.code, pair.other.code, pair.why) for pair in duplicates.pairs(session, by=by).pairs]


@pytest.mark.parametrize(
    ("name", "born", "why"),
    [
        ("钱白露", BORN, "same_person"),
        ("钱白鹭", BORN, "similar_name"),
        ("钱白露", date(1950, 12, 3), "similar_date"),
        ("钱白露", date(1950, 3, 21), "similar_date"),
        ("钱霜降", BORN, None),
        ("钱白露", date(1962, 7, 1), None),
    ],
)
def test_likely_pairs_are_listed(session: Session, admin: Actor, name: str, born: date, why: str | None) -> None:
    one = make.volunteer(session, name="钱白露", birth_date=BORN)
    other = make.volunteer(session, name=name, birth_date=born)
    assert listed(session, admin) == ([(one.code, other.code, why)] if why else [])


def test_children_with_the_same_guardians_phone_and_name_are_listed(session: Session, admin: Actor) -> None:
    guardian = NewGuardian(name="赵立春", phone="19900000009", relation="母亲")
    children = [
        make.minor(session, name="赵小满", birth_date=born, guardian=guardian)
        for born in (date(2012, 5, 1), date(2013, 9, 2))
    ]
    assert listed(session, admin) == [(children[0].code, children[1].code, "same_guardian")]


def test_who_is_known_to_be_two_is_not_proposed_again(session: Session, admin: Actor) -> None:
    one, other = (make.volunteer(session, name="钱白露", birth_date=BORN) for _ in range(2))
    for pair in ((other, one), (one, other)):
        duplicates.say_apart(session, one=pair[0].code, other=pair[1].code, by=admin, at=make.NOW)
    assert listed(session, admin) == []


def test_only_pairs_within_reach_are_listed(session: Session, admin: Actor) -> None:
    make.volunteer(session, name="钱白露", birth_date=BORN)
    make.volunteer(session, name="钱白露", birth_date=BORN, community="CS")
    assert listed(session, admin) == []
    assert len(listed(session, make.street_admin(session))) == 1
    assert listed(session, make.clerk(session)) == listed(session, make.stranger(session)) == []


def enrol(session: Session, **facts: Any) -> Any:
    facts = {
        "name": "钱白露",
        "birth_date": BORN,
        "community": "BZ",
        "phone": "19900001234",
        "consents": ["register", "points"],
        "channel": "paper",
        "paper_ref": "2026-17",
        "by": make.clerk(session),
        "at": make.NOW,
        **facts,
    }
    asked = {name: facts.pop(name) for name in ("by", "at", "card", "somebody_else") if name in facts}
    return counter_registration.enrol(session, volunteers.NewVolunteer(registered_via="staff", **facts), **asked)


def test_a_resident_is_registered_and_has_a_card_in_one_go(session: Session) -> None:
    made, card = enrol(session)
    assert cards.holder(session, card.code).code == made.code
    assert enrol(session, name="钱霜降", phone="19900001235", card=False)[1] is None


@pytest.mark.parametrize(
    "facts",
    [{"phone": "19900009999"}, {"name": "钱霜降", "birth_date": date(1951, 1, 1)}],
    ids=["name and birth date", "phone"],
)
def test_who_may_be_there_already_is_named_before_anything_is_saved(session: Session, facts: dict[str, Any]) -> None:
    there, _ = enrol(session)
    with pytest.raises(counter_registration.LikelyRegistered) as refusal:
        enrol(session, **facts)
    assert refusal.value.volunteers == [there.code]


def test_somebody_else_with_the_same_name_is_registered(session: Session) -> None:
    there, _ = enrol(session)
    other, _ = enrol(session, phone="19900009999", somebody_else=True)
    assert other.code != there.code
    with pytest.raises(volunteers.PhoneTaken):
        enrol(session, somebody_else=True)


def test_nobody_learns_by_this_who_lives_elsewhere(session: Session) -> None:
    make.volunteer(session, name="钱白露", birth_date=BORN, community="NZ")
    assert enrol(session)


def test_everybody_without_a_card_gets_one_elders_without_a_phone_first(session: Session, admin: Actor) -> None:
    adult = make.volunteer(session)
    elder = make.elder(session, phone=None, phone_none=True)
    has_one = make.volunteer(session)
    make.card(session, has_one)
    elsewhere = make.volunteer(session, community="CS")
    listed = [one.volunteer for one in cards.missing(session, community="BZ", by=admin)]
    assert listed == [elder.code, adult.code]
    assert [one.volunteer for one in cards.issue_missing(session, community="BZ", by=admin, at=make.NOW)] == listed
    assert cards.missing(session, community="BZ", by=admin) == []
    assert cards.live(session, elder.id).serial == f"{elder.code}-1"
    assert cards.live(session, elsewhere.id) is None
    now = [one.volunteer for one in cards.of_community(session, community="BZ", by=admin) if one.issued_at == make.NOW]
    assert set(now) >= {adult.code, elder.code}
    assert cards.issue_missing(session, community="BZ", by=admin, at=make.NOW) == []


def test_a_lost_card_replaced_in_bulk_gets_the_next_serial(session: Session, admin: Actor) -> None:
    person = make.volunteer(session)
    make.card(session, person)
    cards.revoke(session, volunteer=person.code, reason="丢失", by=admin, at=make.NOW)
    cards.issue_missing(session, community="BZ", by=admin, at=make.NOW)
    assert cards.live(session, person.id).serial == f"{person.code}-2"


def test_strangers_issue_no_cards_here(session: Session) -> None:
    make.volunteer(session)
    with pytest.raises(Refusal):
        cards.issue_missing(session, community="BZ", by=make.stranger(session), at=make.NOW)

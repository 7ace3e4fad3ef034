"""Two people are two people: the one function that says so, from both sides of each of its limits."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import accounts, pins, tokens, two_people
from points.access.accounts import Behind
from points.access.tables import Signature
from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor
from points.people import volunteers
from points.registry import merging
from points.rewards import adjustments
from points.rewards.adjustments import NotByTheSamePerson
from tests import make

LATER = make.NOW + timedelta(days=10)
WEEK = timedelta(days=7)


def one_hand(session: Session, first: Actor, second: Actor, at: object = LATER) -> bool:
    """Asked both ways, which must say the same."""
    there = two_people.is_one_hand(session, first.person, second, at=at)  # type: ignore[arg-type]
    back = two_people.is_one_hand(session, second.person, first, at=at)  # type: ignore[arg-type]
    assert there == back
    return there


def colleague(
    session: Session, login: str, *, by: Actor, at: object = LATER, role: str = "street_admin", **who: str
) -> Actor:
    """An account that somebody made at `at`."""
    place = {"station_staff": "NLJ-1", "community_admin": "BZ"}.get(role, "YD")
    behind = Behind(**({"name": login, "phone": f"139{abs(hash(login)) % 10**8:08d}"} | who))
    account, _ = accounts.add_staff(session, login=login, role=role, place=place, by=by, at=at, behind=behind)  # type: ignore[arg-type]
    return accounts.actor(session, account.id, on=clock.local_date(LATER))


def test_two_colleagues_whom_the_installation_made_sign_for_each_other(session: Session) -> None:
    first, second = make.street_admin(session), make.street_admin(session)
    assert not one_hand(session, first, second)
    assert one_hand(session, first, first)


def test_who_made_an_account_is_its_person_for_seven_days(session: Session) -> None:
    street = make.street_admin(session)
    ghost = colleague(session, "ghost", by=street)
    assert one_hand(session, street, ghost, LATER + WEEK - timedelta(minutes=1))
    assert not one_hand(session, street, ghost, LATER + WEEK)
    assert not one_hand(session, make.street_admin(session), ghost)


def test_a_chain_of_hands_is_one_hand(session: Session) -> None:
    street = make.street_admin(session)
    ghost = colleague(session, "ghost", by=street)
    second = colleague(session, "second-ghost", by=ghost)
    assert one_hand(session, street, second)


def test_a_new_link_a_new_role_and_being_let_in_again_are_hands(session: Session) -> None:
    street = make.street_admin(session)
    for act in ("link", "grant", "enable", "person"):
        other = make.street_admin(session)
        login = other.person
        assert not one_hand(session, street, other)
        match act:
            case "link":
                accounts.new_setup_link(session, login=login, by=street, at=LATER)
            case "grant":
                accounts.grant(session, login=login, role="community_admin", place="BZ", by=street, at=LATER)
            case "enable":
                accounts.disable(session, login=login, reason="假期", by=street, at=LATER)
                accounts.enable(session, login=login, reason="回来", by=street, at=LATER)
            case "person":
                behind = Behind(name="王五", phone="13700000005")
                accounts.say_whose(session, login=login, behind=behind, by=street, at=LATER)
        assert one_hand(session, street, other), act
        assert not one_hand(session, street, other, LATER + WEEK), act


def test_two_administrators_of_one_hand_do_not_sign_for_each_other_and_two_clerks_do(session: Session) -> None:
    make.station(session)
    street = make.street_admin(session)
    first, second = (colleague(session, f"ghost-{number}", by=street) for number in (1, 2))
    assert one_hand(session, first, second)
    assert not one_hand(session, first, second, LATER + WEEK)
    clerks = [colleague(session, f"clerk-{number}", by=street, role="station_staff") for number in (1, 2)]
    assert not one_hand(session, *clerks)


def test_a_phone_and_a_volunteer_number_tell_who_is_one_person(session: Session) -> None:
    street = make.street_admin(session)
    one = colleague(session, "li.na", by=street, at=make.NOW, phone="13800000007")
    other = colleague(session, "li.na2", by=street, at=make.NOW, phone="+86 138 0000 0007")
    assert one_hand(session, one, other)
    person = make.volunteer(session, phone="13800000007")
    assert one_hand(session, one, make.volunteer_actor(session, person))
    assert two_people.is_oneself(session, person.code, by=one, volunteer_id=person.id)
    linked = colleague(session, "li.na3", by=street, at=make.NOW, phone="13800000007")
    assert linked.person == person.code


def test_both_numbers_of_one_person_are_one_person(session: Session) -> None:
    kept, gone = make.volunteer(session), make.volunteer(session)
    first, second = (make.staff(session, role="street_admin", volunteer=one) for one in (kept, gone))
    assert not one_hand(session, first, second)
    merging.merge(
        session, kept=kept.code, gone=gone.code, reason="同一个人", by=make.street_admin(session), at=make.NOW
    )
    assert one_hand(session, first, second)


def test_a_token_is_its_owner_and_those_of_the_command_line_are_one_person(session: Session) -> None:
    street, other = make.street_admin(session), make.street_admin(session)

    def token(name: str, by: Actor, owner: str | None = None) -> Actor:
        secret = tokens.add(session, name=name, role="street_admin", place="YD", by=by, at=make.NOW, owner=owner)
        found = tokens.actor(session, secret, at=make.NOW)
        assert found is not None
        return found

    one, two, others = token("one", street), token("two", street), token("others", other)
    assert (one.person, others.person) == (street.person, other.person)
    assert one_hand(session, one, two)
    assert one_hand(session, one, street)
    assert not one_hand(session, one, others)
    assert one_hand(session, token("shell-1", SYSTEM), token("shell-2", SYSTEM))
    assert one_hand(session, token("owned", SYSTEM, owner=street.person), street)
    assert not one_hand(session, token("shell-3", SYSTEM), street)
    accounts.disable(session, login=other.person, reason="走了", by=SYSTEM, at=LATER)
    assert (
        tokens.actor(
            session,
            tokens.add(session, name="late", role="auditor", place="YD", by=SYSTEM, at=make.NOW, owner=other.person),
            at=make.NOW,
        )
        is None
    )


def test_a_volunteers_token_serves_its_owner_as_little_as_they_may(session: Session) -> None:
    person = make.volunteer(session)
    owner = make.staff(session, role="station_staff", volunteer=person)
    secret = tokens.add(
        session,
        name="till",
        role="station_staff",
        place="NLJ-1",
        by=SYSTEM,
        at=make.NOW,
        owner=accounts.by_login(session, _login(session, owner)).login,
    )
    token = tokens.actor(session, secret, at=make.NOW)
    assert token is not None
    assert (token.person, token.volunteer_id, token.oneself) == (person.code, None, person.id)
    assert two_people.is_oneself(session, person.code, by=token)


def _login(session: Session, actor: Actor) -> str:
    return next(account.login for account, _ in accounts.visible(session, by=SYSTEM) if account.id == actor.account_id)


def test_who_set_a_persons_pin_signs_with_them_as_one_for_seven_days(session: Session) -> None:
    admin, person = make.community_admin(session), make.volunteer(session)
    leader = make.volunteer_actor(session, person)
    assert not one_hand(session, admin, leader)
    pins.set_pin(session, volunteer=person.code, pin="7305", by=admin, at=LATER)
    assert one_hand(session, admin, leader)
    assert not one_hand(session, admin, leader, LATER + WEEK)
    pins.set_pin(session, volunteer=person.code, pin="9751", by=leader, at=LATER)
    assert not one_hand(session, admin, leader)


def test_people_who_registered_themselves_are_not_tied_to_each_other(session: Session) -> None:
    people = [make.volunteer(session, by=volunteers.NEWCOMER, registered_via="self", pin="7305") for _ in range(2)]
    first, second = (make.volunteer_actor(session, person) for person in people)
    assert not one_hand(session, first, second, make.NOW)


def test_a_ghost_decides_nothing_of_its_maker_and_who_signed_is_kept(session: Session) -> None:
    make.rules(session)
    person, street = make.volunteer(session), make.street_admin(session)
    case = adjustments.propose(
        session, volunteer=person.code, points=5, reason="漏记了一次服务，补上", by=street, at=LATER
    )
    ghost = colleague(session, "ghost", by=street)
    with pytest.raises(NotByTheSamePerson):
        adjustments.decide(session, adjustment=case.code, approve=True, by=ghost, at=LATER)
    other = make.street_admin(session)
    adjustments.decide(session, adjustment=case.code, approve=True, by=other, at=LATER)
    kept = session.scalars(select(Signature)).all()
    assert [(one.first_by, one.created_by, one.action, one.target) for one in kept] == [
        (street.person, other.person, "adjustment.approve", f"adjustment:{case.code}")
    ]

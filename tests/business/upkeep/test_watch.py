"""What the office and the auditor look through: it stands there until each of them has looked."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from points.access import accounts
from points.access.accounts import Behind
from points.foundation.actors import Actor, NotPermitted
from points.office import waiting, watch
from points.rewards import adjustments
from tests import make

LATER = make.NOW + timedelta(days=30)


def adjusted(session: Session, person: str, first: Actor, second: Actor, times: int) -> None:
    for number in range(times):
        case = adjustments.propose(
            session, volunteer=person, points=100, reason=f"第 {number} 次漏记的服务，补上", by=first, at=LATER
        )
        adjustments.decide(session, adjustment=case.code, approve=True, by=second, at=LATER)


def test_a_new_link_and_a_new_administrator_stand_there_until_each_has_looked(session: Session) -> None:
    street, other, auditor = make.street_admin(session), make.street_admin(session), make.staff(session, role="auditor")
    accounts.new_setup_link(session, login=other.person, by=street, at=LATER)
    accounts.add_staff(
        session, login="ghost", role="street_admin", place="YD", by=street, at=LATER,
        behind=Behind(name="新人", phone="13900000009"),
    )  # fmt: skip
    later = LATER + timedelta(minutes=1)
    for reader in (other, auditor):
        found = watch.on(session, by=reader, at=later)
        assert {(one.login, str(one.kind)) for one in found.touched} == {
            (other.person, "link"),
            ("ghost", "made"),
            ("ghost", "grant"),
        } or {(one.login, str(one.kind)) for one in found.touched} == {(other.person, "link"), ("ghost", "made")}
        assert waiting.on(session, by=reader, at=later).count >= len(found.touched)
        watch.look_through(session, by=reader, at=later)
        assert watch.on(session, by=reader, at=later).count == 0
    assert watch.on(session, by=street, at=later).touched == []
    assert watch.on(session, by=make.stranger(session), at=later).touched == []
    assert watch.on(session, by=make.clerk(session), at=later) == watch.Watch()
    with pytest.raises(NotPermitted):
        watch.look_through(session, by=make.clerk(session), at=later)


def test_three_adjustments_of_one_person_are_shown_and_two_are_not(session: Session) -> None:
    make.rules(session)
    first, second, auditor = make.street_admin(session), make.street_admin(session), make.staff(session, role="auditor")
    few, many = make.volunteer(session).code, make.volunteer(session).code
    adjusted(session, few, first, second, 2)
    adjusted(session, many, first, second, 3)
    for reader in (auditor, make.street_admin(session)):
        found = watch.on(session, by=reader, at=LATER + timedelta(days=1))
        assert [(one.volunteer, one.times, one.points) for one in found.adjusted] == [(many, 3, 300)]
        assert set(found.adjusted[0].signers) == {first.person, second.person}
    assert watch.on(session, by=auditor, at=LATER + timedelta(days=91)).adjusted == []


def test_who_signed_for_whom_is_counted_in_pairs(session: Session) -> None:
    make.rules(session)
    first, second, auditor = make.street_admin(session), make.street_admin(session), make.staff(session, role="auditor")
    adjusted(session, make.volunteer(session).code, first, second, 2)
    adjusted(session, make.volunteer(session).code, second, first, 1)
    found = watch.on(session, by=auditor, at=LATER + timedelta(days=1))
    assert [(one.first, one.second, one.times, one.one_hand) for one in found.pairs] == [
        (first.person, second.person, 2, False),
        (second.person, first.person, 1, False),
    ]
    assert found.count == 1

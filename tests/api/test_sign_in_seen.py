"""The list of one's sign-ins says when each was last used: noted hourly, after the answer, never instead of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from points.access import sign_ins
from points.access.tables import SignIn
from points.foundation import clock
from points.people.tables import Volunteer
from tests import make
from tests.api.conftest import Program


@pytest.fixture
def person(ground: Session) -> Volunteer:
    return make.volunteer(ground, pin=True)


def noted(session: Session) -> timedelta:
    """How long after `make.NOW` the sign-in was last noted."""
    session.rollback()
    return (session.scalar(select(SignIn.seen_at)) or make.NOW) - make.NOW


def test_a_sign_in_in_use_is_noted_hourly(
    ground: Session, person: Volunteer, volunteers_phone: Callable[[Volunteer], Program]
) -> None:
    phone = volunteers_phone(person)
    for minutes, expected in ((59, 0), (61, 61), (100, 61), (122, 122)):
        with clock.frozen(make.NOW + timedelta(minutes=minutes)):
            assert phone.get(f"/volunteers/{person.code}/account").status_code == 200
        assert noted(ground) == timedelta(minutes=expected)


def test_what_cannot_be_noted_does_not_spoil_the_answer(
    ground: Session,
    person: Volunteer,
    volunteers_phone: Callable[[Volunteer], Program],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def locked(*_args: object, **_facts: object) -> bool:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    phone = volunteers_phone(person)
    monkeypatch.setattr(sign_ins, "note_seen", locked)
    with clock.frozen(make.NOW + timedelta(hours=2)):
        assert phone.get(f"/volunteers/{person.code}/account").status_code == 200
    assert noted(ground) == timedelta(0)

"""Identity at the counter."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.access import attempts, identity
from points.access.attempts import TooManyAttempts, WrongSecret
from points.access.tables import FailedAttempt, SignIn
from points.people import volunteers
from tests import make, statements


def test_the_pin_says_who_it_is(session: Session) -> None:
    person = make.volunteer(session, pin=True)
    with statements.counted(session) as counted:
        assert identity.verify_pin(session, volunteer=person.code, pin="730514", at=make.NOW).check == "pin"
    assert len(counted) == 2
    checked = identity.verify_pin(session, volunteer=person.code, pin="730514", at=make.NOW, card=True)
    assert (checked.check, checked.second) == ("card_pin", None)


def test_the_last_digits_of_the_phone_say_who_it_is(session: Session) -> None:
    person = make.volunteer(session, phone="19900008642")
    assert identity.verify_phone4(session, volunteer=person.code, digits=" 8642 ", at=make.NOW).check == "phone4"
    with pytest.raises(WrongSecret):
        identity.verify_phone4(session, volunteer=person.code, digits="8641", at=make.NOW)


@pytest.mark.parametrize("digits", ["", "None", "0000"])
def test_who_has_no_phone_is_not_known_by_it(session: Session, digits: str) -> None:
    with pytest.raises(WrongSecret):
        identity.verify_phone4(session, volunteer=make.elder(session).code, digits=digits, at=make.NOW)


def test_guessing_a_pin_or_a_phone_ends_after_five(session: Session) -> None:
    person = make.volunteer(session, pin=True, phone="19900008642")
    for _ in range(5):
        with pytest.raises(WrongSecret):
            identity.verify_pin(session, volunteer=person.code, pin="0000", at=make.NOW)
        with pytest.raises(WrongSecret):
            identity.verify_phone4(session, volunteer=person.code, digits="0000", at=make.NOW)
    with pytest.raises(TooManyAttempts):
        identity.verify_pin(session, volunteer=person.code, pin="730514", at=make.NOW)
    with pytest.raises(TooManyAttempts):
        identity.verify_phone4(session, volunteer=person.code, digits="8642", at=make.NOW)


def test_a_new_pin_replaces_the_old_one(session: Session) -> None:
    person = make.volunteer(session, pin=True)
    volunteers.set_pin(session, volunteer=person.code, pin="2468", by=make.clerk(session), at=make.NOW)
    with pytest.raises(WrongSecret):
        identity.verify_pin(session, volunteer=person.code, pin="730514", at=make.NOW)
    assert identity.verify_pin(session, volunteer=person.code, pin="2468", at=make.NOW)
    assert "2468" not in str(person.pin_hash)


def test_the_witness_signs_with_their_own_password_and_opens_no_session(session: Session) -> None:
    login, clerk = make.signed_up_staff(session, role="community_admin", place="BZ"), make.clerk(session)
    witness = identity.witness(session, login=login, password="correct horse", clerk=clerk, at=make.NOW)
    assert witness.person == login
    assert witness.role_for("stock.witness", area_path=make.street(session).a.path) == "community_admin"
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0
    for _ in range(5):
        with pytest.raises(WrongSecret):
            identity.witness(session, login=login, password="wrong", clerk=clerk, at=make.NOW)
    with pytest.raises(TooManyAttempts):
        identity.witness(session, login=login, password="correct horse", clerk=clerk, at=make.NOW)
    later = make.NOW + timedelta(minutes=15)
    assert identity.witness(session, login=login, password="correct horse", clerk=clerk, at=later) == witness
    assert attempts.forget_old(session, at=later) == 5
    assert session.scalar(select(func.count()).select_from(FailedAttempt)) == 0

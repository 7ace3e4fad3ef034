"""Sign-in with the help of staff: four digits on the phone, staff at the counter, one phone let in once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import accounts, assisted_sign_in, sign_ins
from points.access.identity import Identity
from points.access.tables import SignInRequest
from points.foundation import codes
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import NoSuch
from points.people import volunteers
from points.people.tables import Volunteer
from tests import make

KNOWN = Identity(check="phone4")


@pytest.fixture
def clerk(session: Session) -> Actor:
    make.station(session)
    return make.staff(session, role="station_staff", place="NLJ-1")


def asked(session: Session, **facts: object) -> tuple[SignInRequest, str]:
    make.station(session)
    return assisted_sign_in.ask(session, **{"station": "NLJ-1", "agent": "Phone", "at": make.NOW, **facts})  # type: ignore[arg-type]


def approve(
    session: Session, request: SignInRequest, person: Volunteer, *, by: Actor, **facts: object
) -> SignInRequest:
    said = {"station": "NLJ-1", "number": request.number, "volunteer": person.code, "identity": KNOWN, "at": make.NOW}
    return assisted_sign_in.approve(session, by=by, **{**said, **facts})  # type: ignore[arg-type]


def test_the_phone_that_shows_the_number_is_signed_in_once_for_180_days(session: Session, clerk: Actor) -> None:
    person = make.volunteer(session)
    request, cookie = asked(session)
    assert len(request.number) == 4
    assert request.number.isdigit()
    assert assisted_sign_in.collect(session, cookie=cookie, at=make.NOW) is None
    approve(session, request, person, by=clerk)
    collected = assisted_sign_in.collect(session, cookie=cookie, at=make.NOW)
    assert collected is not None
    opened, session_cookie = collected
    assert opened.expires_at == make.NOW + timedelta(days=180)
    actor = sign_ins.actor(session, session_cookie, at=make.NOW)
    assert actor is not None
    assert actor.person == person.code
    assert assisted_sign_in.collect(session, cookie=cookie, at=make.NOW) is None


def test_the_number_alone_signs_nobody_in(session: Session, clerk: Actor) -> None:
    request, _cookie = asked(session)
    approve(session, request, make.volunteer(session), by=clerk)
    assert assisted_sign_in.collect(session, cookie=request.number, at=make.NOW) is None


def test_a_number_is_approved_once(session: Session, clerk: Actor) -> None:
    request, _cookie = asked(session)
    approve(session, request, make.volunteer(session), by=clerk)
    with pytest.raises(assisted_sign_in.NoPhoneWaits):
        approve(session, request, make.volunteer(session), by=clerk)


def test_after_half_an_hour_it_is_over_and_a_new_number_is_one_tap(session: Session, clerk: Actor) -> None:
    request, cookie = asked(session)
    later = make.NOW + assisted_sign_in.SHOWN_FOR
    with pytest.raises(assisted_sign_in.NoPhoneWaits):
        approve(session, request, make.volunteer(session), by=clerk, at=later)
    assert assisted_sign_in.waiting(session, cookie=cookie, at=later) is None
    again, _new = asked(session, cookie=cookie, at=later)
    session.refresh(request)
    assert (request.status, again.status) == ("ended", "open")


def test_an_approval_not_collected_in_time_signs_nobody_in(session: Session, clerk: Actor) -> None:
    request, cookie = asked(session)
    approve(session, request, make.volunteer(session), by=clerk)
    assert assisted_sign_in.collect(session, cookie=cookie, at=make.NOW + assisted_sign_in.SHOWN_FOR) is None


def test_asking_again_ends_the_number_before(session: Session, clerk: Actor) -> None:
    request, cookie = asked(session)
    asked(session, cookie=cookie)
    with pytest.raises(assisted_sign_in.NoPhoneWaits):
        approve(session, request, make.volunteer(session), by=clerk)


def test_two_phones_of_a_station_never_show_the_same_number(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["1111", "1111", "2222"])
    monkeypatch.setattr(codes, "digits", lambda count: next(drawn))
    assert [asked(session)[0].number, asked(session)[0].number] == ["1111", "2222"]


def test_a_number_holds_at_its_station_only(session: Session, clerk: Actor) -> None:
    make.station(session, "NLJ-2", area="CS")
    request, _cookie = asked(session, station="NLJ-2")
    with pytest.raises(assisted_sign_in.NoPhoneWaits):
        approve(session, request, make.volunteer(session), by=clerk)


def test_the_numbers_open_at_once_are_bounded(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assisted_sign_in, "MOST_OPEN", 2)
    asked(session), asked(session)
    with pytest.raises(assisted_sign_in.TooManyWait):
        asked(session)
    asked(session, at=make.NOW + assisted_sign_in.SHOWN_FOR)  # those before are over by then


def test_nobody_lets_their_own_phone_in(session: Session) -> None:
    make.station(session)
    person = make.volunteer(session)
    clerk = make.staff(session, role="station_staff", place="NLJ-1", volunteer=person)
    request, _cookie = asked(session)
    with pytest.raises(assisted_sign_in.OwnSignIn):
        approve(session, request, person, by=clerk)


@pytest.mark.parametrize("role", ["team_leader", "auditor", "unit_liaison", "neighbour_lead"])
def test_only_staff_who_serve_people_let_a_phone_in(session: Session, role: str) -> None:
    request, _cookie = asked(session)
    place = {"team_leader": lambda: make.team(session).code, "unit_liaison": lambda: make.unit(session).code}
    one = make.staff(session, role=role, place=place.get(role, lambda: "")())
    with pytest.raises((NotPermitted, NoSuch)):
        approve(session, request, make.volunteer(session), by=one)


def test_staff_let_in_only_people_of_their_own_community(session: Session, clerk: Actor) -> None:
    request, _cookie = asked(session)
    with pytest.raises(NoSuch):
        approve(session, request, make.volunteer(session, community="CS"), by=clerk)


def test_somebody_suspended_is_not_signed_in(session: Session, clerk: Actor) -> None:
    person = make.volunteer(session)
    volunteers.suspend(session, volunteer=person.code, reason="示例", by=make.WITNESS, at=make.NOW)
    request, _cookie = asked(session)
    with pytest.raises(assisted_sign_in.NotSignedInWhile):
        approve(session, request, person, by=clerk)


def test_a_minor_is_signed_in_with_the_guardian_present(session: Session, clerk: Actor) -> None:
    child = make.minor(session)
    request, _cookie = asked(session)
    with pytest.raises(assisted_sign_in.GuardianAbsent):
        approve(session, request, child, by=clerk)
    assert approve(session, request, child, by=clerk, guardian_present=True).status == "approved"


@pytest.mark.parametrize("second", [lambda session, clerk: None, lambda session, clerk: clerk])
def test_known_by_two_needs_another_member_of_staff(
    session: Session, clerk: Actor, second: Callable[[Session, Actor], Actor | None]
) -> None:
    request, _cookie = asked(session)
    alone = Identity(check="known_by_two", second=second(session, clerk))
    with pytest.raises(assisted_sign_in.VouchedByOne):
        approve(session, request, make.elder(session), by=clerk, identity=alone)


def test_two_of_the_staff_know_an_elder_without_a_phone(session: Session, clerk: Actor) -> None:
    colleague = make.staff(session, role="station_staff", place="NLJ-1", login="colleague")
    request, _cookie = asked(session)
    known = Identity(check="known_by_two", second=colleague)
    assert approve(session, request, make.elder(session), by=clerk, identity=known).identity_second == colleague.person


def test_what_phones_asked_is_forgotten_after_a_day(session: Session) -> None:
    asked(session)
    asked(session, at=make.NOW + timedelta(hours=20))
    assert assisted_sign_in.forget_old(session, at=make.NOW + assisted_sign_in.FORGOTTEN_AFTER) == 1
    assert len(session.scalars(select(SignInRequest)).all()) == 1


def test_a_session_so_opened_is_listed_with_the_others(session: Session, clerk: Actor) -> None:
    person = make.volunteer(session)
    request, cookie = asked(session)
    approve(session, request, person, by=clerk)
    assisted_sign_in.collect(session, cookie=cookie, at=make.NOW)
    by = accounts.volunteer_actor(session, person.id)
    assert [one.agent for one in sign_ins.mine(session, by=by, at=make.NOW)] == ["Phone"]

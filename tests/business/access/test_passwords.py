"""Passwords: what is refused, what ends with a new one, and that nobody locks a colleague out."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import points
from points.access import accounts, attempts, identity, pins, sign_ins
from points.access.accounts import Behind, WeakPassword
from points.access.attempts import StaffMustWait, TooManyAttempts, WrongSecret
from points.access.identity import IdentityCheck, ProofByOwnHand, Shown
from points.access.tables import SignIn
from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor
from points.people.tables import Volunteer
from tests import make

GOOD = "correct horse"


def staff(session: Session, role: str = "street_admin") -> tuple[str, Actor]:
    """A login with the password GOOD, and who acts with it."""
    login = make.signed_up_staff(session, role=role)
    return login, accounts.actor(session, accounts.by_login(session, login).id, on=clock.local_date(make.NOW))


@pytest.mark.parametrize(
    "weak",
    [
        *("12345678", "password", "qwertyuiop", "abcd1234", "11111111", "zhang1988", "woaini1314", "short", ""),
        *("points-demo", "li.na.2026", "lina13800000007", "13800000007", "李娜李娜李娜", "xiangmeizi1", "19900301"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(session: Session, weak: str) -> None:
    _, token = accounts.add_staff(
        session,
        login="li.na",
        role="auditor",
        place=make.street(session).street.code,
        behind=Behind(name="李娜", phone="13800000007"),
        by=SYSTEM,
        at=make.NOW,
    )
    with pytest.raises(WeakPassword):
        accounts.choose_password(session, token=token, password=weak, at=make.NOW)


def test_a_new_password_ends_every_sign_in_but_the_one_that_changed_it(session: Session) -> None:
    login, by = staff(session)
    here, there = (
        sign_ins.sign_in_staff(session, login=login, password=GOOD, agent="", at=make.NOW)[1] for _ in range(2)
    )
    with pytest.raises(WrongSecret):
        accounts.change_password(session, old="wrong", password="another good one", by=by, at=make.NOW, cookie=here)
    ended = accounts.change_password(session, old=GOOD, password="another good one", by=by, at=make.NOW, cookie=here)
    assert ended == 1
    assert sign_ins.actor(session, here, at=make.NOW) is not None
    assert sign_ins.actor(session, there, at=make.NOW) is None


def test_a_password_chosen_by_a_link_ends_them_all(session: Session) -> None:
    login, _ = staff(session)
    cookie = sign_ins.sign_in_staff(session, login=login, password=GOOD, agent="", at=make.NOW)[1]
    token = accounts.new_setup_link(session, login=login, by=SYSTEM, at=make.NOW)
    assert sign_ins.actor(session, cookie, at=make.NOW) is not None
    accounts.choose_password(session, token=token, password="another good one", at=make.NOW)
    assert sign_ins.actor(session, cookie, at=make.NOW) is None


def test_a_new_pin_ends_the_other_sign_ins(session: Session) -> None:
    person = make.volunteer(session, pin=True)
    here, there = (
        sign_ins.sign_in_volunteer(session, who=person.code, pin="730514", agent="", at=make.NOW)[1] for _ in range(2)
    )
    own = make.volunteer_actor(session, person)
    pins.set_pin(session, volunteer=person.code, pin="9751", by=own, at=make.NOW, cookie=here)
    open_ones = session.scalars(select(SignIn).where(SignIn.revoked_at.is_(None))).all()
    assert len(open_ones) == 1
    assert sign_ins.actor(session, here, at=make.NOW) is not None
    assert sign_ins.actor(session, there, at=make.NOW) is None


def wrong(session: Session, login: str, source: str, *, known: bool = False, times: int = 5) -> None:
    for _ in range(times):
        with pytest.raises(WrongSecret):
            sign_ins.sign_in_staff(
                session, login=login, password="wrong", agent="", at=make.NOW, source=source, known=known
            )


def test_wrong_passwords_from_one_place_lock_nobody_elsewhere(session: Session) -> None:
    login, _ = staff(session)
    wrong(session, login, "street-corner")
    with pytest.raises(StaffMustWait) as caught:
        sign_ins.sign_in_staff(session, login=login, password=GOOD, agent="", at=make.NOW, source="street-corner")
    assert "station" not in caught.value.next_step
    for source, known in (("desk", False), ("own", True)):
        assert sign_ins.sign_in_staff(
            session, login=login, password=GOOD, agent="", at=make.NOW, source=source, known=known
        )


def test_guessing_from_many_places_stops_and_a_known_device_stays_free(session: Session) -> None:
    login, _ = staff(session)
    for number in range(attempts.ALLOWED_FROM_EVERYWHERE // attempts.ALLOWED):
        wrong(session, login, f"address-{number}")
    with pytest.raises(StaffMustWait):
        sign_ins.sign_in_staff(session, login=login, password=GOOD, agent="", at=make.NOW, source="address-99")
    assert sign_ins.sign_in_staff(session, login=login, password=GOOD, agent="", at=make.NOW, source="own", known=True)


def test_the_last_wrong_attempt_says_so_and_no_number_of_none(session: Session) -> None:
    login, _ = staff(session)
    wrong(session, login, "x", times=4)
    with pytest.raises(WrongSecret) as last:
        sign_ins.sign_in_staff(session, login=login, password="wrong", agent="", at=make.NOW, source="x")
    assert last.value.left == 0
    assert "%(left)s" not in last.value.next_step


def test_strangers_lock_no_resident_out_of_the_counter(session: Session) -> None:
    person, clerk = make.volunteer(session, pin=True), make.clerk(session)
    for _ in range(5):
        with pytest.raises(WrongSecret):
            sign_ins.sign_in_volunteer(session, who=person.code, pin="0000", agent="", at=make.NOW)
    with pytest.raises(TooManyAttempts):
        sign_ins.sign_in_volunteer(session, who=person.code, pin="730514", agent="", at=make.NOW)
    shown = Shown(IdentityCheck.PIN, pin="730514")
    assert identity.checked(session, shown, volunteer=person.code, clerk=clerk, at=make.NOW)
    known = sign_ins.sign_in_volunteer(
        session, who=person.code, pin="730514", agent="", at=make.NOW, known=lambda code: f"phone of {code}"
    )
    assert known


@pytest.mark.parametrize("check", ["pin", "card_pin", "phone4"])
def test_what_a_clerk_set_is_no_proof_at_their_hand_for_a_day(session: Session, check: str) -> None:
    clerk, colleague = make.clerk(session), make.clerk(session)
    person = make.volunteer(session, by=clerk, pin="7305")
    shown = Shown(IdentityCheck(check), pin="7305", digits=str(person.phone)[-4:])

    def proved(by: Actor, later: timedelta) -> bool:
        try:
            return bool(identity.checked(session, shown, volunteer=person.code, clerk=by, at=make.NOW + later))
        except ProofByOwnHand:
            return False

    assert not proved(clerk, timedelta(minutes=1))
    assert not proved(clerk, timedelta(hours=24) - timedelta(minutes=1))
    assert proved(clerk, timedelta(hours=24))
    assert proved(colleague, timedelta(minutes=1))
    session.get_one(Volunteer, person.id).pin_set_by = None
    session.flush()
    if check != "phone4":
        assert proved(clerk, timedelta(minutes=1))


def test_only_the_demo_sets_what_everybody_knows() -> None:
    root = Path(points.__file__).parent
    saying = {
        path.relative_to(root).parts[0]
        for path in root.rglob("*.py")
        if "well_known=True" in path.read_text(encoding="utf-8")
    }
    assert saying == {"demo"}

"""Sign-in: counted in the database, revocable, and never by a card alone."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from points import database
from points.access import accounts, sign_ins
from points.access.sign_ins import TooManyAttempts, WrongSecret
from points.access.tables import FailedAttempt, SignIn
from points.foundation.actors import SYSTEM
from points.foundation.errors import NoSuch
from points.people import cards, volunteers
from tests import make, statements

MINUTE = timedelta(minutes=1)


def sign_in(session: Session, who: str, pin: str = "730514", at: object = make.NOW) -> str:
    return sign_ins.sign_in_volunteer(session, who=who, pin=pin, agent="手机", at=at)[1]  # type: ignore[arg-type]


def test_a_volunteer_signs_in_with_phone_code_or_card_and_the_pin(session: Session) -> None:
    person = make.volunteer(session, pin=True, phone="19900001111")
    card = make.card(session, person)
    for who in ("19900001111", "+86 1990000 1111", person.code.lower(), card.code, f"https://x.cn/c/{card.code}"):
        actor = sign_ins.actor(session, sign_in(session, who), at=make.NOW)
        assert actor is not None
        assert (actor.person, actor.volunteer_id, actor.account_id) == (person.code, person.id, None)


def test_a_card_alone_signs_nobody_in(session: Session) -> None:
    person = make.volunteer(session)
    card = make.card(session, person)
    for pin in ("", "0000", card.code, card.serial):
        with pytest.raises(WrongSecret):
            sign_in(session, card.code, pin)
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_what_is_wrong_is_not_said(session: Session) -> None:
    person, gone = make.volunteer(session, pin=True), make.volunteer(session, pin=True)
    volunteers.close(session, gone, by=SYSTEM, at=make.NOW)
    lost = make.card(session, person)
    cards.revoke(session, volunteer=person.code, reason="lost", by=SYSTEM, at=make.NOW)
    refusals = []
    for who, pin in ((person.code, "654321"), ("YD999999", "730514"), (gone.code, "730514"), (lost.code, "730514")):
        with pytest.raises(WrongSecret) as refusal:
            sign_in(session, who, pin)
        refusals.append(refusal.value.facts())
    assert refusals == [{"left": 4}] * 4


def test_five_wrong_within_15_minutes_lock_and_the_lock_ends(session: Session) -> None:
    person = make.volunteer(session, pin=True)
    for minute in range(5):
        with pytest.raises(WrongSecret) as wrong:
            sign_in(session, person.code, "0000", make.NOW + minute * MINUTE)
        assert wrong.value.left == 4 - minute
    with pytest.raises(TooManyAttempts) as refusal:
        sign_in(session, person.code, at=make.NOW + 5 * MINUTE)
    assert (refusal.value.code, refusal.value.retry_after) == ("too-many-attempts", 10 * 60)
    with pytest.raises(TooManyAttempts):
        sign_in(session, person.phone or "", at=make.NOW + 14 * MINUTE)
    assert sign_in(session, person.code, at=make.NOW + 15 * MINUTE)
    assert session.scalar(select(func.count()).select_from(FailedAttempt)) == 0


def test_a_name_nobody_has_is_locked_like_any_other(session: Session) -> None:
    make.street(session)
    for _ in range(5):
        with pytest.raises(WrongSecret):
            sign_in(session, "19900007777", "0000")
    with pytest.raises(TooManyAttempts):
        sign_in(session, "19900007777", "0000")
    assert not any("1990000" in subject for subject in session.scalars(select(FailedAttempt.subject)))


def test_one_persons_lock_is_no_others(session: Session) -> None:
    person, other = make.volunteer(session, pin=True), make.volunteer(session, pin=True)
    for _ in range(5):
        with pytest.raises(WrongSecret):
            sign_in(session, person.code, "0000")
    assert sign_in(session, other.code)


def test_a_wrong_pin_is_counted_although_the_sign_in_is_refused(engine: Engine) -> None:
    maker = database.sessions(engine)
    with maker() as session, database.write_transaction(session):
        code = make.volunteer(session, pin=True).code
    for _ in range(2):
        with pytest.raises(WrongSecret), maker() as session, database.write_transaction(session):
            sign_in(session, code, "0000")
    with maker() as session:
        assert session.scalar(select(func.count()).select_from(FailedAttempt)) == 2


def test_staff_signs_in_with_login_and_password_for_twelve_hours(session: Session) -> None:
    login = make.signed_up_staff(session, role="street_admin")
    opened, cookie = sign_ins.sign_in_staff(
        session, login=login, password="correct horse", agent="x" * 300, at=make.NOW
    )
    assert opened.token_hash != cookie
    assert len(opened.agent) == 120
    for hours, known in ((0, True), (11, True), (12, False)):
        assert (sign_ins.actor(session, cookie, at=make.NOW + timedelta(hours=hours)) is not None) is known
    for name, password in ((login, "wrong"), ("nobody", "correct horse")):
        with pytest.raises(WrongSecret):
            sign_ins.sign_in_staff(session, login=name, password=password, agent="", at=make.NOW)


def test_a_volunteers_session_lasts_180_days(session: Session) -> None:
    cookie = sign_in(session, make.volunteer(session, pin=True).code)
    assert sign_ins.actor(session, cookie, at=make.NOW + timedelta(days=179))
    assert sign_ins.actor(session, cookie, at=make.NOW + timedelta(days=180)) is None


def test_who_acts_is_read_in_one_statement_and_nothing_is_written(session: Session) -> None:
    login = make.signed_up_staff(session, role="street_admin")
    accounts.grant(session, login=login, role="sysadmin", place="YD", by=SYSTEM, at=make.NOW)
    staff = sign_ins.sign_in_staff(session, login=login, password="correct horse", agent="", at=make.NOW)[1]
    leader = make.volunteer(session, pin=True)
    team = make.team(session, leader=leader)
    volunteer = sign_in(session, leader.code)
    for cookie, action in ((staff, "points.adjust"), (volunteer, "activity.run")):
        with statements.counted(session) as counted:
            actor = sign_ins.actor(session, cookie, at=make.NOW + timedelta(hours=2))
        assert actor is not None
        assert len(counted) == 1
        assert counted[0].startswith("SELECT")
        assert actor.role_for(action, area_path=make.street(session).street.path, team_id=team.id)
    assert sign_ins.actor(session, "nonsense", at=make.NOW) is None


def test_being_seen_is_noted_once_an_hour(session: Session) -> None:
    cookie = sign_in(session, make.volunteer(session, pin=True).code)
    assert not sign_ins.note_seen(session, cookie=cookie, at=make.NOW + 59 * MINUTE)
    assert sign_ins.note_seen(session, cookie=cookie, at=make.NOW + 61 * MINUTE)
    assert not sign_ins.note_seen(session, cookie=cookie, at=make.NOW + 62 * MINUTE)


def test_a_session_is_listed_and_revoked_by_its_owner_only(session: Session) -> None:
    person, other = make.volunteer(session, pin=True), make.volunteer(session, pin=True)
    first, second = sign_in(session, person.code), sign_in(session, person.code)
    me = make.volunteer_actor(session, person)
    listed = sign_ins.mine(session, by=me, at=make.NOW)
    assert len(listed) == 2
    with pytest.raises(NoSuch):
        sign_ins.revoke(session, name=listed[0].name, by=make.volunteer_actor(session, other), at=make.NOW)
    with pytest.raises(NoSuch):
        sign_ins.revoke(session, name=str(listed[0].id), by=me, at=make.NOW)
    sign_ins.revoke(session, cookie=first, by=me, at=make.NOW)
    assert sign_ins.actor(session, first, at=make.NOW) is None
    assert sign_ins.actor(session, second, at=make.NOW) is not None
    assert sign_ins.revoke_all(session, by=me, at=make.NOW) == 1
    assert sign_ins.mine(session, by=me, at=make.NOW) == []


def test_an_administrator_ends_the_sessions_of_those_they_manage(session: Session) -> None:
    person = make.volunteer(session, pin=True)
    cookie = sign_in(session, person.code)
    with pytest.raises(NoSuch):
        sign_ins.revoke_all(session, volunteer=person.code, by=make.stranger(session), at=make.NOW)
    assert sign_ins.actor(session, cookie, at=make.NOW)
    assert sign_ins.revoke_all(session, volunteer=person.code, by=make.community_admin(session), at=make.NOW) == 1
    assert sign_ins.actor(session, cookie, at=make.NOW) is None


def test_a_disabled_account_and_a_closed_volunteer_are_out_at_once(session: Session) -> None:
    login = make.signed_up_staff(session, role="auditor")
    staff = sign_ins.sign_in_staff(session, login=login, password="correct horse", agent="", at=make.NOW)[1]
    person = make.volunteer(session, pin=True)
    cookie = sign_in(session, person.code)
    accounts.disable(session, login=login, reason="离职", by=SYSTEM, at=make.NOW)
    volunteers.close(session, person, by=SYSTEM, at=make.NOW)
    assert sign_ins.actor(session, staff, at=make.NOW) is None
    assert sign_ins.actor(session, cookie, at=make.NOW) is None

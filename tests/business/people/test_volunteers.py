"""Registration: who may, from what age, with whose consent (domain §3.2, §3.9)."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch, Refusal
from points.journal.tables import AuditEntry
from points.people import consents, guardians, volunteers
from points.people.tables import Consent, Guardian, Volunteer
from points.people.volunteers import NEWCOMER, NewGuardian
from tests import make

PARENT = NewGuardian(name="钱家长", phone="139 0000 0001", relation="母亲")


def rows(session: Session) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Volunteer, Consent, Guardian)]


def born(age: int, days: int = 0) -> date:
    """The birth date of who is `age` years old on the test day, plus `days`."""
    return date(make.TODAY.year - age, make.TODAY.month, make.TODAY.day) + timedelta(days)


def test_a_volunteer_gets_a_code_of_the_street_and_a_number(session: Session) -> None:
    first, second = make.volunteer(session), make.volunteer(session, community="CS")
    stranger = make.volunteer(session, community="NZ")
    assert (first.code, second.code, stranger.code) == ("YD000001", "YD000002", "NZP000001")
    assert volunteers.by_code(session, "yd000001") is first


def test_a_volunteer_lies_in_their_neighbour_group_or_community(session: Session) -> None:
    ground = make.street(session)
    assert make.volunteer(session).area_path == ground.a.path
    person = make.volunteer(session, neighbour_group="BZ-1-1-1")
    assert person.area_path == ground.neighbour_group.path
    assert person.street_id == ground.street.id


@pytest.mark.parametrize(
    "name", ["赵立春", "欧阳端阳", "阿卜杜·热合曼", "李〇", "Ada", "㐂𠮷", " 赵立春 ", "买买提•艾力"]
)
def test_names_of_chinese_characters_letters_and_middle_dots_are_taken(session: Session, name: str) -> None:
    assert make.volunteer(session, name=name).name == name.strip().replace("•", "·")


@pytest.mark.parametrize("name", ["", "赵", "赵" * 21, "赵1", "赵 立春", "赵_春", "<b>赵", "··"])
def test_other_names_are_refused(session: Session, name: str) -> None:
    make.street(session)
    with pytest.raises(volunteers.BadName):
        make.volunteer(session, name=name)
    assert rows(session) == [0, 0, 0]


@pytest.mark.parametrize("phone", ["12345", "1990000abcd", "1" * 16])
def test_a_phone_is_of_7_to_15_digits(session: Session, phone: str) -> None:
    with pytest.raises(volunteers.BadPhone):
        make.volunteer(session, phone=phone)


def test_a_phone_is_stored_as_digits_and_belongs_to_one_volunteer(session: Session) -> None:
    assert make.volunteer(session, phone="+86 199-0000-1234").phone == "19900001234"
    before = rows(session)
    with pytest.raises(volunteers.PhoneTaken) as refusal:
        make.volunteer(session, phone="19900001234")
    assert refusal.value.code == "phone-taken"
    assert rows(session) == before


def test_only_elders_and_minors_have_no_phone(session: Session) -> None:
    with pytest.raises(volunteers.PhoneNeeded):
        make.volunteer(session, phone_none=True)
    with pytest.raises(volunteers.PhoneNeeded):
        make.volunteer(session, phone_none=True, birth_date=born(60, days=1))
    assert make.volunteer(session, phone_none=True, birth_date=born(60)).phone is None
    assert make.elder(session).phone_none
    assert make.minor(session).phone_none


def test_below_six_nobody_takes_part(session: Session) -> None:
    make.street(session)
    with pytest.raises(volunteers.TooYoung):
        make.minor(session, birth_date=born(6, days=1))
    assert rows(session) == [0, 0, 0]
    assert make.minor(session, birth_date=born(6)).code


@pytest.mark.parametrize("birth_date", [make.TODAY + timedelta(days=1), date(1900, 1, 1)])
def test_an_impossible_birth_date_is_refused(session: Session, birth_date: date) -> None:
    with pytest.raises(volunteers.NotBornYet):
        make.volunteer(session, birth_date=birth_date)


@pytest.mark.parametrize("age", [6, 13, 14, 17])
def test_a_minor_needs_a_guardian(session: Session, age: int) -> None:
    make.street(session)
    with pytest.raises(volunteers.GuardianNeeded):
        make.volunteer(session, birth_date=born(age))
    assert rows(session) == [0, 0, 0]
    person = make.volunteer(session, birth_date=born(age), guardian=PARENT)
    assert consents.open_for(session, person.id) == {"register", "points", "guardian"}
    guardian = guardians.of(session, person.id)
    assert guardian is not None
    assert (guardian.phone, guardian.verified_by) == ("13900000001", "system")


def test_at_18_no_guardian_is_needed(session: Session) -> None:
    person = make.volunteer(session, birth_date=born(18))
    assert guardians.of(session, person.id) is None


def test_from_14_the_guardians_consent_does_not_replace_ones_own(session: Session) -> None:
    with pytest.raises(volunteers.ConsentNeeded) as refusal:
        make.minor(session, birth_date=born(14), consents=("guardian",))
    assert refusal.value.purpose == "register"


def test_a_minors_phone_is_the_guardians_and_may_repeat(session: Session) -> None:
    parent = make.volunteer(session, phone="13900000001")
    family = NewGuardian(name="钱家长", phone="13900000001", relation="母亲", volunteer=parent.code)
    children = [make.minor(session, phone="13900000001", guardian=family) for _ in range(2)]
    assert [child.phone for child in children] == [None, None]
    assert all(guardians.stands_for(session, parent.id, child.id, day=make.TODAY) for child in children)


def test_a_guardian_stands_for_a_minor_only_once_staff_has_seen_that(session: Session) -> None:
    parent = make.volunteer(session)
    family = NewGuardian(name="钱家长", phone="13900000001", relation="母亲", volunteer=parent.code)
    child = make.minor(session, guardian=family, by=NEWCOMER)
    assert not guardians.stands_for(session, parent.id, child.id, day=make.TODAY)
    guardians.verify(session, minor=child.code, by=SYSTEM, at=make.NOW)
    assert guardians.stands_for(session, parent.id, child.id, day=make.TODAY)
    assert not guardians.stands_for(session, child.id, child.id, day=make.TODAY)
    assert not guardians.stands_for(session, None, child.id, day=make.TODAY)


def test_a_guardian_is_of_age(session: Session) -> None:
    sibling = make.minor(session)
    with pytest.raises(guardians.GuardianNeedsAge):
        make.minor(session, guardian=NewGuardian("钱哥哥", "13900000001", "哥哥", volunteer=sibling.code))


def test_a_minor_who_registers_alone_waits_until_staff_has_verified_the_guardian(session: Session) -> None:
    person = make.minor(session, by=NEWCOMER, registered_via="self")
    assert person.status == "pending"
    guardian = guardians.verify(session, minor=person.code, by=make.clerk(session), at=make.NOW)
    assert person.status == "active"
    assert guardian.verified_by.startswith("station_staff")
    with pytest.raises(NoSuch):
        guardians.verify(session, minor=person.code, by=make.stranger(session), at=make.NOW)


def test_without_the_register_consent_there_is_no_registration(session: Session) -> None:
    make.street(session)
    with pytest.raises(volunteers.ConsentNeeded):
        make.volunteer(session, consents=("points",))
    assert rows(session) == [0, 0, 0]


def test_a_consent_on_paper_says_where_the_paper_is(session: Session) -> None:
    make.street(session)
    for paper_ref in ("", "  "):
        with pytest.raises(consents.PaperNeedsReference):
            make.volunteer(session, channel="paper", paper_ref=paper_ref)
    assert rows(session) == [0, 0, 0]
    person = make.volunteer(session, channel="paper", paper_ref="2026-017")
    assert {consent.paper_ref for consent in consents.history(session, person.id)} == {"2026-017"}


def test_an_unknown_purpose_is_refused(session: Session) -> None:
    with pytest.raises(consents.NoSuchPurpose):
        make.volunteer(session, consents=("register", "marketing"))


def test_staff_registers_only_where_they_may(session: Session) -> None:
    make.street(session)
    lead = make.staff(session, role="neighbour_lead")
    assert make.volunteer(session, neighbour_group="BZ-1-1-1", by=lead).created_by == lead.person
    for by, where in ((lead, {}), (make.community_admin(session, "BZ"), {"community": "CS"})):
        with pytest.raises(NotPermitted):
            make.volunteer(session, by=by, **where)
    with pytest.raises(NotPermitted):
        make.volunteer(session, by=make.staff(session, role="auditor"))
    assert make.volunteer(session, by=make.clerk(session)).code


def test_somebody_new_may_do_nothing_but_register(session: Session) -> None:
    person = make.volunteer(session, by=NEWCOMER, registered_via="self")
    assert person.status == "active"
    assert list(NEWCOMER.permits) == ["volunteer.register"]
    with pytest.raises(NoSuch):
        volunteers.seen(session, person.code, by=NEWCOMER)


def test_the_neighbour_group_lies_in_the_community(session: Session) -> None:
    with pytest.raises(volunteers.WrongNeighbourGroup):
        make.volunteer(session, community="CS", neighbour_group="BZ-1-1-1")


@pytest.mark.parametrize("pin", ["123", "1234567", "12a4", "１２３４５６"])
def test_a_pin_is_of_4_to_6_digits(session: Session, pin: str) -> None:
    with pytest.raises(volunteers.BadPin):
        make.volunteer(session, pin=pin)


def test_the_journal_names_no_name_and_no_phone(session: Session) -> None:
    person = make.volunteer(session, name="赵立春", phone="19900004321", pin="730514")
    volunteers.change(
        session, volunteer=person.code, by=SYSTEM, at=make.NOW, changes=volunteers.Changes(phone="19900004322")
    )
    target = select(AuditEntry).where(AuditEntry.target == f"volunteer:{person.code}")
    entries = session.scalars(target.order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["volunteer.register", "volunteer.change"]
    assert entries[1].facts == {"fields": ["phone"]}
    for secret in ("赵立春", "1990000", "730514"):
        assert not any(secret in str(entry.facts) for entry in entries)


@pytest.mark.parametrize(
    "change",
    [{"name": "钱立春"}, {"phone": "19900009999"}],
)
def test_ones_own_details_can_be_changed_but_the_name_only_by_staff(session: Session, change: dict[str, Any]) -> None:
    person = make.volunteer(session, name="赵立春")
    me = make.volunteer_actor(session, person)
    if "name" in change:
        with pytest.raises(NotPermitted):
            volunteers.change(session, volunteer=person.code, by=me, at=make.NOW, changes=volunteers.Changes(**change))
        assert person.name == "赵立春"
        me = make.community_admin(session)
    volunteers.change(session, volunteer=person.code, by=me, at=make.NOW, changes=volunteers.Changes(**change))
    assert all(getattr(person, field) == value for field, value in change.items())


def test_a_phone_cannot_be_changed_to_anothers(session: Session) -> None:
    person, other = make.volunteer(session), make.volunteer(session)
    with pytest.raises(volunteers.PhoneTaken):
        volunteers.change(
            session, volunteer=person.code, by=SYSTEM, at=make.NOW, changes=volunteers.Changes(phone=other.phone)
        )
    assert person.phone != other.phone


def test_suspension_and_its_end(session: Session) -> None:
    person, admin = make.volunteer(session), make.community_admin(session)

    def move(verb: Any) -> str:
        return str(verb(session, volunteer=person.code, reason="核查", by=admin, at=make.NOW).status)

    assert move(volunteers.suspend) == "suspended"
    with pytest.raises(volunteers.NotInState):
        move(volunteers.suspend)
    assert move(volunteers.reinstate) == "active"
    volunteers.close(session, person, by=SYSTEM, at=make.NOW)
    for verb in (volunteers.suspend, volunteers.reinstate):
        with pytest.raises(volunteers.NotInState) as refusal:
            move(verb)
        assert refusal.value.status == "closed"


def test_a_skill_is_noted_by_staff(session: Session) -> None:
    person = make.volunteer(session)
    skill = volunteers.add_skill(
        session,
        volunteer=person.code,
        skill="理发",
        qualification_no_last4="4300-1234",
        by=make.community_admin(session),
        at=make.NOW,
    )
    assert skill.qualification_no_last4 == "1234"
    with pytest.raises(Refusal):
        volunteers.add_skill(session, volunteer=person.code, skill="理发", by=make.clerk(session), at=make.NOW)


def test_search_finds_by_code_phone_tail_and_name(session: Session) -> None:
    person = make.volunteer(session, name="尤大寒", phone="19900008642")
    make.volunteer(session)
    admin = make.community_admin(session)
    letters, digits = person.code[:2], person.code[2:]
    for text in (
        person.code.lower(), f"{letters} {digits}", f"{letters}-{digits}", f"\ufeff{person.code}", person.code[-3:],
        "19900008642", "199 0000 8642", "+86 19900008642", "8619900008642", "１９９００００８６４２", "8642", "08642",
        "大寒", "尤 大 寒", "ydh", "YDH", "ｙｄ", "y d h",
    ):  # fmt: skip
        found = volunteers.search(session, text=text, by=admin)
        assert (found.people, found.count) == ([person], 1), text
    for text in ("", "  ", "%", "8641", "zdh", "\u200b", "_", "86421"):
        found = volunteers.search(session, text=text, by=admin)
        assert (found.people, found.count) == ([], 0), text


def test_a_search_says_how_many_there_are_and_leaves_nobody_out(session: Session) -> None:
    people = [make.volunteer(session, name="张伟") for _ in range(35)]
    admin = make.community_admin(session)
    for text in ("张伟", "zw"):
        pages = [volunteers.search(session, text=text, by=admin, offset=start, limit=10) for start in range(0, 50, 10)]
        assert [found.count for found in pages] == [35] * 5, text
        assert [one for found in pages for one in found.people] == people, text


def test_initials_follow_the_name(session: Session) -> None:
    person = make.volunteer(session, name="曾大寒")
    admin = make.community_admin(session)
    assert person.initials == "zdh"
    volunteers.change(session, volunteer=person.code, changes=volunteers.Changes(name="单大寒"), by=admin, at=make.NOW)
    assert volunteers.search(session, text="sdh", by=admin).people == [person]
    assert volunteers.search(session, text="zdh", by=admin).people == []


@pytest.mark.parametrize(
    ("name", "refused", "sign"),
    [
        ("王·", volunteers.StrangeSign, "·"),
        ("王芳1", volunteers.StrangeSign, "1"),
        ("王芳（小）", volunteers.StrangeSign, "("),
        ("张 小明", volunteers.BlankInName, ""),
        ("Anna Lee", volunteers.BlankInName, ""),
    ],
)
def test_a_name_is_refused_naming_the_sign(
    session: Session, name: str, refused: type[volunteers.BadName], sign: str
) -> None:
    make.street(session)
    with pytest.raises(refused) as why:
        make.volunteer(session, name=name)
    assert (getattr(why.value, "sign", ""), why.value.field) == (sign, "name")


@pytest.mark.parametrize(
    "phone", ["8619911230001", "+86 199 1123 0001", "0086-19911230001", "１９９１１２３０００１", "199 1123\u00a00001"]
)
def test_a_phone_written_otherwise_registers_nobody_twice(session: Session, phone: str) -> None:
    make.volunteer(session, phone="19911230001")
    with pytest.raises(volunteers.PhoneTaken):
        make.volunteer(session, phone=phone)


def test_a_national_number_is_one_volunteers(session: Session) -> None:
    make.volunteer(session, national_volunteer_no="4308020001")
    other = make.volunteer(session)
    own = make.volunteer_actor(session, other)
    with pytest.raises(volunteers.NationalNumberTaken):
        make.volunteer(session, national_volunteer_no="4308020001")
    with pytest.raises(volunteers.NationalNumberTaken):
        volunteers.change(
            session,
            volunteer=other.code,
            by=own,
            at=make.NOW,
            changes=volunteers.Changes(national_volunteer_no="4308020001"),
        )
    assert other.national_volunteer_no is None

"""Name, age, phone and PIN: the last value that is taken and the first that is not (domain §3.2, §3.9)."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from points.people import wards
from points.people.volunteers import details
from tests import make

TODAY = make.TODAY


def born(age: int, days_short: int = 0) -> date:
    """The birth date of who is `age` years old today, or will be in so many days."""
    return date(TODAY.year - age, TODAY.month, TODAY.day + days_short)


@pytest.mark.parametrize("name", ["赵立", "赵" * 20, "Li", "赵·立", "〇〇", " 赵立 "])
def test_a_name_has_two_to_twenty_characters(name: str) -> None:
    assert details.tidy_name(name) == name.strip()


@pytest.mark.parametrize("name", ["赵", "赵" * 21, "··", "", "赵1", "1赵", "赵立 春", "赵_"])
def test_other_names_are_none(name: str) -> None:
    with pytest.raises(details.BadName):
        details.tidy_name(name)


@pytest.mark.parametrize(("birth_date", "age"), [(born(6), 6), (born(7, 1), 6), (born(120), 120), (born(121, 1), 120)])
def test_volunteers_are_six_to_a_hundred_and_twenty(birth_date: date, age: int) -> None:
    assert details.checked_age(birth_date, TODAY) == age


def test_nobody_is_younger_older_or_not_born_yet() -> None:
    with pytest.raises(details.TooYoung) as refused:
        details.checked_age(born(6, 1), TODAY)
    assert refused.value.minimum == 6
    with pytest.raises(details.TooYoung):
        details.checked_age(TODAY, TODAY)
    for birth_date in (born(121), born(0, 1)):
        with pytest.raises(details.NotBornYet):
            details.checked_age(birth_date, TODAY)


@pytest.mark.parametrize(("age", "taken"), [(18, False), (59, False), (60, True), (90, True)])
def test_a_landline_is_enough_from_sixty_on(age: int, taken: bool) -> None:
    assert details.a_phone("199 0000 0008", age=age) == "19900000008"
    if taken:
        assert details.a_phone("0744-8221234", age=age) == "07448221234"
    else:
        with pytest.raises(details.MobileNeeded) as refused:
            details.a_phone("0744-8221234", age=age)
        assert refused.value.until == 59


@pytest.mark.parametrize("text", ["8221234", "1990000000", "400-123-4567", "+85291234567", "x" * 11])
def test_a_number_that_nobody_has_is_no_phone(text: str) -> None:
    with pytest.raises(details.BadPhone) as refused:
        details.a_phone(text, age=60)
    assert refused.value.field == "phone"
    with pytest.raises(details.BadPhone) as refused:
        details.guardian_phone(text)
    assert refused.value.field == "guardian_phone"


@pytest.mark.parametrize(("digits", "taken"), [(3, False), (4, True), (6, True), (7, False)])
def test_a_pin_has_four_to_six_digits(digits: int, taken: bool) -> None:
    if taken:
        details.refuse_bad_pin("730514"[:digits])
    else:
        with pytest.raises(details.BadPin):
            details.refuse_bad_pin("7305142"[:digits])


@pytest.mark.parametrize(
    "pin",
    [
        *("1111", "000000", "1234", "4321", "890123", "109876", "1212", "123123", "1221", "1122", "112233", "121212"),
        *("2580", "0852", "147258", "1379", "3197", "1314", "1988", "2026", "0417", "1704"),
        *("680417", "170468", "196804"),
        *("0475", "000475", "1990", "199000", "44444", "45454", "7777"),
    ],
)
def test_a_pin_that_others_try_first_is_refused(pin: str) -> None:
    with pytest.raises(details.WeakPin):
        details.refuse_bad_pin(pin, birth_date=date(1968, 4, 17), phone="19900000475")


@pytest.mark.parametrize("pin", ["7305", "9751", "730514", "40962", "8046", "2469", "135790", "246810"])
def test_a_pin_that_says_nothing_of_anybody_is_taken(pin: str) -> None:
    details.refuse_bad_pin(pin, birth_date=date(1968, 4, 17), phone="19900000475")


def test_from_eighteen_to_fifty_nine_a_phone_is_needed(session: Session) -> None:
    for age in (18, 59):
        for phone in (None, " "):
            with pytest.raises(details.PhoneNeeded) as refused:
                details.free_phone(session, phone, none=True, age=age)
            assert refused.value.until == 59
    with pytest.raises(details.PhoneNeeded):
        details.free_phone(session, None, none=False, age=60)
    assert details.free_phone(session, None, none=True, age=60) is None
    assert details.free_phone(session, "19900000009", none=False, age=17) is None
    assert details.free_phone(session, "19900000009", none=True, age=60) == "19900000009"


def test_a_phone_and_a_national_number_are_one_persons(session: Session) -> None:
    holder = make.volunteer(session, phone="19900000009", national_volunteer_no="4308-1")
    with pytest.raises(details.BadPhone):
        details.free_phone(session, "123", none=False, age=30)
    with pytest.raises(details.PhoneTaken):
        details.free_phone(session, "19900000009", none=False, age=30)
    with pytest.raises(details.PhoneTaken):
        details.free_phone(session, "19900000009", none=False, age=30, of=holder.id + 1)
    assert details.free_phone(session, "19900000009", none=False, age=30, of=holder.id) == "19900000009"
    with pytest.raises(details.NationalNumberTaken):
        details.free_national_number(session, " 4308-1 ")
    with pytest.raises(details.NationalNumberTaken):
        details.free_national_number(session, "4308-1", of=holder.id + 1)
    assert details.free_national_number(session, "4308-1", of=holder.id) == "4308-1"
    assert details.free_national_number(session, "4308-2") == "4308-2"
    assert details.free_national_number(session, " ") is None
    assert details.free_national_number(session, None) is None


def test_a_neighbour_group_lies_in_the_community(session: Session) -> None:
    ground = make.street(session)
    assert details.neighbour_group_of(session, "BZ-1-1-1", ground.a).code == "BZ-1-1-1"
    for code, home in (("BZ-1-1-1", ground.b), ("BZ-1", ground.a)):
        with pytest.raises(details.WrongNeighbourGroup):
            details.neighbour_group_of(session, code, home)


# --- of age


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2026, 5, 9), date(2008, 5, 9)),
        (date(2024, 2, 29), date(2006, 2, 28)),
        (date(2036, 2, 29), date(2018, 2, 28)),
    ],
)
def test_who_was_born_after_this_day_eighteen_years_ago_is_a_minor(day: date, after: date) -> None:
    assert wards.born_after(day) == after


def test_a_guardian_stands_for_a_minor_until_the_eighteenth_birthday(session: Session) -> None:
    parent = make.volunteer(session)
    child = make.minor(session, birth_date=date(2011, 3, 1), guardian=make.guardian_of(parent))
    day_before, birthday = date(2029, 2, 28), date(2029, 3, 1)
    assert wards.stands_for(session, parent.id, child.id, day=day_before)
    assert not wards.stands_for(session, parent.id, child.id, day=birthday)
    assert not wards.stands_for(session, None, child.id, day=day_before)
    assert not wards.stands_for(session, make.volunteer(session).id, child.id, day=day_before)
    assert [one.id for one in wards.children(session, volunteer_id=parent.id, day=day_before)] == [child.id]
    assert wards.children(session, volunteer_id=parent.id, day=birthday) == []
    assert details.is_minor(child, day_before)
    assert not details.is_minor(child, birthday)


def test_from_fourteen_on_a_minor_agrees_for_themselves() -> None:
    assert (wards.CHOOSES_FROM, wards.OF_AGE) == (14, 18)

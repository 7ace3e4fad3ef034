"""What the public and other volunteers see: a station's next exchange days, and nobody's full name (domain §3.9)."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from points.exchange import exchange_days
from points.foundation.actors import SYSTEM
from points.people import persons
from tests import make
from tests.web import addresses
from tests.web.conftest import Browser, Street

OTHERS = ("赵小寒", "钱大寒")


def test_a_stations_page_says_when_the_next_exchange_day_is(
    ground: Session, street: Street, browser: Callable[[], Browser]
):
    assert "兑换日" in browser().get("/stations/NLJ-1").text
    exchange_days.cancel(ground, code=street.event, reason="下雨", by=SYSTEM, at=make.NOW)
    ground.commit()
    assert "兑换日" not in browser().get("/stations/NLJ-1").text


@pytest.fixture
def people(ground: Session, street: Street) -> None:
    """Two people with names that are nowhere else: who takes part, and who leads (the contact is named on purpose)."""
    for code, name in ((street.volunteer, OTHERS[0]), (street.leader, OTHERS[1])):
        persons.by_code(ground, code).name = name
    ground.commit()


def test_no_public_page_shows_a_name_a_phone_a_birth_date_or_an_address(
    people: None, ground: Session, street: Street, browser: Callable[[], Browser]
):
    private = list(OTHERS)
    for number, code in enumerate((street.volunteer, street.leader, street.child)):
        person = persons.by_code(ground, code)
        person.birth_date = date(1951 + number, 11, 23)
        person.phone = f"1995555000{number}"
        person.residence_text = f"九栋{number}单元"
        person.emergency_contact = f"邻居老周{number}"
        private += [person.phone, person.residence_text, person.emergency_contact]
        private += [f"{person.birth_date:%Y-%m-%d}", f"{person.birth_date:%Y%m%d}", f"{person.birth_date:%Y}年11月23日"]
    ground.commit()
    for page, address in addresses.public(street).items():
        text = browser().get(address).text
        assert not [fact for fact in private if fact in text], page


def test_no_volunteer_reads_the_full_name_of_another(
    people: None, ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    neighbour = make.volunteer(ground, name="孙小满", pin=True)
    make.household(ground, neighbour, persons.by_code(ground, street.volunteer))
    ground.commit()
    phone = phone_of(neighbour.code)
    assert "赵**" in phone.get("/my/household").text
    for page, address in (addresses.public(street) | addresses.volunteer(street)).items():
        text = phone.get(address).text
        assert not [name for name in OTHERS if name in text], page

"""A phone at a station that staff sign in: the number it shows, the counter's page, and who is signed in by it."""

import re
from collections.abc import Callable

from sqlalchemy.orm import Session

from points import http
from points.people import volunteers
from tests import make
from tests.web.conftest import Browser, Street


def asked(phone: Browser) -> str:
    """The number that the phone shows after asking at NLJ-1."""
    assert phone.post("/sign-in/help", station="NLJ-1").status_code == 303
    shown = re.search(r'class="asked-number"[^>]*>(\d{4})<', phone.get("/sign-in/help").text)
    assert shown
    return shown[1]


def let_in(pc: Browser, code: str, number: str, **form: str) -> int:
    said = {"station": "NLJ-1", "number": number, "check": "phone4", "phone4": "0001", **form}
    return pc.post(f"/staff/people/{code}/sign-in", **said).status_code


def test_the_phone_is_signed_in_without_a_pin_and_without_a_script(
    street: Street, ground: Session, browser: Callable[[], Browser], staff_pc: Callable[..., Browser]
):
    person = make.volunteer(ground, name="吴小满", phone="19912340001")
    pc, phone = staff_pc("station_staff", "NLJ-1"), browser()
    assert "能量家1号站" in phone.get("/sign-in/help").text
    number = asked(phone)
    assert phone.post("/sign-in/help/go-on").location == "/sign-in/help"
    assert phone.get("/sign-in/help/now").json == {"state": "open"}
    assert let_in(pc, person.code, number) == 303
    assert phone.get("/sign-in/help/now").json == {"state": "approved"}
    answer = phone.post("/sign-in/help/go-on", next="/my/points")
    assert answer.location == "/my/points"
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(http.SESSION_COOKIE))
    assert "Max-Age=15552000" in cookie
    assert "吴小满" in phone.get("/my/").text


def test_another_phone_that_knows_the_number_stays_outside(
    street: Street, ground: Session, browser: Callable[[], Browser], staff_pc: Callable[..., Browser]
):
    person = make.volunteer(ground, phone="19912340001")
    pc, phone, other = staff_pc("station_staff", "NLJ-1"), browser(), browser()
    number = asked(phone)
    asked(other)
    assert let_in(pc, person.code, number) == 303
    assert other.post("/sign-in/help/go-on", number=number).location == "/sign-in/help"
    assert other.get("/my/").status_code == 303


def test_a_mistyped_number_is_told_on_the_form_which_keeps_it(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    person = make.volunteer(ground, phone="19912340001")
    pc = staff_pc("station_staff", "NLJ-1")
    said = {"station": "NLJ-1", "number": "0000", "check": "phone4", "phone4": "0001"}
    answer = pc.post(f"/staff/people/{person.code}/sign-in", **said)
    assert answer.status_code == 409
    assert 'value="0000"' in answer.text


def test_without_a_check_of_who_it_is_nobody_is_signed_in(
    street: Street, ground: Session, browser: Callable[[], Browser], staff_pc: Callable[..., Browser]
):
    person = make.volunteer(ground, phone="19912340001")
    pc, phone = staff_pc("station_staff", "NLJ-1"), browser()
    number = asked(phone)
    assert let_in(pc, person.code, number, check="") == 422
    assert let_in(pc, person.code, number, phone4="9999") == 403
    assert phone.get("/sign-in/help/now").json == {"state": "open"}


def test_asking_too_often_from_one_address_waits(street: Street, browser: Callable[[], Browser]):
    http.limiter.reset()
    statuses = [browser().post("/sign-in/help", station="NLJ-1").status_code for _ in range(22)]
    assert statuses[:20] == [303] * 20
    assert statuses[20:] == [429] * 2
    http.limiter.reset()


def test_an_unknown_station_is_refused_in_words(street: Street, browser: Callable[[], Browser]):
    assert browser().post("/sign-in/help", station="NLJ-9").status_code == 404


def test_staff_note_who_the_guardian_is_and_the_child_becomes_active(
    street: Street, ground: Session, phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
):
    child = make.minor(ground, name="赵大雪", by=volunteers.NEWCOMER, registered_via="self")
    pc = staff_pc("station_staff", "NLJ-1")
    refused = pc.post(f"/staff/people/{child.code}/guardian", guardian_volunteer="YD999999")
    assert refused.status_code == 303
    assert phone_of(street.volunteer).get(f"/my/children/{child.code}/").status_code == 404
    assert pc.post(f"/staff/people/{child.code}/guardian", guardian_volunteer=street.volunteer).status_code == 303
    assert phone_of(street.volunteer).get(f"/my/children/{child.code}/").status_code == 200

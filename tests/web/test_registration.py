"""Registering oneself, and a minor with the guardian, from the empty form to the next step."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points import http
from points.people import consents, guardians
from points.people.tables import PURPOSES, Volunteer
from points.web import consent_texts
from points.web.public import registration
from tests.web.conftest import Browser, Street

ADULT = {
    "name": "孙小满",
    "birth_date": "1980-03-01",
    "community": "BZ",
    "phone": "19911110001",
    "pin": "2468",
    "again": "2468",
    "consent-register": "1",
    "consent-points": "1",
}
CHILD = {
    "name": "孙小雪",
    "birth_date": "2016-03-01",
    "community": "BZ",
    "guardian_name": "孙小满",
    "guardian_phone": "19911110001",
    "guardian_relation": "母亲",
    "pin": "2468",
    "again": "2468",
    "consent-register": "1",
    "consent-guardian": "1",
}


@pytest.fixture(autouse=True)
def _no_earlier_tries(app: object) -> Iterator[None]:
    http.limiter.reset()
    yield
    http.limiter.reset()


def named(session: Session, name: str) -> Volunteer | None:
    session.rollback()  # what was read before is a snapshot
    return session.scalars(select(Volunteer).where(Volunteer.name == name)).first()


def test_an_adult_registers_and_is_signed_in(ground: Session, street: Street, browser: Callable[[], Browser]):
    phone = browser()
    answer = phone.post("/register", **ADULT)
    assert (answer.status_code, answer.location) == (303, "/my/")
    made = named(ground, "孙小满")
    assert made is not None
    assert made.status == "active"
    assert made.registered_via == "self"
    assert consents.open_for(ground, made.id) == {"register", "points"}
    assert {one.text_version for one in consents.history(ground, made.id)} == {consent_texts.VERSION}
    home = phone.get("/my/").text
    assert "孙小满" in home
    assert made.code in home
    assert browser().post("/sign-in", who="19911110001", pin="2468").status_code == 303


@pytest.mark.parametrize("typed", ["１９８００３０１", "1980年3月1日", "1980.3.1"])
def test_a_birth_date_is_read_as_it_is_meant(
    ground: Session, street: Street, browser: Callable[[], Browser], typed: str
):
    assert browser().post("/register", **{**ADULT, "birth_date": typed}).status_code == 303
    made = named(ground, "孙小满")
    assert made is not None
    assert made.birth_date == date(1980, 3, 1)


def test_registering_goes_on_to_the_code_that_was_scanned(street: Street, browser: Callable[[], Browser]):
    scanned = browser().get(f"/s/{street.screen}").location
    phone = browser()
    asked = phone.get(scanned).location
    assert f'href="/register?next={scanned}' in phone.get(asked).text
    assert f'name="next" value="{scanned}"' in phone.get(f"/register?next={scanned}").text
    assert phone.post("/register", **ADULT, next=scanned).location == scanned
    assert "周末清洁行动" in phone.get(f"/my/activities/{street.running}").text


def test_registering_never_leads_to_another_host(street: Street, browser: Callable[[], Browser]):
    assert browser().post("/register", **ADULT, next="//evil.test").location == "/my/"


def test_a_phone_that_is_taken_leads_to_sign_in_and_keeps_what_was_typed(
    street: Street, browser: Callable[[], Browser]
):
    browser().post("/register", **ADULT)
    answer = browser().post("/register", **{**ADULT, "name": "李小寒"})
    assert answer.status_code == 409
    assert 'value="李小寒"' in answer.text
    assert 'value="1980-03-01"' in answer.text
    assert "2468" not in answer.text
    assert "already registered" in answer.text
    assert "you only need to sign in" in answer.text
    assert 'href="/sign-in"' in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"consent-register": ""}, "Keep my data to record my service"),
        ({"pin": "", "again": ""}, "Missing data for required field."),
        ({"pin": "12", "again": "12"}, "A PIN has 4 to 6 digits"),
        ({"again": "2469"}, "The two PINs are not the same"),
        ({"birth_date": "soon"}, "Write the day with eight digits"),
        ({"name": "1"}, "Length must be between 2 and 40."),
        ({"name": "12"}, "Please check the name"),
        ({"phone": ""}, "A phone number is needed"),
    ],
)
def test_a_refused_registration_says_what_to_do_and_registers_nobody(
    ground: Session, street: Street, browser: Callable[[], Browser], typed: dict[str, str], said: str
):
    before = ground.scalar(select(func.count()).select_from(Volunteer))
    answer = browser().post("/register", **{**ADULT, **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="BZ" selected' in answer.text
    assert ground.scalar(select(func.count()).select_from(Volunteer)) == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"birth_date": "19800230"}, "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"phone": "12"}, "phone"),
        ({"pin": "12", "again": "12"}, "pin"),
        ({"again": "2469"}, "again"),
    ],
)
def test_a_refusal_stands_beside_the_field_that_it_is_about(
    street: Street, browser: Callable[[], Browser], typed: dict[str, str], field: str
):
    page = browser().post("/register", **{**ADULT, **typed}).text
    assert page.count('aria-invalid="true"') == 1
    assert f'id="w-{field}"' in page
    assert f"w-{field}" in page[page.index(f'id="f-{field}"') :].partition(">")[0]


def test_a_birth_date_is_typed_in_eight_digits(ground: Session, street: Street, browser: Callable[[], Browser]):
    browser().post("/register", **{**ADULT, "birth_date": "19800301"})
    made = named(ground, "孙小满")
    assert made is not None
    assert made.birth_date.isoformat() == "1980-03-01"


def test_who_registered_without_points_is_asked_once_more_at_home(
    ground: Session, street: Street, browser: Callable[[], Browser]
):
    phone = browser()
    phone.post("/register", **{**ADULT, "consent-points": ""})
    assert "Agree: count points" in phone.get("/my/").text
    assert "hours only, until you agree to points" in phone.get("/my/me").text
    phone.post("/my/me/consents", purpose="points", give="1")
    assert "Agree: count points" not in phone.get("/my/").text
    assert "earned by service" in phone.get("/my/me").text


def test_a_minor_waits_for_staff_and_the_page_says_what_to_do(
    ground: Session, street: Street, browser: Callable[[], Browser]
):
    phone = browser()
    assert phone.post("/register/minor", **CHILD).location == "/my/"
    child = named(ground, "孙小雪")
    assert child is not None
    assert child.status == "pending"
    guardian = guardians.of(ground, child.id)
    assert guardian is not None
    assert (guardian.name, guardian.verified_by) == ("孙小满", "")
    assert consents.open_for(ground, child.id) == {"register", "guardian"}
    home = phone.get("/my/").text
    assert "Come to a station once with your guardian" in home
    assert child.code in home
    assert "能量家1号站" in home
    activity = phone.get(f"/my/activities/{street.coming}").text
    assert "Come to a station once with your guardian; then you can sign up here." in activity
    assert "/sign-up" not in activity
    joined = phone.post(f"/my/activities/{street.coming}/sign-up")
    assert joined.status_code in (403, 409, 422)
    assert "Come to a station once with your guardian" in joined.text


def test_a_guardian_signed_in_registers_the_child_and_stays_signed_in(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    parent = phone_of(street.volunteer)
    assert parent.post("/register/minor", **CHILD).location == "/my/"
    child = named(ground, "孙小雪")
    assert child is not None
    guardian = guardians.of(ground, child.id)
    assert guardian is not None
    assert guardian.guardian_volunteer_id is not None
    home = parent.get("/my/").text
    assert "赵立春" in home
    assert child.code in home


def test_a_minor_on_the_form_for_adults_is_led_to_the_guardians_form(street: Street, browser: Callable[[], Browser]):
    answer = browser().post("/register", **{**ADULT, "birth_date": "2011-03-01"})
    assert answer.status_code == 422
    assert 'action="/register/minor"' in answer.text
    assert 'name="guardian_name"' in answer.text
    assert 'value="孙小满"' in answer.text
    back = browser().post("/register/minor", **{**CHILD, "birth_date": "1990-03-01"})
    assert 'action="/register"' in back.text
    assert 'name="phone"' in back.text


@pytest.mark.parametrize("missing", ["consent-guardian", "guardian_name", "guardian_relation"])
def test_without_the_guardian_no_minor_is_registered(
    ground: Session, street: Street, browser: Callable[[], Browser], missing: str
):
    answer = browser().post("/register/minor", **{**CHILD, missing: ""})
    assert answer.status_code == 422
    assert 'value="孙小雪"' in answer.text
    assert named(ground, "孙小雪") is None


def test_registering_is_limited(street: Street, browser: Callable[[], Browser]):
    phone = browser()
    answers = [phone.post("/register", **{**ADULT, "pin": "", "again": ""}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_every_consent_asked_for_can_be_read(street: Street, browser: Callable[[], Browser]):
    page, form = browser().get("/privacy/consents").text, browser().get("/register").text
    for purpose in (*registration.OPTIONAL_CONSENTS, "register", "guardian"):
        assert consent_texts.TEXTS[purpose][0] in page, purpose
    for purpose in (*registration.OPTIONAL_CONSENTS, "register"):
        assert consent_texts.TEXTS[purpose][-1] in form, purpose
    assert f"Text version {consent_texts.VERSION}" in form


def test_the_text_of_every_consent_that_can_be_given_is_there():
    assert set(PURPOSES) - {"wish_publish"} == set(consent_texts.TEXTS)

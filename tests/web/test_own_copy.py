"""My own copy: everything kept of me in one file, and nothing of anybody else."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points import http
from points.people.tables import Volunteer
from tests import make
from tests.web.conftest import Browser, Street


@pytest.fixture(autouse=True)
def _no_earlier_tries(app: object) -> Iterator[None]:
    http.limiter.reset()
    yield
    http.limiter.reset()


def test_the_copy_holds_profile_consents_records_and_transfers(street: Street, phone_of: Callable[[str], Browser]):
    phone = phone_of(street.volunteer)
    assert 'action="/my/me/copy"' in phone.get("/my/me").text
    answer = phone.post("/my/me/copy")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{street.volunteer}-2026-05-09.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    copy = answer.json
    assert copy is not None
    assert (copy["profile"]["code"], copy["profile"]["name"]) == (street.volunteer, "赵立春")
    assert {one["purpose"] for one in copy["consents"]} == {"register", "points"}
    assert street.record in {one["code"] for one in copy["records"]}
    assert {"earn", "opening", "spend", "reserve"} <= {one["purpose"] for one in copy["transfers"]}
    assert copy["made_at"] == "2026-05-09T08:00:00+08:00"


def test_the_copy_is_of_oneself_only(ground: Session, street: Street, phone_of: Callable[[str], Browser]):
    stranger = make.volunteer(ground, pin=True)
    ground.commit()
    text = phone_of(stranger.code).post("/my/me/copy").text
    assert stranger.code in text
    for other in ("赵立春", "钱春分", street.volunteer, street.leader, street.record):
        assert other not in text
    person = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    assert person.phone
    assert person.phone not in text


def test_no_secret_is_in_the_copy(ground: Session, street: Street, phone_of: Callable[[str], Browser]):
    text = phone_of(street.volunteer).post("/my/me/copy").text
    for secret in ("argon2", "pin", "token", "device"):
        assert secret not in text, secret


def test_staff_who_are_no_volunteers_have_no_copy(street: Street, staff_pc: Callable[..., Browser]):
    assert staff_pc("street_admin").post("/my/me/copy").status_code == 403


def test_the_copy_needs_the_token_of_its_page_and_is_limited(street: Street, phone_of: Callable[[str], Browser]):
    phone = phone_of(street.volunteer)
    assert phone.client.post("/my/me/copy").status_code == 400
    http.limiter.reset()
    assert [phone.post("/my/me/copy").status_code for _ in range(11)] == [200] * 10 + [429]

"""A volunteer's day at an activity: scan, see what the button will do, press it, see the result."""

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.service import checkin
from points.service.tables import Activity, Stay
from tests import make
from tests.web.conftest import Browser, Street


def stays(ground: Session) -> int:
    ground.rollback()
    return ground.scalar(select(func.count()).select_from(Stay)) or 0


def test_a_code_scanned_before_signing_in_still_counts(street: Street, ground: Session, browser: Callable[[], Browser]):
    phone, before = browser(), stays(ground)
    scanned = phone.get(f"/s/{street.screen}")
    assert scanned.location.startswith("/my/scan/")
    asked = phone.get(scanned.location)
    assert asked.location.startswith("/sign-in?next=/my/scan/")
    assert "kept for five minutes" in phone.get(asked.location).text
    with clock.frozen(make.NOW + timedelta(minutes=3)):  # the screen has changed six times
        back = phone.post("/sign-in", who=street.volunteer, pin="730514", next=scanned.location)
        page = phone.get(back.location)
        assert "I am here: check in" in page.text
        assert stays(ground) == before
        key = re.search(r'name="key" value="([^"]+)"', page.text)
        assert key
        done = phone.post(scanned.location, key=key[1], direction="in")
        assert (done.status_code, stays(ground)) == (200, before + 1)
        assert "Checked in" in done.text
        assert "08:03" in done.text
        again = phone.post(scanned.location, key=key[1], direction="in")
        assert (again.status_code, stays(ground)) == (200, before + 1)
    with clock.frozen(make.NOW + timedelta(hours=1)):
        out = phone.get(f"/s/{street.poster}")
        page = phone.get(out.location)
        assert "I am going: check out" in page.text
        assert "Checked out" in phone.post(out.location, key="the-way-out", direction="out").text


def test_looking_changes_nothing(street: Street, ground: Session, phone_of: Callable[[str], Browser]):
    phone, before = phone_of(street.volunteer), stays(ground)
    for _ in range(3):
        phone.get(phone.get(f"/s/{street.screen}").location)
    assert stays(ground) == before


def test_an_old_code_says_what_to_do(street: Street, browser: Callable[[], Browser]):
    with clock.frozen(make.NOW + timedelta(minutes=2, seconds=1)):
        answer = browser().get(f"/s/{street.screen}")
    assert answer.status_code == 422 or answer.status_code == 409
    assert "The code has expired" in answer.text
    assert "Scan the code that the screen shows now." in answer.text


def test_a_forged_code_is_a_page_and_no_fault(browser: Callable[[], Browser], street: Street):
    for code in ("AAAAAAAAAA", "x", "%F0%9F%98%80", "A" * 400, street.screen[:-1] + "?"):
        assert 400 <= browser().get(f"/s/{code}").status_code < 500, code


def test_the_six_digits_do_the_same(street: Street, ground: Session, phone_of: Callable[[str], Browser]):
    found = ground.scalars(select(Activity).where(Activity.code == street.running)).one()
    phone = phone_of(street.volunteer)
    answer = phone.post(f"/my/activities/{street.running}/digits", digits=checkin.screen_digits(found, make.NOW))
    assert answer.location.startswith("/my/scan/")
    wrong = phone.post(f"/my/activities/{street.running}/digits", digits="000000")
    assert wrong.status_code >= 400
    assert "expired" in wrong.text


def test_the_six_digits_are_typed_where_one_scans(street: Street, ground: Session, phone_of: Callable[[str], Browser]):
    found = ground.scalars(select(Activity).where(Activity.code == street.running)).one()
    phone, before = phone_of(street.volunteer), stays(ground)
    page = phone.get("/my/scan")
    assert found.title in page.text
    assert f'value="{street.running}"' in page.text
    answer = phone.post("/my/scan", activity=street.running, digits=checkin.screen_digits(found, make.NOW))
    assert answer.location.startswith("/my/scan/")
    assert stays(ground) == before
    wrong = phone.post("/my/scan", activity=street.running, digits="000000")
    assert wrong.status_code == 409
    assert 'value="000000"' in wrong.text
    assert phone.post("/my/scan", digits="000000").status_code == 422


def test_the_leader_ticks_in_and_out(street: Street, ground: Session, phone_of: Callable[[str], Browser]):
    leader, before = phone_of(street.leader), stays(ground)
    address = f"/staff/activities/{street.running}/roster/tick"
    for _ in range(2):
        leader.post(address, tick=f"in:{street.volunteer}", key="one-form")
    assert stays(ground) == before + 1
    page = leader.get(f"/staff/activities/{street.running}/roster").text
    assert "is in." in page
    assert f'value="out:{street.volunteer}"' in page


def test_the_rows_of_a_roster_share_one_form_and_each_acts_once(
    street: Street, ground: Session, phone_of: Callable[[str], Browser]
):
    leader, before, other = phone_of(street.leader), stays(ground), make.volunteer(ground)
    ground.commit()
    address = f"/staff/activities/{street.running}/roster/tick"
    leader.post(address, tick=f"in:{street.volunteer}", key="one-form")
    refused = leader.post(address, tick=f"in:{other.code}", key="one-form")
    assert (refused.status_code, stays(ground)) == (409, before + 1)
    assert "not signed up" in refused.text.lower()
    assert leader.post(address, tick=f"in:{street.volunteer}", key="").status_code == 422
    assert leader.post(address, key="one-form").status_code == 422


def test_the_leader_settles_in_one_page(street: Street, phone_of: Callable[[str], Browser]):
    leader = phone_of(street.leader)
    page = leader.get(f"/staff/activities/{street.ended}/settle")
    assert "How many people were helped?" in page.text
    done = leader.post(f"/staff/activities/{street.ended}/settle", beneficiaries="12")
    assert done.status_code == 200
    assert "1 people, 2.0 hours, 20 points." in done.text

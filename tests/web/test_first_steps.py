"""From an empty installation to the first activity, on pages alone."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from points import database
from points.access import accounts, sign_ins
from points.access.accounts import FIRST_LOGIN
from points.foundation.actors import SYSTEM
from points.people import volunteers
from points.service.tables import ActivityCategory
from tests import make
from tests.web.conftest import PASSWORD, Browser, Street


@pytest.fixture
def books(app: Flask, engine: Engine, at_noon: None) -> Iterator[Session]:
    """A database in which nobody entered anything."""
    app.extensions.pop("points_pages", None)
    with database.sessions(engine)() as session:
        yield session


@pytest.fixture
def first(books: Session, browser: Callable[[], Browser]) -> Browser:
    """The first administrator, signed in."""
    token = accounts.first_administrator(books, at=make.NOW)
    accounts.choose_password(books, token=token, password=PASSWORD, at=make.NOW)
    cookie = sign_ins.sign_in_staff(books, login=FIRST_LOGIN, password=PASSWORD, agent="pc", at=make.NOW)[1]
    books.commit()
    return browser().hold(cookie)


def test_an_empty_installation_is_led_to_its_first_activity(
    books: Session, first: Browser, browser: Callable[[], Browser]
) -> None:
    assert "Enter the streets and communities" in first.get("/staff/").text
    assert "There is no team with which" in first.get("/staff/activities/new").text
    assert "There is no community yet" in first.get("/staff/people/new").text
    for type, parent, name, code in (
        ("district", "CITY", "永定区", "YDQ"),
        ("street", "YDQ", "永定街道", "YD"),
        ("community", "YD", "北正社区", "BZ"),
    ):
        area = {"type": type, "parent": parent, "name": name, "code": code}
        answer = first.post("/staff/places/areas", key=f"new-area-{code}", **area)
        assert answer.status_code == 303
    door = {"area": "BZ", "name": "能量家1号站", "code": "NLJ-1", "number": "1", "phone": "07440000000"}
    door |= {"address": "示例路1号", "open_hours": "周二 9:00–11:30"}
    assert first.post("/staff/places/stations", key="a-station", **door).status_code == 303
    assert first.post("/staff/places/kinds", key="the-kinds").status_code == 303
    page = first.get("/staff/").text
    assert "Enter the stations" not in page
    assert "3 of 9 are done." in page

    made = first.post(
        "/staff/accounts", login="colleague", name="李娜", phone="13800000007", role="street_admin", place="YD"
    ).text
    link = re.search(r"/set-up/[\w-]+", made)
    assert link
    browser().post(link[0], password=PASSWORD, again=PASSWORD)
    colleague = sign_ins.sign_in_staff(books, login="colleague", password=PASSWORD, agent="pc", at=make.NOW)[1]
    books.commit()
    draft = first.post("/staff/rules", key="the-first-rules", street="YD", effective_from="2026-05-09")
    assert draft.status_code == 303
    published = browser().hold(colleague).post(f"{draft.location}/publish", key="they-are-good")
    assert published.status_code == 303

    leader = volunteers.register(
        books,
        volunteers.NewVolunteer(
            name="周谷雨",
            birth_date=make.ADULT_BORN,
            community="BZ",
            registered_via="staff",
            consents=make.CONSENTS,
            channel="paper",
            paper_ref="T-1",
            phone="19900000001",
        ),
        by=SYSTEM,
        at=make.NOW,
    )
    books.commit()
    team = {"name": "北正环境队", "code": "BZ-HJ", "kind": "community", "area": "BZ", "leader": leader.code}
    assert first.post("/staff/teams", key="the-first-team", **team).location == "/staff/teams/BZ-HJ"
    page = first.get("/staff/").text
    assert "7 of 9 are done." in page
    assert re.search(r'href="/staff/goods"><strong>Propose goods', page)
    assert re.search(r'href="/staff/stock/receive"><strong>Receive the first goods', page)
    assert "BZ-HJ" in first.get("/staff/activities/new?new=1").text


def test_whoever_comes_before_the_first_community_is_told(books: Session, browser: Callable[[], Browser]) -> None:
    for page in ("/register", "/register/minor", "/complaints"):
        answer = browser().get(page).text
        assert "No community takes part here yet." in answer, page
        assert "<textarea" not in answer, page
        assert 'type="password"' not in answer, page


def test_the_same_form_twice_enters_one_and_a_taken_code_is_told(books: Session, first: Browser) -> None:
    form = {"type": "district", "parent": "CITY", "name": "永定区", "code": "YDQ"}
    for _ in range(2):
        assert first.post("/staff/places/areas", key="a-district", **form).status_code == 303
    taken = first.post("/staff/places/areas", key="another-one", **form)
    assert taken.status_code == 409
    assert "This code is taken" in taken.text
    assert first.post("/staff/places/kinds", key="kinds-once").status_code == 303
    assert first.post("/staff/places/kinds", key="kinds-twice").status_code == 303
    books.rollback()
    assert len(books.scalars(select(ActivityCategory.code)).all()) == 15


def test_who_changes_no_areas_sees_neither_the_page_nor_the_steps(
    street: Street, staff_pc: Callable[..., Browser]
) -> None:
    clerk = staff_pc("station_staff", "NLJ-1")
    refused = clerk.get("/staff/places")
    assert refused.status_code == 403
    assert "area.arrange" not in refused.text
    area = {"type": "community", "parent": "YD", "name": "x", "code": "X"}
    assert clerk.post("/staff/places/areas", key="a-district", **area).status_code == 403
    team = {"name": "x", "code": "X", "kind": "community", "area": "YD", "leader": street.leader}
    assert clerk.post("/staff/teams", key="a-team-here", **team).status_code in (403, 404)
    assert "Before the first activity" not in staff_pc("street_admin").get("/staff/").text


def test_the_top_is_corrected_before_anything_is_entered(books: Session, first: Browser) -> None:
    assert 'href="/staff/places/CITY#correct"' in first.get("/staff/places").text
    top = {"name": "永定街道", "type": "street", "code": "YD"}
    assert first.post("/staff/places/CITY/correct", **top, key="the-only-street").status_code == 303
    area = {"type": "community", "parent": "YD", "name": "北正社区", "code": "BZ"}
    assert first.post("/staff/places/areas", key="a-community", **area).status_code == 303
    refused = first.post("/staff/places/YD/correct", **top | {"code": "YDJD"}, key="too-late-now")
    assert refused.status_code == 409
    assert "First of all" not in first.get("/staff/places").text

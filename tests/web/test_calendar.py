"""Days off on a page: by year, with the days that are off or worked here all the same."""

from collections.abc import Callable

from tests.web.conftest import Browser, Street


def test_the_street_enters_a_day_and_takes_it_back(street: Street, staff_pc: Callable[..., Browser]) -> None:
    office = staff_pc("street_admin")
    assert "/staff/calendar" in office.get("/staff/waiting").text
    page = office.get("/staff/calendar?year=2026").text
    assert "国庆节" in page
    said = office.post("/staff/calendar", day="2026-12-24", is_workday="0", key="a-day-of-our-own")
    assert said.location == "/staff/calendar?year=2026"
    page = office.get(said.location).text
    assert 'value="2026-12-24"' in page
    back = office.post("/staff/calendar/forget", day="2026-12-24", key="and-taken-back")
    assert back.status_code == 303
    assert 'value="2026-12-24"' not in office.get(said.location).text
    assert office.post("/staff/calendar/forget", day="2026-12-24", key="taken-back-twice").status_code == 404


def test_what_is_no_day_is_refused_beside_its_field(street: Street, staff_pc: Callable[..., Browser]) -> None:
    office = staff_pc("street_admin")
    for typed in ("", "32.13.2026", "明天"):
        refused = office.post("/staff/calendar", day=typed, is_workday="0", key="no-such-day-at-all")
        assert refused.status_code == 422, typed
        assert 'id="w-day"' in refused.text, typed


def test_a_year_that_nobody_announced_says_so(street: Street, staff_pc: Callable[..., Browser]) -> None:
    assert "not announced" in staff_pc("street_admin").get("/staff/calendar?year=2100").text


def test_a_clerk_has_no_such_page(street: Street, staff_pc: Callable[..., Browser]) -> None:
    clerk = staff_pc("station_staff", "NLJ-1")
    assert clerk.get("/staff/calendar").status_code == 403
    assert clerk.post("/staff/calendar", day="2026-12-24", is_workday="0", key="not-by-a-clerk").status_code == 403
    assert "/staff/calendar" not in clerk.get("/staff/").text

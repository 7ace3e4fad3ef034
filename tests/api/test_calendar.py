"""The calendar as other programs read and change it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from tests.api.conftest import Program
from tests.api.test_problems import problem


def test_a_program_reads_a_year_and_changes_a_day(ground: Session, program: Callable[..., Program]) -> None:
    admin = program("street_admin")
    year = admin.get("/calendar", year=2026).json
    assert year["known"] is True
    assert {"day": "2026-10-10", "is_workday": True, "festival": "国庆节", "own": False} in year["items"]
    changed = admin.post("/calendar", {"day": "2026-10-10", "is_workday": False}).json
    assert {"day": "2026-10-10", "is_workday": False, "festival": "国庆节", "own": True} in changed["items"]
    back = admin.post("/calendar/forget", {"day": "2026-10-10"}).json
    assert back == year
    problem(admin.post("/calendar/forget", {"day": "2026-10-10"}), 404, "not-found")
    problem(admin.post("/calendar", {"day": "2026-02-30", "is_workday": False}), 422, "invalid")


def test_a_clerks_program_changes_nothing(ground: Session, program: Callable[..., Program]) -> None:
    clerk = program("station_staff", "NLJ-1")
    assert clerk.get("/calendar", year=2026).status_code == 200
    problem(clerk.post("/calendar", {"day": "2026-10-10", "is_workday": False}), 403, "not-permitted")

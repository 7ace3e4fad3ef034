"""Leaving on one's own page and in the office."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM
from points.people import teams
from points.people.tables import Volunteer
from tests import make
from tests.web.conftest import Browser, Street


def person_of(session: Session, code: str) -> Volunteer:
    session.rollback()  # what was read before is a snapshot
    return session.scalars(select(Volunteer).where(Volunteer.code == code)).one()


def test_one_leaves_from_ones_own_page_and_is_signed_out(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    phone = phone_of(street.volunteer)
    assert 'href="/my/me/leave"' in phone.get("/my/me").text
    assert "What ends, and what stays" in phone.get("/my/me/leave").text
    assert phone.post("/my/me/leave", points="waive").location == "/"
    gone = person_of(ground, street.volunteer)
    assert (gone.status, gone.phone) == ("closed", None)
    assert phone.get("/my/me").status_code != 200


def test_the_office_ends_a_registration_with_a_reason(
    ground: Session, street: Street, staff_pc: Callable[[str, str], Browser]
):
    office, page = staff_pc("community_admin", "BZ"), f"/staff/people/{street.volunteer}"
    assert f'href="{page}/leave"' in office.get(page).text
    assert office.post(f"{page}/leave", points="waive").status_code == 422
    assert office.post(f"{page}/leave", reason="搬走了", points="waive").location == page
    assert person_of(ground, street.volunteer).status == "closed"
    left = office.get(page).text
    for offered in ("/leave", "/card", "/pin", "/sign-in", "/household"):
        assert f"{page}{offered}" not in left
    assert office.post(f"{page}/card").status_code == 409
    clerk = staff_pc("station_staff", "NLJ-1")
    assert "/leave" not in clerk.get(page).text
    assert clerk.get(f"{page}/leave").status_code == 403


def test_a_leader_is_told_to_name_another_first(ground: Session, street: Street, phone_of: Callable[[str], Browser]):
    answer = phone_of(street.leader).post("/my/me/leave", points="waive")
    assert answer.status_code == 409
    assert person_of(ground, street.leader).status == "active"


def test_what_becomes_of_points_and_activities_is_asked_and_done(
    ground: Session, street: Street, phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
):
    phone = phone_of(street.volunteer)
    assert 'value="use"' in phone.get("/my/me/leave").text
    asked = phone.post("/my/me/leave")
    assert (asked.status_code, "What becomes of them" in asked.text) == (409, True)
    assert phone.post("/my/me/leave", points="use").location == "/"
    assert person_of(ground, street.volunteer).points_until == date(2026, 6, 8)
    clerk = staff_pc("station_staff", "NLJ-1")
    assert "uses up points until" in staff_pc("community_admin", "BZ").get(f"/staff/people/{street.volunteer}").text
    assert clerk.get(f"/staff/desk?who={street.volunteer}").status_code == 200
    leader = person_of(ground, street.leader)
    teams.change_leader(ground, team=street.team, leader=make.volunteer(ground).code, by=SYSTEM, at=make.NOW)
    ground.commit()
    page = phone_of(leader.code).get("/my/me/leave").text
    assert 'name="successor"' in page
    assert 'name="call_off"' in page

"""Leaving on one's own page and in the office."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.people.tables import Volunteer
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
    assert phone.post("/my/me/leave", waive_points="1").location == "/"
    gone = person_of(ground, street.volunteer)
    assert (gone.status, gone.phone) == ("closed", None)
    assert phone.get("/my/me").status_code != 200


def test_the_office_ends_a_registration_with_a_reason(
    ground: Session, street: Street, staff_pc: Callable[[str, str], Browser]
):
    office, page = staff_pc("community_admin", "BZ"), f"/staff/people/{street.volunteer}"
    assert f'href="{page}/leave"' in office.get(page).text
    assert office.post(f"{page}/leave", waive_points="1").status_code == 422
    assert office.post(f"{page}/leave", reason="搬走了", waive_points="1").location == page
    assert person_of(ground, street.volunteer).status == "closed"
    assert "/leave" not in office.get(page).text
    clerk = staff_pc("station_staff", "NLJ-1")
    assert "/leave" not in clerk.get(page).text
    assert clerk.get(f"{page}/leave").status_code == 403


def test_a_leader_is_told_to_name_another_first(ground: Session, street: Street, phone_of: Callable[[str], Browser]):
    answer = phone_of(street.leader).post("/my/me/leave", waive_points="1")
    assert answer.status_code == 409
    assert person_of(ground, street.leader).status == "active"

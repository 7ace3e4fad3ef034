"""Skills on pages: said on one's own, seen in the office, found by what they are; and by API."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from points.people import skills
from tests import make
from tests.web.conftest import Browser

Pc = Callable[..., Browser]


def test_a_volunteer_says_what_they_can_and_the_office_sees_the_proof(
    ground: Session, staff_pc: Pc, phone_of: Callable[[str], Browser]
) -> None:
    person = make.volunteer(ground, name="赵立春", pin=True)
    code, key = person.code, person.id
    phone, admin = phone_of(code), staff_pc("community_admin", "BZ")
    assert 'href="/my/skills"' in phone.get("/my/me").text
    assert phone.post("/my/skills", skill="理发", proof="美发师五级证").location == "/my/skills"
    assert "proof not seen yet" in phone.get("/my/skills").text
    assert 'id="w-valid_until"' in phone.post("/my/skills", skill="电工", valid_until="20200101").text
    assert "Skills: 1 to look at" in admin.get("/staff/people").text
    listed = admin.get("/staff/skills?skill=理").text
    assert "赵立春" in listed
    assert "赵立春" not in admin.get("/staff/skills?skill=电").text
    page = f"/staff/people/{code}/skills"
    assert f'href="{page}"' in listed
    assert admin.post(page, skill="理发", qualification_no_last4="1234").location == page
    assert "美发师五级证" in admin.get(page).text
    ground.rollback()
    ground.expire_all()
    (row,) = skills.of(ground, key)
    assert row.verified_by
    assert "proof not seen yet" not in phone.get("/my/skills").text
    assert admin.post(f"{page}/drop", skill="理发", reason="证书过期").location == page
    assert "理发" not in phone.get("/my/skills").text


def test_a_clerk_looks_at_no_proofs(ground: Session, staff_pc: Pc) -> None:
    make.station(ground)
    code = make.volunteer(ground).code
    clerk = staff_pc("station_staff", "NLJ-1")
    assert "/staff/skills" not in clerk.get("/staff/people").text
    assert clerk.get("/staff/skills").status_code == 403
    assert clerk.get(f"/staff/people/{code}/skills").status_code == 403

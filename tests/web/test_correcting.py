"""What is kept of a resident is corrected and suspended on pages, and the person reads it on theirs."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.people.tables import Volunteer
from tests import make
from tests.web.conftest import Browser

Pc = Callable[..., Browser]
FORM = {"name": "赵立春", "birth_date": "19800301", "community": "BZ", "gender": "unsaid", "reason": "看过身份证"}


def again(ground: Session, code: str) -> Volunteer:
    ground.rollback()
    ground.expire_all()
    return ground.scalars(select(Volunteer).where(Volunteer.code == code)).one()


def test_the_community_corrects_a_resident_from_their_page(ground: Session, staff_pc: Pc) -> None:
    code, phone = (person := make.volunteer(ground, name="赵立春")).code, person.phone or ""
    admin, page = staff_pc("community_admin", "BZ"), f"/staff/people/{code}"
    assert f'href="{page}/correct"' in admin.get(page).text
    form = admin.get(f"{page}/correct").text
    assert 'value="1980-03-01"' in form
    assert 'value="CS"' not in form
    sent = FORM | {"name": "赵立夏", "birth_date": "1981-04-05", "phone": phone, "neighbour_group": "BZ-1-1-1"}
    assert admin.post(f"{page}/correct", **sent).location == page
    after = again(ground, code)
    assert (after.name, after.birth_date, after.phone) == ("赵立夏", date(1981, 4, 5), phone)
    assert after.area_path == make.street(ground).neighbour_group.path


def test_what_cannot_be_is_refused_beside_its_field(ground: Session, staff_pc: Pc) -> None:
    code, phone = (person := make.volunteer(ground, name="赵立春")).code, person.phone or ""
    admin, page = staff_pc("community_admin", "BZ"), f"/staff/people/{code}/correct"
    refused = admin.post(page, **FORM | {"birth_date": "20150301", "phone": phone})
    assert refused.status_code == 422
    assert 'id="w-guardian_name"' in refused.text
    assert 'id="w-phone"' in admin.post(page, **FORM).text
    assert 'id="w-reason"' in admin.post(page, **FORM | {"phone": phone, "reason": ""}).text
    guardian = {"guardian_name": "钱家长", "guardian_phone": "13900000001", "guardian_relation": "母亲"}
    done = admin.post(page, **FORM | guardian | {"birth_date": "20150301", "phone": phone})
    assert done.status_code == 303
    assert again(ground, code).phone is None


def test_the_street_moves_somebody_and_a_clerk_corrects_nobody(ground: Session, staff_pc: Pc) -> None:
    make.station(ground)
    code, phone = (person := make.volunteer(ground, name="赵立春")).code, person.phone or ""
    page = f"/staff/people/{code}"
    clerk = staff_pc("station_staff", "NLJ-1")
    assert "/correct" not in clerk.get(page).text
    assert clerk.get(f"{page}/correct").status_code == 403
    assert clerk.get(f"{page}/suspend").status_code == 403
    street = staff_pc("street_admin")
    assert 'value="CS"' in street.get(f"{page}/correct").text
    assert street.post(f"{page}/correct", **FORM | {"community": "CS", "phone": phone}).status_code == 303
    assert again(ground, code).community_id == make.street(ground).b.id


def test_a_suspended_person_reads_why_and_until_when(
    ground: Session, staff_pc: Pc, phone_of: Callable[[str], Browser]
) -> None:
    code = make.volunteer(ground, pin=True).code
    admin, page, phone = staff_pc("community_admin", "BZ"), f"/staff/people/{code}", phone_of(code)
    assert f'href="{page}/suspend"' in admin.get(page).text
    assert 'id="w-until"' in admin.post(f"{page}/suspend", reason="代签", until="20260508").text
    assert admin.post(f"{page}/suspend", reason="代别人签到", until="20260520").location == page
    home = phone.get("/my/").text
    assert "代别人签到" in home
    assert "It is over after" in home
    shown = admin.get(page).text
    assert "代别人签到" in shown
    assert f'action="{page}/reinstate"' in shown
    assert 'id="w-reason"' in admin.post(f"{page}/reinstate", reason="").text
    assert admin.post(f"{page}/reinstate", reason="查清了").location == page
    assert again(ground, code).status == "active"
    assert "代别人签到" not in phone.get("/my/").text

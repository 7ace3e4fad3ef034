"""Units on pages: entered, corrected, closed by the street; members by the community; hours for the unit."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.people.tables import ReportIn, Unit
from points.service.tables import Signup
from tests import make
from tests.web.conftest import Browser

Pc = Callable[..., Browser]
PAGE = "/staff/units/DW-01"
FORM = {"name": "区民政局", "kind": "backing", "linked_community": "BZ"}


def test_the_street_enters_corrects_and_closes_a_unit(ground: Session, staff_pc: Pc) -> None:
    code = make.volunteer(ground, name="赵立春").code
    street = staff_pc("street_admin")
    assert 'href="/staff/units"' in street.get("/staff/").text
    assert street.post("/staff/units", code="DW-01", **FORM).location == PAGE
    assert "区民政局" in street.get("/staff/units").text
    assert street.post(f"{PAGE}/change", **FORM | {"name": "永定区民政局"}).location == PAGE
    community = staff_pc("community_admin", "BZ")
    assert community.post(f"{PAGE}/report-in", volunteer=code, community="BZ", kind="linked").location == PAGE
    liaison = staff_pc("unit_liaison", "DW-01")
    seen = liaison.get(PAGE).text
    assert "1 report in" in seen
    assert "赵立春" not in seen
    assert liaison.post(f"{PAGE}/change", **FORM).status_code == 403
    assert community.post(f"{PAGE}/close", reason="撤并").status_code == 403
    refused = street.post(f"{PAGE}/close", reason="撤并")
    assert refused.status_code == 409
    assert "People who report in" in refused.text
    assert street.post(f"{PAGE}/close", reason="撤并", end_reports="1").location == PAGE
    ground.rollback()
    ground.expire_all()
    assert ground.scalars(select(ReportIn.status)).all() == ["ended"]
    assert ground.execute(select(Unit.name, Unit.active)).all() == [("永定区民政局", False)]
    assert staff_pc("community_admin", "CS").get(PAGE).status_code == 404


def test_a_report_ends_on_the_units_page(ground: Session, staff_pc: Pc) -> None:
    code, unit = make.volunteer(ground, name="赵立春").code, make.unit(ground).code
    community, page = staff_pc("community_admin", "BZ"), f"/staff/units/{unit}"
    community.post(f"{page}/report-in", volunteer=code, community="BZ", kind="residence")
    assert "赵立春" in community.get(page).text
    assert community.post(f"{page}/end", volunteer=code, kind="residence").location == page
    assert "赵立春" not in community.get(page).text


def test_who_reports_in_says_at_sign_up_for_whom_they_come(
    ground: Session, staff_pc: Pc, phone_of: Callable[[str], Browser]
) -> None:
    person = make.volunteer(ground, pin=True)
    code, unit = person.code, make.unit(ground).code
    other = make.team(ground, members=[person])
    activity = make.activity(ground, start=make.NOW + timedelta(days=2))
    path, team, key = f"/my/activities/{activity.code}", other.code, other.id
    phone = phone_of(code)
    assert "as_report_in" not in phone.get(path).text
    staff_pc("community_admin", "BZ").post(
        f"/staff/units/{unit}/report-in", volunteer=code, community="BZ", kind="linked"
    )
    form = phone.get(path).text
    assert 'name="as_report_in"' in form
    assert f'value="{team}"' in form
    assert phone.post(f"{path}/sign-up", as_report_in="linked", as_team=team).status_code == 303
    ground.rollback()
    ground.expire_all()
    made = ground.scalars(select(Signup)).one()
    assert made.as_report_in_id == ground.scalars(select(ReportIn.id)).one()
    assert made.as_team_id == key

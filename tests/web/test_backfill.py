"""An activity that took place unplanned: typed with its people, approved by a second person at the street."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.service.tables import Activity, Stay
from tests.web.conftest import Browser, Street

FORM = {
    "title": "暴雨后清淤", "category": "environment", "day": "2026-05-08", "start": "22:00", "end": "01:00",
    "place": "后溪坪", "content": "暴雨后一起清理路面淤泥。", "risk_notice": "路滑，注意脚下。",
    "contact_name": "赵立春", "contact_phone": "19900000001", "min_age": "6", "key": "a-key-of-this-form",
}  # fmt: skip


def test_it_is_proposed_with_its_people_and_approved_by_somebody_else(
    ground: Session, street: Street, staff_pc: Callable[..., Browser]
):
    admin = staff_pc("street_admin")
    assert 'href="/staff/activities/backfill"' in admin.get("/staff/").text
    people = f"{street.volunteer}\n\n{street.leader.lower()} 23:30-00:30"
    form = {**FORM, "team": street.team, "people": people}
    page = admin.post("/staff/activities/backfill", **form).headers["Location"]
    assert admin.post("/staff/activities/backfill", **form).headers["Location"] == page  # sent twice, made once
    made = ground.scalars(select(Activity).where(Activity.title == "暴雨后清淤")).one()
    there = ground.scalars(select(Stay).where(Stay.activity_id == made.id).order_by(Stay.id)).all()
    assert [(one.out_at - one.in_at).total_seconds() / 3600 for one in there] == [3, 1]
    shown = admin.get(page).text
    assert street.leader in shown
    assert admin.post(f"{page}/approve").status_code == 403
    assert page not in admin.get("/staff/approvals").text
    colleague = staff_pc("street_admin")
    assert "Took place already" in colleague.get("/staff/approvals").text
    assert colleague.post(f"{page}/approve").status_code == 303
    ground.rollback()
    ground.expire_all()
    assert made.status == "ended"
    assert staff_pc("community_admin", "CS").post("/staff/activities/backfill", **form).status_code == 403


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"people": "YD 99:99-10:00"}, "people"),
        ({"people": "大家都来了！"}, "people"),
        ({"day": "2026-05-09"}, "end"),
        ({"day": "2026-04-01"}, "end"),
        ({"start": "08:00", "end": "21:00"}, "end"),
        ({"hazard": "1", "min_age": "18"}, "insurance_ref"),
    ],
    ids=str,
)
def test_what_cannot_be_so_is_refused_beside_its_field(
    ground: Session, street: Street, staff_pc: Callable[..., Browser], typed: dict[str, str], field: str
):
    form = {**FORM, "team": street.team, "people": street.volunteer, **typed}
    answer = staff_pc("community_admin", "BZ").post("/staff/activities/backfill", **form)
    assert answer.status_code in (409, 422)
    assert f'id="w-{field}"' in answer.text

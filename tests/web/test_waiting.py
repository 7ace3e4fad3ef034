"""What waits for me: everything on one page and counted in the tab, only what I may decide, each with its buttons."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor
from points.office import waiting
from points.places import calendar
from points.rewards import rulesets, settlement
from points.rewards.tables import Adjustment
from points.service import activities
from points.service.statuses import StayFlag
from points.service.tables import Activity, ServiceRecord, Stay
from tests import make
from tests.web.conftest import PASSWORD, Browser, Street


def again(ground: Session, of: type) -> list:  # type: ignore[type-arg]
    ground.rollback()
    return list(ground.scalars(select(of).order_by(of.id).execution_options(populate_existing=True)))


def flagged(ground: Session, activity: str) -> str:
    """The code of a stay at this activity on which somebody has to look."""
    found = activities.by_code(ground, activity)
    stay = ground.scalars(select(Stay).where(Stay.activity_id == found.id)).first()
    assert stay
    stay.flags, stay.flags_decided_by = [StayFlag.BURST], None
    ground.commit()
    return stay.code


def count_in_tab(page: str) -> str:
    found = re.search(r"<span>To decide ?(\d*)</span>", page)
    assert found
    return found[1]


def test_a_flagged_stay_is_decided_with_one_tap(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    stay = flagged(ground, street.ended)
    admin, stranger = staff_pc("community_admin", "BZ"), staff_pc("community_admin", "NZ")
    page = admin.get("/staff/waiting").text
    assert "Many check-ins from one phone" in page
    assert "赵立春" in page
    assert stay not in stranger.get("/staff/waiting").text
    form = {"activity": street.ended, "reason": "一家人共用手机"}
    assert stranger.post(f"/staff/waiting/stays/{stay}/stands", **form).status_code in (403, 404)
    assert admin.post(f"/staff/waiting/stays/{stay}/stands", **form).status_code == 303
    decided = next(one for one in again(ground, Stay) if one.code == stay)
    assert (decided.flags_decided_by is None, decided.status) == (False, "closed")
    assert stay not in admin.get("/staff/waiting").text
    assert admin.post(f"/staff/waiting/stays/{stay}/burn").status_code == 404


def test_a_stay_that_does_not_stand_is_struck_out_by_two(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    stay = flagged(ground, street.ended)
    admin = staff_pc("community_admin", "BZ")
    staff_pc("community_admin", "BZ", login="neighbour")
    staff_pc("street_admin", login="second")
    form = {"reason": "没有到场", "second_login": "second", "second_password": PASSWORD}
    two_of_the_community = admin.post(f"/staff/waiting/stays/{stay}/strike-out", **form | {"second_login": "neighbour"})
    assert two_of_the_community.status_code == 403
    alone = admin.post(f"/staff/waiting/stays/{stay}/strike-out", **form | {"second_password": "wrong"})
    assert alone.status_code == 403
    assert admin.post(f"/staff/waiting/stays/{stay}/strike-out", **form | {"reason": ""}).status_code == 422
    assert admin.post(f"/staff/waiting/stays/{stay}/strike-out", **form).status_code == 303
    assert next(one for one in again(ground, Stay) if one.code == stay).status == "voided"


def test_what_is_overdue_is_so_by_the_calendar_and_the_streets_rules(street: Street, ground: Session):
    by, stranger = make.staff(ground, role="community_admin"), make.staff(ground, role="community_admin", place="NZ")
    due = date(2026, 5, 21)  # ten working days after Friday 8 May; Saturday the 9th is worked

    def late(day: date, who: Actor = by) -> list[tuple[str, date, bool]]:
        found = waiting.on(ground, by=who, at=clock.at_local(day)).unsettled
        return [(one.activity, one.due_on, one.late) for one in found]

    assert late(due) == [(street.ended, due, False)]
    assert late(due + timedelta(days=1)) == [(street.ended, due, True)]
    assert late(due + timedelta(days=1), stranger) == []
    calendar.override(ground, day=due, is_workday=False, by=SYSTEM, at=make.NOW)
    assert late(due + timedelta(days=1)) == [(street.ended, date(2026, 5, 22), False)]
    rules = rulesets.draft(
        ground,
        street="YD",
        effective_from=date(2026, 5, 1),
        params={"settle_wd": 5},
        by=SYSTEM,
        at=make.NOW - timedelta(days=30),
    )
    rulesets.publish(ground, version=rules.version, by=make.WITNESS, at=make.NOW - timedelta(days=30))
    assert late(due) == [(street.ended, date(2026, 5, 14), True)]


def test_a_contested_record_stands_or_gets_other_minutes(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    def contest() -> str:
        code = next(one.code for one in again(ground, ServiceRecord) if one.latest and one.status == "confirmed")
        settlement.dispute_record(ground, record=code, reason="少记了半小时", by=SYSTEM, at=make.NOW)
        ground.commit()
        return code

    admin, community = staff_pc("street_admin"), staff_pc("community_admin", "BZ")
    code = contest()
    assert "少记了半小时" in admin.get("/staff/waiting").text
    assert "少记了半小时" not in community.get("/staff/waiting").text
    assert admin.post(f"/staff/waiting/disputes/{code}/stands").status_code == 303
    code = contest()
    wrong = admin.post(f"/staff/waiting/disputes/{code}/amend", minutes="many", reason="现场核对")
    assert wrong.status_code == 422
    assert admin.post(f"/staff/waiting/disputes/{code}/amend", minutes="90", reason="现场核对").status_code == 303
    newest = [one for one in again(ground, ServiceRecord) if one.latest and one.status == "confirmed"]
    assert newest[-1].minutes_credited == 90


def test_the_tab_counts_what_waits(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    admin, second = staff_pc("street_admin"), staff_pc("street_admin")
    before = int(count_in_tab(second.get("/staff/waiting").text) or 0)
    case = {"volunteer": street.volunteer, "points": "5", "reason": "四月活动漏记五分，补上"}
    admin.post("/staff/adjustments", key="a-key-of-this-form", **case)
    (one,) = again(ground, Adjustment)
    assert int(count_in_tab(second.get("/staff/waiting").text)) == before + 1
    assert int(count_in_tab(second.get("/staff/people").text)) == before + 1
    assert second.post(f"/staff/waiting/adjustments/{one.code}", approve="1").status_code == 303
    assert int(count_in_tab(second.get("/staff/waiting").text) or 0) == before
    assert admin.post(f"/staff/waiting/adjustments/{one.code}", approve="1").status_code == 409


def test_ten_times_as_much_waiting_takes_no_more_statements(street: Street, ground: Session):
    by = make.staff(ground, role="street_admin")

    def statements() -> int:
        seen: list[str] = []

        def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(ground.get_bind(), "before_cursor_execute", note)
        try:
            waiting.on(ground, by=by, at=make.NOW)
        finally:
            event.remove(ground.get_bind(), "before_cursor_execute", note)
        return len(seen)

    few = statements()
    leader = make.volunteer(ground)
    team = make.team(ground, leader=leader)
    for number in range(10):
        make.activity(ground, team=team, start=make.NOW + timedelta(days=3, hours=number), published=False)
    for one in ground.scalars(select(Activity).where(Activity.status == "draft")):
        activities.submit(ground, activity=one.code, by=SYSTEM, at=make.NOW)
    ground.commit()
    assert len(waiting.on(ground, by=by, at=make.NOW).approvals) >= 10
    assert statements() <= few

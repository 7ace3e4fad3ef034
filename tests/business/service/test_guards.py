"""What an activity can never be: every bound of its form, at the last value that is taken and the first that is not."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import NotPermitted
from points.service.activities import guards
from points.service.activities.refusals import ActivityIncomplete, ActivityInvalid, WrongState
from tests import make

START = make.NOW + timedelta(hours=1)
END = START + timedelta(hours=2)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
EVENING = make.NOW + timedelta(hours=12)  # 20:00 in Shanghai


def columns(**facts: Any) -> dict[str, Any]:
    return {
        "title": "清洁家园",
        "content": "一起打扫社区广场，带上水杯。",
        "place": "广场",
        "contact_name": "赵立春",
        "contact_phone": "19900000001",
        "risk_notice": "",
        "insurance_ref": "",
        "start_at": START,
        "end_at": END,
        "capacity": 20,
        "min_age": 6,
        "max_age": None,
        "extra_pct": 100,
        "breaks": [],
        **facts,
    }


def years_later(at: datetime, year: int) -> dict[str, datetime]:
    return {"start_at": at.replace(year=year), "end_at": at.replace(year=year) + timedelta(hours=2)}


POSSIBLE: list[dict[str, Any]] = [
    {},
    {"title": "四字标题"},
    {"title": "长" * 60},
    {"title": " 四字标题 "},
    {"content": "十个字的内容介绍一下"},
    {"content": "内" * 1000},
    {"place": "场"},
    {"place": "场" * 80},
    {"contact_name": "赵"},
    {"contact_name": "赵" * 40},
    {"contact_phone": "0744-8221234"},
    {"contact_phone": "+86 139 0744 1234"},
    {"risk_notice": "滑" * 500},
    {"insurance_ref": "P" * 60},
    {"guarantee_note": ""},
    {"guarantee_note": "保" * 200},
    {"required_skill": ""},
    {"required_skill": "技" * 40},
    {"end_at": START + timedelta(microseconds=1)},
    years_later(START, 2000),
    years_later(START, 2200),
    {"capacity": 1},
    {"capacity": 2000},
    {"min_age": 120},
    {"min_age": 18, "max_age": 18},
    {"max_age": 200},
    {"extra_pct": 120},
    {"extra_pct": 150},
    {"check_mode": "dynamic"},
    {"check_mode": "static"},
    {"check_mode": "staff"},
    {"check_mode": "roster"},
    {"origin": "planned"},
    {"origin": "request"},
    {"origin": "wish"},
    {"origin": "pair_visit"},
    {"origin": "backfill"},
    {"max_minutes_pp_day": None},
    {"max_minutes_pp_day": 1},
    {"max_minutes_pp_day": 1440},
    {"breaks": [(START, END)]},
    {"breaks": [[START.isoformat(), (START + MINUTE).isoformat()]]},
]
IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"title": "三个字"}, "title"),
    ({"title": " 三个字 "}, "title"),
    ({"title": "长" * 61}, "title"),
    ({"content": "九个字的内容介绍啊"}, "content"),
    ({"content": "内" * 1001}, "content"),
    ({"place": ""}, "place"),
    ({"place": "场" * 81}, "place"),
    ({"contact_name": " "}, "contact_name"),
    ({"contact_name": "赵" * 41}, "contact_name"),
    ({"contact_phone": ""}, "contact_phone"),
    ({"contact_phone": "1" * 21}, "contact_phone"),
    ({"risk_notice": "滑" * 501}, "risk_notice"),
    ({"insurance_ref": "P" * 61}, "insurance_ref"),
    ({"guarantee_note": "保" * 201}, "guarantee_note"),
    ({"required_skill": "技" * 41}, "required_skill"),
    ({"end_at": START}, "end_at"),
    (years_later(START, 1999), "start_at"),
    (years_later(START, 2201), "start_at"),
    ({"start_at": START, "end_at": END.replace(year=2201)}, "start_at"),
    ({"capacity": 0}, "capacity"),
    ({"capacity": 2001}, "capacity"),
    ({"min_age": 5}, "min_age"),
    ({"min_age": 121}, "min_age"),
    ({"min_age": 18, "max_age": 17}, "min_age"),
    ({"max_age": 201}, "min_age"),
    ({"extra_pct": 110}, "extra_pct"),
    ({"extra_pct": 99}, "extra_pct"),
    ({"check_mode": "gps"}, "check_mode"),
    ({"origin": "order"}, "origin"),
    ({"max_minutes_pp_day": 0}, "max_minutes_pp_day"),
    ({"max_minutes_pp_day": 1441}, "max_minutes_pp_day"),
    ({"breaks": [(START - MINUTE, END)]}, "breaks"),
    ({"breaks": [(START, END + MINUTE)]}, "breaks"),
    ({"breaks": [(START, START)]}, "breaks"),
    ({"breaks": [(START, END), (END, START)]}, "breaks"),
    ({"breaks": [(START,)]}, "breaks"),
    ({"breaks": [("soon", "later")]}, "breaks"),
]


@pytest.mark.parametrize("facts", POSSIBLE, ids=str)
def test_what_an_activity_may_be_is_taken(facts: dict[str, Any]) -> None:
    guards.refuse_invalid(columns(**facts))


@pytest.mark.parametrize(("facts", "field"), IMPOSSIBLE, ids=str)
def test_what_an_activity_can_never_be_is_refused_beside_its_field(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(ActivityInvalid) as refused:
        guards.refuse_invalid(columns(**facts))
    assert refused.value.field == field


def activity(**facts: Any) -> Any:
    usual = {"start_at": START, "end_at": END, "risk_notice": "注意脚下", "title": "清洁家园", "code": "HD"}
    usual |= {"breaks": [], "hazard": False, "emergency": False, "insurance_ref": "", "min_age": 6}
    return SimpleNamespace(**(usual | facts))


def nights(days: int) -> list[list[str]]:
    """Two hours a day on so many days in a row."""
    return [[(END + day * DAY).isoformat(), (START + (day + 1) * DAY).isoformat()] for day in range(days - 1)]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"at": START - timedelta(seconds=1)}, None),
        ({"at": START}, "start_at"),
        ({"end_at": START + timedelta(minutes=30)}, None),
        ({"end_at": START + timedelta(minutes=30, seconds=-1)}, "end_at"),
        ({"end_at": START + timedelta(hours=12)}, None),
        ({"end_at": START + timedelta(hours=12, seconds=1)}, "end_at"),
        ({"end_at": START + DAY}, "end_at"),
        ({"start_at": EVENING, "end_at": EVENING + timedelta(hours=12)}, None),
        ({"start_at": EVENING, "end_at": EVENING + timedelta(hours=12, seconds=1)}, "end_at"),
        ({"start_at": EVENING, "end_at": EVENING + timedelta(hours=27, minutes=59)}, "end_at"),
        ({"start_at": EVENING + timedelta(hours=2), "end_at": EVENING + timedelta(hours=5)}, None),  # 22:00–01:00
        ({"end_at": END + 2 * DAY, "breaks": nights(3)}, None),
        ({"end_at": END + 2 * DAY, "breaks": nights(2)}, "end_at"),
        ({"end_at": END + 364 * DAY, "breaks": nights(365)}, None),
        ({"end_at": END + 365 * DAY, "breaks": nights(366)}, "end_at"),
        ({"end_at": START + timedelta(hours=13), "breaks": [[END.isoformat(), (END + MINUTE * 60).isoformat()]]}, None),
        (
            {"end_at": START + timedelta(hours=13), "breaks": [[END.isoformat(), (END + MINUTE * 59).isoformat()]]},
            "end_at",
        ),
        ({"breaks": [[(START + MINUTE * 15).isoformat(), (END - MINUTE * 14).isoformat()]]}, "end_at"),
        ({"hazard": True, "min_age": 18}, "insurance_ref"),
        ({"hazard": True, "min_age": 17, "insurance_ref": "PICC-1"}, "min_age"),
        ({"hazard": True, "min_age": 18, "insurance_ref": "PICC-1"}, None),
        ({"at": START + timedelta(hours=1), "emergency": True}, None),
        ({"at": START + timedelta(hours=1)}, "start_at"),
        ({"at": START + timedelta(hours=2), "emergency": True, "end_at": START + timedelta(hours=3)}, "start_at"),
        ({"at": END, "emergency": True, "start_at": END - MINUTE * 60}, "start_at"),
        ({"risk_notice": " "}, "risk_notice"),
        ({"title": "活动补录"}, "title"),
    ],
    ids=str,
)
def test_what_is_submitted_is_ready(facts: dict[str, Any], field: str | None) -> None:
    at = facts.pop("at", make.NOW) if "at" in facts else make.NOW
    if field is None:
        guards.refuse_unready(activity(**facts), at)
        return
    with pytest.raises(ActivityIncomplete) as refused:
        guards.refuse_unready(activity(**facts), at)
    assert refused.value.field == field


@pytest.mark.parametrize(("reason", "taken"), [("", False), ("  ", False), ("雨", True), ("雨" * 200, True)])
def test_a_reason_has_one_to_two_hundred_characters(reason: str, taken: bool) -> None:
    if taken:
        assert guards.reasoned(f" {reason} ") == reason
    else:
        with pytest.raises(ActivityInvalid):
            guards.reasoned(reason)
    with pytest.raises(ActivityInvalid):
        guards.reasoned("雨" * 201)


def test_only_the_states_that_are_named_are_let_pass() -> None:
    guards.expect(activity(status="draft"), "draft", "published")
    with pytest.raises(WrongState) as refused:
        guards.expect(activity(status="ended"), "draft", "published")
    assert refused.value.status == "ended"


def test_breaks_are_stored_as_text_and_everything_else_as_it_is() -> None:
    assert guards.storable("breaks", [(START, END)]) == [[START.isoformat(), END.isoformat()]]
    assert guards.storable("title", "清洁家园") == "清洁家园"


def test_the_leader_of_an_activity_runs_it_and_does_not_approve_it(session: Session) -> None:
    leader = make.volunteer(session)
    made = make.activity(session, leader=leader.code)
    by, other = make.volunteer_actor(session, leader), make.volunteer_actor(session, make.volunteer(session))
    for action in ("activity.create", "activity.run", "activity.settle", "makeup.propose"):
        assert guards.require_runner(made, by, action) == "team_leader"
        with pytest.raises(NotPermitted):
            guards.require_runner(made, other, action)
    with pytest.raises(NotPermitted):
        guards.require_runner(made, by, "activity.approve")
    assert guards.require_runner(made, make.street_admin(session), "activity.approve") == "street_admin"

"""Planning like an old activity, every week, and approving with what one must mind; a team's own page."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.people import persons, teams
from points.service import activities, signups
from points.service.activities import series
from points.service.tables import Activity
from tests import make
from tests.web.conftest import Browser, Street, on_one_line

FIELDS = {
    "title": "清洁家园",
    "place": "北正社区广场",
    "capacity": "20",
    "contact_name": "赵立春",
    "contact_phone": "19900000001",
    "content": "一起打扫社区广场，带上水杯。",
    "risk_notice": "注意脚下湿滑。",
    "bring": "手套",
    "start": "16:30",
    "end": "18:00",
}


@pytest.fixture
def leader(street: Street, phone_of: Callable[[str], Browser]) -> Browser:
    return phone_of(street.leader)


def planned(ground: Session) -> list[Activity]:
    ground.rollback()
    return list(ground.scalars(select(Activity).order_by(Activity.id.desc())))


def test_an_activity_like_an_old_one_needs_only_the_day(ground: Session, street: Street, leader: Browser):
    assert f"like={street.running}" in leader.get("/staff/activities/new").text
    page = leader.get(f"/staff/activities/new?like={street.running}").text
    shown = page[: page.index("<details")]
    assert re.findall(r'<input id="f-(\w+)"', shown) == ["day", "start", "end", "place", "capacity"]
    assert 'value="2026-05-16"' in shown  # the same weekday to come
    typed = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page))
    form = {**FIELDS, "title": typed["title"], "day": "2026-05-16", "key": "a-key-of-this-form", "like": street.running}
    for _ in range(2):  # sent twice, planned once
        answer = leader.post("/staff/activities", then="submit", **form)
        assert answer.status_code == 303
    made = planned(ground)
    assert [one.title for one in made].count("周末清洁行动") == 2
    assert (made[0].status, made[0].bring, clock.local(made[0].start_at).hour) == ("pending_review", "手套", 16)


NEW = {**FIELDS, "team": "", "category": "environment", "day": "2026-05-16", "min_age": "6"}


def test_an_activity_goes_past_midnight_over_days_and_with_breaks(ground: Session, street: Street, leader: Browser):
    """T17 is planned: the page says that it ends the next day."""
    new = {**NEW, "team": street.team}
    night = leader.post("/staff/activities", key="past-midnight", **{**new, "start": "22:00", "end": "01:00"})
    made = planned(ground)[0]
    assert made.end_at - made.start_at == timedelta(hours=3)
    assert "22:00–01:00 next day" in leader.get(night.headers["Location"]).text
    several = {**new, "last_day": "2026-05-18", "start": "09:00", "end": "17:00"}
    several |= {"break_from": "12:00", "break_until": "13:30"}
    days = leader.post("/staff/activities", key="several-days", then="submit", **several).headers["Location"]
    page = on_one_line(leader.get(days).text)
    assert "each day 09:00–17:00" in page
    assert "12:00–13:30" in page
    made = planned(ground)[0]
    assert (made.status, len(made.breaks)) == ("pending_review", 5)
    back = leader.get(f"/staff/activities/new?like={made.code}").text
    for value in ("12:00", "13:30", "2026-05-18"):  # three days, as last time
        assert f'value="{value}"' in back


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"start": "11:00", "end": "09:00"}, "end"),
        ({"start": "08:00", "end": "20:01"}, "end"),
        ({"last_day": "2026-05-15"}, "last_day"),
        ({"last_day": "2027-06-01"}, "last_day"),
        ({"last_day": "2026-05-18", "weekday": "0", "until": "2026-06-01"}, "last_day"),
        ({"break_from": "17:00"}, "break_until"),
        ({"more_until": "17:00"}, "more_from"),
        ({"break_from": "15:00", "break_until": "16:45"}, "break_until"),
        ({"hazard": "1", "min_age": "18"}, "insurance_ref"),
        ({"hazard": "1", "insurance_ref": "PICC-1"}, "min_age"),
        ({"max_age": "5"}, "max_age"),
        ({"station": "NLJ-9"}, ""),
        ({"themed": "1"}, "themed"),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_refused_beside_its_field(
    ground: Session, street: Street, leader: Browser, typed: dict[str, str], field: str
):
    before = len(planned(ground))
    new = {**NEW, "team": street.team, **typed}
    answer = leader.post("/staff/activities", key="does-not-go-together", then="submit", **new)
    assert answer.status_code in (404, 409, 422)
    assert not field or f'id="w-{field}"' in answer.text
    assert len(planned(ground)) == before


def test_skill_age_station_and_theme_are_told(ground: Session, street: Street, leader: Browser):
    activities.add_theme(ground, area="YD", year=2026, month=5, title="助残", by=SYSTEM, at=make.NOW)
    ground.commit()
    assert "助残" in leader.get("/staff/activities/new?new=1").text
    new = {**NEW, "team": street.team, "required_skill": "理发", "max_age": "65", "station": "NLJ-1", "themed": "1"}
    made = leader.post("/staff/activities", key="with-everything", **new)
    assert made.status_code == 303, re.findall(r'id="w-.*', made.text)
    page = on_one_line(leader.get(made.headers["Location"]).text)
    for told in ("理发", "6 to 65 years", "能量家1号站", "助残"):
        assert told in page
    changes = leader.get(made.headers["Location"] + "/change").text
    assert re.search(r'value="NLJ-1" selected', changes)
    version = re.search(r'name="version" value="(\d+)"', changes)[1]  # type: ignore[index]
    answer = leader.post(made.headers["Location"] + "/change", **{**new, "station": "", "version": version})
    assert answer.status_code == 303
    found = planned(ground)[0]
    assert (found.station_id, found.theme_id is not None) == (None, True)


def test_the_street_starts_an_emergency_in_one_step_and_a_communitys_waits(
    ground: Session, street: Street, staff_pc: Callable[..., Browser]
):
    new = {**NEW, "team": street.team, "emergency": "1", "day": "2026-05-09", "start": "07:30", "end": "11:00"}
    made = staff_pc("street_admin").post("/staff/activities", key="the-street-does", then="submit", **new)
    assert made.status_code == 303
    assert planned(ground)[0].status == "in_progress"
    community = staff_pc("community_admin", "BZ")
    waits = community.post("/staff/activities", key="a-community-does", then="submit", **new).headers["Location"]
    assert planned(ground)[0].status == "pending_review"
    assert community.post(f"{waits}/approve").status_code == 403
    assert "Emergency" in staff_pc("street_admin").get("/staff/approvals").text


def test_what_comes_back_every_week_is_one_decision(
    ground: Session, street: Street, leader: Browser, staff_pc: Callable[..., Browser]
):
    form = {**FIELDS, "day": "2026-05-11", "until": "2026-05-20", "key": "another-key", "like": street.running}
    form["weekday"] = ["0", "2"]  # type: ignore[assignment]
    made = leader.post("/staff/activities", then="submit", **form).headers["Location"]
    code = made.rpartition("/")[2]
    assert "4 dates to come" in leader.get(made).text
    admin = staff_pc("community_admin", "BZ")
    waiting = admin.get("/staff/approvals").text
    assert waiting.count(f"/staff/series/{code}/approve") == 1
    assert "注意脚下湿滑。" in waiting
    sent_back = admin.post(f"/staff/series/{code}/send-back", reason="请写明集合地点")
    assert sent_back.status_code == 303
    assert "请写明集合地点" in leader.get(made).text
    assert leader.post(f"/staff/series/{code}/submit").status_code == 303
    assert (
        admin.post(f"/staff/series/{code}/approve", back="/staff/approvals").headers["Location"] == "/staff/approvals"
    )
    assert "No date is left" in admin.post(f"/staff/series/{code}/approve").text
    assert leader.post(f"/staff/series/{code}/cancel", from_day="2026-05-18", reason="放假").status_code == 303
    page = leader.get(made).text
    assert "2 dates to come" in page
    assert leader.post(f"/staff/series/{code}/cancel", from_day="soon", reason="放假").status_code == 422


def test_who_approves_sees_what_to_mind(
    ground: Session, street: Street, leader: Browser, staff_pc: Callable[..., Browser]
):
    form = {**FIELDS, "day": "2026-05-16", "start": "08:00", "end": "18:00", "extra_pct": "120", "hazard": "1"}
    leader.post(
        "/staff/activities", then="submit", **form, insurance_ref="PICC-7", min_age="18", like=street.running,
        key="a-third-key",
    )  # fmt: skip
    admin = staff_pc("street_admin")
    page = admin.get("/staff/approvals").text
    for said in ("Dangerous", "Longer than eight hours", "Extra points: 120 percent", "PICC-7"):
        assert said in page


def test_a_draft_is_changed_and_a_published_one_only_where_it_may(ground: Session, street: Street, leader: Browser):
    address = f"/staff/activities/{street.draft}/change"
    assert 'name="title"' in leader.get(address).text
    assert leader.post(address, **FIELDS, day="2026-05-20", version="0").status_code == 409
    version = re.search(r'name="version" value="(\d+)"', leader.get(address).text)[1]  # type: ignore[index]
    assert leader.post(address, **FIELDS, day="2026-05-20", version=version).status_code == 303
    ground.rollback()
    changed = activities.by_code(ground, street.draft)
    assert changed.bring == "手套"
    published = f"/staff/activities/{street.coming}/change"
    page = leader.get(published).text
    assert 'name="title"' not in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]  # type: ignore[index]
    moved = {**FIELDS, "day": "2026-05-11", "place": "北正小学"}
    assert leader.post(published, **moved, version=version).status_code == 303
    assert leader.get(f"/staff/activities/{street.ended}/change").status_code == 409


def test_the_rest_of_a_series_changes_from_one_of_its_dates(ground: Session, street: Street, leader: Browser):
    dates = series.dates(ground, series.by_code(ground, street.series).id)
    address = f"/staff/activities/{dates[1].code}/change"
    assert leader.post(address, **{**FIELDS, "day": "2026-05-18", "place": "北正小学"}, rest="1").status_code == 303
    ground.rollback()
    dates = series.dates(ground, dates[0].series_id)
    assert [one.place for one in dates] == ["北正社区活动室"] + ["北正小学"] * 4


def test_an_activity_becomes_a_template(street: Street, leader: Browser):
    assert leader.post(f"/staff/activities/{street.ended}/keep", keep="1").status_code == 303
    page = leader.get("/staff/activities/new").text
    assert page.index("Templates") < page.index(f"like={street.ended}")
    assert leader.post(f"/staff/activities/{street.ended}/keep", keep="0").status_code == 303
    assert "Templates" not in leader.get("/staff/activities/new").text


def test_a_volunteer_joins_a_whole_series_and_hears_what_changes(
    ground: Session, street: Street, leader: Browser, phone_of: Callable[[str], Browser]
):
    phone = phone_of(street.volunteer)
    dates = series.dates(ground, series.by_code(ground, street.series).id)
    first, second = dates[0].code, dates[1].code
    assert "5 coming dates" in phone.get(f"/my/activities/{first}").text
    assert phone.post(f"/my/activities/{first}/series").status_code == 303
    assert "You come on 5 of them" in phone.get(f"/my/activities/{second}").text
    assert leader.post(f"/staff/activities/{first}/cancel", reason="停电").status_code == 303
    version = re.search(r'name="version" value="(\d+)"', leader.get(f"/staff/activities/{second}/change").text)
    assert version
    moved = {**FIELDS, "day": "2026-05-12", "start": "15:30", "place": "北正小学", "version": version[1]}
    assert leader.post(f"/staff/activities/{second}/change", **moved).status_code == 303
    home = phone.get("/my/").text
    assert "Cancelled: 四点半课堂" in home
    assert "停电" in home
    assert "Changed: 四点半课堂" in home
    for page in (on_one_line(home), on_one_line(phone.get(f"/my/activities/{second}").text)):
        assert re.search(r"Now at .*15:30.*18:00.* \(before: .*16:30", page)
        assert "Now in 北正小学 (before: 北正社区活动室)" in page
    assert f'href="/my/activities/{second}"' in home
    assert "I cannot come" in page
    page = phone.get(f"/my/activities/{first}").text
    assert "停电" in page  # it stays in sight
    assert "it costs you nothing" in page
    assert "Signed up" not in page
    assert phone.post(f"/my/activities/{second}/series", leave="1").status_code == 303
    ground.rollback()
    held = signups.held(ground, series_id=dates[0].series_id, volunteer=street.volunteer, at=make.NOW)
    assert held == []
    assert phone.post(f"/my/activities/{street.coming}/series").status_code == 404


def test_a_stranger_does_not_see_a_cancelled_activity(
    ground: Session, street: Street, leader: Browser, phone_of: Callable[[str], Browser]
):
    other = make.volunteer(ground, pin=True)
    ground.commit()
    leader.post(f"/staff/activities/{street.coming}/cancel", reason="大雨")
    assert phone_of(other.code).get(f"/my/activities/{street.coming}").status_code == 404


def test_a_leader_takes_in_who_applied_and_sees_the_team_s_figures(
    ground: Session, street: Street, leader: Browser, phone_of: Callable[[str], Browser]
):
    applicant = make.volunteer(ground, pin=True, name="周白露")
    by = make.volunteer_actor(ground, applicant)
    teams.apply(ground, team=street.team, volunteer=applicant.code, by=by, at=make.NOW)
    ground.commit()
    address = f"/staff/teams/{street.team}"
    page = leader.get(address).text
    assert "1 would like to join" in page
    assert re.search(r"<th>2026</th> <td[^>]*>1</td>", on_one_line(page))  # the settled activity
    assert leader.post(f"{address}/admit", volunteer=applicant.code).status_code == 303
    assert "would like to join" not in leader.get(address).text
    assert leader.post(f"{address}/admit", volunteer=applicant.code).status_code == 409
    assert leader.post(f"{address}/remove", volunteer=applicant.code).status_code == 303
    assert leader.post(f"{address}/remove", volunteer=street.leader).status_code == 409
    assert "周白露" not in leader.get(address).text
    assert persons.by_code(ground, applicant.code).status == "active"
    assert phone_of(applicant.code).get(address).status_code == 403


def test_another_team_is_not_ones_own(ground: Session, leader: Browser):
    other = make.team(ground, area="NZ")
    ground.commit()
    assert leader.get(f"/staff/teams/{other.code}").status_code == 404
    assert leader.post(f"/staff/teams/{other.code}/admit", volunteer="YD000001").status_code == 404


def test_a_leader_reaches_the_work_from_the_volunteers_page(street: Street, leader: Browser):
    assert 'href="/staff/"' in leader.get("/my/").text
    page = leader.get("/staff/").text
    assert f"/staff/activities/{street.running}/screen" in page
    assert f"/staff/teams/{street.team}" in page


def test_lists_of_activities_are_turned_over_and_say_how_many(
    ground: Session, street: Street, leader: Browser, phone_of: Callable[[str], Browser]
):
    """Of a series one date stands for all, wherever the page ends."""
    again = activities.by_code(ground, street.coming)
    facts = {one.key: getattr(again, one.key) for one in Activity.__table__.columns if one.key != "id"}
    each = ("code", "screen_code", "poster_code")
    rows = [{**facts, **{name: f"{name[0]}{number}" for name in each}} for number in range(200)]
    over = [{**row, **{name: f"{row[name]}o" for name in each}, "status": "settled"} for row in rows]
    ground.execute(insert(Activity), rows + over)
    ground.commit()
    for pages, browser, address in (
        (5, leader, "/staff/?show=coming&page={}"),
        (5, phone_of(street.volunteer), "/my/activities?page={}"),
        (5, leader, "/staff/?show=over&page={}"),
    ):
        first, last = browser.get(address.format(1)).text, browser.get(address.format(pages)).text
        assert f"Page 1 of {pages}, 20" in on_one_line(first)
        assert f"Page {pages} of {pages}" in on_one_line(last)
    assert leader.get("/staff/?show=coming&page=5").text.count("四点半课堂") == 1

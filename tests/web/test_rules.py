"""Rules and adjustments through their pages: one person writes, another one decides; and what waits is listed."""

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.people.tables import Volunteer
from points.rewards import settlement
from points.rewards.tables import Adjustment, RuleSet
from points.service import activities, signups
from tests import make
from tests.web.conftest import Browser, Street, on_one_line


def drafted(ground: Session) -> list[RuleSet]:
    ground.rollback()
    asked = select(RuleSet).order_by(RuleSet.id).execution_options(populate_existing=True)
    return list(ground.scalars(asked))


def proposed(ground: Session) -> list[Adjustment]:
    ground.rollback()
    return list(ground.scalars(select(Adjustment).order_by(Adjustment.id).execution_options(populate_existing=True)))


def version(**more: str) -> dict[str, str]:
    form = {"street": "YD", "effective_from": "2026-06-01", "number-points_per_hour": "12", "share-environment": "110"}
    return form | {"key": "a-key-of-this-form", "resolution_ref": "街道议事会 2026-05"} | more


def case(street: Street, **more: str) -> dict[str, str]:
    form = {"volunteer": street.volunteer, "points": "-20", "reason": "四月活动重复计分，更正"}
    return form | {"key": "a-key-of-this-form"} | more


def test_rules_are_drafted_from_those_in_force_and_published_by_another(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    first, second = staff_pc("street_admin"), staff_pc("street_admin")
    assert re.search(
        r'name="number-points_per_hour" type="number" value="10"', on_one_line(first.get("/staff/rules/new").text)
    )
    for _ in range(2):
        made = first.post("/staff/rules", **version())
        assert made.location == "/staff/rules/RS-02"
    old, new = drafted(ground)
    assert {name for name in new.params if new.params[name] != old.params[name]} == {"points_per_hour", "categories"}
    assert new.params["categories"] == {**old.params["categories"], "environment": 110}
    mine = first.get("/staff/rules/RS-02").text
    assert "You drafted this." in mine
    assert "/staff/rules/RS-02/publish" not in mine
    assert "RS-02" not in first.get("/staff/waiting").text
    assert "RS-02" in second.get("/staff/waiting").text
    alone = first.post("/staff/rules/RS-02/publish")
    assert (alone.status_code, drafted(ground)[1].status) == (403, "draft")
    assert "Ask a second street administrator" in alone.text
    assert "/staff/rules/RS-02/publish" in second.get("/staff/rules/RS-02").text
    assert second.post("/staff/rules/RS-02/publish").location == "/staff/rules"
    assert drafted(ground)[1].status == "published"
    assert "announced" in first.get("/staff/rules").text
    assert second.post("/staff/rules/RS-02/drop").status_code == 409
    assert second.post("/staff/rules/RS-02/burn").status_code == 404


def test_a_draft_shows_what_it_would_have_given_and_writes_nothing(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    first, second, clerk = staff_pc("street_admin"), staff_pc("street_admin"), staff_pc("station_staff", "NLJ-1")
    seen = first.post("/staff/rules/preview", **version())
    assert seen.status_code == 200
    assert "What it would have given last quarter" in seen.text
    assert re.search(r'name="number-points_per_hour" type="number" value="12"', on_one_line(seen.text))
    assert len(drafted(ground)) == 1
    assert first.post("/staff/rules/preview", **version(**{"number-points_per_hour": "-4"})).status_code == 422
    assert clerk.post("/staff/rules/preview", **version()).status_code == 403
    first.post("/staff/rules", **version())
    for admin in (first, second):
        assert "What it would have given last quarter" in admin.get("/staff/rules/RS-02").text
    assert "What it would have given last quarter" not in first.get("/staff/rules/RS-01").text


def test_a_refused_draft_keeps_what_was_typed(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    admin = staff_pc("street_admin")
    for wrong in (
        {"share-environment": "500"},
        {"effective_from": "spring"},
        {"number-day_cap_points": "many"},
        {"key": ""},
    ):
        refused = admin.post("/staff/rules", **version(**wrong))
        assert refused.status_code == 422, wrong
        assert re.search(r'name="number-points_per_hour" type="number" value="12"', on_one_line(refused.text))
    assert len(drafted(ground)) == 1


def test_a_draft_whose_notice_has_become_too_short_is_dropped(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    first, second = staff_pc("street_admin"), staff_pc("street_admin")
    first.post("/staff/rules", **version(effective_from="2026-05-12"))
    assert "too short" in second.get("/staff/rules/RS-02").text
    refused = second.post("/staff/rules/RS-02/publish")
    assert refused.status_code == 409
    assert "Draft it again with a later date." in refused.text
    assert second.post("/staff/rules/RS-02/drop").status_code == 303
    assert drafted(ground)[1].status == "retired"


def test_every_rule_is_on_the_form_and_a_draft_names_what_differs(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    admin = staff_pc("street_admin")
    form = admin.get("/staff/rules/new").text
    untouched = dict(re.findall(r'name="((?:number|share|star)-[^"]+)"[^>]*?value="([^"]*)"', on_one_line(form)))
    plain = {"street": "YD", "effective_from": "2026-06-01", "key": "a-key-of-this-form", "expiry": "year_end_plus"}
    admin.post("/staff/rules", **plain, **untouched)
    old, same = drafted(ground)
    assert same.params == old.params
    assert "Nothing: every rule is as it is." in admin.get("/staff/rules/RS-02").text
    admin.post("/staff/rules/RS-02/drop")
    changed = untouched | {
        "number-sessions_pp_day": "2",
        "number-settle_wd": "8",
        "expiry": "months",
        "expiry_months": "18",
        "star-1": "120",
        "poor_rating_pays": "1",
        "civic_on": "1",
        "civic_title-C01": "门前三包",
        "civic_points-C01": "2",
        "key": "another-key-of-it",
    }
    assert admin.post("/staff/rules", **plain | changed).location == "/staff/rules/RS-03"
    new = drafted(ground)[-1].params
    assert (new["sessions_pp_day"], new["settle_wd"], new["expiry"]) == (2, 8, {"type": "months", "months": 18})
    assert (new["star_minutes"], new["poor_rating_pays"]) == ([7_200, 18_000, 36_000, 60_000, 90_000], True)
    assert new["civic"] == {"on": True, "items": {"C01": {"title": "门前三包", "points": 2}}}
    page = on_one_line(admin.get("/staff/rules/RS-03").text)
    differs = page[page.index('id="differs"') : page.index('id="preview"')]
    for said in ("Most times in and out", "Working days to settle", "18 months", "120 · 300", "门前三包: 2 points"):
        assert said in differs
    assert "Points for one hour" not in differs


def test_what_cannot_be_is_refused_beside_its_field(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    admin = staff_pc("street_admin")
    for name, value, marked in (
        ("expiry", "months", "expiry_months"),
        ("civic_points-C01", "5", "civic_title-C01"),
        ("star-2", "0", "star-2"),
        ("number-sessions_pp_day", "often", "number-sessions_pp_day"),
    ):
        refused = admin.post("/staff/rules", **version(**{name: value}))
        assert refused.status_code == 422, name
        assert f'id="w-{marked}"' in refused.text, name
    assert len(drafted(ground)) == 1


def test_rules_announced_by_mistake_are_withdrawn_by_two(
    street: Street, ground: Session, staff_pc: Callable[..., Browser], browser: Callable[[], Browser]
):
    first, second = staff_pc("street_admin"), staff_pc("street_admin")
    first.post("/staff/rules", **version())
    second.post("/staff/rules/RS-02/publish")
    refused = first.post("/staff/rules/RS-02/withdrawal", reason="写错了")
    assert (refused.status_code, 'id="w-reason"' in refused.text) == (422, True)
    why = "决议抄错了，居民会议另行决定"
    assert first.post("/staff/rules/RS-02/withdrawal", reason=why).status_code == 303
    assert '/staff/rules/RS-02/withdraw"' not in first.get("/staff/rules/RS-02").text
    assert "RS-02" in second.get("/staff/waiting").text
    assert first.post("/staff/rules/RS-02/withdraw").status_code == 403
    assert '/staff/rules/RS-02/withdraw"' in second.get("/staff/rules/RS-02").text
    assert second.post("/staff/rules/RS-02/withdraw").status_code == 303
    assert drafted(ground)[1].status == "retired"
    assert "withdrawn" in first.get("/staff/rules").text
    public = browser().get("/rules").text
    assert "does not come" in public
    assert why in public


def test_rules_are_written_by_the_street_only(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    admin, clerk, stranger = (
        staff_pc("street_admin"),
        staff_pc("station_staff", "NLJ-1"),
        staff_pc("street_admin", "NZP"),
    )
    admin.post("/staff/rules", **version())
    assert clerk.get("/staff/rules/RS-01").status_code == 200
    assert clerk.get("/staff/rules/RS-02").status_code == 404
    assert clerk.get("/staff/rules/new").status_code == 403
    assert stranger.get("/staff/rules/new?street=YD").status_code == 404
    for address in ("/staff/rules/RS-01", "/staff/rules/RS-02"):
        assert stranger.get(address).status_code == 404
    assert stranger.post("/staff/rules/RS-02/publish").status_code == 404
    assert stranger.post("/staff/rules", **version()).status_code in (403, 404)
    assert clerk.post("/staff/rules", **version()).status_code == 403
    assert [rules.status for rules in drafted(ground)] == ["published", "draft"]


def test_an_adjustment_is_proposed_by_one_and_decided_by_another(
    street: Street, ground: Session, staff_pc: Callable[..., Browser], phone_of: Callable[[str], Browser]
):
    first, second = staff_pc("street_admin"), staff_pc("street_admin")
    for _ in range(2):
        assert first.post("/staff/adjustments", **case(street)).location == "/staff/adjustments"
    (one,) = proposed(ground)
    address = f"/staff/adjustments/{one.code}"
    assert "waits for a second person" in first.get("/staff/adjustments").text
    assert address not in first.get("/staff/adjustments").text
    assert address in second.get("/staff/adjustments").text
    assert "Adjustments" in second.get("/staff/waiting").text
    alone = first.post(address, approve="1")
    assert (alone.status_code, proposed(ground)[0].status) == (403, "open")
    assert "Ask another street administrator." in alone.text
    assert second.post(address, approve="1").status_code == 303
    assert proposed(ground)[0].status == "approved"
    assert "四月活动重复计分" in phone_of(street.volunteer).get("/my/points").text
    again = second.post(address, approve="0")
    assert (again.status_code, proposed(ground)[0].status) == (409, "approved")


def test_a_refused_adjustment_keeps_what_was_typed(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    admin = staff_pc("street_admin")
    for wrong, status in (
        ({"points": "101"}, 422),
        ({"points": "0"}, 422),
        ({"reason": "更正"}, 422),
        ({"volunteer": "YD999999"}, 404),
        ({"key": ""}, 422),
    ):
        refused = admin.post("/staff/adjustments", **case(street, **wrong))
        assert refused.status_code == status, wrong
        assert f'value="{wrong.get("points", "-20")}"' in refused.text
    assert not proposed(ground)


def test_nobody_else_adjusts_points(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    admin, stranger = staff_pc("street_admin"), staff_pc("street_admin", "NZP")
    admin.post("/staff/adjustments", **case(street))
    (one,) = proposed(ground)
    assert one.reason not in stranger.get("/staff/adjustments").text
    for who in (stranger, staff_pc("community_admin", "BZ"), staff_pc("station_staff", "NLJ-1")):
        assert who.post(f"/staff/adjustments/{one.code}", approve="1").status_code == 403
        assert who.post("/staff/adjustments", **case(street)).status_code == 403
    assert staff_pc("community_admin", "BZ").get("/staff/adjustments").status_code == 403
    assert [each.status for each in proposed(ground)] == ["open"]


def test_what_is_late_stands_first_with_its_way_out(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    person = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    old = make.activity(ground, title="四月清洁", start=make.NOW - timedelta(days=30))
    by, before = make.volunteer_actor(ground, person), old.start_at - timedelta(hours=1)
    signups.sign_up(ground, activity=old.code, volunteer=person.code, by=by, at=before)
    for at, direction in ((old.start_at, "in"), (old.end_at, "out")):
        activities.advance(ground, at=at)
        ground.flush()
        ground.expire_all()
        make.scanned(ground, old, person, direction, at=at)
    activities.advance(ground, at=make.NOW)
    ground.flush()
    ground.expire_all()
    settlement.compute_ended(ground, at=make.NOW)
    ground.commit()
    page = staff_pc("community_admin", "BZ").get("/staff/waiting").text
    late = page[page.index('id="late"') : page.index('id="settle"')]
    assert "四月清洁" in late
    assert f"/staff/activities/{old.code}/settle" in late
    assert "Overdue since" in late
    assert street.ended not in late
    assert "四月清洁" not in staff_pc("street_admin", "NZP").get("/staff/waiting").text

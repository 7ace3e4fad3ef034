"""Who asks from elsewhere learns nothing: every GET address of the API, as a stranger from 南庄坪 (A17)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from points.access import devices
from points.exchange import sessions as exchange_sessions
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.rewards import adjustments
from points.service import attendance, makeups
from tests import make
from tests.api.conftest import Program
from tests.api.test_problems import problem

PUBLIC = {"/api/v1/openapi.json", "/api/v1/docs"}
SAME_FOR_ALL = {"/api/v1/activity-categories"}


@pytest.fixture
def lived(ground: Session, program: Callable[..., Program]) -> dict[str, str]:
    """永定街道 after a day of life; the codes that its addresses need, by the name in the address."""
    make.rules(ground)
    person, other = make.volunteer(ground, pin=True), make.volunteer(ground)
    make.household(ground, person, other)
    team = make.team(ground, members=[person])
    unit = make.unit(ground)
    card = make.card(ground, person)
    activity = make.activity(ground, team=team, walk_in_ok=True)
    make.scanned(ground, activity, person, "in", at=activity.start_at)
    make.scanned(ground, activity, person, "out", at=activity.end_at)
    item = make.item(ground)
    make.stocked(ground, item)
    make.points(ground, person, 100)
    event = exchange_sessions.plan(
        ground,
        station="NLJ-1",
        title="兑换日",
        start_at=make.NOW,
        end_at=make.NOW + timedelta(hours=3),
        by=SYSTEM,
        at=make.NOW,
    )
    adjustments.propose(ground, volunteer=person.code, points=5, reason="一次性的补偿说明文字", by=SYSTEM, at=make.NOW)
    devices.enrol(ground, name="平板", area="BZ", by=SYSTEM, at=make.NOW)
    ground.commit()
    after = activity.end_at + timedelta(hours=1)
    with clock.frozen(after):
        from points.service import activities

        activities.advance(ground, at=after)
        claim = makeups.propose(
            ground,
            activity=activity.code,
            volunteer=other.code,
            claimed_in=activity.start_at,
            claimed_out=activity.end_at,
            reason="no_phone",
            by=make.volunteer_actor(ground, other),
            at=after,
        )
        attendance.decide_flags(ground, activity=activity.code, by=SYSTEM, at=after)
        ground.commit()
        leader = program("street_admin")
        settled = leader.post(f"/activities/{activity.code}/settle", {})
        assert settled.status_code == 200, settled.data
    reserved = program("station_staff", "NLJ-1").post(
        "/redemptions",
        {"volunteer": person.code, "station": "NLJ-1", "lines": [{"item": item.code, "qty": 1}]},
    )
    assert reserved.status_code == 201, reserved.data
    admin = program("street_admin")
    record = admin.get(f"/volunteers/{person.code}/records").json["items"][0]["code"]
    booking = admin.get(f"/volunteers/{person.code}/transfers").json["items"][0]["id"]
    return {
        "areas": "BZ",
        "stations": "NLJ-1",
        "volunteers": person.code,
        "cards": card.code,
        "teams": team.code,
        "units": unit.code,
        "activities": activity.code,
        "records": record,
        "makeups": claim.code,
        "rulesets": "RS-01",
        "goods": item.code,
        "sessions": event.code,
        "redemptions": reserved.json["code"],
        "booking": booking,
    }


QUERIES = {
    "/api/v1/attendance": {"activity": "activities"},
    "/api/v1/stock-moves": {"station": "stations"},
    "/api/v1/reports/figures": {"area": "areas"},
    "/api/v1/reports/area-warnings": {"area": "areas"},
}
EMPTY_HERE = {"/api/v1/reports/area-warnings", "/api/v1/reports/near-expiry", "/api/v1/reports/overdue"}


def addresses(app: Flask) -> list[str]:
    """Every address that is read."""
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return sorted(rule for rule in rules if rule.startswith("/api/v1/") and rule not in PUBLIC)


def filled(rule: str, codes: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The address of something that exists, and the query it needs."""
    room = rule.split("/")[3]
    path = rule.replace("<booking:booking>", codes["booking"])
    path = re.sub(r"<code:\w+>", codes.get(room, ""), path)
    query = {name: codes[of] for name, of in QUERIES.get(rule, {}).items()}
    return path.removeprefix("/api/v1"), query


def test_who_belongs_there_reads_every_address(
    app: Flask, lived: dict[str, str], program: Callable[..., Program]
) -> None:
    admin = program("street_admin")
    for rule in addresses(app):
        path, query = filled(rule, lived)
        found = admin.get(path, **query)
        assert found.status_code == 200, (rule, found.data)
        if "items" in found.json and rule not in EMPTY_HERE:
            assert found.json["items"], rule


@pytest.mark.parametrize("role", ["street_admin", "community_admin", "auditor"])
def test_a_stranger_finds_no_list_filled_and_no_detail_there(
    app: Flask, lived: dict[str, str], program: Callable[..., Program], role: str
) -> None:
    stranger = program(role, "NZ" if role == "community_admin" else "NZP")
    for rule in addresses(app):
        if rule in SAME_FOR_ALL:
            continue
        path, query = filled(rule, lived)
        found = stranger.get(path, **query)
        if "<" in rule or query:
            problem(found, 404, "not-found")
        elif rule == "/api/v1/areas":
            assert {item["code"] for item in found.json["items"]} <= {"NZP", "NZ"}
        else:
            assert (found.status_code, found.json["items"]) == (200, []), rule


def test_a_volunteer_reads_their_own_and_nobody_elses(
    app: Flask, lived: dict[str, str], ground: Session, volunteers_phone: Callable[..., Program]
) -> None:
    neighbour = volunteers_phone(make.volunteer(ground, pin=True))
    for rule in addresses(app):
        path, query = filled(rule, lived)
        if rule.split("/")[3] in ("volunteers", "cards", "records", "makeups", "redemptions", "units", "attendance"):
            found = neighbour.get(path, **query)
            if "<" in rule or query:
                assert found.status_code in (403, 404), (rule, found.data)
                assert found.json["code"] in ("not-found", "not-permitted")
            else:
                assert found.json["items"] == [], rule


def test_without_a_name_there_is_nothing_to_read(client: FlaskClient, app: Flask) -> None:
    for rule in addresses(app):
        path = re.sub(r"<booking:\w+>", "earn.x", re.sub(r"<code:\w+>", "X", rule))
        problem(client.get(path), 401, "not-signed-in")


def test_without_a_name_nothing_is_done(client: FlaskClient, app: Flask) -> None:
    open_to_all = {"/api/v1/vouchers/<code:code>/confirm"}
    done: list[Any] = []
    for rule in app.url_map.iter_rules():
        for method in {"POST", "PATCH", "PUT", "DELETE"} & (rule.methods or set()):
            if rule.rule.startswith("/api/v1/") and rule.rule not in open_to_all:
                path = re.sub(r"<code:\w+>", "X", rule.rule)
                problem(client.open(path, method=method, json={}), 401, "not-signed-in")
                done.append(path)
    assert len(done) > 60

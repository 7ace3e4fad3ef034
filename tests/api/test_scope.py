"""Who asks from elsewhere learns nothing: every GET address of the API, as a stranger from 南庄坪 (A17)."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM
from points.people import teams
from points.people.tables import Volunteer
from tests import make
from tests.api.conftest import Program
from tests.api.test_problems import problem

PUBLIC = {"/api/v1/openapi.json", "/api/v1/docs"}
SAME_FOR_ALL = {"/api/v1/activity-categories", "/api/v1/calendar"}


QUERIES = {
    "/api/v1/attendance": {"activity": "activities"},
    "/api/v1/stock-moves": {"station": "stations"},
    "/api/v1/stations/<code:code>/residents": {"text": "volunteers"},
    "/api/v1/reports/figures": {"area": "areas"},
    "/api/v1/reports/area-warnings": {"area": "areas"},
}
EMPTY_HERE = {
    "/api/v1/activities/open",
    "/api/v1/reports/area-warnings",
    "/api/v1/reports/near-expiry",
    "/api/v1/reports/overdue",
    "/api/v1/reports/own-figures",
    "/api/v1/reports/voucher-settlement",
}


def addresses(app: Flask) -> list[str]:
    """Every address that is read."""
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return sorted(rule for rule in rules if rule.startswith("/api/v1/") and rule not in PUBLIC)


def filled(rule: str, codes: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The address of something that exists, and the query it needs."""
    room = rule.split("/")[3]
    path = rule.replace("<booking:booking>", codes["booking"])
    path = path.replace("<code:volunteer>", codes["volunteers"])
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
        assert found.data, rule
        if found.is_json and rule not in EMPTY_HERE:
            assert found.json.get("items") != [], rule


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


def test_no_answer_tells_a_volunteer_the_full_name_of_another(
    app: Flask,
    lived: dict[str, str],
    ground: Session,
    program: Callable[..., Program],
    volunteers_phone: Callable[..., Program],
) -> None:
    """Domain §3.9; a team mate too."""
    ground.execute(update(Volunteer).values(name="赵小寒"))
    mate = make.volunteer(ground, name="孙小满", pin=True)
    teams.apply(ground, team=lived["teams"], volunteer=mate.code, by=make.volunteer_actor(ground, mate), at=make.NOW)
    teams.admit(ground, team=lived["teams"], volunteer=mate.code, by=SYSTEM, at=make.NOW)
    ground.commit()
    assert program("street_admin").get(f"/volunteers/{lived['volunteers']}").json["name"] == "赵小寒"
    phone = volunteers_phone(mate)
    for rule in addresses(app):
        path, query = filled(rule, lived)
        assert "赵小寒" not in json.dumps(phone.get(path, **query).json, ensure_ascii=False), rule


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

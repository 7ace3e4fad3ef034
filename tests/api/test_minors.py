"""A minor's details need a reason in the API too, and no list names a minor before (A16)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from points.foundation import clock
from points.people import minors
from points.people.tables import Volunteer
from tests import make
from tests.api.conftest import Program
from tests.api.test_problems import problem
from tests.api.test_scope import addresses, filled

NAME = "赵小寒"


@pytest.fixture
def child(ground: Session, lived: dict[str, str]) -> str:
    """The person who did everything in `lived` is fifteen."""
    young = make.TODAY.replace(year=make.TODAY.year - 15)
    ground.execute(update(Volunteer).where(Volunteer.code == lived["volunteers"]).values(name=NAME, birth_date=young))
    ground.commit()
    return lived["volunteers"]


def asked(app: Flask, program: Program, codes: dict[str, str]) -> dict[str, Any]:
    """What every address answers."""
    found = {}
    for rule in addresses(app):
        path, query = filled(rule, codes)
        found[rule] = program.get(path, **query)
    return found


def test_whoever_looks_at_a_minor_says_why_first(
    app: Flask, ground: Session, lived: dict[str, str], child: str, program: Callable[..., Program]
) -> None:
    with clock.frozen(make.NOW):
        admin = program("street_admin")
        for rule, answer in asked(app, admin, lived).items():
            if rule.startswith("/api/v1/volunteers/<"):
                assert problem(answer, 403, "reason-needed")["volunteer"] == child, rule
        problem(admin.patch(f"/volunteers/{child}", {"availability": "周末"}, etag='"00"'), 403, "reason-needed")
        problem(admin.post(f"/volunteers/{child}/look", {"reason": "curious"}), 422, "invalid")
        assert admin.post(f"/volunteers/{child}/look", {"reason": "correction"}).json["name"] == NAME
        for rule, answer in asked(app, admin, lived).items():
            if rule.startswith("/api/v1/volunteers/<"):
                assert answer.status_code == 200, rule
        problem(program("street_admin").get(f"/volunteers/{child}"), 403, "reason-needed")
    person = ground.get_one(Volunteer, ground.query(Volunteer.id).filter_by(code=child).scalar())
    assert [(role, reason) for _, role, reason in minors.looked_at(ground, person)] == [("street_admin", "correction")]


def test_no_answer_names_a_minor_whom_nobody_asked_for(
    app: Flask, lived: dict[str, str], child: str, program: Callable[..., Program]
) -> None:
    for role, place in (("street_admin", "YD"), ("station_staff", "NLJ-1"), ("team_leader", lived["teams"])):
        somebody = program(role, place)
        for rule, answer in asked(app, somebody, lived).items():
            if answer.is_json:
                assert NAME not in json.dumps(answer.json, ensure_ascii=False), (role, rule)
    listed = program("street_admin").get("/volunteers", text=child).json["items"][0]
    assert (listed["name"], listed["code"], listed["gender"]) == (f"小志愿者{child[-3:]}", child, "unsaid")


def test_whoever_runs_an_activity_opens_the_names_of_its_roster(
    lived: dict[str, str], child: str, program: Callable[..., Program]
) -> None:
    with clock.frozen(make.NOW):
        leader, path = program("team_leader", lived["teams"]), f"/activities/{lived['activities']}/signups"
        assert NAME not in [line["name"] for line in leader.get(path).json["items"]]
        assert leader.post(f"{path}/show-minors").json == {"shown": 1}
        assert NAME in [line["name"] for line in leader.get(path).json["items"]]
        assert leader.post(f"{path}/show-minors").json == {"shown": 0}
        assert NAME not in [line["name"] for line in program("street_admin").get(path).json["items"]]
        problem(program("auditor").post(f"{path}/show-minors"), 404, "not-found")


def test_who_only_supervises_reads_no_name_no_code_and_no_phone(
    app: Flask, ground: Session, lived: dict[str, str], program: Callable[..., Program]
) -> None:
    people = ground.query(Volunteer).all()
    read = set()
    for rule, answer in asked(app, program("auditor"), lived).items():
        told = json.dumps(answer.json, ensure_ascii=False) if answer.is_json else ""
        if answer.status_code == 200:
            read.add(rule)
            assert not [one.code for one in people if one.name in told or one.code in told], rule
            assert not [one.code for one in people if one.phone and one.phone in told], rule
    assert {"/api/v1/redemptions", "/api/v1/redemptions/<code:code>", "/api/v1/activities", "/api/v1/sessions"} <= read

"""One guard per audience, and every door tried by the wrong people."""

import re
from collections.abc import Callable

from flask import Flask

from points.web import guards
from tests.web.conftest import Browser, Street

GUARDS = {"public": guards.anyone, "volunteer": guards.volunteers, "child": guards.volunteers, "staff": guards.staff}


def doors(app: Flask, audience: str) -> list[tuple[str, str]]:
    """Every address of an audience with something in its holes, and its method."""
    return [
        (re.sub(r"<[^>]+>", "X", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] == audience
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def test_every_audience_has_its_one_guard(app: Flask):
    pages = {name for name in app.blueprints if name.split(".")[0] in GUARDS}
    assert pages == set(GUARDS)
    for audience, guard in GUARDS.items():
        assert app.before_request_funcs[audience] == [guard], audience


def test_a_stranger_is_sent_to_sign_in_from_every_door(app: Flask, street: Street, browser: Callable[[], Browser]):
    stranger = browser()
    for audience, sign_in in (("volunteer", "/sign-in"), ("child", "/sign-in"), ("staff", "/sign-in/staff")):
        for address, method in doors(app, audience):
            answer = stranger.get(address) if method == "GET" else stranger.post(address)
            assert answer.status_code == 303, (method, address)
            assert answer.location.split("?")[0] == sign_in, (method, address)


def test_a_volunteer_opens_no_staff_door(app: Flask, street: Street, phone_of: Callable[[str], Browser]):
    phone = phone_of(street.volunteer)
    for address, method in doors(app, "staff"):
        answer = phone.get(address) if method == "GET" else phone.post(address)
        assert answer.status_code == 403, (method, address)


def test_a_clerk_has_no_volunteers_pages(app: Flask, street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    for address, method in doors(app, "volunteer"):
        answer = clerk.get(address) if method == "GET" else clerk.post(address)
        assert answer.status_code == 403, (method, address)


def test_a_team_leader_comes_to_work_with_the_own_phone(street: Street, phone_of: Callable[[str], Browser]):
    phone = phone_of(street.leader)
    assert phone.get("/staff/").status_code == 200
    assert phone.get(f"/staff/activities/{street.running}/screen").status_code == 200


def test_a_stranger_from_another_street_finds_nobody(street: Street, staff_pc: Callable[..., Browser]):
    other = staff_pc("street_admin", "NZP")
    assert "赵立春" not in other.get("/staff/people?text=赵").text
    for address in (
        f"/staff/people/{street.volunteer}",
        f"/staff/people/{street.volunteer}/card",
        f"/staff/redemptions/{street.receipt}",
        f"/staff/activities/{street.running}",
        f"/staff/activities/{street.running}/roster",
        f"/staff/activities/{street.running}/screen",
        f"/staff/sessions/{street.event}",
    ):
        assert other.get(address).status_code == 404, address


def test_an_unsafe_request_without_its_token_is_refused_everywhere(
    app: Flask,
    street: Street,
    browser: Callable[[], Browser],
    phone_of: Callable[[str], Browser],
    staff_pc: Callable[..., Browser],
):
    people = {
        "public": browser(),
        "volunteer": phone_of(street.volunteer),
        "staff": staff_pc("street_admin"),
    }
    tried = 0
    for audience, who in people.items():
        for address, method in doors(app, audience):
            if method == "POST":
                answer = who.client.post(address, data={"key": "x"})
                assert answer.status_code == 400, address
                tried += 1
    assert tried > 30

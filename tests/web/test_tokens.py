"""Tokens on their page: made with the secret shown once, revoked, and one person with who made them."""

import re
from collections.abc import Callable
from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access.tables import ApiToken
from points.rewards import rulesets
from tests import make
from tests.web.conftest import Browser, Street, on_one_line

FORM = {"name": "till-7", "role": "street_admin", "place": "YD", "last_day": "2026-12-31"}


def secret_of(page: str) -> str:
    found = re.search(r'id="link">(pt_[^<]+)<', page)
    assert found
    return found[1]


def test_a_token_is_made_used_and_revoked(
    app: Flask, street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    admin = staff_pc("street_admin")
    assert "/staff/tokens" in admin.get("/staff/accounts").text
    made = admin.post("/staff/tokens", key="the-form-of-a-token", **FORM)
    secret = secret_of(made.text)
    again = admin.post("/staff/tokens", key="the-form-of-a-token", **FORM)
    assert (again.status_code, again.location) == (303, "/staff/tokens")
    ground.rollback()
    (token,) = ground.scalars(select(ApiToken)).all()
    assert token.owner_id is not None
    listed = on_one_line(admin.get("/staff/tokens").text)
    assert secret not in listed
    assert "till-7" in listed
    assert "changed nothing within 90 days" in listed
    program, bearer = app.test_client(), {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/rulesets", headers=bearer).status_code == 200
    program.post(
        "/api/v1/rulesets", headers=bearer, json={"street": "YD", "effective_from": "2026-06-01", "params": {}}
    )
    assert "last changed something on" in admin.get("/staff/tokens").text
    assert admin.post("/staff/tokens/revoke", name="till-7").status_code == 303
    assert program.get("/api/v1/rulesets", headers=bearer).status_code == 401
    assert "revoked on" in admin.get("/staff/tokens").text


def test_what_a_token_signs_its_maker_signs(
    app: Flask, street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    admin, form = staff_pc("street_admin"), {"street": "YD", "effective_from": "2026-06-01"}
    admin.post("/staff/rules", **form)
    secret = secret_of(admin.post("/staff/tokens", **FORM).text)
    bearer = {"Authorization": f"Bearer {secret}"}
    alone = app.test_client().post("/api/v1/rulesets/RS-02/publish", headers=bearer, json={})
    assert (alone.status_code, alone.json["code"]) == (403, "same-signer")
    assert rulesets.in_force(ground, street_id=make.street(ground).street.id, day=date(2026, 6, 2)).version == "RS-01"


def test_tokens_are_managed_within_reach_only(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    admin = staff_pc("street_admin")
    admin.post("/staff/tokens", **FORM)
    stranger, clerk = staff_pc("street_admin", "NZP"), staff_pc("station_staff", "NLJ-1")
    assert "till-7" not in stranger.get("/staff/tokens").text
    assert stranger.post("/staff/tokens", **FORM | {"name": "another"}).status_code == 403
    assert stranger.post("/staff/tokens/revoke", name="till-7").status_code == 403
    assert clerk.get("/staff/tokens").status_code == 403
    assert clerk.post("/staff/tokens", **FORM | {"name": "third"}).status_code == 403
    assert admin.post("/staff/tokens", **FORM).status_code == 409
    assert admin.post("/staff/tokens", **FORM | {"name": "x"}).status_code == 422
    for role in ("street_admin", "sysadmin"):
        assert staff_pc(role, "YD").get("/staff/tokens").status_code == 200

"""Programs before the API: each with a token of one role at one place, or signed in as a volunteer."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from points import database
from points.access import devices, sign_ins, tokens
from points.exchange import exchange_days, stock
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.http import SESSION_COOKIE
from points.people import skills, units
from points.people.tables import Volunteer
from points.rewards import adjustments, settlement
from points.service import activities, makeups, signups, stays
from tests import make

_number = count(1)


class Program:
    """Somebody who speaks JSON with the API; a key is made for each act unless one is given."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    def get(self, path: str, **query: Any) -> TestResponse:
        return self._client.get(f"/api/v1{path}", query_string=query, headers=self._headers)

    def page(self, address: str) -> TestResponse:
        return self._client.get(address, headers=self._headers)

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> TestResponse:
        sent = {**self._headers, "Idempotency-Key": key or f"test-key-{next(_number)}", **headers}
        return self._client.post(f"/api/v1{path}", json={} if body is None else body, headers=sent)

    def patch(self, path: str, body: Any, *, etag: str | None) -> TestResponse:
        sent = self._headers | ({} if etag is None else {"If-Match": etag})
        return self._client.patch(f"/api/v1{path}", json=body, headers=sent)

    def send(self, method: str, path: str, data: bytes = b"", **headers: str) -> TestResponse:
        sent = self._headers | {"Content-Type": "application/json", "Idempotency-Key": f"test-key-{next(_number)}"}
        return self._client.open(f"/api/v1{path}", method=method, data=data, headers=sent | headers)


@pytest.fixture
def ground(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed when the program asks: call `ground.commit()`."""
    with database.sessions(engine)() as session:
        make.street(session)
        session.commit()
        yield session


@pytest.fixture
def program(client: FlaskClient, ground: Session) -> Callable[..., Program]:
    """Make a program with a token of `role` at `place`."""

    def made(role: str, place: str = "YD") -> Program:
        if place == "NLJ-1":
            make.station(ground)
        owner = make.signed_up_staff(ground, role="auditor")
        secret = tokens.add(
            ground, name=f"token-{next(_number)}", role=role, place=place, owner=owner, by=SYSTEM, at=make.NOW
        )
        ground.commit()
        return Program(client, {"Authorization": f"Bearer {secret}"})

    return made


@pytest.fixture
def volunteers_phone(app: Flask, client: FlaskClient, ground: Session) -> Callable[[Volunteer], Program]:
    """Sign a volunteer (made with `pin=True`) in and give their phone."""

    def made(volunteer: Volunteer) -> Program:
        _, cookie = sign_ins.sign_in_volunteer(ground, who=volunteer.code, pin="730514", agent="", at=make.NOW)
        ground.commit()
        phone = app.test_client()
        phone.set_cookie(SESSION_COOKIE, cookie, domain="localhost")
        return Program(phone, {})

    return made


@pytest.fixture
def lived(ground: Session, program: Callable[..., Program]) -> dict[str, str]:
    """永定街道 after a day of life; the codes of what there is, by the first word of its addresses."""
    make.rules(ground)
    person, other = make.volunteer(ground, pin=True), make.volunteer(ground)
    make.household(ground, person, other)
    team = make.team(ground, members=[person])
    unit = make.unit(ground)
    units.report_in(
        ground,
        volunteer=person.code,
        unit=unit.code,
        community="BZ",
        kind="linked",
        reported_on=make.TODAY,
        by=SYSTEM,
        at=make.NOW,
    )
    card = make.card(ground, person)
    activity = make.activity(ground, team=team, walk_in_ok=True)
    for each in (person, other):
        signups.sign_up(
            ground, activity=activity.code, volunteer=each.code, by=make.volunteer_actor(ground, each), at=make.NOW
        )
    activities.change(ground, activity=activity.code, by=SYSTEM, at=make.NOW, place="北正社区二楼")
    make.scanned(ground, activity, person, "in", at=activity.start_at)
    make.scanned(ground, activity, person, "out", at=activity.end_at)
    make.merchant(ground)
    item = make.item(ground)
    make.stocked(ground, item)
    make.station(ground, "NLJ-2", area="CS")
    sent = stock.send(
        ground,
        from_station="NLJ-1",
        to_station="NLJ-2",
        item=item.code,
        qty=2,
        by=SYSTEM,
        second=make.WITNESS,
        at=make.NOW,
    )
    skills.add(ground, volunteer=person.code, skill="理发", proof="美发师五级证", by=SYSTEM, at=make.NOW)
    make.points(ground, person, 100)
    event = exchange_days.plan(
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
        activities.advance(ground, at=after)
        claim = settlement.propose_makeup(
            ground,
            claim=makeups.Claim(
                activity=activity.code,
                volunteer=other.code,
                claimed_in=activity.start_at,
                claimed_out=activity.end_at,
                reason="no_phone",
            ),
            by=make.volunteer_actor(ground, other),
            at=after,
        )
        stays.decide_flags(ground, activity=activity.code, by=SYSTEM, at=after)
        ground.commit()
        leader = program("street_admin")
        settled = leader.post(f"/activities/{activity.code}/settle", {})
        assert settled.status_code == 200, settled.data
    reserved = program("station_staff", "NLJ-1").post(
        "/redemptions",
        {
            "volunteer": person.code,
            "station": "NLJ-1",
            "lines": [{"item": item.code, "qty": 1}],
            "identity": {"check": "phone4", "digits": str(person.phone)[-4:]},
            "reserve": True,
        },
    )
    assert reserved.status_code == 201, reserved.data
    admin = program("street_admin")
    record = admin.get(f"/volunteers/{person.code}/records").json["items"][0]["code"]
    booking = admin.get(f"/volunteers/{person.code}/transfers").json["items"][0]["id"]
    codes = {
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
        "stock-moves": sent.code,
        "sessions": event.code,
        "redemptions": reserved.json["code"],
        "booking": booking,
        "street": "YD",
        "category": "environment",
        "login": make.signed_up_staff(ground, role="street_admin"),
        "password": "correct horse",
    }
    ground.commit()
    return codes

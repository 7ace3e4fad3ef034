"""A street with a little life in it, and people before their browsers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from points import database, http
from points.access import accounts, sign_ins
from points.access.identity import Identity
from points.exchange import exchange_days, redemption
from points.exchange.redemption import Basket, Line
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.help import feedback
from points.people.tables import Volunteer
from points.rewards import settlement
from points.service import activities, checkin, records, signups
from tests import make, tables

_number = count(1)
PASSWORD = "correct horse"


def on_one_line(page: str) -> str:
    """The page with every run of white space as one blank, as a browser reads it."""
    return " ".join(page.split())


class Browser:
    """A browser that keeps cookies and sends each form with the token of its page, and a key of its own."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, **form: str) -> TestResponse:
        page = self.client.get("/complaints").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        return self.client.post(path, data={"csrf_token": token[1], "key": f"the-form-{next(_number)}", **form})

    def hold(self, cookie: str) -> "Browser":
        self.client.set_cookie(http.SESSION_COOKIE, cookie, domain="localhost")
        return self


@dataclass
class Street:
    """The codes of what there is, for the addresses of the pages."""

    volunteer: str
    card: str
    leader: str
    running: str
    ended: str
    coming: str
    draft: str
    series: str
    team: str
    label: str
    reserved: str
    pickup: str
    receipt: str
    event: str
    screen: str
    poster: str
    line: str
    record: str
    clerk: str
    merchant: str
    merchant_token: str
    feedback: str
    guardian: str
    child: str
    unit: str
    estate: str


@pytest.fixture
def at_noon() -> Iterator[None]:
    """`make.NOW` is the clock of the pages."""
    with clock.frozen(make.NOW):
        yield


@pytest.fixture
def ground(engine: Engine, at_noon: None) -> Iterator[Session]:
    with database.sessions(engine)() as session:
        make.street(session)
        session.commit()
        yield session


@pytest.fixture
def browser(app: Flask, at_noon: None) -> Callable[[], Browser]:
    """A new browser in which nobody is signed in."""
    return lambda: Browser(app)


@pytest.fixture
def phone_of(ground: Session, browser: Callable[[], Browser]) -> Callable[[str], Browser]:
    """The phone on which this volunteer (with PIN 730514) is signed in."""

    def made(code: str) -> Browser:
        cookie = volunteers_cookie(ground, code)
        ground.commit()
        return browser().hold(cookie)

    return made


@pytest.fixture
def staff_pc(ground: Session, browser: Callable[[], Browser]) -> Callable[..., Browser]:
    """The computer on which somebody of this role is signed in."""

    def made(role: str, place: str = "YD", login: str = "") -> Browser:
        cookie = staff_cookie(ground, role, place, login)
        ground.commit()
        return browser().hold(cookie)

    return made


def volunteers_cookie(ground: Session, code: str) -> str:
    """Sign this volunteer (with PIN 730514) in."""
    return sign_ins.sign_in_volunteer(ground, who=code, pin="730514", agent="phone", at=make.NOW)[1]


def staff_cookie(ground: Session, role: str, place: str = "YD", login: str = "") -> str:
    """Sign somebody new of this role in."""
    login = login or f"{role}-{next(_number)}-pc"
    _, token = accounts.add_staff(ground, login=login, role=role, place=place, by=SYSTEM, at=make.NOW)
    accounts.choose_password(ground, token=token, password=PASSWORD, at=make.NOW)
    return sign_ins.sign_in_staff(ground, login=login, password=PASSWORD, agent="pc", at=make.NOW)[1]


@pytest.fixture
def street(app: Flask, ground: Session) -> Street:
    """永定街道 with a little life in it, see `lively`."""
    app.extensions.pop("points_pages", None)
    engine = ground.get_bind()
    assert isinstance(engine, Engine)
    made = tables.again(engine, "lively", lambda: lively(ground))
    ground.expire_all()
    return made


def lively(ground: Session) -> Street:
    """Let there be an activity settled, one ended, one running, one coming; goods, points, a reservation."""
    make.station(ground)
    leader = make.volunteer(ground, name="钱春分", pin=True)
    person: Volunteer = make.volunteer(ground, name="赵立春", pin=True)
    card = make.card(ground, person)
    team = make.team(ground, leader=leader, members=[person])
    settled = make.activity(ground, team=team, start=make.NOW - timedelta(days=3))
    ended = make.activity(ground, team=team, start=make.NOW - timedelta(days=1))
    running = make.activity(ground, team=team, title="周末清洁行动", start=make.NOW - timedelta(minutes=10))
    coming = make.activity(ground, team=team, start=make.NOW + timedelta(days=2))
    weekly = make.series(ground, team=team, days=5)
    draft = make.activity(ground, team=team, start=make.NOW + timedelta(days=3), published=False)
    for one in (settled, ended, running):
        signups.sign_up(
            ground,
            activity=one.code,
            volunteer=person.code,
            by=make.volunteer_actor(ground, person),
            at=one.start_at - timedelta(hours=1),
        )
        activities.advance(ground, at=one.start_at)
        ground.flush()
        ground.expire_all()
    for one in (settled, ended):
        make.scanned(ground, one, person, "in", at=one.start_at)
        make.scanned(ground, one, person, "out", at=one.end_at)
    activities.advance(ground, at=make.NOW)
    ground.flush()
    ground.expire_all()
    settlement.settle(ground, activity=settled.code, by=make.volunteer_actor(ground, leader), at=make.NOW)
    item = make.item(ground, limit_pp_month=4)
    make.stocked(ground, item, 5)
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
    merchant, merchant_token = make.merchant(ground)
    clerk = make.clerk(ground)
    receipt = redemption.redeem(
        ground,
        basket=Basket(
            volunteer=person.code, lines=[Line(item=item.code, qty=1)], station="NLJ-1", key="the-first-receipt"
        ),
        identity=Identity(check="pin"),
        by=clerk,
        at=make.NOW,
    )
    reserved = redemption.reserve(
        ground,
        basket=Basket(
            volunteer=person.code, lines=[Line(item=item.code, qty=1)], station="NLJ-1", key="the-reservation"
        ),
        by=make.volunteer_actor(ground, person),
        at=make.NOW,
    )
    written = feedback.write(
        ground, kind="suggestion", text="兑换日多开一个窗口。", area="BZ", by=feedback.SOMEBODY, at=make.NOW
    )
    guardian = make.volunteer(ground, name="陈谷雨", pin=True)
    unit = make.unit(ground)
    child = make.minor(ground, name="陈小暑", guardian=make.guardian_of(guardian))
    estate = make.estate(ground)
    ground.commit()
    return Street(
        volunteer=person.code,
        card=card.code,
        leader=leader.code,
        running=running.code,
        ended=ended.code,
        coming=coming.code,
        draft=draft.code,
        series=weekly.code,
        team=team.code,
        label=item.label_code,
        reserved=reserved.code,
        pickup=reserved.pickup_code or "",
        receipt=receipt.code,
        event=event.code,
        screen=checkin.screen_token(running, make.NOW),
        poster=checkin.poster_token(running),
        line=f"spend/redemption:{receipt.code}:{person.code}",
        record=records.mine(ground, volunteer_id=person.id)[0].code,
        clerk=clerk.person,
        merchant=merchant.code,
        merchant_token=merchant_token,
        feedback=written.code,
        guardian=guardian.code,
        child=child.code,
        unit=unit.code,
        estate=estate.code,
    )

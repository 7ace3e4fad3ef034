"""Every page, paper, file and API address on a filled database: which are slow, with their statements and plans.

    python -m tests.benchmarks.pages DATABASE_URL [--slowest 10] [--times 3]

The database is a demo (`points demo --scale city`); it is written to a little: sign-ins, a token for each role, one
reservation and one message. The addresses are those of `tests/web/addresses.py`, and every GET of the API.
"""

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import click
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from points import app, config, database, http
from points.access import accounts, sign_ins, tokens
from points.demo.street import facts, founding, plan
from points.demo.street.town import PASSWORD, PIN
from points.exchange import redemption
from points.exchange.redemption import Basket, Line
from points.exchange.tables import ExchangeDay, GoodsItem, Merchant, Redemption
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.help import feedback
from points.ledger.tables import PointAccount, Transfer
from points.people.tables import Card, Team, Volunteer
from points.places.tables import Station
from points.reports import figures
from points.service import checkin, records
from points.service.tables import Activity, ActivitySeries
from tests.web import addresses
from tests.web.conftest import Street

STAFF = (
    ("station1a", "station_staff", "NLJ-1", "BZ"),
    ("bz-admin", "community_admin", "BZ", "BZ"),
    ("street", "street_admin", "YD", "YD"),
    ("city", "street_admin", "ZJJ", "ZJJ"),
    ("auditor", "auditor", "YD", "YD"),
)
"""Who looks, in which role, where, and of which area the figures."""
TEAM = "DW03"
"""The team of 北正 that does something today."""


@dataclass
class Visit:
    """One address for one person: how it answered, how long it took each time, and its statements."""

    who: str
    address: str
    status: int = 0
    size: int = 0
    seconds: list[float] = field(default_factory=list)
    statements: list[tuple[float, str, Any]] = field(default_factory=list)

    @property
    def took(self) -> float:
        return float(median(self.seconds))


class Statements:
    """Every statement of an engine while it is listened to, with its seconds and parameters."""

    def __init__(self, engine: Engine) -> None:
        self.sent: list[tuple[float, str, Any]] = []
        self._began = 0.0
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)

    def _before(self, *_: Any) -> None:
        self._began = time.perf_counter()

    def _after(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        self.sent.append((time.perf_counter() - self._began, statement, parameters))


def service(url: str, data_dir: Path) -> Flask:
    """The application on this database."""
    return app.create_app(
        config.Settings(
            data_dir=data_dir,
            database_url=url,
            secret_key="of the benchmark",
            public_url="http://localhost",
            redis_url="",
            timezone="Asia/Shanghai",
            locale="zh_CN",
            trusted_proxies=0,
        )
    )


def ready(session: Session) -> Street:
    """What is there, for the addresses; what is missing is made."""
    now = clock.now()
    planned = plan.make()
    code = {index: f"YD{place:06d}" for place, index in enumerate(founding.registration_order(planned), 1)}
    people = founding.sign_in_people(planned)
    person = session.scalars(select(Volunteer).where(Volunteer.code == code[people["volunteer"]])).one()
    leader = session.scalars(select(Volunteer).where(Volunteer.code == code[people["leader"]])).one()
    of_team = select(Activity).join(Team, Team.id == Activity.team_id).where(Team.code == TEAM).order_by(Activity.id)
    ended = session.scalars(of_team.where(Activity.status.in_(("settled", "archived")))).first()
    running = session.scalars(of_team.where(Activity.title.startswith("今天"))).first() or ended
    coming = session.scalars(of_team.where(Activity.title.startswith("明天"))).first() or ended
    assert ended is not None, "not a demo"
    assert running is not None
    assert coming is not None
    goods = session.scalars(select(GoodsItem).where(GoodsItem.code == "G02")).one()
    held = session.scalars(select(Redemption).where(Redemption.client_token == "pages")).first()
    if held is None:
        by = accounts.volunteer_actor(session, person.id)
        line = Line(item="G01", qty=1)
        held = redemption.reserve(
            session, basket=Basket(volunteer=person.code, lines=[line], station="NLJ-1", key="pages"), by=by, at=now
        )
    here = session.scalars(select(Station.id).where(Station.code == "NLJ-1")).one()
    busiest = session.execute(
        select(Redemption.session_id, func.max(Redemption.code))
        .where(Redemption.station_id == here, Redemption.session_id.is_not(None))
        .group_by(Redemption.session_id)
        .order_by(func.count().desc())
    ).first()
    assert busiest is not None
    line_ = session.execute(
        select(Transfer.purpose, Transfer.reference)
        .join(PointAccount, PointAccount.id == Transfer.volunteer_account_id)
        .where(PointAccount.volunteer_id == person.id)
        .order_by(Transfer.id.desc())
    ).first()
    assert line_ is not None
    card = session.scalars(select(Card).where(Card.volunteer_id == person.id, Card.revoked_at.is_(None))).first()
    written = feedback.write(session, kind="praise", text="谢谢。", area="BZ", by=feedback.SOMEBODY, at=now)
    return Street(
        volunteer=person.code,
        card=card.code if card else "-",
        leader=leader.code,
        running=running.code,
        ended=ended.code,
        coming=coming.code,
        draft=coming.code,
        series=session.scalars(select(ActivitySeries.code)).first() or "-",
        team=TEAM,
        label=goods.label_code,
        reserved=held.code,
        pickup=held.pickup_code or "",
        receipt=busiest[1],
        event=session.get_one(ExchangeDay, busiest[0]).code,
        screen=checkin.screen_token(running, now),
        poster=checkin.poster_token(running),
        line=f"{line_.purpose}/{line_.reference}",
        record=records.mine(session, volunteer_id=person.id)[0].code,
        clerk="station1a",
        merchant=session.scalars(select(Merchant.code)).first() or "-",
        merchant_token="never-given",
        feedback=written.code,
        guardian=person.code,
        child=person.code,
    )


def pages_of(street: Street, audience: str, area: str) -> Iterator[str]:
    """The addresses of an audience in this area, and those that matter only where there is much."""
    if audience != "staff":
        yield from addresses.AUDIENCES[audience](street).values()
        return
    for pages in (addresses.staff, addresses.counter, addresses.paper, addresses.files):
        for address in pages(street).values():
            if address.startswith("/staff"):
                yield address.replace("area=YD", f"area={area}")
    yield from ("/staff/people?text=立春", "/staff/people?text=1991", "/staff/desk?who=赵立春", "/staff/audit")
    yield from (f"/staff/figures?area={area}&year=2026&{part}" for part in ("part=m9", "part=q3"))
    for figure in figures.DEFINITIONS:
        yield f"/staff/figures/{figure}?area={area}&year=2026"
        yield f"/staff/figures/{figure}.csv?area={area}&year=2026"


def api_of(service: Flask, street: Street) -> Iterator[str]:
    """Every GET of the API, with a real thing in each address."""
    known = {
        "activities": street.ended, "areas": "YD", "cards": street.card, "goods": "G02", "records": street.record,
        "redemptions": street.receipt, "rulesets": "RS-01", "sessions": street.event, "stations": "NLJ-1",
        "teams": street.team, "units": "DW-01", "volunteers": street.volunteer, "makeups": "-",
    }  # fmt: skip
    for rule in sorted(service.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()) or not rule.rule.startswith("/api/v1/"):
            continue
        noun = rule.rule.split("/")[3]
        address = rule.rule.replace("<booking:booking>", street.line.replace("/", ".", 1))
        yield re.sub(r"<[^>]+>", known.get(noun, "-"), address)
    yield from (
        "/api/v1/volunteers?text=立春",
        "/api/v1/volunteers?limit=200",
        "/api/v1/records?limit=200",
        f"/api/v1/reports/figures?area=YD&date_from={facts.FIRST_DAY}&date_to={facts.LAST_DAY}",
    )


def visit(client: FlaskClient, seen: Visit, sent: Statements, *, times: int, headers: dict[str, str]) -> Visit:
    """Ask for the address so many times."""
    for _ in range(times):
        sent.sent = []
        began = time.perf_counter()
        answer = client.get(seen.address, headers=headers)
        body = answer.get_data()
        seen.seconds.append(time.perf_counter() - began)
        seen.status, seen.size, seen.statements = answer.status_code, len(body), sent.sent
    return seen


def everybody(service: Flask, sent: Statements, *, only: str, times: int) -> Iterator[Visit]:
    """Every visit of everybody."""
    with service.app_context(), database.transaction() as session:
        street = ready(session)
        now = clock.now()
        phone = sign_ins.sign_in_volunteer(session, who=street.volunteer, pin=PIN, agent="phone", at=now)[1]
        cookies = {
            login: sign_ins.sign_in_staff(session, login=login, password=PASSWORD, agent="pc", at=now)[1]
            for login, *_ in STAFF
        }
        secrets = {
            login: tokens.add(session, name=f"pages-{login}-{now:%s}", role=role, place=place, by=SYSTEM, at=now)
            for login, role, place, _ in STAFF
        }
    visitors = [("public", "public", "", "YD"), ("volunteer", "volunteer", phone, "YD")]
    visitors += [(login, "staff", cookies[login], area) for login, _, _, area in STAFF]
    for who, audience, cookie, area in visitors:
        client = service.test_client()
        if cookie:
            client.set_cookie(http.SESSION_COOKIE, cookie, domain="localhost")
        for address in filter(re.compile(only).search, pages_of(street, audience, area)):
            yield visit(client, Visit(who, address), sent, times=times, headers={})
    for login, _, _, area in STAFF:
        headers = {"Authorization": f"Bearer {secrets[login]}"}
        for address in filter(re.compile(only).search, api_of(service, street)):
            there = Visit(f"{login} (API)", address.replace("area=YD", f"area={area}"))
            yield visit(service.test_client(), there, sent, times=times, headers=headers)


def plan_of(engine: Engine, statement: str, parameters: Any) -> list[str]:
    """How the database answers the statement."""
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, COSTS OFF) "
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(explain + statement, parameters).all()
    return [str(row[-1]) for row in rows]


class _Uncounted:
    """Visits are as many as they are."""

    def add(self, key: str, seconds: int) -> tuple[int, int]:
        return 0, seconds

    def clear(self) -> None:
        pass


@click.command(help=__doc__)
@click.argument("url")
@click.option("--slowest", default=10, show_default=True, help="How many are listed with their plans.")
@click.option("--only", default="", help="Visit only addresses in which this regular expression is found.")
@click.option("--times", default=3, show_default=True, help="How often each address is asked for.")
def main(url: str, slowest: int, only: str, times: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = service(url, Path(folder))
        http.limiter.counts = _Uncounted()
        with made.app_context():
            engine = database.db.engine
        visits = list(everybody(made, Statements(engine), only=only, times=times))
        visits.sort(key=lambda one: -one.took)
        failed = [one for one in visits if one.status >= 500]
        refused = [one for one in visits if 400 <= one.status < 500]
        click.echo(
            f"{len(visits)} visits, {len(failed)} failed, {len(refused)} refused, "
            f"{sum(one.took > 1 for one in visits)} over 1 s, {sum(one.took > 0.3 for one in visits)} over 300 ms"
        )
        for one in visits[:slowest]:
            in_database = sum(seconds for seconds, *_ in one.statements)
            click.echo(
                f"\n{one.took * 1000:7.0f} ms  {one.who}  {one.address}  ({one.status}, {one.size} bytes, "
                f"{len(one.statements)} statements, {in_database * 1000:.0f} ms in them)"
            )
            if one.statements:
                seconds, statement, parameters = max(one.statements, key=lambda sent: sent[0])
                click.echo(f"    slowest: {seconds * 1000:.0f} ms  {' '.join(statement.split())[:600]}")
                if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                    for line in plan_of(engine, statement, parameters)[:30]:
                        click.echo(f"      {line}")
        for one in failed + refused:
            click.echo(f"{one.status}  {one.who}  {one.address}")
        engine.dispose()
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

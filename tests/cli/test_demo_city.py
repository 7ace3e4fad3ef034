"""The demo city at a tiny scale: as much of everything as its scale says, books that hold, the same city every time."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, case, create_engine, func, select, text
from sqlalchemy.orm import Session

from points import database, proof
from points.access import sign_ins
from points.demo.city import build, facts
from points.demo.street import founding, plan, shelves
from points.demo.street.town import Town
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.ledger.tables import Transfer
from points.people.tables import Household, Team, Volunteer
from points.reports import figures
from points.service.tables import Activity, ServiceRecord
from tests.conftest import wipe

NOW = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)
TINY = replace(
    facts.CITY,
    volunteers=60,
    teams=8,
    households=10,
    records=120,
    streets=1,
    communities=2,
    stations=1,
    sessions=2,
    redeemers=8,
    people_each=6,
    neighbour_groups=60,
)
KINDS = ("sqlite", "postgresql")

# what of each table must be the same in every build; secrets are drawn anew
SAME = {
    "activity": "code, title, start_at, end_at, status, screen_code, secret, settled_by",
    "attendance_session": "code, in_at, out_at, in_method, out_method, status",
    "award": "code, local_date, points",
    "card": "code, serial",
    "household": "code",
    "point_lot": "points, remaining, source_ref, earned_on, expires_on, status",
    "redemption": "code, total_points, day, redeemer_code, identity_check",
    "service_record": "code, local_date, minutes_credited, assurance, status, confirmed_by, recording_org",
    "volunteer": "code, name, birth_date, phone",
}


@pytest.fixture(scope="module")
def cities(sqlite_engine: Engine, postgresql_engine: Engine) -> Iterator[dict[str, Engine]]:
    """The city on both databases, on the ground of the demo street."""
    engines = dict(zip(KINDS, (sqlite_engine, postgresql_engine), strict=True))
    for engine in engines.values():
        town = Town(engine, plan.make())
        founding.ground(town)
        with town.transaction() as session:
            shelves.fill_shelves(session, town)
        town.close()
        build.surround(engine, TINY, now=NOW)
    yield engines
    for engine in engines.values():
        wipe(engine)


@pytest.fixture(params=KINDS)
def city(request: pytest.FixtureRequest, cities: dict[str, Engine]) -> Iterator[Session]:
    with database.sessions(cities[request.param])() as session:
        yield session


def test_it_has_as_much_of_everything_as_its_scale_says(city: Session):
    there = {
        mapped: city.scalar(select(func.count()).select_from(mapped))
        for mapped in (Volunteer, Team, Household, ServiceRecord)
    }
    assert list(there.values()) == [TINY.volunteers, TINY.teams, TINY.households, TINY.records]


def test_its_books_hold(city: Session):
    assert proof.check(city, at=NOW) == []


def test_points_are_earned_and_spent(city: Session):
    counted = figures.figures(city, area="ZJJ")
    assert counted["sessions"] > 0
    assert (
        counted["points_redeemed"]
        == -city.execute(text("SELECT sum(points) FROM lot_use WHERE points < 0")).scalar_one()
    )
    assert counted["points_issued"] - counted["points_redeemed"] == counted["balance_open"]


@pytest.mark.parametrize("day", [date(2025, 3, 31), date(2025, 12, 31), date(2026, 10, 31)])
def test_what_people_held_on_a_day_is_the_sum_of_all_that_came_before(day: date, city: Session):
    """The figure takes it from what is kept, less what came afterwards."""
    change = case((Transfer.target_id == Transfer.volunteer_account_id, Transfer.points), else_=-Transfer.points)
    before = Transfer.created_at < clock.at_local(day + timedelta(days=1))
    summed = city.scalar(select(func.sum(change)).where(before))
    assert figures.figures(city, area="ZJJ", date_to=day)["balance_open"] == summed
    rows = figures.rows(city, figure="balance_open", which=figures.Which("ZJJ", date_to=day), by=SYSTEM)
    assert (rows.total, summed > 0) == (summed, True)


def test_everybody_has_a_card_and_is_marked_as_invented(city: Session):
    assert city.execute(text("SELECT count(*) FROM card")).scalar_one() == TINY.volunteers
    assert set(city.scalars(select(Volunteer.is_demo))) == {True}


def test_nobody_but_the_installation_acts_by_itself(city: Session):
    """It makes the root of the tree and the first administrator; what else is logged was done by somebody."""
    alone = city.execute(text("SELECT DISTINCT action FROM audit_entry WHERE created_by = 'system'")).scalars()
    assert set(alone) == {"area.add", "account.add", "account.grant"}
    assert set(city.scalars(select(Activity.approved_as))) == {"street_admin"}


def test_it_is_the_same_city_every_time(cities: dict[str, Engine]):
    digests = []
    for engine in cities.values():
        with database.sessions(engine)() as session:
            digests.append({table: _digest(session, table, columns) for table, columns in SAME.items()})
    assert digests[0] == digests[1]


def test_the_city_holds_the_demo_street_and_what_its_visitors_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    engine = create_engine(f"sqlite:///{tmp_path}/city.sqlite3")
    database.prepare(engine)
    database.create_all(engine)
    monkeypatch.setattr(facts, "CITY", replace(TINY, volunteers=560, teams=25, households=110))
    build.city(engine, now=NOW)
    with database.sessions(engine)() as session:
        assert proof.check(session, at=NOW) == []
        assert session.scalar(select(func.count()).select_from(Volunteer)) == 560
        for person in build.sign_ins()[:3]:
            assert sign_ins.sign_in_volunteer(session, who=person.login, pin=person.secret, agent="phone", at=NOW)
        assert session.scalars(select(Activity.code).where(Activity.status == "in_progress")).all()
    engine.dispose()


def _digest(session: Session, table: str, columns: str) -> str:
    mapped = {one.name: one for one in database.schema.metadata.sorted_tables}[table]
    names = [name.strip() for name in columns.split(",")]
    rows = session.execute(select(*(mapped.c[name] for name in names)).order_by(mapped.c.id)).all()
    assert rows, table
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()

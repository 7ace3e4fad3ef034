"""`points demo` around the build: what it refuses, what it begins anew. The street itself: tests/journeys."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import Engine

from points.cli import demo
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.people import volunteers
from points.places import areas
from tests import make
from tests.cli.conftest import Points, rows


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Callable[..., None]]:
    """In place of 22 months: what each build does, from the last of this list; emptied as they run."""
    to_do: list[Callable[..., None]] = []

    def street(engine: Engine, *, now: datetime, progress: Callable[[float], object]) -> None:
        to_do.pop()(engine, progress)

    monkeypatch.setattr(demo.build, "street", street)
    return to_do


def quickly(_engine: Engine, progress: Callable[[float], object]) -> None:
    progress(1.0)


def interrupted(_engine: Engine, progress: Callable[[float], object]) -> None:
    progress(0.5)
    raise KeyboardInterrupt


def test_it_tells_who_can_sign_in(points: Points, builds: list[Callable[..., None]]):
    builds.append(quickly)
    answer = points("demo", "--json")
    assert (answer.status, answer.document["built"]) == (0, True)
    assert {"who", "login", "secret"} == answer.document["sign_ins"][0].keys()


def test_a_street_that_is_there_is_not_built_again_unless_asked(points: Points, builds: list[Callable[..., None]]):
    builds += [quickly, quickly]
    points("demo")
    assert points("demo", "--json").document["built"] is False
    assert points("demo", "--reset", "--json").document["built"] is True


def test_an_interrupted_build_is_begun_anew(points: Points, builds: list[Callable[..., None]], books: Engine):
    builds += [quickly, interrupted]
    assert points("demo").status == 1
    assert points("demo", "--json").document["built"] is True
    assert rows(books, "SELECT count(*) FROM job_run") == [(2,)]


def test_a_database_that_was_only_initialised_may_be_used(ready: Points, builds: list[Callable[..., None]]):
    builds.append(quickly)
    assert ready("demo").status == 0


@pytest.mark.parametrize("reset", [(), ("--reset",)])
def test_a_database_with_a_real_person_is_refused_and_kept(reset, ready: Points, builds, books: Engine):
    from points.app import create_app
    from points.cli import console

    def register(session):
        areas.add(session, type="street", code="YD", name="永定街道", parent=None, by=SYSTEM, at=make.NOW)
        areas.add(session, type="community", code="BZ", name="北正社区", parent="YD", by=SYSTEM, at=make.NOW)
        volunteers.register(
            session,
            volunteers.NewVolunteer(
                name="真实",
                birth_date=date(1980, 1, 1),
                community="BZ",
                registered_via="staff",
                consents=["register", "points"],
                phone="13900000000",
            ),
            by=SYSTEM,
            at=clock.now(),
        )

    with create_app().app_context():
        console.change(register)
    answer = ready("demo", *reset, "--json")
    assert (answer.status, answer.document["refused"]["code"]) == (1, "real-data")
    assert rows(books, "SELECT name FROM volunteer") == [("真实",)]

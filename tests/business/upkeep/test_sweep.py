"""The sweep does each thing that is due, once, each job by itself, and notes its run."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from points import proof
from points.journal import jobs
from points.upkeep import sweep
from tests import make
from tests.business.day import Day, lived


@pytest.fixture
def day(session: Session) -> Day:
    return lived(session)


def test_what_is_due_is_done_once_and_noted(session: Session, day: Day):
    transactions = 0

    @contextmanager
    def transaction() -> Iterator[Session]:
        nonlocal transactions
        transactions += 1
        yield session

    later = day.over + timedelta(days=8)
    done = sweep.run(transaction, at=later)
    assert done["lapse"] == 1
    assert list(done) == [name for name, _ in (*sweep.JOBS, *sweep.DAILY)]
    assert transactions == len(done) + 2
    noted = jobs.last(session, jobs.SWEEP)
    assert noted is not None
    assert (noted.created_at, noted.figures) == (later, done)
    assert sweep.run(transaction, at=later)["lapse"] == 0
    assert proof.check(session) == []


def test_forgetting_is_done_by_the_first_sweep_of_a_day(session: Session):
    def done_at(at: datetime) -> list[str]:
        return list(sweep.run(lambda: nullcontext(session), at=at))

    every_minute, once_a_day = ([name for name, _ in kind] for kind in (sweep.JOBS, sweep.DAILY))
    assert done_at(make.NOW) == every_minute + once_a_day
    assert done_at(make.NOW + timedelta(hours=15, minutes=59)) == every_minute
    assert done_at(make.NOW + timedelta(hours=16)) == every_minute + once_a_day


def test_the_proof_judges_by_the_last_sweep_when_asked_for_no_time(session: Session, day: Day):
    jobs.note(session, job=jobs.SWEEP, began_at=day.over, ended_at=day.over, figures={})
    assert proof.check(session) == []
    late = day.over + timedelta(days=8)
    jobs.note(session, job=jobs.SWEEP, began_at=late, ended_at=late, figures={})
    assert [finding.kind for finding in proof.check(session)] == ["overdue-reservation"]

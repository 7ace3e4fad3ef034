"""The clock, and the business's dates in Shanghai."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.journal import audit
from points.journal.tables import AuditEntry
from tests import make


def test_the_business_date_begins_at_16_00_utc() -> None:
    assert clock.local_date(datetime(2026, 5, 8, 15, 59, 59, tzinfo=UTC)) == date(2026, 5, 8)
    assert clock.local_date(datetime(2026, 5, 8, 16, 0, tzinfo=UTC)) == date(2026, 5, 9)
    assert clock.local(make.NOW).hour == 8


def test_a_day_is_half_open_and_24_hours_long() -> None:
    start, end = clock.day_bounds(date(2026, 5, 9))
    assert start == datetime(2026, 5, 8, 16, 0, tzinfo=UTC)
    assert end - start == timedelta(hours=24)
    assert clock.at_local(date(2026, 5, 9), time(8)) == make.NOW


def test_the_clock_can_be_stopped_and_goes_on() -> None:
    with clock.frozen(make.NOW.astimezone(ZoneInfo("Asia/Shanghai"))) as stopped:
        assert clock.now() == stopped == make.NOW
        assert clock.now().tzinfo is UTC
        with clock.frozen(make.NOW + timedelta(hours=1)):
            assert clock.now() == make.NOW + timedelta(hours=1)
        assert clock.now() == make.NOW
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_times_come_back_from_the_database_aware_and_in_utc(session: Session) -> None:
    at = clock.local(make.NOW)
    audit.write(session, by=SYSTEM, role="system", action="test", target="test:1", at=at)
    kept = session.scalars(select(AuditEntry.created_at)).one()
    assert kept == make.NOW
    assert kept.utcoffset() == timedelta()


def test_a_naive_time_never_reaches_the_database(session: Session) -> None:
    with pytest.raises(StatementError):
        audit.write(session, by=SYSTEM, role="system", action="test", target="test:1", at=make.NOW.replace(tzinfo=None))

"""Damage done to the books by hand: a changed history is stopped by a trigger, and found where the trigger is gone."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from points import proof
from points.foundation.orm import Base
from points.proof import Finding
from points.service.records import lifecycle
from tests import make
from tests.business.day import Day, lived


@dataclass(frozen=True)
class Damage:
    """What somebody does by hand, the trigger that stops it (none where the column is kept by the verbs), and the
    kinds of finding that tell of it."""

    name: str
    sql: str
    trigger: tuple[str, str] | None
    kinds: frozenset[str]

    def __str__(self) -> str:
        return self.name


def damage(name: str, sql: str, *kinds: str, trigger: tuple[str, str] | None = None) -> Damage:
    return Damage(name, sql, trigger, frozenset(kinds))


STOPPED = [
    damage(
        "a booked amount is changed",
        "UPDATE transfer SET points = points + 5 WHERE purpose = 'spend'",
        "balance-transfers",
        "transfer-lots",
        "redemption-points",
        trigger=("transfer", "update"),
    ),
    damage(
        "a use of a lot is deleted",
        "DELETE FROM lot_use WHERE id = (SELECT min(id) FROM lot_use)",
        "lot-uses",
        "transfer-lots",
        trigger=("lot_use", "delete"),
    ),
    damage(
        "a lot is made bigger",
        "UPDATE point_lot SET points = points + 10, remaining = remaining + 10 WHERE source_type = 'service'",
        "balance-lots",
        "lot-transfer",
        trigger=("point_lot", "update"),
    ),
    damage(
        "minutes are added to a record",
        "UPDATE service_record SET minutes_raw = 180, minutes_credited = 180 WHERE status = 'confirmed'",
        "record-minutes",
        "record-points",
        trigger=("service_record", "update"),
    ),
    damage(
        "an award is raised",
        "UPDATE award SET points = points + 7",
        "record-points",
        trigger=("award", "update"),
    ),
    damage(
        "an award is booked otherwise than awarded",
        "UPDATE award SET delta = delta + 1 WHERE delta > 0",
        "award-transfer",
        trigger=("award", "update"),
    ),
    damage(
        "a movement of stock is changed",
        "UPDATE stock_move SET delta = delta + 1 WHERE kind = 'in'",
        "stock-moves",
        trigger=("stock_move", "update"),
    ),
    damage(
        "the quantity on a receipt is changed",
        "UPDATE redemption_line SET qty = qty + 1",
        "redemption-lines",
        "stock-reserved",
        trigger=("redemption_line", "update"),
    ),
    damage(
        "the total of a receipt is changed",
        "UPDATE redemption SET total_points = total_points + 10",
        "redemption-lines",
        "redemption-points",
        "redemption-held",
        trigger=("redemption", "update"),
    ),
    damage(
        "an entry of the audit log is deleted",
        "DELETE FROM audit_entry",
        "trigger-missing",
        trigger=("audit_entry", "delete"),
    ),
]
FOUND = [
    damage("a balance is raised", "UPDATE point_account SET balance = balance + 3 WHERE balance > 0",
           "balance-transfers", "balance-lots"),
    damage("what is held is forgotten", "UPDATE point_account SET held = 0", "held"),
    damage("a lot is filled up again", "UPDATE point_lot SET remaining = points, status = 'active'",
           "balance-lots", "lot-uses"),
    damage("a batch is counted too high", "UPDATE stock_batch SET qty_left = qty_left + 2", "stock-moves"),
    damage("a promise is forgotten", "UPDATE stock_batch SET qty_reserved = 0", "stock-reserved"),
    damage("a reservation is called handed over",
           "UPDATE redemption SET status = 'fulfilled', fulfilled_by = 'x' WHERE status = 'reserved'",
           "redemption-points", "redemption-held", "stock-reserved"),
    damage("an arrival is moved an hour", "UPDATE attendance_session SET in_at = '2026-05-09 02:00:00.000000'",
           "record-minutes"),
    damage("an exit is lost", "UPDATE attendance_session SET status = 'open', out_at = NULL", "overdue-stay"),
    damage("a lot outlives its day", "UPDATE point_lot SET expires_on = '2026-01-31' WHERE remaining > 0",
           "overdue-lot"),
    damage("a record is no longer the newest", "UPDATE service_record SET latest = false", "record-versions"),
    damage("a record is confirmed that was voided", "UPDATE service_record SET status = 'voided'", "record-points"),
    damage("an activity never ends", "UPDATE activity SET status = 'published'", "overdue-activity"),
    damage("a reservation never lapses",
           "UPDATE redemption SET pickup_until = '2026-05-09 01:00:00.000000' WHERE status = 'reserved'",
           "overdue-reservation"),
]  # fmt: skip


@pytest.fixture
def day(session: Session) -> Day:
    return lived(session)


def findings(session: Session, day: Day) -> list[Finding]:
    session.expire_all()
    return proof.check(session, at=day.over)


def drop_trigger(session: Session, table: str, kind: str) -> None:
    on = f" ON {table}" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(text(f"DROP TRIGGER {table}_no_{kind}{on}"))


def test_a_day_of_real_life_is_proved(session: Session, day: Day):
    assert findings(session, day) == []


@pytest.mark.parametrize("damage", STOPPED, ids=str)
def test_a_changed_history_is_stopped_by_its_trigger(damage: Damage, session: Session, day: Day):
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(damage.sql))
    assert findings(session, day) == []


@pytest.mark.parametrize("damage", STOPPED, ids=str)
def test_past_the_trigger_a_changed_history_is_found(damage: Damage, session: Session, day: Day):
    assert damage.trigger is not None
    drop_trigger(session, *damage.trigger)
    session.execute(text(damage.sql))
    kinds = {finding.kind for finding in findings(session, day)}
    assert damage.kinds | {"trigger-missing"} <= kinds


@pytest.mark.parametrize("damage", FOUND, ids=str)
def test_damage_to_what_the_verbs_keep_is_found(damage: Damage, session: Session, day: Day):
    session.execute(text(damage.sql))
    kinds = {finding.kind for finding in findings(session, day)}
    assert damage.kinds <= kinds


def test_a_booking_twice_is_refused_by_its_key_and_found_without_it(session: Session, day: Day):
    columns = "created_at, created_by, source_id, target_id, volunteer_account_id, points, purpose, reference, reason"
    again = f"INSERT INTO transfer ({columns}) SELECT {columns} FROM transfer WHERE purpose = 'spend'"
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(again))
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE transfer DROP CONSTRAINT uq_transfer_purpose_reference"))
        session.execute(text(again))
        assert "doubled" in {finding.kind for finding in findings(session, day)}


def test_points_from_nowhere_are_found(session: Session, day: Day):
    columns = "created_at, created_by, source_id, target_id, volunteer_account_id, points, purpose, reason"
    session.execute(
        text(
            f"INSERT INTO transfer ({columns}, reference) SELECT {columns}, 'award:NOWHERE' FROM transfer "
            "WHERE purpose = 'earn' AND id = (SELECT min(id) FROM transfer WHERE purpose = 'earn')"
        )
    )
    kinds = {finding.kind for finding in findings(session, day)}
    assert {"transfer-award", "transfer-lots", "balance-transfers"} <= kinds


def test_a_trigger_that_is_off_or_gone_is_found(session: Session, day: Day):
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE transfer DISABLE TRIGGER transfer_no_update"))
    else:
        drop_trigger(session, "transfer", "update")
    assert [finding.where for finding in findings(session, day)] == ["table:transfer"]


def test_every_append_only_table_is_watched(session: Session):
    """A new table with triggers is proved without anybody remembering it."""
    watched = {table.name for table in Base.metadata.sorted_tables if "append_only" in table.info}
    assert {"transfer", "lot_use", "point_lot", "award", "audit_entry", "scan", "service_record"} <= watched
    assert {"stock_move", "redemption", "redemption_line", "refused_scan", "rule_set"} <= watched


def test_a_disputed_record_is_no_damage(session: Session, day: Day):
    own = make.volunteer_actor(session, day.person)
    lifecycle.dispute(session, record=day.record, reason="时间不对", by=own, at=day.over)
    assert findings(session, day) == []


def test_what_is_due_is_judged_by_the_time_asked_for(session: Session, day: Day):
    """The reservation waits seven days; nobody has swept since."""
    assert findings(session, day) == []
    later = proof.check(session, at=day.over + timedelta(days=8))
    assert [(finding.kind, finding.where) for finding in later] == [
        ("overdue-reservation", f"redemption:{day.reservation}")
    ]

"""Forgeries that fit the books to the point and put the triggers back: each is found, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from points import proof
from points.foundation.orm import Base, append_only_ddl
from points.journal import seals
from tests.business.day import Day, lived


@pytest.fixture
def day(session: Session) -> Day:
    lived_day = lived(session)
    seals.seal(session, at=lived_day.over + timedelta(days=1))
    assert session.scalar(text("SELECT sum(entries) FROM audit_seal")) > 5
    assert found(session, lived_day) == set()
    return lived_day


def found(session: Session, day: Day) -> set[str]:
    session.expire_all()
    return {finding.kind for finding in proof.check(session, at=day.over)}


def past_the_triggers(session: Session, table: str, *statements: str) -> None:
    """Do it with the triggers of the table dropped, and make them again as they were."""
    dialect = session.get_bind().dialect.name
    on = f" ON {table}" if dialect == "postgresql" else ""
    frozen = Base.metadata.tables[table].info["append_only"]
    made = [one for one in append_only_ddl(table, dialect, frozen=frozen) if one.startswith("CREATE TRIGGER")]
    for one in made:
        session.execute(text(f"DROP TRIGGER {one.split()[2]}{on}"))
    fourth = str(session.scalar(text("SELECT id FROM audit_entry ORDER BY id LIMIT 1 OFFSET 3")))
    for one in statements:
        session.execute(text(one.replace("{fourth}", fourth)))
    for one in made:
        session.execute(text(one))


def test_a_forged_opening_lot_that_fits_the_books(session: Session, day: Day) -> None:
    account, street = session.execute(
        text("SELECT id, street_id FROM point_account WHERE volunteer_id IS NOT NULL ORDER BY balance DESC")
    ).first() or (0, 0)
    given = {"account": account, "street": street}
    columns = "source_id, target_id, volunteer_account_id, points, purpose, reference, reason, created_at, created_by"
    session.execute(
        text(
            f"INSERT INTO transfer ({columns}) SELECT (SELECT id FROM point_account WHERE street_id = :street AND "
            "kind = 'opening'), :account, :account, 5000, 'opening', 'opening:gift', '', created_at, 'system' "
            "FROM transfer ORDER BY id LIMIT 1"
        ),
        given,
    )
    session.execute(
        text(
            "INSERT INTO point_lot (account_id, transfer_id, points, remaining, source_type, source_ref, rule_version, "
            "earned_on, expires_on, status, created_at, created_by) SELECT :account, "
            "(SELECT max(id) FROM transfer), 5000, 5000, 'opening', 'opening:gift', 'RS-01', earned_on, NULL, "
            "'active', created_at, 'system' FROM point_lot ORDER BY id LIMIT 1"
        ),
        given,
    )
    session.execute(text("UPDATE point_account SET balance = balance + 5000 WHERE id = :account"), given)
    assert found(session, day) == {"opening"}


@pytest.mark.parametrize("ends", ["'2099-12-31'", "NULL"])
def test_lots_that_end_on_another_day_than_their_rules_say(session: Session, day: Day, ends: str) -> None:
    session.execute(text(f"UPDATE point_lot SET expires_on = {ends} WHERE source_type = 'service'"))
    assert found(session, day) == {"lot-expiry"}


@pytest.mark.parametrize(
    "forged",
    [
        "DELETE FROM audit_entry WHERE id = {fourth}",
        "DELETE FROM audit_entry WHERE id = (SELECT max(upto_id) FROM audit_seal)",
        "UPDATE audit_entry SET created_by = 'somebody-else' WHERE id = {fourth}",
        "UPDATE audit_entry SET reason = 'another reason' WHERE id = {fourth}",
        "UPDATE audit_entry SET account_id = 77 WHERE id = {fourth}",
        "UPDATE audit_entry SET facts = '{\"points\": 1}' WHERE id = {fourth}",
    ],
)
def test_log_entries_deleted_or_written_anew_with_the_triggers_put_back(
    session: Session, day: Day, forged: str
) -> None:
    past_the_triggers(session, "audit_entry", forged)
    assert "log-changed" in found(session, day)


def test_an_entry_deleted_and_written_again_by_somebody_else(session: Session, day: Day) -> None:
    columns = "created_at, role, account_id, action, target, area_path, reason, facts"
    past_the_triggers(
        session,
        "audit_entry",
        f"CREATE TEMPORARY TABLE kept_entry AS SELECT {columns} FROM audit_entry WHERE id = {{fourth}}",
        "DELETE FROM audit_entry WHERE id = {fourth}",
        f"INSERT INTO audit_entry (id, created_by, {columns}) SELECT {{fourth}}, 'ghost', {columns} FROM kept_entry",
    )
    assert found(session, day) == {"log-changed"}


def test_a_seal_made_to_fit_breaks_the_next_one(session: Session, day: Day) -> None:
    later = day.over + timedelta(days=2)
    session.execute(
        text(
            "INSERT INTO audit_entry (created_at, created_by, role, action, target, reason, facts) "
            "SELECT created_at, 'system', 'system', 'x.y', 'x:y', '', '{}' FROM audit_entry ORDER BY id LIMIT 1"
        )
    )
    assert seals.seal(session, at=later) == 1
    past_the_triggers(
        session, "audit_seal", "UPDATE audit_seal SET digest = 'f' WHERE id = (SELECT min(id) FROM audit_seal)"
    )
    assert "log-changed" in found(session, day)


def test_a_consent_written_anew_is_stopped_and_its_missing_trigger_found(session: Session, day: Day) -> None:
    dialect = session.get_bind().dialect.name
    for statement in ("UPDATE consent SET granted_at = created_at, text_version = 'x'", "DELETE FROM consent"):
        with pytest.raises(Exception, match="append-only"), session.begin_nested():
            session.execute(text(statement))
    session.execute(text("DROP TRIGGER consent_no_update" + (" ON consent" if dialect == "postgresql" else "")))
    assert found(session, day) == {"trigger-missing"}


def test_a_trigger_that_says_something_else_is_found(session: Session, day: Day) -> None:
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        session.execute(text("DROP TRIGGER transfer_no_update ON transfer"))
        session.execute(
            text(
                "CREATE TRIGGER transfer_no_update BEFORE UPDATE OF reason ON transfer "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        )
    else:
        session.execute(text("DROP TRIGGER transfer_no_update"))
        session.execute(
            text(
                "CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer WHEN 0 BEGIN SELECT RAISE(ABORT, 'x'); END"
            )
        )
    assert found(session, day) == {"trigger-changed"}


def test_a_function_that_refuses_nothing_is_found(session: Session, day: Day) -> None:
    if session.get_bind().dialect.name != "postgresql":
        assert found(session, day) == set(), "SQLite has no such function"
        return
    session.execute(
        text(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        )
    )
    assert found(session, day) == {"trigger-changed"}


def test_an_adjustment_that_nobody_decided(session: Session, day: Day) -> None:
    columns = "source_id, target_id, volunteer_account_id, points, purpose, reference, reason, created_at, created_by"
    session.execute(
        text(
            f"INSERT INTO transfer ({columns}) SELECT source_id, target_id, volunteer_account_id, points, 'adjust', "
            "'adjustment:NOWHERE', reason, created_at, created_by FROM transfer ORDER BY id LIMIT 1"
        )
    )
    assert "adjustment" in found(session, day)

"""Statements made once: what they say, refuse and let be heard is what SQLAlchemy's session says."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, bindparam, event, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from points.foundation import statements
from points.foundation.orm import adding, dialect_of, table_of
from points.foundation.statements import run
from points.journal.tables import AuditEntry, Counter
from points.people.tables import Volunteer
from tests import make

AT = datetime(2026, 5, 9, 1, 2, 3, 456789, tzinfo=UTC)
ENTRY = {
    "role": "system",
    "account_id": None,
    "action": "test",
    "target": "nobody",
    "area_path": "/",
    "reason": "",
    "facts": {"名": ["甲", 1, None]},
    "created_at": AT,
    "created_by": "test",
}
_ADD = adding(AuditEntry)
_ENTRIES = (
    select(AuditEntry.created_at, AuditEntry.facts, AuditEntry.account_id)
    .where(AuditEntry.action == bindparam("action"))
    .order_by(AuditEntry.id)
)
_NAMED: Select[Any] = (
    select(Volunteer.code, Volunteer.birth_date, Volunteer.elder_mode, func.coalesce(Volunteer.phone, "none"))
    .where(Volunteer.code.in_(bindparam("codes", expanding=True)), Volunteer.created_at < bindparam("at"))
    .order_by(Volunteer.code)
)
_RENAME = (
    update(table_of(Counter)).where(Counter.name == bindparam("which")).values(value=Counter.value + bindparam("more"))
)
_ADD_COUNTER = insert(table_of(Counter))


def test_values_go_in_and_come_out_as_sqlalchemy_has_them(session: Session) -> None:
    run(session, _ADD, [ENTRY])
    run(session, _ADD, [ENTRY, {**ENTRY, "facts": {}}])
    asked = {"action": "test"}
    mine, theirs = run(session, _ENTRIES, asked).all(), session.execute(_ENTRIES, asked).all()
    assert mine == [tuple(row) for row in theirs]
    assert mine[0] == (AT, {"名": ["甲", 1, None]}, None)
    assert mine[0].created_at == AT


@pytest.mark.parametrize("number", [1, 3, 40])
def test_a_list_may_have_any_length(session: Session, number: int) -> None:
    codes = [make.volunteer(session).code for _ in range(3)]
    asked = {
        "codes": [*codes, *(f"YD9{place:05d}" for place in range(number))],
        "at": datetime(2030, 1, 1, tzinfo=UTC),
    }
    found = run(session, _NAMED, asked).all()
    assert [row.code for row in found] == sorted(codes)
    assert found == [tuple(row) for row in session.execute(_NAMED, asked)]
    assert isinstance(found[0].birth_date, date)
    assert found[0].elder_mode is False


def test_who_changes_rows_hears_how_many(session: Session) -> None:
    run(session, _ADD_COUNTER, {"name": "a", "value": 1})
    assert run(session, _RENAME, {"which": "a", "more": 2}).rowcount == 1
    assert run(session, _RENAME, {"which": "b", "more": 2}).rowcount == 0
    assert session.scalar(select(Counter.value).where(Counter.name == "a")) == 3


def test_a_constraint_that_fires_is_sqlalchemys_error_and_the_connection_goes_on(session: Session) -> None:
    run(session, _ADD_COUNTER, {"name": "a", "value": 1})
    with pytest.raises(IntegrityError), session.begin_nested():
        run(session, _ADD_COUNTER, {"name": "a", "value": 2})
    assert run(session, _RENAME, {"which": "a", "more": 0}).rowcount == 1


def test_a_naive_time_is_refused_before_it_is_sent(session: Session) -> None:
    with pytest.raises(StatementError):
        run(session, _ADD, {**ENTRY, "created_at": AT.replace(tzinfo=None)})
    assert run(session, _ENTRIES, {"action": "test"}).all() == []


def test_who_listens_to_sqlalchemys_statements_hears_these_too(session: Session) -> None:
    heard: list[tuple[str, bool]] = []

    def note(_: Any, __: Any, text: str, ___: Any, ____: Any, many: bool) -> None:
        heard.append((text.split()[0], many))

    connection = session.connection()
    for name in ("before_cursor_execute", "after_cursor_execute"):
        event.listen(connection, name, note)
    run(session, _ADD, [ENTRY])
    run(session, _ADD, [ENTRY, ENTRY])
    assert heard == [("INSERT", False)] * 2 + [("INSERT", True)] * 2


def test_many_rows_go_in_as_sqlalchemy_has_them(session: Session) -> None:
    facts = [{"名": ["甲", 1, None]}, {}, {"a": 'it\'s {"quoted"}, \\ and NULL'}]
    rows = [
        {**ENTRY, "target": f"{place}", "account_id": place % 3 or None, "facts": facts[place % 3], "reason": "，\n\"'"}
        for place in range(statements.MANY * 3)
    ]
    run(session, _ADD, [{**row, "action": "mine"} for row in rows])
    session.execute(_ADD, [{**row, "action": "theirs"} for row in rows])
    kept = [column for name, column in table_of(AuditEntry).c.items() if name not in ("id", "action")]
    mine, theirs = (
        session.execute(select(*kept).where(AuditEntry.action == whose).order_by(AuditEntry.id)).all()
        for whose in ("mine", "theirs")
    )
    assert mine == theirs
    assert [row.target for row in mine] == [row["target"] for row in rows]


def test_many_rows_say_what_they_are_called(session: Session) -> None:
    counters = [{"name": f"c{number}", "value": number} for number in range(statements.MANY)]
    table = table_of(Counter)
    said = run(session, insert(table).returning(table.c.name, table.c.value), counters).all()
    assert sorted(said) == sorted((row["name"], row["value"]) for row in counters)


def test_one_wrong_row_of_many_refuses_all(session: Session) -> None:
    with pytest.raises(DBAPIError), session.begin_nested():
        run(session, _ADD, [*[ENTRY] * statements.MANY, {**ENTRY, "created_at": None}])
    assert run(session, _ENTRIES, {"action": "test"}).all() == []


def test_a_text_that_is_too_long_is_never_cut(session: Session) -> None:
    long = {**ENTRY, "role": "x" * 41}
    if dialect_of(session) == "postgresql":
        with pytest.raises(DBAPIError), session.begin_nested():
            run(session, _ADD, [*[ENTRY] * statements.MANY, long])
    else:
        run(session, _ADD, [*[ENTRY] * statements.MANY, long])
    assert set(session.scalars(select(AuditEntry.role))) <= {ENTRY["role"], long["role"]}


def test_a_naive_time_among_many_rows_is_refused(session: Session) -> None:
    naive = {**ENTRY, "created_at": AT.replace(tzinfo=None)}
    with pytest.raises(StatementError):
        run(session, _ADD, [*[ENTRY] * statements.MANY, naive])


def test_nothing_goes_past_what_sqlalchemy_makes_public() -> None:
    code = ast.parse(Path(statements.__file__).read_text())
    private = {
        ast.unparse(node)
        for node in ast.walk(code)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and ast.unparse(node) != "type(value).__name__"
        and ast.unparse(node.value) not in ("self", "_Kind")
    }
    assert private == set()
    assert not {"dispatch", "dbapi_connection", "cursor"} & {
        node.attr for node in ast.walk(code) if isinstance(node, ast.Attribute)
    }

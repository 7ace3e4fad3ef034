"""What the database itself must hold: the triggers that keep history, and keys that are there once."""

import re
from collections.abc import Iterator

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from points.exchange.tables import Redemption
from points.foundation.orm import Base, Listing, append_only_ddl, table_of
from points.journal import seals
from points.journal.tables import IdempotencyKey
from points.proof.findings import Finding
from points.service.tables import Scan, ServiceRecord, Stay

_TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger "
    "JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace",
}
_REFUSING = (
    "SELECT prosrc FROM pg_proc WHERE proname = 'refuse_change' AND pronamespace = current_schema()::regnamespace"
)

_KEYS: tuple[tuple[type[Base], tuple[str, ...]], ...] = (
    (IdempotencyKey, ("caller", "route", "key")),
    (Scan, ("device", "nonce")),
    (Redemption, ("client_token",)),
    (ServiceRecord, ("volunteer_id", "activity_id", "local_date", "version")),
)

# --- what can be asked


def triggers(session: Session) -> Iterator[Finding]:
    """Every append-only table has its triggers, switched on, and they say what they should say."""
    dialect = session.get_bind().dialect.name
    there = {name: _plain(sql) for name, sql in session.execute(text(_TRIGGERS[dialect]))}
    body = ""
    for table in Base.metadata.sorted_tables:
        if "append_only" not in table.info:
            continue
        for statement in append_only_ddl(table.name, dialect, frozen=table.info["append_only"]):
            if " FUNCTION refuse_change() RETURNS" in statement:
                body = statement.split("$$")[1]
                continue
            name = statement.split()[2]
            if name not in there:
                yield Finding("trigger-missing", f"table:{table.name}", f"{name} is missing or switched off")
            elif there[name] != _plain(statement):
                yield Finding("trigger-changed", f"table:{table.name}", f"{name} says: {there[name]}")
    if body and _plain(str(session.scalar(text(_REFUSING)))) != _plain(body):
        yield Finding("trigger-changed", "function:refuse_change", "it does not refuse any more")


def _plain(sql: str) -> str:
    """A trigger's text as both databases give it back: without quotes, the schema's name and double blanks."""
    return " ".join(re.sub(r'"|(?<= ON )\w+\.', "", sql).split())


def sealed(session: Session) -> Iterator[Finding]:
    """The log is what was sealed: nothing taken out, nothing written anew."""
    for one in seals.broken(session):
        entries = f"{one.after_id + 1}-{one.upto_id}"
        yield Finding("log-changed", f"audit:{entries}", f"{one.sealed} entries were sealed, {one.there} are there")


def doubled(session: Session) -> Iterator[Finding]:
    """No key is there twice, whatever became of its unique index."""
    for mapped, names in _KEYS:
        table = table_of(mapped)
        columns = [table.c[name] for name in names]
        keys: Listing = select(*columns, func.count().label("times"))
        for row in session.execute(
            keys.where(*(column.is_not(None) for column in columns)).group_by(*columns).having(func.count() > 1)
        ):
            key = "/".join(str(value) for value in row[:-1])
            yield Finding("doubled", f"{table.name}:{key}", f"there {row.times} times")
    for table, owner, once, of in (
        (table_of(Stay), "volunteer_id", table_of(Stay).c.status == "open", "open sessions"),
        (table_of(Redemption), "pickup_code", table_of(Redemption).c.pickup_code.is_not(None), "pick-up codes"),
    ):
        for row in session.execute(
            select(table.c[owner], func.count().label("times"))
            .where(once)
            .group_by(table.c[owner])
            .having(func.count() > 1)
        ):
            yield Finding("doubled", f"{table.name}:{owner}", f"{row.times} {of} where one may be")

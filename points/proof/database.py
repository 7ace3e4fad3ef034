"""What the database itself must hold: the triggers that keep history, and keys that are there once."""

from collections.abc import Iterator

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from points.exchange.tables import Redemption
from points.foundation.orm import Base, Listing, table_of
from points.journal.tables import IdempotencyKey
from points.proof.findings import Finding
from points.service.tables import Scan, ServiceRecord, Stay

_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace",
}
_KINDS = {"sqlite": ("update", "delete"), "postgresql": ("update", "delete", "truncate")}

_KEYS: tuple[tuple[type[Base], tuple[str, ...]], ...] = (
    (IdempotencyKey, ("caller", "route", "key")),
    (Scan, ("device", "nonce")),
    (Redemption, ("client_token",)),
    (ServiceRecord, ("volunteer_id", "activity_id", "local_date", "version")),
)

# --- what can be asked


def triggers(session: Session) -> Iterator[Finding]:
    """Every append-only table has its triggers, and they are switched on."""
    dialect = session.get_bind().dialect.name
    there = set(session.scalars(text(_TRIGGERS[dialect])))
    for table in Base.metadata.sorted_tables:
        if "append_only" in table.info:
            for kind in _KINDS[dialect]:
                name = f"{table.name}_no_{kind}"
                if name not in there:
                    yield Finding("trigger-missing", f"table:{table.name}", f"{name} is missing or switched off")


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

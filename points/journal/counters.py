"""Counters: numbers without gaps that people see, such as a receipt's."""

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, Insert, case
from sqlalchemy.orm import Session

from points.foundation.orm import dialect_of, on_both, table_of
from points.foundation.statements import run
from points.journal.tables import Counter

# --- what happens


def next_number(session: Session, name: str) -> int:
    """The next number of `name`, starting at 1; its row stays locked to the end of the transaction."""
    return next_numbers(session, name, 1).start


def next_numbers(session: Session, name: str, count: int) -> range:
    """As `next_number`, `count` of them in a row."""
    last: int = run(session, _NEXT[dialect_of(session)], {"name": name, "value": count}).scalar_one()
    return range(last - count + 1, last + 1)


def go_on_after(session: Session, name: str, number: int) -> None:
    """The next number of `name` will be higher than `number`, which was given out elsewhere."""
    run(session, _GO_ON_AFTER[dialect_of(session)], {"name": name, "value": number})


_COUNTER = table_of(Counter)


def _kept(change: Callable[[ColumnElement[int]], ColumnElement[int]]) -> Mapping[str, Insert]:
    """Write a counter anew, or what `change` makes of the value given where there is one."""
    return on_both(
        _COUNTER,
        lambda insert: insert.on_conflict_do_update(
            index_elements=["name"], set_={"value": change(insert.excluded.value)}
        ).returning(_COUNTER.c.value),
    )


_NEXT = _kept(lambda given: _COUNTER.c.value + given)
_GO_ON_AFTER = _kept(lambda given: case((_COUNTER.c.value < given, given), else_=_COUNTER.c.value))

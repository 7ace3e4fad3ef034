"""Public codes for the ids that rows refer to each other by; ids never leave the database."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session


def codes_of(session: Session, table: Any, ids: Iterable[int | None]) -> dict[int | None, str | None]:
    """The codes of the rows of `table` with these ids; None for None. One statement, none for no ids."""
    wanted = {id_ for id_ in ids if id_ is not None}
    found: dict[int | None, str | None] = {None: None}
    if wanted:
        found |= dict(session.execute(select(table.id, table.code).where(table.id.in_(wanted))).all())
    return found

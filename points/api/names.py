"""Public codes for the ids that rows refer to each other by; ids never leave the database."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import masking
from points.foundation.actors import Actor
from points.people.tables import Team, Unit, Volunteer
from points.places.tables import Area, Station
from points.service.tables import Activity, ActivityCategory

Coded = type[Activity] | type[ActivityCategory] | type[Area] | type[Station] | type[Team] | type[Unit] | type[Volunteer]
"""The tables whose rows people know by a code."""


def codes_of(session: Session, table: Coded, ids: Iterable[int | None]) -> dict[int | None, str | None]:
    """The codes of the rows of `table` with these ids; None for None. One statement, none for no ids."""
    wanted = {id_ for id_ in ids if id_ is not None}
    found: dict[int | None, str | None] = {None: None}
    if wanted:
        found |= dict(session.execute(select(table.id, table.code).where(table.id.in_(wanted))).all())
    return found


def leaders_of(session: Session, ids: Iterable[int | None], *, by: Actor) -> dict[int | None, str | None]:
    """The codes of these leaders; masked for who only supervises."""
    found = codes_of(session, Volunteer, ids)
    if not supervises_only(by):
        return found
    return {id_: None if code is None else masking.mask_code(code) for id_, code in found.items()}


def supervises_only(by: Actor) -> bool:
    """Whether `by` reads what happens and no people: neither a volunteer nor one who sees or leads them anywhere."""
    return by.volunteer_id is None and not (by.reaches("volunteer.see") or by.reaches("activity.run"))

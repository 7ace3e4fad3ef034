"""The calendar: national holidays and 调休 working days, loaded each year."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.orm import insert
from points.journal import audit
from points.places.tables import WorkdayOverride

# --- what happens


def override(session: Session, *, day: date, is_workday: bool, by: Actor, at: datetime) -> None:
    """Say whether `day` is a working day; said again, the last word counts.

    The table is the nation's and has no place, so a role anywhere that allows it is enough. Raises NotPermitted.
    """
    role = by.require_somewhere("calendar.change")
    statement = insert(session, WorkdayOverride).values(
        day=day, is_workday=is_workday, created_at=at, created_by=by.person
    )
    session.execute(statement.on_conflict_do_update(index_elements=["day"], set_={"is_workday": is_workday}))
    audit.write(
        session,
        by=by,
        role=role,
        action="calendar.override",
        target=f"day:{day}",
        at=at,
        facts={"is_workday": is_workday},
    )


# --- what can be asked


def overrides(session: Session) -> dict[date, bool]:
    """All overrides by date, for `points.foundation.workdays`."""
    return dict(session.execute(select(WorkdayOverride.day, WorkdayOverride.is_workday)).all())

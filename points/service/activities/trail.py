"""The trail that every change of an activity leaves."""

from typing import Unpack

from sqlalchemy.orm import Session

from points.journal import audit
from points.service.tables import Activity

# --- what happens


def saved(session: Session, activity: Activity, action: str, **act: Unpack[audit.Act]) -> None:
    """Count the version up, send the change to the database and note it."""
    activity.version += 1
    session.flush()
    note(session, activity, action, **act)


def note(session: Session, activity: Activity, action: str, **act: Unpack[audit.Act]) -> None:
    """Note one act on an activity in the audit log."""
    audit.write(session, action=action, target=f"activity:{activity.code}", area_path=activity.area_path, **act)

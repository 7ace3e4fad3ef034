"""The trail that every change of an activity leaves."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.journal import audit
from points.service.activities.tables import Activity

# --- what happens


def saved(
    session: Session,
    activity: Activity,
    action: str,
    *,
    by: Actor,
    role: str,
    at: datetime,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Count the version up, send the change to the database and note it."""
    activity.version += 1
    session.flush()
    note(session, activity, action, by=by, role=role, at=at, reason=reason, facts=facts)


def note(
    session: Session,
    activity: Activity,
    action: str,
    *,
    by: Actor,
    role: str,
    at: datetime,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Note one act on an activity in the audit log."""
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=f"activity:{activity.code}",
        at=at,
        area_path=activity.area_path,
        reason=reason,
        facts=facts,
    )

"""What everybody signed up is told: another time or place, or that an activity is called off; with the day of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.service.statuses import ChangeKind
from points.service.tables import Activity, ActivityChange

# --- what there is


@dataclass(frozen=True)
class When:
    """When and where an activity is held."""

    start_at: datetime
    end_at: datetime
    place: str

    @classmethod
    def of(cls, activity: Activity) -> Self:
        """As it is now."""
        return cls(activity.start_at, activity.end_at, activity.place)


# --- what happens


def note(session: Session, activity: Activity, what: ChangeKind, *, was: When, by: Actor, at: datetime) -> None:
    """Keep what there is to tell; the people read it on their pages."""
    if what == ChangeKind.CHANGED:
        activity.moved_at = at
    now = When.of(activity)
    session.add(
        ActivityChange(
            activity_id=activity.id,
            what=what,
            was_start_at=was.start_at,
            was_end_at=was.end_at,
            was_place=was.place,
            start_at=now.start_at,
            end_at=now.end_at,
            place=now.place,
            created_at=at,
            created_by=by.person,
        )
    )


# --- what can be asked


def of(session: Session, activity_id: int, *, since: datetime | None = None) -> list[ActivityChange]:
    """What was told of an activity, since somebody signed up, the latest first."""
    query = select(ActivityChange).where(ActivityChange.activity_id == activity_id)
    if since is not None:
        query = query.where(ActivityChange.created_at >= since)
    return list(session.scalars(query.order_by(ActivityChange.created_at.desc(), ActivityChange.id.desc())))

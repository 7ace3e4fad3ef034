"""Forgotten check-outs: which stays the clock closed, and until when each can be made up (domain §3.4 rule 10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock, workdays
from points.places import calendar
from points.rewards import rulesets
from points.service.statuses import MakeupStatus, StayStatus
from points.service.tables import Activity, MakeupRequest, Stay

# --- what there is


@dataclass(frozen=True)
class Forgotten:
    """A stay without a check-out: when it began, and until when it can be made up; `claimed` while a claim is open."""

    activity: str
    title: str
    in_at: datetime
    until: date
    claimed: bool


# --- what can be asked


def mine(session: Session, *, volunteer_id: int, at: datetime) -> list[Forgotten]:
    """The stays of a volunteer that the clock closed and that can still be made up or are claimed, newest first."""
    rows = session.execute(
        select(Stay.in_at, Activity)
        .join(Activity, Activity.id == Stay.activity_id)
        .where(Stay.volunteer_id == volunteer_id, Stay.status == StayStatus.AUTO_CLOSED)
        .order_by(Stay.in_at.desc())
    ).all()
    claimed = set(
        session.scalars(
            select(MakeupRequest.activity_id).where(
                MakeupRequest.volunteer_id == volunteer_id, MakeupRequest.status == MakeupStatus.OPEN
            )
        )
    )
    days = _Days(session, street_ids={activity.street_id for _, activity in rows})
    found = [
        Forgotten(activity.code, activity.title, in_at, days.last(activity), activity.id in claimed)
        for in_at, activity in rows
    ]
    return [one for one in found if one.claimed or one.until >= clock.local_date(at)]


def last_day(session: Session, *, activity: Activity) -> date:
    """The last day on which attendance to the end of `activity` can be claimed, by its street's rules.

    Raises NoRulesInForce.
    """
    return _Days(session, street_ids=[activity.street_id]).last(activity)


class _Days:
    """The calendar and the rules of some streets, read once."""

    def __init__(self, session: Session, *, street_ids: Iterable[int]) -> None:
        self._in_force = rulesets.InForce(session, street_ids=street_ids)
        self._overrides = calendar.overrides(session)

    def last(self, activity: Activity) -> date:
        window = self._in_force.hours_on(activity.street_id, clock.local_date(activity.start_at)).makeup_window_wd
        return workdays.add_workdays(clock.local_date(activity.end_at), window, self._overrides)

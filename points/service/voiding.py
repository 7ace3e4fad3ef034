"""A stay is struck out by two people; its hours and points follow in `rewards.settlement`, which alone reaches this."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import two_people
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit
from points.service.statuses import STRUCK_OUT, StayStatus
from points.service.stays import SamePerson, StayState
from points.service.tables import Activity, Stay

# --- what happens


def void(session: Session, *, code: str, reason: str, by: Actor, second: Actor, at: datetime) -> list[tuple[int, date]]:
    """Strike a stay out, by two people with a reason; the volunteer's id with each date to be computed again.

    Both may propose it, and one of the two decides for the street.

    Raises NoSuch, NotPermitted, SamePerson, StayState.
    """
    stay, activity = _with_activity(session, code)
    role = by.require("attendance.propose_void", area_path=activity.area_path)
    second.require("attendance.propose_void", area_path=activity.area_path)
    two_people.refuse_one_person(session, SamePerson(), first=by.person, second=second, at=at)
    if by.role_for("attendance.void", area_path=activity.area_path) is None:
        second.require("attendance.void", area_path=activity.area_path)
    if stay.status in STRUCK_OUT:
        raise StayState(session=stay.code, status=stay.status)
    stay.status, stay.reason = StayStatus.VOIDED, reason[:200]
    session.flush()
    two_people.sign(
        session,
        first=by.person,
        second=second,
        action="attendance.void",
        target=f"attendance:{stay.code}",
        at=at,
        area_path=activity.area_path,
    )
    audit.write(
        session,
        by=by,
        role=role,
        action="attendance.void",
        target=f"attendance:{stay.code}",
        at=at,
        area_path=activity.area_path,
        reason=reason,
        facts={"second": second.person},
    )
    return [(stay.volunteer_id, stay.local_date)]


def _with_activity(session: Session, code: str) -> tuple[Stay, Activity]:
    row = session.execute(
        select(Stay, Activity)
        .join(Activity, Activity.id == Stay.activity_id)
        .where(Stay.code == code)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NoSuch(kind=N_("stay"), key=code)
    return row[0], row[1]

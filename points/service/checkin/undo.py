"""Undo: a scan taken back within 15 minutes, from the same device; the row stays as annulled."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import rows_changed, table_of
from points.journal import audit
from points.people.tables import Volunteer
from points.service import activities, signups
from points.service.checkin.refusals import UndoTooLate
from points.service.statuses import SETTLED, STRUCK_OUT, Direction, SignupStatus, StayStatus
from points.service.tables import Activity, Scan, Signup, Stay

UNDO_WITHIN = timedelta(minutes=15)

# --- what happens


def undo(session: Session, *, nonce: str, device: str = "", by: Actor, at: datetime) -> Stay:
    """Take a scan back: a check-in's stay becomes `annulled`, a check-out's stay is open again.

    By the same device (or, without one, the same person), within 15 minutes, while nothing followed it. Undone
    again, the answer is the same. The place of a walk-in is free again.
    Raises NoSuch, NotPermitted, UndoTooLate.
    """
    device = device or f"by:{by.person}"[:64]
    row = session.execute(
        select(Scan, Stay, Activity, Volunteer.code)
        .join(Stay, Stay.id == Scan.session_id)
        .join(Activity, Activity.id == Stay.activity_id)
        .join(Volunteer, Volunteer.id == Stay.volunteer_id)
        .where(Scan.device == device, Scan.nonce == nonce, Scan.direction != Direction.UNDO)
        .with_for_update(key_share=True, of=(Activity, Stay))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NoSuch(kind=N_("scan"), key=nonce)
    scan, stay, activity, volunteer = row
    role = (
        "volunteer" if by.volunteer_id == stay.volunteer_id else activities.require_runner(activity, by, "activity.run")
    )
    if session.scalars(select(Scan.id).where(Scan.undoes_id == scan.id)).first():
        return stay
    _refuse_late(session, scan, stay, activity, at)
    session.execute(
        insert(table_of(Scan)),
        [
            {
                "device": device,
                "nonce": f"undo:{nonce}"[:64],
                "session_id": stay.id,
                "direction": Direction.UNDO,
                "method": scan.method,
                "occurred_at": at,
                "undoes_id": scan.id,
                "operator_account_id": by.account_id,
                "created_at": at,
                "created_by": by.person,
            }
        ],
    )
    if scan.direction == Direction.IN:
        stay.status = StayStatus.ANNULLED
        session.flush()
        _forget_walk_in(session, stay, at)
    else:
        stay.status, stay.out_at, stay.out_method, stay.out_by = StayStatus.OPEN, None, None, None
        session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="attendance.undo",
        target=f"attendance:{stay.code}",
        at=at,
        area_path=activity.area_path,
        facts={"direction": scan.direction, "volunteer": volunteer},
    )
    return stay


def _refuse_late(session: Session, scan: Scan, stay: Stay, activity: Activity, at: datetime) -> None:
    newest = session.scalars(
        select(func.max(Scan.id)).where(Scan.session_id == stay.id, Scan.direction != Direction.UNDO)
    ).one()
    expected = StayStatus.OPEN if scan.direction == Direction.IN else StayStatus.CLOSED
    if at - scan.created_at > UNDO_WITHIN or newest != scan.id or stay.status != expected or activity.status in SETTLED:
        raise UndoTooLate()
    if scan.direction == Direction.OUT:
        elsewhere = session.scalars(
            select(Stay.id).where(Stay.volunteer_id == stay.volunteer_id, Stay.status == StayStatus.OPEN)
        ).first()
        if elsewhere is not None:
            raise UndoTooLate()


def _forget_walk_in(session: Session, stay: Stay, at: datetime) -> None:
    """Give the place of a walk-in back when no other stay of theirs stands."""
    other = session.scalars(
        select(Stay.id).where(
            Stay.activity_id == stay.activity_id,
            Stay.volunteer_id == stay.volunteer_id,
            Stay.status.not_in(STRUCK_OUT),
        )
    ).first()
    if other is not None:
        return
    gone = session.execute(
        update(Signup)
        .where(
            Signup.activity_id == stay.activity_id,
            Signup.volunteer_id == stay.volunteer_id,
            Signup.walk_in,
            Signup.status == SignupStatus.ATTENDED,
        )
        .values(status=SignupStatus.CANCELLED)
        .execution_options(synchronize_session="fetch")
    )
    if rows_changed(gone):
        signups.free_place(session, stay.activity_id)
        signups.move_up(session, activity_id=stay.activity_id, at=at)

"""Stays: one in–out pair of a person at an activity; at most one open per person anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, func, literal, select, update
from sqlalchemy.orm import Session

from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed
from points.journal import audit
from points.journal.tables import RefusedScan
from points.people.tables import Volunteer
from points.service import activities
from points.service.statuses import COUNTED, Method, StayStatus
from points.service.tables import Activity, Scan, Stay

DEVICES_KEPT = timedelta(days=180)

# --- what there is


@dataclass(frozen=True)
class Attendee:
    """A person listed for a backfilled activity, with arrival and departure."""

    volunteer: str
    in_at: datetime
    out_at: datetime


# --- what is refused


@dataclass(eq=False)
class StayState(Conflict):
    """The stay is not in a state in which this can be done."""

    code = "attendance-state"
    title = N_("Not possible in this state")
    detail = N_("The stay %(session)s is “%(status)s”.")
    next_step = N_("Reload the roster to see where it stands.")
    session: str
    status: str


@dataclass(eq=False)
class SamePerson(NotAllowed):
    """Two different people are needed."""

    code = "same-person"
    title = N_("A second person is needed")
    detail = N_("The same person cannot sign twice.")
    next_step = N_("Ask a colleague to confirm.")


@dataclass(eq=False)
class StayInvalid(Invalid):
    """The times of a stay cannot be so."""

    code = "stay-invalid"
    title = N_("The times cannot be so")
    detail = N_("Arrival and departure of %(volunteer)s must lie within the activity, one after the other.")
    next_step = N_("Correct the times.")
    volunteer: str


# --- what happens


def decide_flags(
    session: Session,
    *,
    activity: str,
    by: Actor,
    at: datetime,
    only: Sequence[str] | None = None,
    reason: str = "",
) -> int:
    """Note that `by` has looked at the flagged stays of an activity (all, or `only` those named) and lets them stand.

    How many were undecided; a `reason` may be noted. A stay that shall not stand is voided or rejected instead.
    Raises NoSuch, NotPermitted.
    """
    found = activities.locked(session, activity)
    role = activities.require_runner(found, by, "activity.settle")
    chosen = undecided(session, activity_id=found.id)
    if only is not None:
        chosen = [code for code in chosen if code in set(only)]
    if chosen:
        session.execute(
            update(Stay).where(Stay.code.in_(chosen)).values(flags_decided_by=by.person),
            execution_options={"synchronize_session": "fetch"},
        )
        audit.write(
            session,
            by=by,
            role=role,
            action="attendance.decide_flags",
            target=f"activity:{found.code}",
            at=at,
            area_path=found.area_path,
            reason=reason[:200],
            facts={"sessions": chosen},
        )
    return len(chosen)


def list_backfilled(
    session: Session, *, activity: str, attendees: Sequence[Attendee], by: Actor, at: datetime
) -> list[Stay]:
    """List who took part in a backfilled activity that still awaits approval, with arrival and departure.

    Raises NoSuch, NotPermitted, WrongState, StayInvalid.
    """
    found = activities.locked(session, activity)
    role = by.require("activity.backfill", area_path=found.area_path)
    if found.origin != "backfill" or found.status != "pending_review":
        raise activities.WrongState(activity=found.code, status=found.status)
    ids = dict(
        session.execute(
            select(Volunteer.code, Volunteer.id).where(
                Volunteer.code.in_([each.volunteer for each in attendees]), Volunteer.status == "active"
            )
        ).all()
    )
    listed = []
    for each in attendees:
        if each.volunteer not in ids:
            raise NoSuch(kind=N_("volunteer"), key=each.volunteer)
        if not found.start_at <= each.in_at < each.out_at <= found.end_at:
            raise StayInvalid(volunteer=each.volunteer)
        listed.append(
            Stay(
                code=codes.new(),
                activity_id=found.id,
                volunteer_id=ids[each.volunteer],
                local_date=clock.local_date(each.in_at),
                in_at=each.in_at,
                out_at=each.out_at,
                in_method=Method.ROSTER,
                out_method=Method.ROSTER,
                in_by=by.person,
                out_by=by.person,
                status=StayStatus.CLOSED,
                flags=[],
                created_at=at,
                created_by=by.person,
            )
        )
    session.add_all(listed)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="attendance.list_backfilled",
        target=f"activity:{found.code}",
        at=at,
        area_path=found.area_path,
        facts={"people": len(listed)},
    )
    return listed


def forget_devices(session: Session, *, at: datetime) -> int:
    """Blank what told one browser from another on stays, scans and refused scans older than 180 days; how many.

    That somebody scanned is kept (domain §3.9). Part of the sweep. A scan keeps a device name of its own, so that
    (device, nonce) stays unique. What staff scanned with an enrolled device stays, since it names the station's device
    and nobody's phone.
    """
    before = at - DEVICES_KEPT
    own_name = literal("forgotten:") + cast(Scan.id, String)
    forgotten = 0
    for blanked in (
        update(Stay).where(Stay.created_at < before, Stay.device_hash != "").values(device_hash="").returning(Stay.id),
        update(Scan)
        .where(
            Scan.created_at < before,
            Scan.operator_account_id.is_(None),
            Scan.device.not_like("forgotten:%"),
            Scan.device.not_like("by:%"),
        )
        .values(device=own_name)
        .returning(Scan.id),
        update(RefusedScan)
        .where(RefusedScan.created_at < before, RefusedScan.device != "")
        .values(device="")
        .returning(RefusedScan.id),
    ):
        forgotten += len(session.execute(blanked, execution_options={"synchronize_session": False}).all())
    return forgotten


# --- what can be asked


def still_open(session: Session, *, activity_id: int) -> list[Stay]:
    """The stays of an activity that nobody has left."""
    return list(
        session.scalars(
            select(Stay).where(Stay.activity_id == activity_id, Stay.status == StayStatus.OPEN).order_by(Stay.in_at)
        )
    )


def open_stay(session: Session, *, volunteer_id: int) -> tuple[Stay, Activity] | None:
    """Where a volunteer is checked in now, and since when; None when nowhere."""
    row = session.execute(
        select(Stay, Activity)
        .join(Activity, Activity.id == Stay.activity_id)
        .where(Stay.volunteer_id == volunteer_id, Stay.status == StayStatus.OPEN)
    ).first()
    return (row[0], row[1]) if row else None


def undecided(session: Session, *, activity_id: int) -> list[str]:
    """The codes of the stays of an activity whose flags nobody has looked at, which settlement waits for."""
    stays = session.execute(
        select(Stay.code, Stay.flags)
        .where(
            Stay.activity_id == activity_id,
            Stay.flags_decided_by.is_(None),
            Stay.status.in_(COUNTED),
        )
        .order_by(Stay.in_at)
    )
    return [stay.code for stay in stays if stay.flags]


def of_activity(session: Session, *, activity_id: int) -> list[tuple[Stay, str]]:
    """Every stay of an activity with the volunteer's code, in order of arrival, struck-out ones too."""
    return [
        (stay, code)
        for stay, code in session.execute(
            select(Stay, Volunteer.code)
            .join(Volunteer, Volunteer.id == Stay.volunteer_id)
            .where(Stay.activity_id == activity_id)
            .order_by(Stay.in_at, Stay.id)
        )
    ]


def people_present(session: Session, *, activity_id: int) -> int:
    """How many different people came, for comparison with the head-count."""
    return session.scalars(
        select(func.count(Stay.volunteer_id.distinct())).where(
            Stay.activity_id == activity_id,
            Stay.status.in_((StayStatus.OPEN, *COUNTED)),
        )
    ).one()


def head_count_differs(session: Session, activity: Activity) -> bool:
    """Whether the leader's head-count and the people checked in differ by more than a tenth (§3.4 rule 9)."""
    if activity.head_count is None:
        return False
    present = people_present(session, activity_id=activity.id)
    return abs(activity.head_count - present) * 10 > max(activity.head_count, present)

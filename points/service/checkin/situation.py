"""The picture: everything a scan is judged by, read in one prebuilt statement."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, false, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from points.access.roles import PAID_STAFF
from points.access.tables import Account, Device, RoleGrant
from points.foundation import clock
from points.foundation.statements import run
from points.people import persons
from points.people.tables import Volunteer
from points.places.tables import Area, Station, WorkdayOverride
from points.service.tables import Activity, AttendanceSession, Scan, Signup

BURST_SPAN = timedelta(minutes=10)

Picture = Any
"""A row of `_statement`; its columns are labelled there."""

# --- what can be asked


def take(
    session: Session,
    *,
    activity_key: str,
    activity: str | int,
    person_key: str,
    person: str | int,
    device: str,
    nonce: str,
    occurred_at: datetime,
) -> Picture | None:
    """The picture of one person at one activity, or None where either is unknown; one statement."""
    day = clock.local_date(occurred_at)
    return run(
        session,
        _STATEMENTS[activity_key, person_key],
        {
            "activity": activity,
            "person": person,
            "device": device,
            "nonce": nonce,
            "day": day,
            "since": occurred_at - BURST_SPAN,
            "until": occurred_at,
        },
    ).first()


def is_workday(picture: Picture, day: date) -> bool:
    """Whether `day` is a working day by the picture's calendar."""
    return day.weekday() < 5 if picture.workday_override is None else bool(picture.workday_override)


def _statement(activity_key: Any, person_is: Any) -> Any:
    inside = aliased(AttendanceSession, name="inside")
    elsewhere = aliased(Activity, name="elsewhere")
    last = aliased(AttendanceSession, name="last_stay")
    newest = aliased(AttendanceSession, name="newest_stay")
    scanned = aliased(AttendanceSession, name="scanned")
    today = aliased(AttendanceSession, name="today")
    burst = aliased(AttendanceSession, name="burst")
    duty_area = aliased(Area, name="duty_area")
    on_staff = (
        exists()
        .where(
            Account.volunteer_id == Volunteer.id,
            Account.status == "active",
            RoleGrant.account_id == Account.id,
            RoleGrant.role.in_(sorted(PAID_STAFF)),
            RoleGrant.valid_from <= bindparam("day"),
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= bindparam("day")),
            duty_area.id
            == func.coalesce(
                RoleGrant.area_id,
                select(Station.area_id).where(Station.id == RoleGrant.station_id).scalar_subquery(),
            ),
            Activity.area_path.startswith(duty_area.path),
        )
        .correlate(Volunteer, Activity)
    )
    has_account = exists().where(Account.volunteer_id == Volunteer.id).correlate(Volunteer)
    return (
        select(
            Activity.id.label("activity_id"),
            Activity.code.label("activity_code"),
            Activity.title.label("activity_title"),
            Activity.status.label("activity_status"),
            Activity.status_reason,
            Activity.start_at,
            Activity.end_at,
            Activity.place,
            Activity.walk_in_ok,
            Activity.check_mode,
            Activity.capacity,
            Activity.places_taken,
            Activity.secret,
            Activity.area_path,
            Activity.team_id,
            Activity.station_id,
            Activity.leader_id,
            Activity.min_age,
            Activity.max_age,
            Activity.required_skill,
            Volunteer.id.label("volunteer_id"),
            Volunteer.code.label("volunteer_code"),
            Volunteer.name.label("volunteer_name"),
            Volunteer.status.label("volunteer_status"),
            Volunteer.birth_date,
            Signup.id.label("signup_id"),
            Signup.status.label("signup_status"),
            Signup.guardian_present,
            inside.id.label("inside_id"),
            inside.code.label("inside_code"),
            inside.activity_id.label("inside_activity_id"),
            inside.in_at.label("inside_in_at"),
            inside.in_by.label("inside_in_by"),
            inside.flags.label("inside_flags"),
            elsewhere.code.label("inside_activity_code"),
            elsewhere.title.label("inside_activity_title"),
            last.id.label("last_id"),
            last.code.label("last_code"),
            last.status.label("last_status"),
            last.in_at.label("last_in_at"),
            last.out_at.label("last_out_at"),
            last.flags.label("last_flags"),
            Scan.direction.label("scan_direction"),
            Scan.occurred_at.label("scan_occurred_at"),
            scanned.code.label("scanned_code"),
            scanned.activity_id.label("scanned_activity_id"),
            scanned.volunteer_id.label("scanned_volunteer_id"),
            scanned.in_at.label("scanned_in_at"),
            scanned.out_at.label("scanned_out_at"),
            scanned.flags.label("scanned_flags"),
            select(func.count())
            .select_from(today)
            .where(
                today.volunteer_id == Volunteer.id,
                today.local_date == bindparam("day"),
                today.activity_id == Activity.id,
                today.status.not_in(("annulled", "voided")),
            )
            .correlate(Volunteer, Activity)
            .scalar_subquery()
            .label("stays_today"),
            select(func.count())
            .select_from(burst)
            .where(
                burst.activity_id == Activity.id,
                burst.device_hash == bindparam("device"),
                burst.device_hash != text("''"),  # as the index says it
                burst.in_at.between(bindparam("since"), bindparam("until")),
            )
            .correlate(Activity)
            .scalar_subquery()
            .label("device_burst"),
            select(Device.revoked_at)
            .where(Device.code == bindparam("device"))
            .scalar_subquery()
            .label("device_revoked_at"),
            select(WorkdayOverride.is_workday)
            .where(WorkdayOverride.day == bindparam("day"))
            .scalar_subquery()
            .label("workday_override"),
            case((has_account, on_staff), else_=false()).label("on_staff"),  # few have one, and grants are many
        )
        .select_from(Activity)
        .join(Volunteer, person_is)
        .outerjoin(Signup, and_(Signup.activity_id == Activity.id, Signup.volunteer_id == Volunteer.id))
        .outerjoin(inside, and_(inside.volunteer_id == Volunteer.id, inside.status == "open"))
        .outerjoin(elsewhere, elsewhere.id == inside.activity_id)
        .outerjoin(
            last,
            last.id
            == select(func.max(newest.id))
            .where(
                newest.activity_id == Activity.id,
                newest.volunteer_id == Volunteer.id,
                newest.status.in_(("closed", "auto_closed")),
            )
            .correlate(Activity, Volunteer)
            .scalar_subquery(),
        )
        .outerjoin(Scan, and_(Scan.device == bindparam("device"), Scan.nonce == bindparam("nonce")))
        .outerjoin(scanned, scanned.id == Scan.session_id)
        .where(activity_key == bindparam("activity"))
    )


_STATEMENTS = {
    (activity_name, person_name): _statement(activity_key, person_is)
    for activity_name, activity_key in {
        "screen": Activity.screen_code,
        "poster": Activity.poster_code,
        "code": Activity.code,
        "id": Activity.id,
    }.items()
    for person_name, person_is in {
        "id": Volunteer.id == bindparam("person"),
        "code": persons.called(bindparam("person")),
    }.items()
}

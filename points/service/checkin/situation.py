"""The picture: everything a scan is judged by, read in one prepared statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Executable,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.util import AliasedClass

from points.access.roles import PAID_STAFF
from points.access.tables import Account, Device, RoleGrant
from points.foundation import clock
from points.foundation.statements import run
from points.people import persons
from points.people.tables import Card, MergedNumber, Volunteer
from points.places.tables import Area, Station, WorkdayOverride
from points.service.checkin.kept import KEY, ROUTE
from points.service.checkin.scanned import ActivityKey, PersonKey, Subject
from points.service.hours import HourRules
from points.service.statuses import (
    STRUCK_OUT,
    ActivityStatus,
    CheckMode,
    Direction,
    Method,
    SignupStatus,
    StayStatus,
)
from points.service.tables import Activity, Scan, ScanTicket, Signup, Stay

BURST_SPAN = timedelta(minutes=10)
Column = SQLColumnExpression[object]
StaysADay = Callable[[Session, int, date], int]
"""How often one person may come to one activity on a date, by the rules of its street (an id)."""

# --- what there is


class ActivitySeen(NamedTuple):
    """The activity. What is seen here has the names of its columns, in the order in which they are asked for."""

    id: int
    code: str
    title: str
    status: ActivityStatus
    status_reason: str
    start_at: datetime
    end_at: datetime
    place: str
    walk_in_ok: bool
    check_mode: CheckMode
    capacity: int
    places_taken: int
    secret: str
    area_path: str
    team_id: int
    station_id: int | None
    leader_id: int
    min_age: int
    max_age: int | None
    required_skill: str
    street_id: int


class PersonSeen(NamedTuple):
    """The person who comes or goes."""

    id: int
    code: str
    name: str
    status: str
    birth_date: date


class SignupSeen(NamedTuple):
    """Their sign-up for the activity."""

    id: int
    status: SignupStatus
    guardian_present: bool


class OpenStay(NamedTuple):
    """Where they are checked in now, at this activity or at another one."""

    id: int
    code: str
    in_at: datetime
    flags: Sequence[str]
    activity_id: int
    in_by: str
    activity_code: str
    activity_title: str


class EndedStay(NamedTuple):
    """Their latest stay at the activity that was left, or closed by the clock."""

    id: int
    code: str
    in_at: datetime
    flags: Sequence[str]
    status: StayStatus
    out_at: datetime


class EarlierScan(NamedTuple):
    """What was done before with this nonce from this device, and the stay that came of it."""

    direction: Direction
    occurred_at: datetime
    code: str
    in_at: datetime
    flags: Sequence[str]
    activity_id: int
    volunteer_id: int


class TicketSeen(NamedTuple):
    """The ticket that stands for the activity's code."""

    id: int
    method: Method
    used_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One person at one activity, as a scan finds them.

    `earlier_id`: the scan that this nonce from this device did already; `kept_id`: what it was answered without doing
    anything; `stays_today`: their stays at the activity on
    that date; `device_check_ins`: how many people this browser checked in for themselves within BURST_SPAN; `workday`:
    what the calendar says of the date, where it says more than the week; `on_staff`: whether they are paid to work at
    the activity's place.
    """

    activity: ActivitySeen
    person: PersonSeen
    signup: SignupSeen | None
    inside: OpenStay | None
    ended: EndedStay | None
    earlier_id: int | None
    kept_id: int | None
    ticket: TicketSeen | None
    card_revoked: bool
    stays_today: int
    device_check_ins: int
    device_revoked: bool
    workday: bool | None
    on_staff: bool
    stays_a_day: int

    @property
    def here(self) -> OpenStay | None:
        """Their open stay, if it is at this very activity."""
        return self.inside if self.inside is not None and self.inside.activity_id == self.activity.id else None


# --- what can be asked


def customary(session: Session, street_id: int, day: date) -> int:
    """How often one person may come to one activity on a date where a street has no rules of its own."""
    return HourRules().sessions_pp_day


def take(
    session: Session,
    subject: Subject,
    *,
    device: str,
    nonce: str,
    occurred_at: datetime,
    stays_a_day: StaysADay = customary,
) -> Picture | None:
    """The picture of one person at one activity, or None where either is unknown.

    One statement; one more, for the rules, where somebody who is checked in nowhere was there already on that date.
    """
    row = run(
        session,
        _statement(subject.activity_by, subject.person_by),
        {
            "activity": subject.activity,
            "person": subject.person,
            "device": device,
            "nonce": nonce,
            "day": clock.local_date(occurred_at),
            "since": occurred_at - BURST_SPAN,
            "until": occurred_at,
        },
    ).first()
    if row is None:
        return None
    signup, inside, ended = row[_SIGNUP], row[_INSIDE], row[_ENDED]
    earlier_id, kept_id, stays_today, check_ins, device_revoked_at, workday, on_staff = row[_CIRCUMSTANCES]
    activity = ActivitySeen._make(row[_ACTIVITY])
    may_come_again = stays_today and inside[0] is None
    allowed = stays_a_day if may_come_again else customary
    return Picture(
        activity=activity,
        person=PersonSeen._make(row[_PERSON]),
        signup=SignupSeen._make(signup) if signup[0] is not None else None,
        inside=OpenStay._make(inside) if inside[0] is not None else None,
        ended=EndedStay._make(ended) if ended[0] is not None else None,
        earlier_id=earlier_id,
        kept_id=kept_id,
        ticket=TicketSeen._make(row[_TICKET]) if subject.activity_by == "ticket" else None,
        card_revoked=subject.person_by == "card" and row[-1] is not None,
        stays_today=stays_today,
        device_check_ins=check_ins,
        device_revoked=device_revoked_at is not None,
        workday=workday,
        on_staff=on_staff,
        stays_a_day=allowed(session, activity.street_id, clock.local_date(occurred_at)),
    )


class ScanWith(NamedTuple):
    """Of which activity and whom a scan was."""

    activity: str
    volunteer_id: int


def scan_with(session: Session, *, device: str, nonce: str) -> ScanWith | None:
    """What was scanned with this nonce by this device, if anything."""
    row = session.execute(
        select(Activity.code, Stay.volunteer_id)
        .select_from(Scan)
        .join(Stay, Stay.id == Scan.session_id)
        .join(Activity, Activity.id == Stay.activity_id)
        .where(Scan.device == device, Scan.nonce == nonce)
    ).first()
    return ScanWith._make(row) if row is not None else None


def earlier(session: Session, scan_id: int) -> EarlierScan:
    """What that scan did, and the stay that came of it."""
    row = session.execute(
        select(
            Scan.direction,
            Scan.occurred_at,
            Stay.code,
            func.coalesce(Scan.answered_in_at, Stay.in_at),
            func.coalesce(Scan.answered_flags, Stay.flags),
            Stay.activity_id,
            Stay.volunteer_id,
        )
        .join(Stay, Stay.id == Scan.session_id)
        .where(Scan.id == scan_id)
    ).one()
    return EarlierScan._make(row)


@cache
def _statement(activity_by: ActivityKey, person_by: PersonKey) -> Executable:
    inside = aliased(Stay, name="inside")
    elsewhere = aliased(Activity, name="elsewhere")
    ended = aliased(Stay, name="ended")
    newest = aliased(Stay, name="newest")
    columns: list[Column] = [
        *_columns(ActivitySeen, Activity),
        *_columns(PersonSeen, Volunteer),
        *_columns(SignupSeen, Signup),
        *(inside.id, inside.code, inside.in_at, inside.flags, inside.activity_id, inside.in_by),
        *(elsewhere.code, elsewhere.title),
        *_columns(EndedStay, ended),
        *_circumstances(),
    ]
    if activity_by == "ticket":
        columns += _columns(TicketSeen, ScanTicket)
    if person_by == "card":
        columns.append(select(Card.revoked_at).where(Card.code == bindparam("person")).scalar_subquery())
    statement = (
        select(*columns)
        .select_from(Activity)
        .join(Volunteer, _person_is(person_by))
        .outerjoin(Signup, and_(Signup.activity_id == Activity.id, Signup.volunteer_id == Volunteer.id))
        .outerjoin(inside, and_(inside.volunteer_id == Volunteer.id, inside.status == StayStatus.OPEN))
        .outerjoin(elsewhere, elsewhere.id == inside.activity_id)
        .outerjoin(
            ended,
            ended.id
            == select(func.max(newest.id))
            .where(
                newest.activity_id == Activity.id,
                newest.volunteer_id == Volunteer.id,
                newest.status.in_((StayStatus.CLOSED, StayStatus.AUTO_CLOSED)),
            )
            .correlate(Activity, Volunteer)
            .scalar_subquery(),
        )
    )
    if activity_by == "ticket":
        statement = statement.join(ScanTicket, ScanTicket.activity_id == Activity.id)
    return statement.where(_ACTIVITY_IS[activity_by] == bindparam("activity"))


def _columns(seen: type[NamedTuple], table: type | AliasedClass[Stay]) -> list[Column]:
    return [getattr(table, name) for name in seen._fields]


def _circumstances() -> list[Column]:
    """What was done with this nonce, their stays of the day, what is known of the device and of the date."""
    today = aliased(Stay, name="today")
    burst = aliased(Stay, name="burst")
    duty_area = aliased(Area, name="duty_area")
    stays_today = (
        select(func.count())
        .select_from(today)
        .where(
            today.volunteer_id == Volunteer.id,
            today.local_date == bindparam("day"),
            today.activity_id == Activity.id,
            today.status.not_in(STRUCK_OUT),
        )
        .correlate(Volunteer, Activity)
        .scalar_subquery()
    )
    check_ins = (
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
    )
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
    return [
        select(Scan.id).where(Scan.device == bindparam("device"), Scan.nonce == bindparam("nonce")).scalar_subquery(),
        select(KEY.c.id)
        .where(KEY.c.caller == bindparam("device"), KEY.c.route == ROUTE, KEY.c.key == bindparam("nonce"))
        .scalar_subquery(),
        stays_today,
        check_ins,
        select(Device.revoked_at).where(Device.code == bindparam("device")).scalar_subquery(),
        select(WorkdayOverride.is_workday).where(WorkdayOverride.day == bindparam("day")).scalar_subquery(),
        case((has_account, on_staff), else_=false()),  # few have one, and grants are many
    ]


def _person_is(person_by: PersonKey) -> ColumnElement[bool]:
    if person_by == "id":
        return Volunteer.id == bindparam("person")
    if person_by == "code":
        return persons.called(bindparam("person"))
    return Volunteer.id == (
        select(func.coalesce(MergedNumber.kept_id, Card.volunteer_id))
        .select_from(Card)
        .outerjoin(MergedNumber, MergedNumber.gone_id == Card.volunteer_id)
        .where(Card.code == bindparam("person"))
        .scalar_subquery()
    )


_ACTIVITY_IS = {
    "screen": Activity.screen_code,
    "poster": Activity.poster_code,
    "code": Activity.code,
    "ticket": ScanTicket.token_hash,
}


def _cut(*parts: type[NamedTuple]) -> list[slice]:
    """Where each part stands in a row."""
    ends = list(accumulate(len(part._fields) for part in parts))
    return [slice(start, end) for start, end in pairwise([0, *ends])]


_ACTIVITY, _PERSON, _SIGNUP, _INSIDE, _ENDED = _cut(ActivitySeen, PersonSeen, SignupSeen, OpenStay, EndedStay)
_CIRCUMSTANCES = slice(_ENDED.stop, _ENDED.stop + 7)
_TICKET = slice(_CIRCUMSTANCES.stop, _CIRCUMSTANCES.stop + 4)

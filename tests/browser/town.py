"""The people and things of the journeys, made by the business's own verbs: one team, one station, one activity."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from points.access import accounts
from points.foundation.actors import SYSTEM
from points.people.tables import Volunteer
from points.service import activities, signups
from points.service.tables import Activity
from tests import make

PIN = "246810"
PASSWORD = "correct horse"


@dataclass(frozen=True)
class Town:
    """The codes and logins that the journeys need."""

    station: str
    team: str
    leader: str
    volunteer: str
    phone: str
    neighbour: str
    neighbour_card: str
    activity: str
    child: str
    twice: tuple[str, str]
    clerk: str = "clerk"
    colleague: str = "colleague"
    street_admin: str = "street"
    community_admin: str = "community"


def found(session: Session) -> Town:
    """Found it: volunteers with PINs, a team and its activity today at nine, a station with goods, four staff."""
    make.street(session)
    for code, name, pct in (("environment", "环境卫生", 100), ("elderly_disabled", "助老助残", 120)):
        activities.add_category(session, activities.Kind(code=code, name=name, coef_pct=pct), by=SYSTEM, at=make.NOW)
    make.rules(session)
    leader = _resident(session, "周谷雨", "19900000001")
    volunteer = _resident(session, "李春分", "19900000002")
    neighbour = _resident(session, "钱白露", "19900000003", birth_date=make.ELDER_BORN)
    team = make.team(session, leader=leader, code="BZ-HJ", members=[volunteer, neighbour])
    station = make.station(session).code
    _staff(session, "clerk", "station_staff", station)
    _staff(session, "colleague", "station_staff", station)
    _staff(session, "street", "street_admin", "YD")
    _staff(session, "community", "community_admin", "BZ")
    _goods(session)
    make.points(session, neighbour, 120, expires_on=date(2026, 12, 31))
    activity = _activity(session, team, volunteer, neighbour)
    return Town(
        station=station,
        team=team.code,
        leader=leader.code,
        volunteer=volunteer.code,
        phone="19900000002",
        neighbour=neighbour.code,
        neighbour_card=make.card(session, neighbour).code,
        activity=activity.code,
        child=make.minor(session, name="赵小满", is_demo=True).code,
        twice=_twice(session),
    )


def _twice(session: Session) -> tuple[str, str]:
    """The two numbers of somebody who was registered again with a new phone, with points under both."""
    born = date(1948, 10, 8)
    one = make.volunteer(session, name="孙寒露", birth_date=born, phone="19900000008", is_demo=True)
    other = make.volunteer(session, name="孙寒露", birth_date=born, phone="19900000009", is_demo=True)
    for person in (one, other):
        make.points(session, person, 30)
        make.card(session, person)
    return one.code, other.code


def _resident(session: Session, name: str, phone: str, **facts: object) -> Volunteer:
    return make.volunteer(session, name=name, phone=phone, pin=PIN, is_demo=True, **facts)


def _staff(session: Session, login: str, role: str, place: str) -> None:
    _account, token = accounts.add_staff(session, login=login, role=role, place=place, by=SYSTEM, at=make.NOW)
    accounts.choose_password(session, token=token, password=PASSWORD, at=make.NOW)


def _goods(session: Session) -> None:
    for code, name, spec, unit, price, fen, qty, best_before, icon in (
        ("G01", "垃圾袋", "1 卷 30 只", "卷", 10, 300, 40, None, "trash-2"),
        ("G02", "毛巾", "1 条", "条", 20, 600, 24, None, "bath"),
        ("G03", "洗衣皂", "2 块", "份", 15, 450, 30, None, "soap-dispenser-droplet"),
        ("G04", "大米", "2.5 公斤", "袋", 60, 1800, 12, make.TODAY + timedelta(days=200), "wheat"),
        ("G05", "食盐", "400 克", "袋", 10, 250, 3, make.TODAY + timedelta(days=20), "cooking-pot"),
    ):
        item = make.item(session, code, name=name, spec=spec, unit_name=unit, price=price, ref_value_fen=fen, icon=icon)
        make.stocked(session, item, qty, best_before=best_before)


def _activity(session: Session, team: make.Team, *expected: Volunteer) -> Activity:
    activity = make.activity(
        session, team=team, title="三坊四巷大扫除", contact_name="周谷雨", place="北正社区广场", bring="手套和水"
    )
    for person in expected:
        by = make.volunteer_actor(session, person)
        at = make.NOW - timedelta(hours=12)
        signups.sign_up(session, activity=activity.code, volunteer=person.code, by=by, at=at)
    return activity

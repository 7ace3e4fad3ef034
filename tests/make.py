"""Makers of test data: every one goes through the business's own verbs, so no impossible state is tested.

Times: `NOW` is Saturday 2026-05-09 08:00 in Shanghai, the day of the test vectors.
The usual ground is `street(session)`: 张家界市 → 永定区 → 永定街道 (YD) with two communities, BZ 北正 and CS 崇实, and
beside it 南庄坪街道 (NZP) with the community NZ, for strangers.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from points import ledger
from points.access import accounts
from points.exchange import goods, stock, vouchers
from points.exchange.goods import NewItem
from points.exchange.statuses import BatchSource
from points.exchange.stock import Delivery
from points.exchange.tables import GoodsItem, Merchant, StockBatch
from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor
from points.journal import audit
from points.ledger.statuses import LotSource, Purpose
from points.people import cards, consents, households, teams, units, volunteers
from points.people.tables import Card, Household, Team, Unit, Volunteer
from points.people.volunteers import NewGuardian
from points.places import areas, compounds, stations
from points.places.tables import Area, Compound, Station
from points.rewards import rulesets
from points.service import activities, checkin, signups
from points.service.activities import Plan
from points.service.activities import series as serial
from points.service.checkin import ScanAnswer, ScanRequest
from points.service.tables import Activity, ActivityCategory, ActivitySeries

NOW = datetime(2026, 5, 9, 0, 0, tzinfo=UTC)
TODAY = date(2026, 5, 9)
ADULT_BORN = date(1980, 3, 1)
ELDER_BORN = date(1950, 3, 1)
MINOR_BORN = date(2011, 3, 1)  # 15
CHILD_BORN = date(2017, 3, 1)  # 9
CONSENTS = ("register", "points")

WITNESS = Actor(person="witness", omnipotent=True)
"""The second person of two signatures where it matters to nobody who it is."""

_number = count(1)


@dataclass(frozen=True)
class Street:
    """The areas that `street` made, by what they are for."""

    city: Area
    district: Area
    street: Area
    a: Area
    b: Area
    neighbour_group: Area
    other_street: Area
    other_community: Area


def street(session: Session) -> Street:
    """The usual ground; made once per database."""
    if session.scalar(select(Area.id).where(Area.code == "ZJJ")) is None:
        area(session, "city", "ZJJ", "张家界市", None)
        area(session, "district", "YDQ", "永定区", "ZJJ")
        area(session, "street", "YD", "永定街道", "YDQ")
        area(session, "community", "BZ", "北正社区", "YD")
        area(session, "grid", "BZ-1", "北正第一片", "BZ")
        area(session, "microgrid", "BZ-1-1", "北正第一片第一组", "BZ-1")
        area(session, "neighbour_group", "BZ-1-1-1", "北正第一邻", "BZ-1-1", households=8)
        area(session, "community", "CS", "崇实社区", "YD")
        area(session, "street", "NZP", "南庄坪街道", "YDQ")
        area(session, "community", "NZ", "南庄坪社区", "NZP")
    found = {
        node.code: node
        for node in session.scalars(
            select(Area).where(Area.code.in_(("ZJJ", "YDQ", "YD", "BZ", "CS", "BZ-1-1-1", "NZP", "NZ")))
        )
    }
    return Street(
        city=found["ZJJ"],
        district=found["YDQ"],
        street=found["YD"],
        a=found["BZ"],
        b=found["CS"],
        neighbour_group=found["BZ-1-1-1"],
        other_street=found["NZP"],
        other_community=found["NZ"],
    )


def area(
    session: Session, type: str, code: str, name: str, parent: str | None, *, households: int | None = None
) -> Area:
    """One node."""
    return areas.add(session, type=type, code=code, name=name, parent=parent, households=households, by=SYSTEM, at=NOW)


def estate(session: Session) -> Compound:
    """示例花园 in 北正, with 3栋."""
    made = compounds.add(session, community="BZ", name="示例花园", by=SYSTEM, at=NOW)
    compounds.add_building(session, compound=made.code, name="3栋", by=SYSTEM, at=NOW)
    return made


def station(session: Session, code: str = "NLJ-1", *, area: str = "BZ") -> Station:
    """A station, made once per code; NLJ-1 stands in 北正."""
    street(session)
    found = session.scalars(select(Station).where(Station.code == code)).first()
    if found is not None:
        return found
    number = next(_number) if not code.rpartition("-")[2].isdigit() else int(code.rpartition("-")[2])
    return stations.open_station(
        session,
        stations.NewStation(
            code=code,
            number=number,
            name=f"能量家{number}号站",
            area=area,
            address="示例路1号",
            open_hours="周二、周四 9:00–11:30, 14:30–17:00",
            phone="07440000000",
        ),
        by=SYSTEM,
        at=NOW,
    )


def volunteer(session: Session, **facts: Any) -> Volunteer:
    """An adult of 北正 with phone, the consents to register and to points, and PIN 730514 if `pin=True`.

    Everything `volunteers.register` takes may be given instead.
    """
    street(session)
    number = next(_number)
    if facts.get("pin") is True:
        facts["pin"] = "730514"
    if not facts.get("phone_none"):
        facts.setdefault("phone", f"1990{number:07d}")
    facts = {
        "name": "赵" + "".join("零一二三四五六七八九"[int(digit)] for digit in str(number)),
        "birth_date": ADULT_BORN,
        "community": "BZ",
        "registered_via": "staff",
        "consents": CONSENTS,
        "by": SYSTEM,
        "at": NOW,
        **facts,
    }
    by, at = facts.pop("by"), facts.pop("at")
    return volunteers.register(session, volunteers.NewVolunteer(**facts), by=by, at=at)


def elder(session: Session, **facts: Any) -> Volunteer:
    """A volunteer of 76 without a phone."""
    return volunteer(session, **{"birth_date": ELDER_BORN, "phone_none": True, "elder_mode": True, **facts})


def minor(session: Session, **facts: Any) -> Volunteer:
    """A volunteer of 15 with a verified guardian; `birth_date=make.CHILD_BORN` for one of 9."""
    guardian = NewGuardian(name="钱家长", phone="13900000001", relation="母亲")
    return volunteer(session, **{"birth_date": MINOR_BORN, "guardian": guardian, **facts})


def guardian_of(parent: Volunteer) -> NewGuardian:
    """The adult volunteer `parent` as the guardian of a minor to be registered."""
    return NewGuardian(name=parent.name, phone=parent.phone or "13900000001", relation="母亲", volunteer=parent.code)


def volunteer_actor(session: Session, volunteer: Volunteer) -> Actor:
    """Who acts when this volunteer is signed in."""
    return accounts.volunteer_actor(session, volunteer.id)


def card(session: Session, volunteer: Volunteer) -> Card:
    """A printed card for the volunteer."""
    return cards.issue(session, volunteer=volunteer.code, by=SYSTEM, at=NOW)


def consent(session: Session, volunteer: Volunteer, purpose: str) -> None:
    """The volunteer's consent, on paper."""
    consents.grant(
        session,
        volunteer=volunteer.code,
        purpose=purpose,
        text_version=consents.TEXT_VERSION,
        channel="paper",
        paper_ref="T-1",
        by=SYSTEM,
        at=NOW,
    )


def household(session: Session, head: Volunteer, *members: Volunteer, pool: bool = True) -> Household:
    """A household of `head` and `members`, all of whom pool (or none)."""
    home = session.get_one(Area, head.community_id).code
    for person in (head, *members) if pool else ():
        consent(session, person, "household_pool")
    made = households.found(session, head=head.code, community=home, pool=pool, by=SYSTEM, at=NOW)
    for member in members:
        households.join(session, household=made.code, volunteer=member.code, pool=pool, by=SYSTEM, at=NOW)
    return made


def team(
    session: Session, *, leader: Volunteer | None = None, area: str = "BZ", code: str = "", members: Any = ()
) -> Team:
    """A community team with its leader (a new adult of 北正 unless given) and `members`."""
    number = next(_number)
    made = teams.found(
        session,
        teams.NewTeam(
            code=code or f"T{number:03d}",
            name="环境服务队",
            kind="community",
            area=area,
            leader=(leader or volunteer(session)).code,
            founded_on=date(2025, 1, 1),
        ),
        by=SYSTEM,
        at=NOW,
    )
    for member in members:
        teams.admit(session, team=made.code, volunteer=member.code, by=SYSTEM, at=NOW)
    return made


def _team(session: Session, given: Team | None) -> Team:
    """`given`, or a new team."""
    return given or team(session)


def leader_actor(session: Session, team: Team) -> Actor:
    """Who acts when the team's leader is signed in."""
    return accounts.volunteer_actor(session, team.leader_id)


def unit(session: Session, code: str = "", *, linked_community: str | None = "BZ") -> Unit:
    """A 双报到 unit linked to 北正."""
    street(session)
    return units.add(
        session,
        code=code or f"U{next(_number):03d}",
        name="示例单位",
        kind="co_build",
        linked_community=linked_community,
        by=SYSTEM,
        at=NOW,
    )


def staff(
    session: Session, *, role: str, place: str = "", login: str = "", volunteer: Volunteer | None = None
) -> Actor:
    """A staff member with one role; `place` is a code, by default YD, 北正's BZ or NLJ-1 as the role asks."""
    street(session)
    if not place:
        place = {"station_staff": "NLJ-1", "community_admin": "BZ", "neighbour_lead": "BZ-1-1-1"}.get(role, "YD")
    if place == "NLJ-1":
        station(session)
    account, _token = accounts.add_staff(
        session,
        login=login or f"{role}-{next(_number)}",
        role=role,
        place=place,
        behind=accounts.Behind(volunteer=volunteer.code if volunteer else ""),
        by=SYSTEM,
        at=NOW,
    )
    return accounts.actor(session, account.id, on=clock.local_date(NOW))


def street_admin(session: Session, place: str = "YD") -> Actor:
    """A street administrator of 永定街道."""
    return staff(session, role="street_admin", place=place)


def community_admin(session: Session, place: str = "BZ") -> Actor:
    """A community administrator of 北正."""
    return staff(session, role="community_admin", place=place)


def clerk(session: Session, place: str = "NLJ-1") -> Actor:
    """A member of the staff of station NLJ-1."""
    return staff(session, role="station_staff", place=place)


def stranger(session: Session) -> Actor:
    """The street administrator of 南庄坪街道, who sees nothing of 永定街道."""
    return staff(session, role="street_admin", place="NZP")


def signed_up_staff(session: Session, *, role: str, place: str = "", password: str = "correct horse") -> str:
    """A staff account that has chosen its password; returns the login."""
    street(session)
    login = f"{role}-{next(_number)}"
    _account, token = accounts.add_staff(session, login=login, role=role, place=place or "YD", by=SYSTEM, at=NOW)
    accounts.choose_password(session, token=token, password=password, at=NOW)
    return login


def item(session: Session, code: str = "G02", **facts: Any) -> GoodsItem:
    """An item of 永定街道 on the shelf: 20 points and ¥6 unless told otherwise. `shelf=False` leaves it a draft."""
    street(session)
    shelf = facts.pop("shelf", True)
    place, by, at = facts.pop("street", "YD"), facts.pop("by", SYSTEM), facts.pop("at", NOW)
    towel = {"name": "毛巾", "spec": "1 条", "unit_name": "条", "price": 20, "ref_value_fen": 600}
    made = goods.add(session, street=place, new=NewItem(code=code, **{**towel, **facts}), by=by, at=at)
    return goods.put_on_shelf(session, item=code, by=SYSTEM, at=at) if shelf else made


def stocked(session: Session, item: GoodsItem, qty: int = 10, **facts: Any) -> StockBatch:
    """A batch of `qty` at NLJ-1, bought from the budget and good for ever."""
    at_station = facts.pop("station", "NLJ-1")
    station(session, at_station)
    by, second, at = facts.pop("by", SYSTEM), facts.pop("second", WITNESS), facts.pop("at", NOW)
    delivery = Delivery(station=at_station, item=item.code, qty=qty, **{"source": BatchSource.BUDGET, **facts})
    return stock.receive(session, delivery=delivery, by=by, second=second, at=at)


def merchant(session: Session, code: str = "M01") -> tuple[Merchant, str]:
    """A merchant of 永定街道 and its token."""
    street(session)
    return vouchers.add_merchant(session, street="YD", code=code, name="示例理发店", by=SYSTEM, at=NOW)


def points(session: Session, person: Volunteer, points: int, *, expires_on: date | None = date(2027, 12, 31)) -> None:
    """`points` on the person's account, as an opening balance with its own lot."""
    reference = f"opening:{next(_number)}"
    ledger.earn(
        session,
        earning=ledger.Earning(
            account=ledger.lock_accounts(session, volunteer_ids=[person.id], at=NOW)[person.id],
            points=points,
            purpose=Purpose.OPENING,
            reference=reference,
            source_type=LotSource.OPENING,
            source_ref=reference,
            rule_version="RS-01",
            earned_on=TODAY,
            expires_on=expires_on,
        ),
        by=SYSTEM,
        at=NOW,
    )
    audit.write(
        session,
        by=SYSTEM,
        role="system",
        action="points.bring_over",
        target=f"area:{session.get_one(Area, person.street_id).code}",
        at=NOW,
        facts={"people": 1, "points": points},
    )


COEFFICIENTS = {"environment": 100, "elderly_disabled": 120, "civility": 100, "safety": 120, "emergency": 150}


def category(session: Session, code: str = "environment") -> ActivityCategory:
    """A kind of service with its customary coefficient (100 unless it has another), made once per code."""
    street(session)
    found = session.scalars(select(ActivityCategory).where(ActivityCategory.code == code)).first()
    return found or activities.add_category(
        session, activities.Kind(code=code, name=code, coef_pct=COEFFICIENTS.get(code, 100)), by=SYSTEM, at=NOW
    )


def rules(session: Session, **params: Any) -> None:
    """The first rule set of 永定街道, in force since 2025, the default one with `params` instead; made once."""
    if not rulesets.listing(session, by=SYSTEM):
        street(session)
        drafted = rulesets.draft(
            session, street="YD", effective_from=date(2025, 1, 1), params=params, by=SYSTEM, at=NOW
        )
        rulesets.publish(session, version=drafted.version, by=SYSTEM, at=NOW)


def activity(
    session: Session,
    *,
    team: Team | None = None,
    kind: str = "environment",
    start: datetime | None = None,
    minutes: int = 120,
    published: bool = True,
    **facts: Any,
) -> Activity:
    """An activity of `team` (a new one) at 北正, 09:00–11:00 on the day of `NOW`, published a day before it starts.

    Whatever an `activities.Plan` has may be given instead.
    """
    rules(session)
    by_team = _team(session, team)
    start = start or clock.at_local(TODAY, time(9))
    leader = session.get_one(Volunteer, by_team.leader_id)
    planned = start - timedelta(days=1)
    facts = {
        "title": "清洁家园",
        "area": "BZ",
        "place": "北正社区广场",
        "capacity": 20,
        "leader": leader.code,
        "contact_name": "赵立春",
        "contact_phone": "19900000001",
        "content": "一起打扫社区广场，带上水杯。",
        "risk_notice": "注意脚下湿滑。",
        **facts,
    }
    made = activities.draft(
        session,
        plan=activities.Plan(
            team=by_team.code,
            category=category(session, kind).code,
            start_at=start,
            end_at=start + timedelta(minutes=minutes),
            **facts,
        ),
        by=SYSTEM,
        at=planned,
    )
    if published:
        activities.submit(session, activity=made.code, by=leader_actor(session, by_team), at=planned)
        activities.approve(session, activity=made.code, by=street_admin(session), at=planned)
    return made


def plan(session: Session, *, team: Team | None = None, **facts: Any) -> Plan:
    """An after-school class on Monday 2026-05-11, 16:30–18:00, at 北正."""
    rules(session)
    by_team = _team(session, team)
    start = clock.at_local(TODAY + timedelta(days=2), time(16, 30))
    facts = {
        "team": by_team.code,
        "category": category(session, "child").code,
        "title": "四点半课堂",
        "area": "BZ",
        "place": "北正社区活动室",
        "start_at": start,
        "end_at": start + timedelta(minutes=90),
        "capacity": 4,
        "leader": session.get_one(Volunteer, by_team.leader_id).code,
        "contact_name": "赵立春",
        "contact_phone": "19900000001",
        "content": "陪孩子们写作业、读绘本。",
        "risk_notice": "接送由家长负责，活动室内不追跑。",
        **facts,
    }
    return Plan(**facts)


def series(
    session: Session,
    *,
    team: Team | None = None,
    days: int = 12,
    published: bool = True,
    signed_up: Any = (),
    **facts: Any,
) -> ActivitySeries:
    """An after-school class on every working day of the `days` from 2026-05-11 on, published two days before."""
    by_team = _team(session, team)
    planned, by = plan(session, team=by_team, **facts), leader_actor(session, by_team)
    until = clock.local_date(planned.start_at) + timedelta(days=days - 1)
    made = serial.draft(session, plan=planned, weekdays=range(5), until=until, by=by, at=NOW)
    if published:
        serial.submit(session, series=made.code, by=by, at=NOW)
        serial.approve(session, series=made.code, by=street_admin(session), at=NOW)
    for person in signed_up:
        signups.join(session, series=made.code, volunteer=person.code, by=volunteer_actor(session, person), at=NOW)
    return made


def card_of(session: Session, person: Volunteer) -> Card:
    """The card that a volunteer has, or a first one."""
    return cards.live(session, person.id) or card(session, person)


def scanned(
    session: Session, activity: Activity, person: Volunteer, direction: str, *, at: datetime, **facts: Any
) -> ScanAnswer:
    """`person` scans the activity's screen at `at`."""
    facts = {"nonce": f"nonce-{next(_number)}", "device": f"phone-{person.code}", **facts}
    by = volunteer_actor(session, person)
    code = checkin.screen_token(activity, at)
    return checkin.scan(session, ScanRequest(code=code, direction=direction, occurred_at=at, **facts), by=by, at=at)

"""The table of domain §3.10: each role does in its own scope what stands for it there, and nothing else.

Every act is the business's own verb on one ground, undone after each try. What is blank is refused by the right and
not by the state of things: every act works for somebody on that very ground.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session, object_session

from points.access.identity import Identity, IdentityCheck
from points.exchange import exchange_days, goods, redemption, stock
from points.exchange.goods import NewItem
from points.exchange.redemption import Basket, Line
from points.exchange.statuses import BatchSource
from points.exchange.stock import Delivery
from points.exchange.tables import StockBatch
from points.foundation.actors import SYSTEM, Actor
from points.foundation.errors import NoSuch, NotAllowed
from points.office import audit_log
from points.people import volunteers
from points.people.tables import Team, Volunteer
from points.people.volunteers import NewVolunteer
from points.registry import own_copy
from points.reports import figures, own_figures
from points.rewards import adjustments, rulesets, settlement
from points.service import activities, makeups, records, signups, stays
from points.service.activities import Plan
from points.service.stays import Attendee
from points.service.tables import Activity
from tests import make

START = make.NOW - timedelta(days=2)
END = START + timedelta(hours=2)
TOMORROW = make.NOW + timedelta(days=1)
PIN = Identity(IdentityCheck.PIN)


@dataclass
class Ground:
    """What the acts are done to: people, a team, activities in each state, a stay, records; and a second of a role."""

    session: Session
    person: Volunteer
    child: Volunteer
    team: Team
    over: str
    running: str
    stay: str
    record: str
    long: str
    pending: str
    special: str
    backfilled: str
    claim: str
    batch: StockBatch
    second: dict[str, Actor]
    wards: dict[int | None, Volunteer]

    def own(self, by: Actor) -> Volunteer:
        """Whom `by` acts for: a guardian for the child, everybody else for the person."""
        return self.wards.get(by.volunteer_id, self.person)


Act = Callable[[Ground, Actor], object]


def the_ground(session: Session) -> tuple[Ground, dict[str, Actor]]:
    """The ground, and somebody of each role by its short name in the table."""
    person, parent, leader, other = (make.volunteer(session, pin=True) for _ in range(4))
    child = make.minor(session, guardian=make.guardian_of(parent))
    team = make.team(session, leader=leader, members=[person, other])
    unit = make.unit(session)
    make.station(session)
    who = {
        "V": make.volunteer_actor(session, person),
        "G": make.volunteer_actor(session, parent),
        "TL": make.volunteer_actor(session, leader),
        "ST": make.clerk(session),
        "CA": make.community_admin(session),
        "NL": make.staff(session, role="neighbour_lead"),
        "UL": make.staff(session, role="unit_liaison", place=unit.code),
        "SA": make.street_admin(session),
        "AU": make.staff(session, role="auditor"),
        "SY": make.staff(session, role="sysadmin"),
    }
    second = {"ST": make.clerk(session), "CA": make.community_admin(session), "SA": make.street_admin(session)}
    make.plan(session)
    settled, stay = held(session, team, person, minutes=120, days_ago=4)
    long, _ = held(session, team, person, minutes=600, days_ago=3)
    over, _ = held(session, team, person, minutes=120, days_ago=2, settle=False)
    claim = settlement.propose_makeup(
        session, claim=claimed(over.code, other), by=make.volunteer_actor(session, other), at=make.NOW
    )
    running = make.activity(session, team=team, start=make.NOW - timedelta(minutes=5), walk_in_ok=True)
    activities.advance(session, at=make.NOW)
    pending = make.activity(session, team=team, start=TOMORROW, published=False)
    special = make.activity(session, team=team, start=TOMORROW, published=False, extra_pct=120)
    for one in (pending, special):
        activities.submit(session, activity=one.code, by=SYSTEM, at=make.NOW)
    backfilled = activities.backfill(session, plan=happened(team), by=SYSTEM, at=make.NOW)
    make.points(session, person, 200)
    make.points(session, child, 200)
    batch = make.stocked(session, make.item(session))
    return Ground(
        session=session,
        person=person,
        child=child,
        team=team,
        over=over.code,
        running=running.code,
        stay=stay,
        record=record_of(session, person, settled),
        long=record_of(session, person, long),
        pending=pending.code,
        special=special.code,
        backfilled=backfilled.code,
        claim=claim.code,
        batch=batch,
        second=second,
        wards={parent.id: child},
    ), who


def held(
    session: Session, team: Team, person: Volunteer, *, minutes: int, days_ago: int, settle: bool = True
) -> tuple[Activity, str]:
    """An activity that the person came to from beginning to end, and their stay."""
    start = make.NOW - timedelta(days=days_ago)
    activity = make.activity(session, team=team, start=start, minutes=minutes)
    by = make.volunteer_actor(session, person)
    signups.sign_up(session, activity=activity.code, volunteer=person.code, by=by, at=start - timedelta(hours=3))
    activities.advance(session, at=start)
    session.expire_all()
    make.scanned(session, activity, person, "in", at=start)
    stay = make.scanned(session, activity, person, "out", at=activity.end_at).session
    activities.advance(session, at=make.NOW)
    session.expire_all()
    if settle:
        settlement.settle(session, activity=activity.code, by=SYSTEM, at=make.NOW)
    return activity, stay


def record_of(session: Session, person: Volunteer, activity: Activity) -> str:
    return next(one.code for one in records.mine(session, volunteer_id=person.id) if one.activity_id == activity.id)


def claimed(activity: str, person: Volunteer) -> makeups.Claim:
    return makeups.Claim(activity=activity, volunteer=person.code, claimed_in=START, claimed_out=END, reason="no_phone")


def planned(team: Team, **facts: object) -> Plan:
    """A plan for 北正 that leans on nothing but the ground."""
    named = {
        "team": team.code,
        "category": "environment",
        "title": "清洁家园",
        "area": "BZ",
        "place": "北正社区广场",
        "capacity": 20,
        "leader": object_session(team).get_one(Volunteer, team.leader_id).code,
        "contact_name": "赵立春",
        "contact_phone": "19900000001",
        "content": "一起打扫社区广场，带上水杯。",
        "risk_notice": "注意脚下湿滑。",
        "start_at": TOMORROW,
        "end_at": TOMORROW + timedelta(hours=2),
        **facts,
    }
    return Plan(**named)  # type: ignore[arg-type]


def happened(team: Team) -> Plan:
    return planned(team, start_at=START, end_at=END)


def registers(ground: Ground, by: Actor) -> object:
    new = NewVolunteer(
        name="周立夏",
        birth_date=date(1970, 1, 1),
        phone="19911112222",
        community="BZ",
        neighbour_group="BZ-1-1-1",
        registered_via="staff",
        consents=("register",),
        channel="paper",
        paper_ref="A-1",
    )
    return volunteers.register(ground.session, new, by=by, at=make.NOW)


def creates(ground: Ground, by: Actor) -> object:
    made = activities.draft(ground.session, plan=planned(ground.team), by=by, at=make.NOW)
    return activities.submit(ground.session, activity=made.code, by=by, at=make.NOW)


def approves(activity: str) -> Act:
    return lambda ground, by: activities.approve(ground.session, activity=getattr(ground, activity), by=by, at=make.NOW)


def shows_the_roster(ground: Ground, by: Actor) -> object:
    return signups.roster(ground.session, activity=ground.running, by=by, at=make.NOW)


def proposes_a_makeup(ground: Ground, by: Actor) -> object:
    claim = claimed(ground.over, ground.own(by))
    return settlement.propose_makeup(ground.session, claim=claim, by=by, at=make.NOW)


def decides_a_makeup(ground: Ground, by: Actor) -> object:
    return settlement.decide_makeup(ground.session, makeup=ground.claim, approve=True, by=by, at=make.NOW)


def settles(ground: Ground, by: Actor) -> object:
    return settlement.settle(ground.session, activity=ground.over, by=by, at=make.NOW)


def approves_long_hours(ground: Ground, by: Actor) -> object:
    return settlement.approve_pending(ground.session, record=ground.long, by=by, at=make.NOW)


def proposes_a_backfill(ground: Ground, by: Actor) -> object:
    made = activities.backfill(ground.session, plan=happened(ground.team), by=by, at=make.NOW)
    came = [Attendee(ground.person.code, START, END)]
    return stays.list_backfilled(ground.session, activity=made.code, attendees=came, by=by, at=make.NOW)


def contests_a_record(ground: Ground, by: Actor) -> object:
    """What a community proposes to correct is contested first; the person and their guardian may do so too."""
    return settlement.dispute_record(ground.session, record=ground.record, reason="时间不对", by=by, at=make.NOW)


def amends_a_record(ground: Ground, by: Actor) -> object:
    return settlement.amend_record(
        ground.session, record=ground.record, minutes=60, reason="时间不对", by=by, at=make.NOW
    )


def voids_a_record(ground: Ground, by: Actor) -> object:
    return settlement.void_record(ground.session, record=ground.record, reason="没有来", by=by, at=make.NOW)


def voids_a_stay(second: str) -> Act:
    return lambda ground, by: settlement.void_stay(
        ground.session, stay=ground.stay, reason="没有来", by=by, second=ground.second[second], at=make.NOW
    )


def reads_the_own_copy(ground: Ground, by: Actor) -> object:
    return own_copy.of(ground.session, by=by, at=make.NOW)


def redeems_online(ground: Ground, by: Actor) -> object:
    basket = Basket(volunteer=ground.own(by).code, station="NLJ-1", lines=[Line("G02", 1)], key="a-basket")
    identity = None if by.volunteer_id is not None else PIN
    return redemption.reserve(ground.session, basket=basket, identity=identity, by=by, at=make.NOW)


def hands_out(ground: Ground, by: Actor) -> object:
    basket = Basket(volunteer=ground.person.code, station="NLJ-1", lines=[Line("G02", 1)], key="a-basket")
    return redemption.redeem(ground.session, basket=basket, identity=PIN, by=by, at=make.NOW)


def proposes_goods(ground: Ground, by: Actor) -> object:
    new = NewItem(code="G77", name="毛巾", spec="1 条", unit_name="条", price=20, ref_value_fen=600)
    return goods.add(ground.session, street="YD", new=new, by=by, at=make.NOW)


def sets_a_price(ground: Ground, by: Actor) -> object:
    day = make.TODAY + timedelta(days=30)
    return goods.set_price(ground.session, item="G02", price=30, effective_from=day, by=by, at=make.NOW)


def takes_goods_in(second: str) -> Act:
    delivery = Delivery(station="NLJ-1", item="G02", qty=5, source=BatchSource.BUDGET)
    return lambda ground, by: stock.receive(
        ground.session, delivery=delivery, by=by, second=ground.second[second], at=make.NOW
    )


def counts_the_stock(ground: Ground, by: Actor) -> object:
    return stock.stocktake(
        ground.session,
        station="NLJ-1",
        month=(make.TODAY.replace(day=1) - timedelta(days=1)).replace(day=1),
        counts=[stock.Count(ground.batch.code, ground.batch.qty_left)],
        by=by,
        second=ground.second["ST"],
        at=make.NOW,
    )


def sees_the_stock(ground: Ground, by: Actor) -> object:
    return stock.on_hand(ground.session, station="NLJ-1", by=by)


def runs_an_exchange_day(ground: Ground, by: Actor) -> object:
    planned = exchange_days.plan(
        ground.session,
        station="NLJ-1",
        title="兑换日",
        start_at=make.NOW,
        end_at=make.NOW + timedelta(hours=3),
        by=by,
        at=make.NOW,
    )
    exchange_days.open_day(ground.session, code=planned.code, by=by, at=make.NOW)
    return exchange_days.close(ground.session, code=planned.code, by=by, at=make.NOW)


def drafts_rules(ground: Ground, by: Actor) -> object:
    day = make.TODAY + timedelta(days=30)
    return rulesets.draft(ground.session, street="YD", effective_from=day, by=by, at=make.NOW)


def sees_the_rules(ground: Ground, by: Actor) -> object:
    if not rulesets.listing(ground.session, by=by):
        raise NoSuch(kind="rule set", key="")
    return True


def adjusts_points(ground: Ground, by: Actor) -> object:
    code = ground.person.code
    return adjustments.propose(
        ground.session, volunteer=code, points=5, reason="一次性的补偿说明文字", by=by, at=make.NOW
    )


def sees_adjustments(ground: Ground, by: Actor) -> object:
    by.require_somewhere("audit.see")
    return adjustments.listing(ground.session, by=by)


def sees_area_figures(area: str) -> Act:
    return lambda ground, by: figures.seen(ground.session, area, by=by)


def sees_own_figures(kind: str) -> Act:
    def act(ground: Ground, by: Actor) -> object:
        found = own_figures.of(ground.session, by=by, date_from=make.TODAY, date_to=make.TODAY)
        if kind not in [one.kind for one in found]:
            raise NoSuch(kind=kind, key="")
        return found

    return act


def reads_the_log(ground: Ground, by: Actor) -> object:
    return audit_log.listing(ground.session, by=by)


TABLE: dict[str, tuple[Act, str]] = {
    "register others (paper consent)": (registers, "ST CA NL SA"),
    "create activity, or propose it": (creates, "TL CA UL SA"),
    "approve activity": (approves("pending"), "CA SA"),
    "show QR, scan cards, roster": (shows_the_roster, "TL CA SA"),
    "propose make-up": (proposes_a_makeup, "V G TL CA"),
    "decide make-up": (decides_a_makeup, "CA SA"),
    "settle activity": (settles, "TL CA SA"),
    "approve more than eight hours": (approves_long_hours, "SA"),
    "approve extra points": (approves("special"), "SA"),
    "propose a backfill": (proposes_a_backfill, "CA SA"),
    "approve a backfill": (approves("backfilled"), "SA"),
    "propose to correct a record": (contests_a_record, "V CA SA"),
    "amend record": (amends_a_record, "SA"),
    "void record": (voids_a_record, "SA"),
    "strike out a stay, the street with it": (voids_a_stay("SA"), "CA SA"),
    "strike out a stay, a community with it": (voids_a_stay("CA"), "SA"),
    "see own points and records, export": (reads_the_own_copy, "V G TL"),
    "redeem online": (redeems_online, "V G ST"),
    "redeem at the counter": (hands_out, "ST"),
    "propose goods": (proposes_goods, "ST SA"),
    "goods, prices": (sets_a_price, "SA"),
    "stock in, two of the station": (takes_goods_in("ST"), "ST"),
    "stock in, the community as witness": (takes_goods_in("CA"), "ST"),
    "stock in, the street as witness": (takes_goods_in("SA"), ""),
    "stocktake": (counts_the_stock, "ST"),
    "view stock": (sees_the_stock, "ST CA SA AU"),
    "open and close an exchange day": (runs_an_exchange_day, "ST CA SA"),
    "RuleSet draft": (drafts_rules, "SA"),
    "RuleSet view": (sees_the_rules, "ST CA SA AU SY"),
    "adjust points": (adjusts_points, "SA"),
    "view adjustments": (sees_adjustments, "SA AU"),
    "reports: street": (sees_area_figures("YD"), "SA AU"),
    "reports: community": (sees_area_figures("BZ"), "CA SA AU"),
    "reports: another street": (sees_area_figures("NZP"), ""),
    "reports: team": (sees_own_figures("team"), "TL"),
    "reports: station": (sees_own_figures("station"), "ST"),
    "reports: own 邻 counts": (sees_area_figures("BZ-1-1-1"), "CA NL SA AU"),
    "reports: unit counts": (sees_own_figures("unit"), "UL"),
    "audit log": (reads_the_log, "SA AU"),
}
"""Each act and the roles that may do it. A leader is a volunteer too, with points and records of their own."""


def test_every_role_does_what_stands_in_the_table_and_nothing_else(session: Session) -> None:
    ground, who = the_ground(session)
    session.commit()
    wrong = []
    for act, (does, roles) in TABLE.items():
        for role, by in who.items():
            undone = session.begin_nested()
            try:
                does(ground, by)
                done = "works"
            except (NotAllowed, NoSuch) as refusal:
                done = f"refused: {refusal.code}"
            undone.rollback()
            session.expire_all()
            if (done == "works") != (role in roles.split()):
                wrong.append(f"{act}, {role}: {done}")
    assert wrong == []

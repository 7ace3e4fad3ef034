"""Who is everything in 南庄坪 does nothing in 永定街道: every verb of the business, one by one (A17)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import accounts, devices, tokens
from points.access.identity import Identity
from points.exchange import exchange_days, stock
from points.exchange.goods import Change, NewItem
from points.exchange.redemption import Basket, Line
from points.exchange.stock import Delivery, DeliveryNote
from points.exchange.tables import Voucher
from points.foundation.actors import SYSTEM, Actor
from points.foundation.errors import Refusal, RowsRefused
from points.help import feedback
from points.journal.tables import RefusedScan
from points.people import teams, units, volunteers
from points.people.households.from_list import Member
from points.people.residence import Home
from points.people.tables import Team, Volunteer
from points.people.volunteers import Newcomer, NewVolunteer
from points.places import stations
from points.places.compounds import Estate
from points.registry.places import Correction
from points.rewards import adjustments, rulesets, settlement
from points.rewards.opening_balances import Opening
from points.service import checkin
from points.service.activities import Plan
from points.service.checkin import ScanRequest
from points.service.makeups import Claim
from points.service.stays import Attendee
from points.service.tables import Stay
from tests import make
from tests.business import day
from tests.business.day import Day
from tests.business.exchange.counter import contents, redeem
from tests.house.test_verbs import LEDGER, asks, is_a_part, is_its_own_trail, leaves_an_entry
from tests.house.verbs import Function, all_verbs, room_of

Facts = dict[str, Any]
SOMEBODY = accounts.Behind(name="李四", phone="13800000001")
SENTENCE = "因为需要说明理由的一句话"


@dataclass
class World:
    """What there is in 永定街道, by its codes; and `stranger`, who has every role in 南庄坪."""

    lived: Day
    person: Volunteer
    other: Volunteer
    minor: Volunteer
    team: Team
    codes: dict[str, str]
    stranger: Actor
    witness: Actor


@pytest.fixture
def world(session: Session) -> World:
    lived = day.lived(session)
    ground = lived.ground
    person = lived.person
    other, minor = make.volunteer(session), make.minor(session)
    unit = make.unit(session)
    make.estate(session)
    units.report_in(
        session, volunteer=other.code, unit=unit.code, community="BZ", kind="linked", reported_on=make.TODAY,
        by=SYSTEM, at=make.NOW,
    )  # fmt: skip
    tomorrow = make.TODAY + timedelta(days=1)
    draft = make.activity(session, published=False, start=day.EVENING + timedelta(days=1), team=ground.team)
    running = make.activity(session, start=day.EVENING, minutes=30, walk_in_ok=True)
    make.scanned(session, running, other, "in", at=day.EVENING, nonce="n1")
    event = exchange_days.plan(
        session, station="NLJ-1", title="兑换日", start_at=day.local("09:00", tomorrow),
        end_at=day.local("11:00", tomorrow), by=SYSTEM, at=make.NOW,
    )  # fmt: skip
    drafted = rulesets.draft(session, street="YD", effective_from=date(2027, 1, 1), by=SYSTEM, at=make.NOW)
    claim = settlement.propose_makeup(
        session,
        claim=Claim(
            activity=lived.activity,
            volunteer=other.code,
            claimed_in=day.local("09:00"),
            claimed_out=day.local("11:00"),
            reason="no_phone",
        ),
        by=make.volunteer_actor(session, other),
        at=day.EVENING,
    )
    adjustment = adjustments.propose(
        session, volunteer=person.code, points=5, reason=SENTENCE, by=SYSTEM, at=day.EVENING
    )
    device = devices.enrol(session, name="平板", area="BZ", by=SYSTEM, at=make.NOW)
    tokens.add(session, name="出口", role="auditor", place="YD", by=SYSTEM, at=make.NOW)
    make.staff(session, role="community_admin", login="colleague")
    make.household(session, person)
    make.merchant(session)
    haircut = make.item(session, "G16", name="理发券", kind="voucher", merchant="M01", ref_value_fen=1500)
    make.stocked(session, haircut)
    make.points(session, person, 200)
    redeem(session, person, Line("G16", 1), by=lived.clerk, at=day.EVENING)
    make.station(session, "NLJ-9", area="NZ")
    make.staff(session, role="street_admin", place="NZP", login="stranger")
    for role, place in (
        ("community_admin", "NZ"),
        ("station_staff", "NLJ-9"),
        ("auditor", "NZP"),
        ("sysadmin", "NZP"),
    ):
        accounts.grant(session, login="stranger", role=role, place=place, by=SYSTEM, at=make.NOW)
    account = accounts.by_login(session, "stranger")
    batch = make.stocked(session, make.item(session, "G04"))
    make.station(session, "NLJ-2")
    sent = stock.send(
        session, from_station="NLJ-1", to_station="NLJ-2", item="G04", qty=1, by=SYSTEM, second=make.WITNESS,
        at=make.NOW,
    )  # fmt: skip
    stays = session.scalars(select(Stay.code).where(Stay.activity_id == running.id)).all()
    return World(
        lived=lived,
        person=person,
        other=other,
        minor=minor,
        team=ground.team,
        codes={
            "draft": draft.code,
            "running": running.code,
            "series": make.series(session, team=ground.team, signed_up=[other]).code,
            "unit": unit.code,
            "event": event.code,
            "rules": drafted.version,
            "claim": claim.code,
            "adjustment": adjustment.code,
            "device": device.code,
            "card": make.card(session, person).code,
            "stay": stays[0],
            "batch": batch.code,
            "sent": sent.code,
            "voucher": session.scalars(select(Voucher.code)).one(),
            "screen": checkin.screen_token(running, day.EVENING),
            "letter": feedback.write(
                session, kind="complaint", text=SENTENCE, area="BZ", by=feedback.SOMEBODY, at=make.NOW
            ).code,
        },
        stranger=accounts.actor(session, account.id, on=make.TODAY),
        witness=ground.second,
    )


EXCUSED = {
    "points.people.households.sharing.consent_to": "join, choose_pool and pool_on_paper ask who may",
    "points.people.households.sharing.note": "the verbs of households ask who may",
    "points.people.minors.note": "minors.look and signups.show_minors ask who may, and hand the role on",
    "points.access.accounts.passwords.change_password": "of one's own account, by the password of now",
    "points.office.watch.look_through": "for oneself, who may read the log somewhere",
    "points.help.feedback.write": "anybody writes to any place",
    "points.people.guardians.part": "part of leaving, which decides who may",
    "points.places.compounds.set_active": "part of closing and opening, which ask who may",
    "points.places.calendar.override": "the days hold for the whole installation",
    "points.places.calendar.load": "the days hold for the whole installation",
    "points.places.calendar.forget": "the days hold for the whole installation",
    "points.service.activities.categories.add_usual": "the categories are every street's",
    "points.service.activities.planning.add_category": "the categories are every street's",
    "points.service.activities.categories.change_category": "the categories are every street's",
    "points.service.activities.categories.close_category": "the categories are every street's",
    "points.service.activities.categories.reopen_category": "the categories are every street's",
    "points.exchange.stock.movements.add_donor": "a donor gives to whom they like; noted with who entered it",
    "points.reports.lists.note": "asked with `listed`, by strangers too, in tests/cli/test_export.py",
    "points.service.activities.settling.mark_settled": "settlement.settle asks who may, and hands the role on",
    "points.service.records.lifecycle.confirm": "settlement.confirm_record and settle ask who may",
}


def place_of(world: World) -> Facts:
    return {"area": "BZ", "place": "社区广场", "contact_name": "联系人", "contact_phone": "07440000000"}


def planned(world: World) -> Facts:
    start = day.EVENING + timedelta(days=3)
    return {"plan": plan(world, start, start + timedelta(hours=1))}


def past(world: World) -> Facts:
    return {"plan": plan(world, day.local("07:00"), day.local("08:00"))}


def plan(world: World, start: datetime, end: datetime) -> Plan:
    return Plan(
        **place_of(world),
        team=world.team.code,
        category="environment",
        title="清洁家园",
        start_at=start,
        end_at=end,
        capacity=10,
        leader=world.lived.ground.leader.code,
        content="一起打扫社区广场，带上水杯。",
        risk_notice="注意脚下湿滑。",
    )


def towel_of(world: World) -> Basket:
    return Basket(volunteer=world.person.code, station="NLJ-1", lines=[Line("G02", 1)], key="a-strangers-key")


def person(**facts: Any) -> Callable[[World], Facts]:
    return lambda world: {"volunteer": world.person.code, **facts}


def newcomer(phone: str) -> NewVolunteer:
    return NewVolunteer(
        name="赵立春",
        birth_date=date(1980, 1, 1),
        community="BZ",
        registered_via="staff",
        consents=["register"],
        phone=phone,
    )


def by_code(name: str, kept: str, **facts: Any) -> Callable[[World], Facts]:
    return lambda world: {name: world.codes[kept], **facts}


def record(**facts: Any) -> Callable[[World], Facts]:
    return lambda world: {"record": world.lived.record, **facts}


def ended(**facts: Any) -> Callable[[World], Facts]:
    return lambda world: {"activity": world.lived.activity, **facts}


def claimed(world: World) -> Facts:
    return {"claim": Claim(world.lived.activity, "YD000001", day.local("09:00"), day.local("11:00"), "no_phone")}


CALLS: dict[str, Callable[[World], Facts]] = {
    "places.areas.add": lambda _: {"type": "grid", "code": "X-1", "name": "第一片", "parent": "BZ"},
    "registry.places.close_area": lambda _: {"area": "BZ", "reason": SENTENCE},
    "registry.places.reopen_area": lambda _: {"area": "BZ"},
    "registry.places.correct_area": lambda _: {"area": "BZ", "to": Correction(name="别名社区")},
    "places.areas.change": lambda _: {"area": "BZ", "name": "别名社区"},
    "places.compounds.add": lambda _: {"community": "BZ", "name": "示例花园"},
    "places.compounds.change": lambda _: {"compound": "BZ-X1", "to": Estate(name="别苑")},
    "places.compounds.add_building": lambda _: {"compound": "BZ-X1", "name": "4栋"},
    "places.compounds.rename_building": lambda _: {"building": "BZ-X1-1", "name": "4栋"},
    "registry.places.close_station": lambda _: {"station": "NLJ-1", "reason": SENTENCE},
    "places.stations.correct": lambda _: {"station": "NLJ-1", "to": stations.StationFacts(name="别站")},
    "service.activities.themes.rename": lambda _: {"area": "YD", "year": 2026, "month": 5, "title": "敬老"},
    "service.activities.themes.end": lambda _: {"area": "YD", "year": 2026, "month": 5},
    "registry.places.close_compound": lambda _: {"compound": "BZ-X1", "reason": SENTENCE},
    "registry.places.reopen_compound": lambda _: {"compound": "BZ-X1"},
    "registry.places.close_building": lambda _: {"building": "BZ-X1-1", "reason": SENTENCE},
    "registry.places.reopen_building": lambda _: {"building": "BZ-X1-1"},
    "people.residence.place_person": person(home=Home()),
    "people.residence.place_household": person(home=Home()),
    "places.stations.open_station": lambda _: {
        "new": stations.NewStation(
            code="X", number=77, name="站", area="BZ", address="路1号", open_hours="周二", phone="07440000000"
        ),
    },
    "places.stations.set_status": lambda _: {"station": "NLJ-1", "status": "closed", "reason": SENTENCE},
    "people.cards.issue": person(),
    "people.cards.revoke": person(reason=SENTENCE),
    "people.cards.issue_missing": lambda _: {"community": "BZ"},
    "people.duplicates.say_apart": lambda world: {"one": world.person.code, "other": world.other.code},
    "people.counter_registration.enrol": lambda _: {"new": newcomer("13811111112")},
    "people.minors.look": lambda world: {"volunteer": world.minor.code, "reason": "counter"},
    "access.accounts.managing.enable": lambda _: {"login": "colleague", "reason": SENTENCE},
    "registry.leaving.leave": person(reason=SENTENCE),
    "registry.merging.merge": lambda world: {
        "kept": world.person.code, "gone": world.other.code, "reason": SENTENCE, "second": world.witness,
    },
    "help.feedback.reply": lambda world: {"number": world.codes["letter"], "text": SENTENCE},
    "people.consents.grant": person(purpose="publish_name", text_version="2026-1", channel="paper", paper_ref="1"),
    "people.consents.withdraw": person(purpose="points"),
    "people.guardians.verify": lambda world: {"minor": world.minor.code},
    "people.households.membership.found": lambda world: {"head": world.other.code, "community": "BZ"},
    "people.households.membership.join": lambda world: {
        "household": "H1",
        "volunteer": world.other.code,
        "pool": False,
    },
    "places.serving.choose": lambda _: {"street": "YD", "whole_street": False},
    "places.serving.agree": lambda _: {"street": "YD", "other": "NZP"},
    "places.serving.end_agreement": lambda _: {"street": "YD", "other": "NZP"},
    "places.stations.place": lambda _: {"station": "NLJ-1", "latitude": 29.1, "longitude": 110.4},
    "people.households.membership.ask": lambda world: {"household": "H1", "volunteer": world.other.code},
    "people.households.membership.answer": person(accept=True),
    "people.households.membership.take_back": person(),
    "people.households.membership.remove": person(),
    "people.households.sharing.choose_pool": person(pool=False),
    "people.households.sharing.pool_on_paper": person(paper_ref="1"),
    "people.households.membership.leave": person(),
    "people.skills.add": person(skill="理发"),
    "people.skills.propose": person(skill="理发"),
    "people.skills.drop": person(skill="理发"),
    "people.teams.found": lambda world: {
        "new": teams.NewTeam(
            code="X", name="别队", kind="community", area="BZ", leader=world.other.code, founded_on=make.TODAY
        ),
    },
    "people.teams.apply": lambda world: {"team": world.team.code, "volunteer": world.other.code},
    "people.teams.admit": lambda world: {"team": world.team.code, "volunteer": world.other.code},
    "people.teams.leave": lambda world: {"team": world.team.code, "volunteer": world.other.code},
    "people.teams.remove": lambda world: {
        "team": world.team.code, "volunteer": world.other.code, "reason": SENTENCE,
    },
    "people.team_standing.name_deputy": lambda world: {"team": world.team.code, "volunteer": world.other.code},
    "people.team_standing.end_deputy": lambda world: {"team": world.team.code, "volunteer": world.other.code},
    "people.team_standing.pause": lambda world: {"team": world.team.code, "reason": SENTENCE},
    "people.team_standing.resume": lambda world: {"team": world.team.code, "reason": SENTENCE},
    "people.team_standing.dissolve": lambda world: {"team": world.team.code, "reason": SENTENCE},
    "registry.dissolving.dissolve": lambda world: {"team": world.team.code, "reason": SENTENCE},
    "people.team_invitations.invite": lambda world: {"team": world.team.code, "who": world.other.code},
    "people.team_invitations.answer": lambda world: {
        "team": world.team.code, "volunteer": world.other.code, "accept": True,
    },
    "people.teams.change_leader": lambda world: {"team": world.team.code, "leader": world.other.code},
    "people.units.add": lambda _: {"code": "X", "name": "别单位", "kind": "other", "linked_community": "BZ"},
    "people.units.change": lambda world: {"unit": world.codes["unit"], "name": "别名"},
    "people.units.close": lambda world: {"unit": world.codes["unit"], "reason": SENTENCE},
    "people.units.report_in": lambda world: {
        "volunteer": world.person.code, "unit": world.codes["unit"], "community": "BZ", "kind": "linked",
        "reported_on": make.TODAY,
    },
    "people.units.end_report_in": lambda world: {"volunteer": world.other.code, "kind": "linked"},
    "people.volunteers.changing.change": person(changes=volunteers.Changes(availability="周末")),
    "registry.correcting.correct": person(changes=volunteers.Changes(availability="周末")),
    "registry.correcting.suspend": person(reason=SENTENCE),
    "people.volunteers.lifecycle.set_pin": person(pin="9751"),
    "people.volunteers.lifecycle.suspend": person(reason=SENTENCE),
    "people.volunteers.lifecycle.reinstate": person(reason=SENTENCE),
    "people.households.from_list.gather": lambda world: {
        "members": {1: Member(household="1", volunteer=world.other.code, head=True)},
    },
    "people.volunteers.from_list.enrol": lambda _: {
        "people": {
            1: Newcomer(
                name="赵立春", birth_date=date(1980, 1, 1), community="BZ", consents=("register",), paper_ref="1",
                phone="13811111113",
            ),
        },
    },
    "people.volunteers.registration.register": lambda _: {"new": newcomer("13811111111")},
    "access.accounts.managing.add_staff": lambda _: {
        "login": "x", "role": "community_admin", "place": "BZ", "behind": SOMEBODY,
    },
    "access.accounts.managing.say_whose": lambda _: {"login": "colleague", "behind": SOMEBODY},
    "access.pins.set_pin": person(pin="9751"),
    "access.accounts.managing.new_setup_link": lambda _: {"login": "colleague"},
    "access.accounts.managing.grant": lambda _: {"login": "stranger", "role": "community_admin", "place": "BZ"},
    "access.accounts.managing.revoke_grant": lambda _: {"login": "colleague", "role": "community_admin", "place": "BZ"},
    "access.accounts.managing.disable": lambda _: {"login": "colleague", "reason": SENTENCE},
    "access.assisted_sign_in.approve": person(station="NLJ-1", number="1234", identity=Identity("pin")),
    "office.closing.close_account": lambda _: {"login": "colleague", "reason": SENTENCE},
    "access.devices.enrol": lambda _: {"name": "平板", "area": "BZ"},
    "access.devices.revoke": by_code("code", "device", reason=SENTENCE),
    "access.sign_ins.revoke_all": lambda _: {"login": "colleague"},
    "access.tokens.add": lambda _: {"name": "入口", "role": "auditor", "place": "YD"},
    "access.tokens.revoke": lambda _: {"name": "出口"},
    "service.activities.planning.add_theme": lambda _: {"area": "YD", "year": 2026, "month": 5, "title": "助残"},
    "service.activities.planning.draft": planned,
    "service.activities.emergencies.start": planned,
    "service.activities.planning.change": by_code("activity", "draft", version=1, place="别处"),
    "service.activities.planning.backfill": past,
    "service.activities.planning.keep": by_code("activity", "draft", as_template=True),
    "service.activities.series.draft": lambda world: {
        **planned(world), "weekdays": range(7), "until": make.TODAY + timedelta(days=9),
    },
    "service.activities.series.extend": by_code("series", "series", until=make.TODAY + timedelta(days=20)),
    "service.activities.series.submit": by_code("series", "series"),
    "service.activities.series.approve": by_code("series", "series"),
    "service.activities.series.send_back": by_code("series", "series", reason=SENTENCE),
    "service.activities.series.cancel": by_code("series", "series", reason=SENTENCE),
    "service.activities.series.change": by_code("series", "series", place="别处"),
    "service.activities.lifecycle.submit": by_code("activity", "draft"),
    "service.activities.lifecycle.approve": by_code("activity", "draft"),
    "service.activities.lifecycle.send_back": by_code("activity", "draft", reason=SENTENCE),
    "service.activities.lifecycle.cancel": by_code("activity", "draft", reason=SENTENCE),
    "service.activities.lifecycle.extend": by_code("activity", "running", end_at=day.EVENING + timedelta(hours=1)),
    "service.activities.leading.hand_over": lambda world: {
        "activity": world.codes["running"], "leader": world.other.code,
    },
    "service.voiding.void": lambda world: {
        "code": world.codes["stay"], "reason": SENTENCE, "second": world.witness,
    },
    "service.stays.decide_flags": by_code("activity", "running"),
    "service.stays.list_backfilled": lambda world: {
        "activity": world.lived.activity,
        "attendees": [Attendee(world.other.code, day.local("09:00"), day.local("11:00"))],
    },
    "service.checkin.scan.scan": lambda world: {
        "asked": ScanRequest(code=world.person.code, activity=world.codes["running"], nonce="nonce-of-a-stranger"),
    },
    "service.checkin.scan.roster_tick": lambda world: {
        "asked": ScanRequest(
            volunteer=world.person.code, activity=world.codes["running"], direction="in", nonce="nonce-of-a-stranger"
        ),
    },
    "rewards.attending.scan": lambda world: {
        "asked": ScanRequest(code=world.person.code, activity=world.codes["running"], nonce="nonce-of-a-stranger"),
    },
    "rewards.attending.roster_tick": lambda world: {
        "asked": ScanRequest(
            volunteer=world.person.code, activity=world.codes["running"], direction="in", nonce="nonce-of-a-stranger"
        ),
    },
    "service.checkin.undo.undo": lambda world: {"nonce": "n1", "device": f"phone-{world.other.code}"},
    "service.makeups.lifecycle.propose": claimed,
    "service.makeups.lifecycle.decide": by_code("makeup", "claim", approve=True),
    "service.records.lifecycle.reject": record(reason=SENTENCE),
    "service.records.lifecycle.dispute": record(reason=SENTENCE),
    "service.records.lifecycle.amend": record(minutes=60, reason=SENTENCE),
    "service.records.lifecycle.void": lambda world: {
        "record": world.lived.record, "reason": SENTENCE, "second": world.witness,
    },
    "service.records.lifecycle.approve_pending": record(),
    "service.records.transfer_in.transfer_in": person(minutes=60, day=make.TODAY, organiser="别处"),
    "service.records.lifecycle.evaluate": record(grade="poor"),
    "service.signups.lifecycle.sign_up": lambda world: {
        "activity": world.codes["running"], "volunteer": world.person.code,
    },
    "service.signups.lifecycle.cancel": lambda world: {
        "activity": world.codes["running"], "volunteer": world.other.code, "reason": SENTENCE,
    },
    "service.signups.lifecycle.decide": lambda world: {
        "activity": world.codes["running"], "volunteer": world.other.code, "approve": True,
    },
    "service.signups.series.join": lambda world: {
        "series": world.codes["series"], "volunteer": world.other.code,
    },
    "service.signups.series.leave": lambda world: {
        "series": world.codes["series"], "volunteer": world.other.code,
    },
    "service.signups.minors.show_minors": by_code("activity", "running"),
    "service.signups.lifecycle.reject": lambda world: {
        "activity": world.codes["running"], "volunteer": world.other.code, "reason": SENTENCE,
    },
    "rewards.adjustments.propose": person(points=5, reason=SENTENCE),
    "rewards.adjustments.decide": by_code("adjustment", "adjustment", approve=True),
    "rewards.civic.give": person(item="tree", day=make.TODAY),
    "rewards.opening_balances.bring_over": lambda world: {
        "openings": {
            1: Opening(volunteer=world.person.code, points=5, reference="1", earned_on=make.TODAY),
        },
    },
    "rewards.rulesets.draft": lambda _: {"street": "YD", "effective_from": date(2027, 1, 1)},
    "rewards.rulesets.publish": by_code("version", "rules"),
    "rewards.rulesets.drop": by_code("version", "rules"),
    "rewards.withdrawal.propose": by_code("version", "rules", reason=SENTENCE),
    "rewards.withdrawal.decide": by_code("version", "rules", approve=True),
    "rewards.settlement.settle.settle": ended(),
    "rewards.settlement.settle.confirm_c": ended(),
    "rewards.settlement.makeups.propose_makeup": claimed,
    "rewards.settlement.makeups.decide_makeup": by_code("makeup", "claim", approve=True),
    "rewards.settlement.corrections.void_stay": lambda world: {
        "stay": world.codes["stay"], "reason": SENTENCE, "second": world.witness,
    },
    "rewards.settlement.corrections.approve_pending": record(),
    "rewards.settlement.corrections.amend_record": record(minutes=60, reason=SENTENCE),
    "rewards.settlement.corrections.void_record": lambda world: {
        "record": world.lived.record, "reason": SENTENCE, "second": world.witness,
    },
    "rewards.settlement.corrections.reject_record": record(reason=SENTENCE),
    "rewards.settlement.corrections.dispute_record": record(reason=SENTENCE),
    "rewards.settlement.corrections.confirm_record": record(),
    "rewards.settlement.corrections.evaluate": record(grade="poor"),
    "exchange.goods.lifecycle.add": lambda _: {
        "street": "YD",
        "new": NewItem(code="X1", name="雨伞", spec="1 把", unit_name="把", price=50, ref_value_fen=1500),
    },
    "exchange.goods.lifecycle.change": lambda _: {"item": "G02", "version": 1, "change": Change(limit_pp_month=9)},
    "exchange.goods.prices.withdraw": lambda _: {
        "item": "G02", "effective_from": date(2027, 1, 1), "reason": SENTENCE,
    },
    "exchange.goods.prices.set_price": lambda _: {"item": "G02", "price": 1, "effective_from": date(2027, 1, 1)},
    "exchange.goods.lifecycle.put_on_shelf": lambda _: {"item": "G02"},
    "exchange.goods.lifecycle.take_off_shelf": lambda _: {"item": "G02"},
    "exchange.goods.lifecycle.retire": lambda _: {"item": "G02"},
    "exchange.redemption.lifecycle.fulfil": lambda world: {
        "redemption": world.lived.reservation, "identity": Identity("pin"),
    },
    "exchange.redemption.lifecycle.cancel": lambda world: {"redemption": world.lived.reservation},
    "exchange.redemption.returning.give_back": lambda world: {
        "redemption": world.lived.redemption, "to_stock": True, "reason": SENTENCE, "second": world.witness,
    },
    "exchange.redemption.counter.redeem": lambda world: {
        "basket": towel_of(world), "identity": Identity("pin"),
    },
    "exchange.redemption.counter.reserve": lambda world: {"basket": towel_of(world)},
    "exchange.exchange_days.closing.close": by_code("code", "event", counted={}),
    "exchange.exchange_days.closing.explain": lambda world: {
        "code": world.codes["event"], "reasons": {}, "second": world.witness,
    },
    "exchange.exchange_days.lifecycle.plan": lambda _: {
        "station": "NLJ-1", "title": "大集", "start_at": day.local("33:00"), "end_at": day.local("35:00"),
    },
    "exchange.exchange_days.lifecycle.open_day": by_code("code", "event"),
    "exchange.exchange_days.lifecycle.close": by_code("code", "event"),
    "exchange.exchange_days.lifecycle.cancel": by_code("code", "event", reason=SENTENCE),
    "exchange.stock.stocktake.stocktake": lambda world: {
        "station": "NLJ-1", "month": "2026-05", "counts": [], "second": world.witness,
    },
    "exchange.stock.blind.count": lambda world: {
        "station": "NLJ-1", "month": make.TODAY, "counted": {}, "second": world.witness,
    },
    "exchange.stock.blind.explain": lambda world: {"station": "NLJ-1", "reasons": {}, "second": world.witness},
    "exchange.stock.movements.receive_note": lambda world: {
        "delivery": DeliveryNote(station="NLJ-1", source="budget", lines=[]), "second": world.witness,
    },
    "exchange.stock.movements.receive": lambda world: {
        "delivery": Delivery(station="NLJ-1", item="G02", qty=1, source="budget"), "second": world.witness,
    },
    "exchange.stock.movements.write_off": lambda world: {
        "batch": world.codes["batch"], "qty": 1, "kind": "loss", "reason": SENTENCE, "second": world.witness,
    },
    "exchange.stock.transfers.send": lambda world: {
        "from_station": "NLJ-1", "to_station": "NLJ-9", "item": "G04", "qty": 1, "second": world.witness,
    },
    "exchange.stock.transfers.take_in": lambda world: {
        "transfer": world.codes["sent"], "arrivals": [], "second": world.witness,
    },
    "exchange.stock.transfers.take_back": lambda world: {
        "transfer": world.codes["sent"], "reason": SENTENCE, "second": world.witness,
    },
    "exchange.vouchers.add_merchant": lambda _: {"street": "YD", "code": "X", "name": "别店"},
    "exchange.vouchers.new_token": lambda _: {"merchant": "M01"},
    "exchange.vouchers.accept": by_code("code", "voucher"),
    "exchange.vouchers.dismiss_merchant": lambda _: {"merchant": "M01", "reason": SENTENCE},
}  # fmt: skip


def test_a_stranger_with_every_role_elsewhere_changes_nothing_here(session: Session, world: World) -> None:
    before = changed(session)
    for name, facts in CALLS.items():
        verb = all_verbs()[f"points.{name}"]
        given = facts(world)
        with pytest.raises(Refusal) as caught, session.begin_nested():
            verb(session, **given, by=world.stranger, at=day.EVENING)
        told = caught.value.refused[1] if isinstance(caught.value, RowsRefused) else caught.value
        assert told.code in ("not-permitted", "only-the-head", "not-found"), (name, told)
    assert changed(session) == before


def test_no_verb_is_forgotten() -> None:
    named = {f"points.{name}" for name in CALLS}
    left = {name for name, verb in all_verbs().items() if room_of(verb) != LEDGER and decides(verb)}
    assert left == named | EXCUSED.keys(), "call it as a stranger above, or say why not"


def decides(verb: Function) -> bool:
    """Whether somebody decides by it: it neither only asks, nor is it part of what another verb decides."""
    return leaves_an_entry(verb) or not (asks(verb) or is_a_part(verb) or is_its_own_trail(verb))


def changed(session: Session) -> dict[str, list[Any]]:
    """Every table but the journal of refused scans, which is there for this."""
    session.expire_all()
    return {name: rows for name, rows in contents(session).items() if name != RefusedScan.__tablename__}

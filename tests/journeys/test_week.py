"""A week of the demo street, lived through its pages by its people: who comes, what they are told, and that it adds up.

Residents of all nine communities come to all three stations; a leader's watch goes past midnight, the street calls for
help in a storm; goods come back, an exchange day is closed, two numbers of one person become one, somebody leaves, and
the auditor reads all of it. Nothing is done but by pages, by who may do it; and by the clock what the clock does.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from points import database, proof
from points.app import create_app
from points.demo.street import build
from points.foundation import clock
from points.upkeep import sweep
from tests.journeys.conftest import NOW
from tests.journeys.hands import Hands
from tests.tables import wipe

LEADER, MEMBER = "19900000322", "19900000008"
"""孙寒露 leads a team of 北正, 冯立春 is one of its members: both chose a PIN of their own."""
ELDER_CARD, ELDER = "KK3N0DRRP8", "YD000008"
KNOWN = {"check": "known_by_two", "second_password": build.PASSWORD}


class Week:
    """The service on the demo street's database, and who signs in to it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.app = create_app()

    def staff(self, login: str) -> Hands:
        """Somebody who works here, signed in."""
        hands = Hands(self.app).open("/sign-in/staff").press("登录", login=login, password=build.PASSWORD)
        return hands.says("待办")

    def resident(self, who: str) -> Hands:
        """A resident, signed in on the own phone."""
        return Hands(self.app).open("/sign-in").press("登录", who=who, pin=build.PIN).says("您好")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One write transaction, as the sweep takes it."""
        with database.sessions(self.engine)() as session, database.write_transaction(session):
            yield session

    def sweep(self) -> None:
        """What the clock does by itself."""
        sweep.run(self.session, at=clock.now())

    def points(self, code: str) -> int:
        """What somebody has, as the community's page says it."""
        page = self.staff("street").open(f"/staff/people/{code}")
        return int(page.found(r"积分 (\d+)"))


def at(day: int, hour: int, minute: int = 0) -> AbstractContextManager[datetime]:
    """That hour of a day of November."""
    return clock.frozen(clock.at_local(date(2026, 11, day), time(hour, minute)))


@pytest.fixture(params=["sqlite", "postgresql"])
def week(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Week]:
    """The demo street at the end of its 22 months, on either database."""
    if request.param == "postgresql":
        engine: Engine = request.getfixturevalue("postgresql_engine")
        build.street(engine, now=NOW)
    else:
        copied = request.getfixturevalue("copied")
        engine = create_engine(f"sqlite:///{copied(tmp_path / 'points.sqlite3')}")
        database.prepare(engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POINTS_DATABASE_URL", engine.url.render_as_string(hide_password=False))
        patch.setenv("POINTS_DATA_DIR", str(tmp_path))
        found = Week(engine)
    yield found
    with found.app.app_context():
        database.db.engine.dispose()
    if request.param == "postgresql":
        wipe(engine)
    else:
        engine.dispose()


def test_a_week_of_the_street(week: Week) -> None:
    with at(23, 9):
        watch = plan_the_watch(week)
    with at(23, 15):
        storm = call_for_help(week)
    with at(23, 19, 5):
        settle_the_storm(week, storm)
    with at(24, 9, 10):
        receipts = serve_nine_communities_at_three_stations(week)
    with at(24, 10, 40):
        take_goods_back(week, receipts)
    with at(24, 11, 20):
        close_the_exchange_day(week, receipts)
    keep_watch_past_midnight(week, watch)
    with at(25, 9):
        settle_the_watch(week, watch)
    with at(26, 10):
        merge_two_numbers(week)
    with at(27, 10):
        somebody_leaves(week)
    with at(28, 10):
        the_auditor_reads(week)
        with week.session() as session:
            assert proof.check(session) == []


# --- the watch


def plan_the_watch(week: Week) -> str:
    """The leader plans it, the community says yes, a member and a neighbour say that they come."""
    leader = week.resident(LEADER).follow("去工作台").follow("新建活动").follow("全新的活动")
    leader.press(
        "保存并提交",
        title="夜里守护老街",
        content="沿三坊四巷走两圈，看看门窗和火烛。",
        risk_notice="天黑路滑，两人一组，穿反光背心。",
        day="2026-11-24",
        start="22:00",
        end="01:00",
        place="三坊四巷牌坊下",
        category="safety",
        capacity="20",
        contact_name="孙寒露",
        contact_phone=LEADER,
        walk_in_ok="on",
    ).says("待审核", "22:00–次日 01:00")
    address = leader.address
    leader.silent("通过并发布")
    week.staff("bz-admin").follow("待办").says("夜里守护老街").follow("查看并决定").press("通过并发布").says("可报名")
    member = week.resident(MEMBER).follow("活动").says("夜里守护老街")
    member.open(address.replace("/staff/", "/my/")).press("我要参加").says("报名成功", "次日 01:00")
    return address


def keep_watch_past_midnight(week: Week, address: str) -> None:
    """In by the six digits of the screen, and by a card; out after midnight."""
    with at(24, 21, 55):
        leader = week.resident(LEADER).open(address)
        digits = leader.follow("出示签到码").found(r"(\d{3} ?\d{3})")
        member = week.resident(MEMBER).follow("扫码签到").press("下一步", digits=digits, activity=_code(address))
        member.press("签到").says("签到成功", "夜里守护老街")
        leader.open(f"{address}/roster").press("签到 / 签退", card=ELDER_CARD).says("褚立春", "已签到")
    with at(25, 0, 58):
        digits = leader.open(f"{address}/screen").found(r"(\d{3} ?\d{3})")
        member = week.resident(MEMBER).open("/my/scan").press("下一步", digits=digits, activity=_code(address))
        member.press("签退").says("签退")
        leader.open(f"{address}/roster").press("签到 / 签退", card=ELDER_CARD).says("褚立春", "已签退")


def settle_the_watch(week: Week, address: str) -> None:
    """What was scanned is confirmed by the leader; the hours are of the evening when they began."""
    week.sweep()
    before = week.points(ELDER)
    leader = week.resident(LEADER).follow("去工作台").follow("待结算").says("夜里守护老街")
    leader.open(address).follow("结算").press("确认", beneficiaries="0")
    assert week.points(ELDER) > before
    week.resident(MEMBER).follow("积分").says("夜里守护老街", "11月24日")


# --- the storm


def call_for_help(week: Week) -> str:
    """The street starts it at once; who stands at the river is let in, by card and by number."""
    street = week.staff("street").follow("新建活动").follow("全新的活动")
    street.press(
        "保存并提交",
        title="暴雨抢险",
        content="帮低处的住户搬东西、清沟渠。",
        risk_notice="水深不下水，两人一组。",
        day="2026-11-23",
        start="15:00",
        end="19:00",
        place="澧水河堤",
        category="emergency",
        capacity="60",
        contact_name="街道值班",
        contact_phone="0744-0000001",
        walk_in_ok="on",
        emergency="on",
        insurance_ref="BX-2026-77",
        min_age="18",
    ).says("大家现在就可以来", "进行中")
    address = street.address
    street.open(f"{address}/roster").press("签到 / 签退", card="Q74XKP3JDP").says("韩惊蛰", "已签到")
    street.open(f"{address}/roster").press("签到 / 签退", card="YD000033").says("秦雨水", "已签到")
    with at(23, 17, 30):
        street.open(f"{address}/roster").press("签到 / 签退", card="Q74XKP3JDP").says("已签退")
        street.open(f"{address}/roster").press("签到 / 签退", card="YD000033").says("已签退")
    return address


def settle_the_storm(week: Week, address: str) -> None:
    """Who was scanned has the points at once; who was typed waits for another to confirm."""
    week.sweep()
    card, typed = week.points("YD000046"), week.points("YD000033")
    street = week.staff("street2").open(address).follow("结算").says("名册打勾").press("看过了，没问题")
    street.press("确认", beneficiaries="40")
    assert week.points("YD000046") > card
    assert week.points("YD000033") > typed


# --- the stations


def serve_nine_communities_at_three_stations(week: Week) -> dict[str, str]:
    """By card, number, phone, name and initials; for another, with a guardian, from the household's points."""
    receipts = {}
    one, two, three = (week.staff(f"station{number}a") for number in (1, 2, 3))
    for clerk in (one, two, three):
        clerk.follow("库存").press("安排", title="周二兑换", day="2026-11-24", start="09:00", end="11:30")
        clerk.follow("周二兑换").press("现在开始").says("进行中")
    receipts["HL"] = exchange(one, "19900000023", "李雨水", {"G01": 1, "G03": 1}, check="phone4", phone4="0023")
    receipts["CS"] = exchange(one, "H4XEP6A9KS", "周雨水", {"G01": 1}, second_login="station1b", **KNOWN)
    receipts["JF"] = exchange(one, "qys", "秦雨水", {"G04": 2}, check="phone4", phone4="0037")
    receipts["SA"] = exchange(two, "YD000015", "尤立春", {"G02": 1}, check="phone4", phone4="0018")
    receipts["SB"] = exchange(
        two, "褚惊蛰", "褚惊蛰", {"G01": 1}, check="phone4", phone4="0050", proxy_name="褚芒种", proxy_relation="女儿"
    )
    two.open("/staff/desk").press("查找", who="YD000377").says("未成年").press("下一步", qty_G11="1")
    two.press("确认发放", second_login="station2b", status=403, **KNOWN).says("监护人")
    two.follow("返回选物品")
    father = {"proxy_name": "秦霜降", "proxy_relation": "父亲"}
    receipts["SD"] = exchange(two, "YD000377", "小志愿者377", {"G11": 1}, second_login="station2b", **KNOWN, **father)
    receipts["BZ"] = exchange(three, "YD000364", "孙大寒", {"G20": 1, "G14": 1}, check="phone4", phone4="0462")
    receipts["SC"] = exchange(three, "19900000046", "郑惊蛰", {"G01": 1}, check="phone4", phone4="0046")
    receipts["HX"] = exchange(three, "199 0000 0034", "韩雨水", {"G16": 1}, check="phone4", phone4="0034")
    return receipts


def exchange(clerk: Hands, who: str, name: str, goods: dict[str, int], **proof: str) -> str:
    """Somebody is found, chooses, says who they are, and takes the goods; the address of the receipt."""
    clerk.follow("兑换台").press("查找", who=who).says(name)
    if "是哪一个" in clerk.page.text:
        clerk.follow(name)
    quantities = {f"qty_{item}": str(number) for item, number in goods.items()}
    clerk.press("下一步：核对", **quantities).says(name)
    left = int(clerk.found(r"兑换后剩余 (\d+)"))
    clerk.press("确认发放", **proof).says("已领取", name)
    assert left >= 0
    return clerk.address


def take_goods_back(week: Week, receipts: dict[str, str]) -> None:
    """The soap is broken: two take it back, its points return, the bags stay with their owner."""
    before = week.points("YD000019")
    clerk = week.staff("station1b").open(receipts["HL"])
    (form,) = (one for one in clerk.page.forms if "to_stock" in one.names)
    _bags, soap = (name for name, _ in form.fields if name.startswith("qty-"))
    back = {soap: "1", "reason": "香皂受潮", "second_login": "station1a", "second_password": build.PASSWORD}
    clerk.press("退还积分", **back).says("香皂 2 块 × 1")
    assert week.points("YD000019") == before + 20


def close_the_exchange_day(week: Week, receipts: dict[str, str]) -> None:
    """What lies on the table is counted by hand, and is what the book says."""
    clerk = week.staff("station1a").follow("库存").follow("周二兑换").follow("清点并结束")
    with week.engine.connect() as connection:
        lying = connection.execute(
            text(
                "SELECT i.code, sum(b.qty_left) FROM stock_batch b JOIN goods_item i ON i.id = b.item_id "
                "JOIN station s ON s.id = b.station_id WHERE s.code = 'NLJ-1' GROUP BY i.code"
            )
        ).all()
    asked = {name for form in clerk.page.forms for name in form.names}
    counted = {f"counted-{code}": str(left) for code, left in lying if f"counted-{code}" in asked}
    clerk.press("结束", **counted).says("已结束")
    assert len(counted) > 10


# --- the register


def merge_two_numbers(week: Week) -> None:
    """冯立春 was registered again with another phone; the community sees it and makes one of the two."""
    before = week.points("YD000006")
    clerk = week.staff("bz-admin").follow("居民").follow("注册居民")
    clerk.press(
        "注册",
        status=409,
        name="冯立春",
        birth_date="19811018",
        phone="19900009981",
        paper_ref="T-01",
        consent_register="on",
        consent_points="on",
    )
    clerk.says("是同一个人吗").press("不是，注册新的人").says("YD000481")
    clerk.open("/staff/people").follow("注册了两次").says("YD000006", "YD000481").follow("对照")
    clerk.press("合并", kept="YD000006", reason="换了手机号", second_login="street", second_password=build.PASSWORD)
    week.staff("station3a").follow("兑换台").press("查找", who="YD000481").says("YD000006")
    assert week.points("YD000006") == before


def somebody_leaves(week: Week) -> None:
    """朱春分 moves away: what ends is said before, the points are used up at the counter, the phone is free."""
    clerk = week.staff("street").open("/staff/people/YD000062/leave").says("朱春分", "手机号腾出来", "还有 285 分")
    clerk.press("办理退出", reason="搬到外地", points="use").says("已退出")
    station = week.staff("station1a")
    exchange(station, "YD000062", "朱春分", {"G22": 1}, second_login="station1b", **KNOWN)
    newcomer = week.staff("jf-admin").follow("居民").follow("注册居民")
    newcomer.press(
        "注册",
        name="朱春分",
        birth_date="19940302",
        phone="19900000076",
        paper_ref="T-02",
        consent_register="on",
        consent_points="on",
    ).says("已注册")


# --- who looks


def the_auditor_reads(week: Week) -> None:
    """All of it stands in the log with who did it, and the auditor changes nothing."""
    auditor = week.staff("auditor").follow("待办").follow("操作日志")
    auditor.says("志愿者 · 退出", "搬到外地", "换了手机号", "第二经手人：street")
    auditor.open("/staff/figures").says("永定街道")
    for unknown in ("", "/leave"):  # names are not the auditor's
        auditor.open(f"/staff/people/YD000006{unknown}", status=404)
    for shut in ("/staff/desk", "/staff/activities/new", "/staff/people/new"):
        auditor.open(shut, status=403)


def _code(address: str) -> str:
    found = re.search(r"HD\d{8}-\d{4}", address)
    assert found
    return found[0]

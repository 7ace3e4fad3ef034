"""The catalogue: what may be offered, at which price, from when."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from points.access.tables import Account
from points.exchange import goods, redemption
from points.exchange.goods import Change
from points.exchange.redemption import Line
from points.exchange.statuses import GoodsClass
from points.foundation.actors import SYSTEM, NotPermitted
from tests import make
from tests.business.exchange import counter
from tests.business.exchange.counter import refused, shop


@pytest.mark.parametrize(
    "name", ["芙蓉王香烟", "白酒", "感冒药", "超市购物卡", "彩票", "现金红包", "手机话费", "水电缴费券"]
)
def test_what_stands_for_money_or_harms_is_never_offered(session: Session, name: str) -> None:
    make.street(session)
    with refused(session, "forbidden-goods"):
        make.item(session, "G99", name=name)


@pytest.mark.parametrize("name", ["酒精湿巾", "药皂", "烟灰缸", "油烟清洗剂", "料酒"])
def test_household_words_are_no_forbidden_goods(session: Session, name: str) -> None:
    assert make.item(session, "G99", name=name).status == "on_shelf"


def test_a_rename_cannot_smuggle_in_forbidden_goods(session: Session) -> None:
    item = make.item(session)
    with refused(session, "forbidden-goods", word="酒"):
        goods.change(session, item="G02", version=item.version, change=Change(spec="白酒 1 瓶"), by=SYSTEM, at=make.NOW)


def test_an_item_has_one_code_and_sensible_figures(session: Session) -> None:
    make.item(session)
    with refused(session, "code-taken", key="G02"):
        make.item(session)
    with refused(session, "bad-figure", field="price", value=0):
        make.item(session, "G03", price=0)
    with refused(session, "bad-figure", field="limit_pp_month", value=-1):
        make.item(session, "G03", limit_pp_month=-1)


def test_station_staff_propose_and_the_street_decides(session: Session) -> None:
    clerk, admin = make.clerk(session), make.street_admin(session)
    item = make.item(session, "G03", by=clerk, shelf=False)
    assert item.status == "draft"
    with refused(session, "not-permitted"):
        goods.put_on_shelf(session, item="G03", by=clerk, at=make.NOW)
    assert goods.put_on_shelf(session, item="G03", by=admin, at=make.NOW).status == "on_shelf"
    with refused(session, "not-permitted"):
        make.item(session, "N01", street="NZP", by=clerk, shelf=False)
    with refused(session, "not-permitted"):
        goods.take_off_shelf(session, item="G03", by=make.stranger(session), at=make.NOW)


def test_an_item_goes_on_and_off_the_shelf_and_retires_from_off_it(session: Session) -> None:
    make.item(session)
    with refused(session, "goods-wrong-status", status="on_shelf"):
        goods.retire(session, item="G02", by=SYSTEM, at=make.NOW)
    goods.take_off_shelf(session, item="G02", by=SYSTEM, at=make.NOW)
    goods.put_on_shelf(session, item="G02", by=SYSTEM, at=make.NOW)
    goods.take_off_shelf(session, item="G02", by=SYSTEM, at=make.NOW)
    goods.retire(session, item="G02", by=SYSTEM, at=make.NOW)
    with refused(session, "goods-wrong-status", status="retired"):
        goods.put_on_shelf(session, item="G02", by=SYSTEM, at=make.NOW)


def test_a_new_price_has_fifteen_days_notice(session: Session) -> None:
    make.item(session)
    with refused(session, "short-notice", earliest=date(2026, 5, 24), days=15):
        goods.set_price(session, item="G02", price=30, effective_from=date(2026, 5, 23), by=SYSTEM, at=make.NOW)
    item = goods.by_code(session, "G02")
    goods.set_price(session, item="G02", price=30, effective_from=date(2026, 5, 24), by=SYSTEM, at=make.NOW)
    assert goods.price_on(session, item_id=item.id, day=date(2026, 5, 23)) == 20
    assert goods.price_on(session, item_id=item.id, day=date(2026, 5, 24)) == 30
    assert goods.price_on(session, item_id=item.id, day=date(2026, 5, 8)) is None
    assert [row.price for row in goods.prices(session, item="G02")] == [30, 20]
    with refused(session, "price-already-set", effective_from=date(2026, 5, 24)):
        goods.set_price(session, item="G02", price=40, effective_from=date(2026, 5, 24), by=SYSTEM, at=make.NOW)


def test_a_price_announced_by_mistake_is_withdrawn_before_it_begins(session: Session) -> None:
    item, begins = make.item(session, price=20), date(2026, 5, 24)
    make.stocked(session, item, 5)
    goods.set_price(session, item="G02", price=300, effective_from=begins, by=SYSTEM, at=make.NOW)
    clerk = make.clerk(session)
    with pytest.raises(NotPermitted):
        goods.withdraw_price(session, item="G02", effective_from=begins, reason="多打了一个零", by=clerk, at=make.NOW)
    with refused(session, "price-reason"):
        goods.withdraw_price(session, item="G02", effective_from=begins, reason="错", by=SYSTEM, at=make.NOW)
    with refused(session, "not-found"):
        goods.withdraw_price(
            session, item="G02", effective_from=date(2026, 6, 1), reason="多打了一个零", by=SYSTEM, at=make.NOW
        )
    goods.withdraw_price(session, item="G02", effective_from=begins, reason="多打了一个零", by=SYSTEM, at=make.NOW)
    with refused(session, "price-begun"):
        goods.withdraw_price(session, item="G02", effective_from=begins, reason="多打了一个零", by=SYSTEM, at=make.NOW)
    assert goods.price_on(session, item_id=item.id, day=begins) == 20
    assert [one.withdrawn for one in goods.prices(session, item="G02")] == ["多打了一个零", None]
    (offer,) = goods.on_offer(session, station="NLJ-1", day=begins)
    assert (offer.price, offer.next_price) == (20, None)
    (offer,) = goods.on_offer(session, station="NLJ-1", day=make.TODAY)
    assert offer.next_price is None


def test_a_price_that_has_begun_stays(session: Session) -> None:
    make.item(session, price=20)
    begins = date(2026, 5, 24)
    goods.set_price(session, item="G02", price=30, effective_from=begins, by=SYSTEM, at=make.NOW)
    with refused(session, "price-begun", effective_from=begins):
        goods.withdraw_price(
            session,
            item="G02",
            effective_from=begins,
            reason="多打了一个零",
            by=SYSTEM,
            at=make.NOW + timedelta(days=15),
        )


def test_a_draft_needs_no_notice(session: Session) -> None:
    make.item(session, shelf=False)
    tomorrow = make.TODAY + timedelta(days=1)
    goods.set_price(session, item="G02", price=30, effective_from=tomorrow, by=SYSTEM, at=make.NOW)
    with refused(session, "short-notice", earliest=make.TODAY, days=0):
        goods.set_price(
            session, item="G02", price=30, effective_from=make.TODAY - timedelta(days=1), by=SYSTEM, at=make.NOW
        )


@pytest.mark.parametrize(
    ("price", "ref_value_fen", "guide"),
    [(10, 200, None), (10, 400, None), (10, 199, "worth-too-little"), (10, 401, "worth-too-much"), (150, 4500, None)],
)
def test_the_price_guide_warns_outside_two_to_four_yuan_for_ten_points(
    price: int, ref_value_fen: int, guide: str | None
) -> None:
    assert goods.price_guide(price, ref_value_fen) == guide


def test_a_price_outside_the_guide_is_no_error(session: Session) -> None:
    assert make.item(session, price=20, ref_value_fen=5000).status == "on_shelf"


def test_a_change_of_an_old_version_is_refused(session: Session) -> None:
    version = make.item(session).version
    changed = goods.change(
        session, item="G02", version=version, change=Change(limit_pp_month=3), by=SYSTEM, at=make.NOW
    )
    assert (changed.limit_pp_month, changed.version) == (3, version + 1)
    with refused(session, "changed-meanwhile", item="G02"):
        goods.change(session, item="G02", version=version, change=Change(limit_pp_month=4), by=SYSTEM, at=make.NOW)


def test_an_offer_says_what_is_left_and_what_it_will_cost(session: Session) -> None:
    place = shop(session)
    make.item(session, "G03")
    make.item(session, "G04", shelf=False)
    stale = make.item(session, "G10")
    make.stocked(session, stale, 3, best_before=make.TODAY - timedelta(days=1), at=make.NOW - timedelta(days=2))
    goods.set_price(session, item="G02", price=30, effective_from=date(2026, 5, 24), by=SYSTEM, at=make.NOW)
    counter.reserve(session, place.person, Line("G02", 2))
    offers = {offer.code: offer for offer in goods.on_offer(session, station="NLJ-1", day=make.TODAY)}
    assert list(offers) == ["G02", "G03", "G10"]
    assert (offers["G02"].price, offers["G02"].left) == (20, 10)
    assert (offers["G02"].next_price, offers["G02"].next_price_from) == (30, date(2026, 5, 24))
    assert (offers["G03"].left, offers["G10"].left) == (0, 0)
    make.station(session, "NLJ-2")
    assert {offer.left for offer in goods.on_offer(session, station="NLJ-2", day=make.TODAY)} == {0}


def test_a_label_finds_its_item(session: Session) -> None:
    item = make.item(session)
    assert goods.by_label(session, item.label_code.lower()).code == "G02"
    with refused(session, "not-found"):
        goods.by_label(session, "0000000000")
    assert [(row.code, price) for row, price in goods.listing(session, street="YD", day=make.TODAY)] == [("G02", 20)]


def test_taking_an_item_off_the_shelf_keeps_promises(session: Session) -> None:
    place = shop(session)
    held = counter.reserve(session, place.person)
    goods.take_off_shelf(session, item="G02", by=SYSTEM, at=make.NOW)
    done = redemption.fulfil(session, redemption=held.code, identity=counter.PIN, by=place.clerk, at=make.NOW)
    assert done.status == "fulfilled"


def test_an_item_has_one_of_the_drawings(session: Session) -> None:
    make.street(session)
    item = make.item(session, icon="bath")
    assert item.icon == "bath"
    assert make.item(session, "G03").icon == "package"
    changed = goods.change(
        session, item="G02", version=item.version, change=goods.Change(icon="scroll"), by=SYSTEM, at=make.NOW
    )
    assert changed.icon == "scroll"
    with refused(session, "no-such-drawing", icon="photo.png"):
        make.item(session, "G04", icon="photo.png")
    with refused(session, "no-such-drawing", icon=""):
        goods.change(session, item="G02", version=changed.version, change=goods.Change(icon=""), by=SYSTEM, at=make.NOW)


@pytest.mark.parametrize(
    "refused_class", ["cash_like", "tobacco", "alcohol", "medicine", "securities", "lottery", "fee"]
)
def test_a_class_that_is_never_exchanged_is_refused(session: Session, refused_class: str) -> None:
    with pytest.raises(goods.ForbiddenClass):
        make.item(session, "G50", name="黄鹤楼软蓝", goods_class=GoodsClass(refused_class), shelf=False)


def test_another_person_confirms_the_class_by_putting_it_on_the_shelf(session: Session) -> None:
    admin, clerk = make.street_admin(session), make.clerk(session)
    make.signed_up_staff(session, role="street_admin")
    make.item(session, "G50", by=admin, shelf=False)
    with pytest.raises(goods.ClassUnconfirmed):
        goods.put_on_shelf(session, item="G50", by=admin, at=make.NOW)
    other = make.street_admin(session)
    assert goods.put_on_shelf(session, item="G50", by=other, at=make.NOW).confirmed_by == other.person
    goods.take_off_shelf(session, item="G50", by=admin, at=make.NOW)
    assert goods.put_on_shelf(session, item="G50", by=admin, at=make.NOW).status == "on_shelf"
    make.item(session, "G51", by=clerk, shelf=False)
    assert goods.put_on_shelf(session, item="G51", by=admin, at=make.NOW).confirmed_by == admin.person


def test_who_is_alone_confirms_alone(session: Session) -> None:
    admin = make.street_admin(session)
    make.item(session, "G50", by=admin, shelf=False)
    assert goods.put_on_shelf(session, item="G50", by=admin, at=make.NOW).confirmed_by == admin.person


def test_under_another_name_goods_are_confirmed_again_by_another(session: Session) -> None:
    make.item(session)
    one, other = (make.staff(session, role="street_admin") for _ in range(2))
    password = "a long enough one"
    for who in (one, other):
        session.execute(update(Account).where(Account.login == who.person).values(password_hash=password))
    later = make.NOW + timedelta(days=8)
    item = goods.by_code(session, "G02")
    for change in (Change(limit_pp_month=3), Change(name=item.name, spec=item.spec), Change(icon="scroll")):
        item = goods.change(session, item="G02", version=item.version, change=change, by=one, at=later)
        assert (item.status, item.confirmed_by is not None) == ("on_shelf", True), change
    for number, change in enumerate((Change(name="浴巾"), Change(spec="2 条"))):
        item = goods.change(session, item="G02", version=item.version, change=change, by=one, at=later)
        assert (item.status, item.confirmed_by, item.renamed_by) == ("off_shelf", None, one.person)
        with refused(session, "class-unconfirmed", item="G02"):
            goods.put_on_shelf(session, item="G02", by=one, at=later)
        item = goods.put_on_shelf(session, item="G02", by=other, at=later + timedelta(minutes=number))
        assert (item.status, item.confirmed_by) == ("on_shelf", other.person)

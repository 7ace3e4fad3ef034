"""The catalogue through its pages: proposed, priced with notice, put on and taken off the shelf, retired."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.exchange.tables import GoodsItem, GoodsPrice
from tests.web.conftest import Browser, Street


def new(**more: str) -> dict[str, str]:
    form = {"street": "YD", "code": "g10", "name": "鸡蛋", "spec": "10 枚", "unit_name": "盒", "price": "30"}
    return form | {"ref_value": "9.00", "kind": "goods", "key": "a-key-of-this-form"} | more


def item(ground: Session, code: str = "G10") -> GoodsItem | None:
    ground.rollback()
    return ground.scalar(select(GoodsItem).where(GoodsItem.code == code).execution_options(populate_existing=True))


def prices(ground: Session) -> int:
    ground.rollback()
    return len(ground.scalars(select(GoodsPrice)).all())


def test_a_clerk_proposes_and_the_street_offers(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    clerk, admin = staff_pc("station_staff", "NLJ-1"), staff_pc("street_admin")
    for _ in range(2):
        made = clerk.post("/staff/goods", **new())
        assert made.location == "/staff/goods/G10"
    draft = item(ground)
    assert draft
    assert (draft.status, draft.ref_value_fen) == ("draft", 900)
    page = clerk.get(made.location).text
    assert "The street administrator puts it on the shelf" in page
    assert "/put-on" not in page
    assert clerk.post("/staff/goods/G10/put-on").status_code == 403
    for step, status in (("put-on", "on_shelf"), ("take-off", "off_shelf"), ("retire", "retired")):
        assert f"/staff/goods/G10/{step}" in admin.get("/staff/goods/G10").text
        assert admin.post(f"/staff/goods/G10/{step}").status_code == 303
        now = item(ground)
        assert now
        assert now.status == status
    again = admin.post("/staff/goods/G10/put-on")
    assert again.status_code == 409
    assert "Not possible now" in again.text
    assert "/put-on" not in again.text
    assert admin.post("/staff/goods/G10/burn").status_code == 404
    assert "Retired" in admin.get("/staff/goods").text


def test_what_may_never_be_exchanged_is_refused_and_the_form_kept(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    clerk = staff_pc("station_staff", "NLJ-1")
    for wrong, said in (
        ({"name": "购物卡"}, "Choose everyday goods or a service instead."),
        ({"name": ""}, "Missing data for required field."),
        ({"price": "0"}, "Must be greater than or equal to 1"),
        ({"ref_value": "nine"}, "Write the amount as 6 or 3.50."),
        ({"code": "a/b"}, "A code has letters, digits and hyphens"),
        ({"kind": "voucher"}, "A voucher needs its merchant"),
        ({"merchant": "M77"}, "merchant"),
    ):
        refused = clerk.post("/staff/goods", **new(**wrong))
        assert refused.status_code in (404, 422), wrong
        assert said in refused.text, wrong
        assert 'value="10 枚"' in refused.text
    taken = clerk.post("/staff/goods", **new(code="G02"))
    assert taken.status_code == 409
    assert "Choose another code." in taken.text
    assert item(ground) is None


def test_a_price_outside_the_guide_is_pointed_out(street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    assert "Cheap:" in clerk.get(clerk.post("/staff/goods", **new(ref_value="90")).location).text
    dear = clerk.post("/staff/goods", **new(code="G11", ref_value="1", key="another-key"))
    assert "Dear:" in clerk.get(dear.location).text
    assert "10 points" not in clerk.get("/staff/goods/G02").text


def test_a_new_price_has_its_notice(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    admin, before = staff_pc("street_admin"), prices(ground)
    form = {"price": "25", "key": "a-new-price-for-towels"}
    soon = admin.post("/staff/goods/G02/price", **form, effective_from="2026-05-20")
    assert (soon.status_code, prices(ground)) == (409, before)
    assert "Too soon for a new price" in soon.text
    assert 'value="2026-05-20"' in soon.text
    assert admin.post("/staff/goods/G02/price", **form, effective_from="spring").status_code == 422
    for _ in range(2):
        assert admin.post("/staff/goods/G02/price", **form, effective_from="2026-05-24").status_code == 303
    assert prices(ground) == before + 1
    assert "announced" in admin.get("/staff/goods/G02").text


def test_a_stranger_finds_no_goods_and_who_only_looks_changes_none(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    stranger, watcher, before = staff_pc("street_admin", "NZP"), staff_pc("auditor"), prices(ground)
    assert "毛巾" not in stranger.get("/staff/goods").text
    for address in ("/staff/goods/G02", "/staff/goods?street=YD", "/staff/goods/G99"):
        assert stranger.get(address).status_code == 404, address
    assert stranger.post("/staff/goods/G02/take-off").status_code == 404
    price = {"price": "1", "effective_from": "2026-12-01", "key": "a-strangers-price"}
    assert stranger.post("/staff/goods/G02/price", **price).status_code == 404
    assert stranger.post("/staff/goods", **new()).status_code == 403
    assert watcher.get("/staff/goods/G02").status_code == 200
    assert watcher.get("/staff/goods/new").status_code == 403
    assert watcher.post("/staff/goods/G02/take-off").status_code == 403
    towel = item(ground, "G02")
    assert towel
    assert (towel.status, prices(ground), item(ground)) == ("on_shelf", before, None)


def test_a_price_announced_by_mistake_is_withdrawn_on_the_page(
    street: Street, ground: Session, staff_pc: Callable[..., Browser], browser: Callable[[], Browser]
):
    admin, clerk = staff_pc("street_admin"), staff_pc("station_staff", "NLJ-1")
    admin.post("/staff/goods/G02/price", price="300", effective_from="2026-05-24")
    assert "/staff/goods/G02/price/withdraw" in admin.get("/staff/goods/G02").text
    assert "/staff/goods/G02/price/withdraw" not in clerk.get("/staff/goods/G02").text
    assert "300 points from" in browser().get(f"/g/{street.label}").text
    refused = admin.post("/staff/goods/G02/price/withdraw", effective_from="2026-05-24", reason="错")
    assert (refused.status_code, "w-reason" in refused.text) == (422, True)
    assert clerk.post(
        "/staff/goods/G02/price/withdraw", effective_from="2026-05-24", reason="多打了一个零"
    ).status_code in (403, 404)
    done = admin.post("/staff/goods/G02/price/withdraw", effective_from="2026-05-24", reason="多打了一个零")
    assert done.status_code == 303
    assert "多打了一个零" in admin.get("/staff/goods/G02").text
    assert "300 points from" not in browser().get(f"/g/{street.label}").text

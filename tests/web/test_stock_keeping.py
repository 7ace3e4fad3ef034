"""Keeping the shelf true, through its pages: written off, moved, counted; always signed by two."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.exchange import goods
from points.exchange.stock.tables import StockTransfer, StockTransferLine
from points.exchange.tables import StockBatch, StockMove, Stocktake
from tests import make
from tests.web.conftest import PASSWORD, Browser, Street, on_one_line

SIGNED = {"second_login": "second", "second_password": PASSWORD}
PAGES = ("write-off", "transfer", "count")


@pytest.fixture
def clerk(staff_pc: Callable[..., Browser]) -> Browser:
    """A clerk of the station, with a colleague beside them."""
    first = staff_pc("station_staff", "NLJ-1", login="first")
    staff_pc("station_staff", "NLJ-1", login="second")
    return first


def batch(ground: Session) -> StockBatch:
    ground.rollback()
    return ground.scalars(select(StockBatch).order_by(StockBatch.id).execution_options(populate_existing=True)).first()


def moves(ground: Session, kind: str) -> int:
    ground.rollback()
    return ground.scalar(select(func.count()).select_from(StockMove).where(StockMove.kind == kind)) or 0


def loss(ground: Session, **more: str) -> dict[str, str]:
    form = {"station": "NLJ-1", "batch": batch(ground).code, "kind": "loss", "qty": "2", "reason": "运输中破损"}
    return form | {"key": "a-key-of-this-form"} | SIGNED | more


def test_goods_are_written_off_once_by_two(street: Street, ground: Session, clerk: Browser):
    left = batch(ground).qty_left
    for _ in range(2):
        done = clerk.post("/staff/stock/write-off", **loss(ground))
        assert done.location == "/staff/stock?station=NLJ-1"
    assert (batch(ground).qty_left, moves(ground, "loss")) == (left - 2, 1)
    changed = clerk.post("/staff/stock/write-off", **loss(ground, qty="1"))
    assert (changed.status_code, moves(ground, "loss")) == (409, 1)
    assert "These other entries were not done." in changed.text


def test_a_refused_write_off_keeps_what_was_typed(street: Street, ground: Session, clerk: Browser):
    for wrong, status, said in (
        ({"second_login": "first"}, 403, "A second person must sign"),
        ({"second_password": "guessed"}, 403, ""),
        ({"reason": " "}, 422, "Missing data for required field."),
        ({"qty": "99"}, 409, "are promised"),
        ({"kind": "expired"}, 409, "Write it off as a loss"),
        ({"key": ""}, 422, "The form did not arrive whole"),
        ({"reason": "长" * 201}, 422, "Length must be between 1 and 200."),
    ):
        refused = clerk.post("/staff/stock/write-off", **loss(ground, **wrong))
        assert refused.status_code == status, wrong
        assert said in refused.text
        assert f'value="{wrong.get("qty", "2")}"' in refused.text
        assert PASSWORD not in refused.text
    assert moves(ground, "loss") == 0
    assert clerk.post("/staff/stock/write-off", **loss(ground)).status_code == 303


def test_who_only_looks_at_the_stock_moves_none_and_a_stranger_finds_none(
    street: Street, ground: Session, clerk: Browser, staff_pc: Callable[..., Browser]
):
    watcher, stranger = staff_pc("auditor"), staff_pc("street_admin", "NZP")
    for page in PAGES:
        assert watcher.get(f"/staff/stock/{page}?station=NLJ-1").status_code == 403
        assert stranger.get(f"/staff/stock/{page}?station=NLJ-1").status_code == 404
        assert clerk.get(f"/staff/stock/{page}?station=NLJ-1").status_code == 200
        answer = stranger.post(f"/staff/stock/{page}", **loss(ground, item="G02", to="NLJ-1", month="2026-04"))
        assert answer.status_code == 404, page
    assert (moves(ground, "loss"), moves(ground, "transfer"), moves(ground, "stocktake")) == (0, 0, 0)
    assert "毛巾" not in stranger.get("/staff/stock/near").text
    assert clerk.get("/staff/stock/write-off?batch=NOTHING").status_code == 404


def test_goods_go_to_another_station_once(street: Street, ground: Session, clerk: Browser):
    make.station(ground, "NLJ-2")
    ground.commit()
    form = {"station": "NLJ-1", "item": "G02", "qty": "2", "to": "NLJ-2", "key": "a-move-of-two"} | SIGNED
    assert "NLJ-2" in clerk.get("/staff/stock/transfer?station=NLJ-1").text
    refused = clerk.post("/staff/stock/transfer", **form | {"qty": "99"})
    assert refused.status_code == 409
    assert 'value="99"' in refused.text
    assert {clerk.post("/staff/stock/transfer", **form).location for _ in range(2)} == {sent_page(ground)}
    assert moves(ground, "transfer") == 1


def sent_page(ground: Session) -> str:
    ground.rollback()
    return f"/staff/stock/transfers/{ground.scalars(select(StockTransfer.code)).one()}"


def test_what_was_sent_is_received_by_the_other_station(
    street: Street, ground: Session, clerk: Browser, staff_pc: Callable[..., Browser]
):
    make.station(ground, "NLJ-2")
    ground.commit()
    receiver = staff_pc("station_staff", "NLJ-2", login="third")
    staff_pc("station_staff", "NLJ-2", login="fourth")
    form = {"station": "NLJ-1", "item": "G02", "qty": "2", "to": "NLJ-2", "key": "a-move-of-two"} | SIGNED
    page = clerk.post("/staff/stock/transfer", **form).location
    for browser, said in ((clerk, "To 能量家2号站"), (receiver, "From 能量家1号站: count and receive")):
        shown = on_one_line(browser.get("/staff/stock").text)
        assert page in shown
        assert said in shown
        assert page in browser.get("/staff/stock/transfers").text
    assert f"{page}/receive" not in clerk.get(page).text
    assert f"{page}/take-back" not in receiver.get(page).text
    [line] = ground.scalars(select(StockTransferLine)).all()
    field = f"received-{ground.get_one(StockBatch, line.batch_id).code}"
    signed = {"second_login": "fourth", "second_password": PASSWORD, "key": "the-two-arrived"}
    assert clerk.post(f"{page}/receive", **signed | {field: "2"}).status_code == 403
    empty = receiver.post(f"{page}/receive", **signed)
    assert empty.status_code == 422
    assert "Missing data for required field." in empty.text
    fewer = receiver.post(f"{page}/receive", **signed | {field: "1"})
    assert fewer.status_code == 422
    assert "A difference needs its reason" in fewer.text
    assert 'value="1"' in fewer.text
    told = signed | {field: "1", field.replace("received", "reason"): "路上丢失"}
    for _ in range(2):
        assert receiver.post(f"{page}/receive", **told).location == "/staff/stock?station=NLJ-2"
    assert (moves(ground, "transfer"), moves(ground, "loss")) == (2, 1)
    assert "1 of 2 arrived" in on_one_line(clerk.get(page).text)
    late = clerk.post(f"{page}/take-back", reason="发错了", key="take-it-back", **SIGNED)
    assert late.status_code == 409
    assert "/staff/stock/transfers/" not in clerk.get("/staff/stock").text


def test_what_was_sent_by_mistake_is_called_back(street: Street, ground: Session, clerk: Browser):
    make.station(ground, "NLJ-2")
    ground.commit()
    left = batch(ground).qty_left
    form = {"station": "NLJ-1", "item": "G02", "qty": "2", "to": "NLJ-2", "key": "a-move-of-two"} | SIGNED
    page = clerk.post("/staff/stock/transfer", **form).location
    assert batch(ground).qty_left == left - 2
    back = {"key": "take-it-back", "reason": "发错了站点"} | SIGNED
    assert clerk.post(f"{page}/take-back", **back | {"reason": ""}).status_code == 422
    for _ in range(2):
        assert clerk.post(f"{page}/take-back", **back).location == page
    assert (batch(ground).qty_left, moves(ground, "transfer")) == (left, 2)


def test_a_month_is_counted_blind_and_its_difference_explained_by_two(street: Street, ground: Session, clerk: Browser):
    one = batch(ground)
    page = clerk.get("/staff/stock/count?station=NLJ-1").text
    field = f"counted-{one.code}"
    assert f'name="{field}"' in page
    assert "毛巾 1 条" in page
    assert not re.search(rf">\s*{one.qty_left} ", page)
    form = {"station": "NLJ-1", "month": "2026-04", "key": "the-count-of-april"} | SIGNED
    empty = clerk.post("/staff/stock/count", **form)
    assert (empty.status_code, "Missing data for required field." in empty.text) == (422, True)
    assert clerk.post("/staff/stock/count", **form | {field: "three"}).status_code == 422
    assert clerk.post("/staff/stock/count", **form | {field: "3", "month": "2026-05"}).status_code == 422
    for _ in range(2):
        counted = clerk.post("/staff/stock/count", **form | {field: str(one.qty_left - 1)})
        assert counted.location == "/staff/stock/count?station=NLJ-1"
    waits = on_one_line(clerk.get(counted.location).text)
    assert f"counted {one.qty_left - 1}, in the book {one.qty_left}" in waits
    assert field not in waits
    assert field in clerk.get(f"{counted.location}&again=1").text
    why = {"station": "NLJ-1", "key": "why-one-is-missing"} | SIGNED
    silent = clerk.post("/staff/stock/count/explain", **why)
    assert (silent.status_code, "no reason given" in silent.text) == (422, True)
    for _ in range(2):
        told = clerk.post("/staff/stock/count/explain", **why | {f"reason-{one.code}": "少一条，未找到"})
        assert told.location == "/staff/stock?station=NLJ-1"
    ground.rollback()
    assert ground.scalar(select(func.count()).select_from(Stocktake)) == 1
    assert moves(ground, "stocktake") == 1
    assert "The next count is from" in on_one_line(clerk.get("/staff/stock/count?station=NLJ-1").text)
    again = form | {field: str(one.qty_left - 1), "key": "the-count-again"}
    assert clerk.post("/staff/stock/count", **again).status_code == 409


def test_what_ends_first_is_listed_first(street: Street, ground: Session, clerk: Browser):
    later = make.stocked(ground, make.item(ground, "G01"), 2, best_before=make.TODAY + timedelta(days=11))
    first = make.stocked(ground, goods.by_code(ground, "G02"), 2, best_before=make.TODAY + timedelta(days=5))
    ground.commit()
    page = clerk.get("/staff/stock/near").text
    assert page.index(first.code) < page.index(later.code)


def test_what_ends_soon_can_be_sent_on_and_what_is_past_written_off(street: Street, ground: Session, clerk: Browser):
    towel = goods.by_code(ground, "G02")
    past = make.stocked(ground, towel, 2, best_before=make.TODAY - timedelta(days=1), at=make.NOW - timedelta(days=2))
    soon = make.stocked(ground, towel, 2, best_before=make.TODAY + timedelta(days=10))
    ground.commit()
    assert "/staff/stock/transfer" not in clerk.get("/staff/stock/near").text
    make.station(ground, code="NLJ-2")
    ground.commit()
    page = clerk.get("/staff/stock/near").text
    assert past.code in page
    assert soon.code in page
    address = f"/staff/stock/write-off?station=NLJ-1&amp;batch={past.code}"
    assert address in page
    assert f"batch={soon.code}" not in page
    away = "/staff/stock/transfer?station=NLJ-1&amp;item=G02&amp;qty=2"
    assert away in page
    form = clerk.get(away.replace("&amp;", "&")).text
    assert re.search(r'<option value="G02" selected>', form)
    assert re.search(r'name="qty"[^>]* value="2"', form)
    form = clerk.get(address.replace("&amp;", "&")).text
    assert re.search(rf'<option value="{past.code}" selected>', form)
    assert re.search(r'<option value="expired" selected>', form)
    done = clerk.post("/staff/stock/write-off", **loss(ground, batch=past.code, kind="expired"))
    assert (done.status_code, moves(ground, "expired")) == (303, 1)


def test_a_kind_of_goods_tells_its_batches_and_every_movement_page_by_page(
    street: Street, ground: Session, clerk: Browser, staff_pc: Callable[..., Browser]
):
    towel = goods.by_code(ground, "G02")
    for _ in range(51):
        make.stocked(ground, towel, 1)
    ground.commit()
    clerk.post("/staff/stock/write-off", **loss(ground))
    page = "/staff/stock/goods/G02?station=NLJ-1"
    assert page.replace("&", "&amp;") in clerk.get("/staff/stock?station=NLJ-1").text
    for browser in (clerk, staff_pc("auditor"), staff_pc("street_admin")):
        told = on_one_line(browser.get(page).text)
        assert "运输中破损" in told
        assert "first, second" in told
        assert batch(ground).code in told
        assert "Page 1 of 2" in told
    assert street.receipt not in told
    assert f"/staff/redemptions/{street.receipt}" in clerk.get(f"{page}&page=2").text
    stranger = staff_pc("street_admin", "NZP")
    assert stranger.get(page).status_code == 404

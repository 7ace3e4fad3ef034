"""The desk: person, cart, identity, hand-over, receipt; and the same goods reserved on the phone."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.exchange.tables import Redemption, RedemptionLine, StockBatch
from tests import make
from tests.web.conftest import PASSWORD, Browser, Street, on_one_line


def exchanges(ground: Session) -> int:
    ground.rollback()
    return ground.scalar(select(func.count()).select_from(Redemption)) or 0


def cart(street: Street, **more: str) -> dict[str, str]:
    return {"volunteer": street.volunteer, "station": "NLJ-1", "key": "a-key-of-this-form", "qty-G02": "1", **more}


def test_a_card_leads_to_its_person(street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    answer = clerk.get(f"/c/{street.card}")
    assert answer.location == f"/staff/desk?who={street.card}"
    page = clerk.get(answer.location).text
    assert "赵立春" in page
    assert "card read" in page


def test_goods_are_handed_over_after_the_pin(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    clerk, before = staff_pc("station_staff", "NLJ-1"), exchanges(ground)
    confirm = clerk.post("/staff/desk/confirm", **cart(street))
    assert (confirm.status_code, exchanges(ground)) == (200, before)
    assert "Hand over, 20 points" in confirm.text
    wrong = clerk.post("/staff/desk", **cart(street, check="pin", pin="000000"))
    assert (wrong.status_code, exchanges(ground)) == (403, before)
    assert 'name="qty-G02" value="1"' in wrong.text
    assert 'value="a-key-of-this-form"' not in wrong.text, "what was refused is another form"
    for _ in range(2):
        done = clerk.post("/staff/desk", **cart(street, check="pin", pin="730514"))
        assert done.status_code == 303
    assert exchanges(ground) == before + 1
    receipt = clerk.get(done.location).text
    assert "20 points were taken" in receipt
    assert "赵立春" in receipt


def test_a_card_alone_never_spends(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    clerk, before = staff_pc("station_staff", "NLJ-1"), exchanges(ground)
    refused = clerk.post("/staff/desk", **cart(street, by_card="1"))
    assert (refused.status_code, exchanges(ground)) == (422, before)
    assert "A card alone never spends points." in refused.text


def test_two_who_know_the_person_are_two(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    clerk, before = staff_pc("station_staff", "NLJ-1", login="one"), exchanges(ground)
    staff_pc("station_staff", "NLJ-1", login="two")
    known = {"check": "known_by_two", "second_password": PASSWORD}
    alone = clerk.post("/staff/desk", **cart(street, second_login="one", **known))
    assert (alone.status_code, exchanges(ground)) == (403, before)
    assert clerk.post("/staff/desk", **cart(street, second_login="two", **known)).status_code == 303
    assert exchanges(ground) == before + 1


def test_numbers_that_are_none_are_refused(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    clerk, before = staff_pc("station_staff", "NLJ-1"), exchanges(ground)
    for typed in ("-1", "99999999999", "1.5", "一", "1e3"):
        answer = clerk.post("/staff/desk", **cart(street, check="pin", pin="730514") | {"qty-G02": typed})
        assert 400 <= answer.status_code < 500, typed
    assert exchanges(ground) == before


def test_reserved_on_the_phone_collected_at_the_station(
    street: Street, ground: Session, phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
):
    phone, clerk = phone_of(street.volunteer), staff_pc("station_staff", "NLJ-1")
    made = phone.post("/my/goods", station="NLJ-1", key="reserve-on-phone", **{"qty-G02": "1"})
    assert made.status_code == 303
    page = phone.get(made.location).text
    assert "<svg" in page
    code = made.location.rsplit("/", 1)[1]
    row = ground.scalars(select(Redemption).where(Redemption.code == code)).one()
    found = clerk.get(f"/p/{row.pickup_code}")
    assert found.location == f"/staff/redemptions/{code}"
    assert phone.get(f"/p/{row.pickup_code}").location == f"/my/reservations/{code}"
    assert clerk.post(f"/staff/redemptions/{code}/fulfil", check="pin", pin="730514").status_code == 303
    assert "Handed over" in phone.get(f"/my/reservations/{code}").text


def test_a_refused_reservation_says_how_many_points_are_missing(street: Street, phone_of: Callable[[str], Browser]):
    phone = phone_of(street.leader)
    refused = phone.post("/my/goods", station="NLJ-1", key="too-dear-for-me", **{"qty-G02": "2"})
    assert refused.status_code == 409
    assert 'name="qty-G02"' in refused.text
    assert 'value="2"' in refused.text
    assert "are missing" in refused.text


def test_a_cancelled_reservation_gives_the_points_back(street: Street, phone_of: Callable[[str], Browser]):
    phone = phone_of(street.volunteer)
    assert phone.post(f"/my/reservations/{street.reserved}/cancel").status_code == 303
    assert "Your points are back" in phone.get(f"/my/reservations/{street.reserved}").text


def test_goods_are_received_by_two(street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1", login="first")
    staff_pc("station_staff", "NLJ-1", login="second")
    form = {"station": "NLJ-1", "source": "budget", "item-1": "G02", "qty-1": "7"}
    alone = clerk.post("/staff/stock/receive", **form, second_login="first", second_password=PASSWORD)
    assert alone.status_code == 403
    assert 'value="7"' in alone.text
    both = clerk.post("/staff/stock/receive", **form, second_login="second", second_password=PASSWORD)
    assert both.location == "/staff/stock?station=NLJ-1"


def test_a_delivery_note_has_many_rows_and_one_signature(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    clerk = staff_pc("station_staff", "NLJ-1", login="first")
    staff_pc("station_staff", "NLJ-1", login="second")
    make.item(ground, "G05", name="大米", spec="5 kg", goods_class="food")
    ground.commit()
    page = clerk.get("/staff/stock/receive").text
    assert ('name="qty-8"' in page, 'name="qty-9"' in page) == (True, False)
    assert 'name="qty-16"' in clerk.get("/staff/stock/receive?rows=16").text
    signed = {"second_login": "second", "second_password": PASSWORD, "station": "NLJ-1", "source": "budget"}
    rows = {"item-1": "G02", "qty-1": "7", "item-3": "G05", "qty-3": "4", "best_before-3": "2027-05-01"}
    for wrong, said in (
        ({"qty-1": ""}, "Missing data for required field."),
        ({"item-3": ""}, "Missing data for required field."),
        ({"best_before-3": ""}, "has a best-before date, and none is written down"),
        ({"best_before-3": "2026-05-08"}, "was best before"),
        (dict.fromkeys(rows, ""), "Missing data for required field."),
    ):
        refused = clerk.post("/staff/stock/receive", **signed | rows | wrong)
        assert (refused.status_code, said in refused.text) == (422, True), wrong
    before = ground.scalar(select(func.count()).select_from(StockBatch))
    assert clerk.post("/staff/stock/receive", **signed | rows, rows="8").status_code == 303
    ground.rollback()
    assert ground.scalar(select(func.count()).select_from(StockBatch)) == (before or 0) + 2


def test_a_session_is_opened_and_closed_with_its_figures(street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    assert clerk.post(f"/staff/sessions/{street.event}/open").status_code == 303
    assert clerk.post("/staff/desk", **cart(street, check="pin", pin="730514")).status_code == 303
    assert clerk.post(f"/staff/sessions/{street.event}/close", **{"counted-G02": "2"}).status_code == 303
    assert "赵立春" in clerk.get(f"/staff/sessions/{street.event}").text


def test_a_resident_is_registered_and_gets_a_card(street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    form = {"name": "孙谷雨", "birth_date": "1950-03-01", "community": "BZ", "phone_none": "1", "card": "1"}
    refused = clerk.post("/staff/people", **form)
    assert refused.status_code == 422
    assert 'value="孙谷雨"' in refused.text
    made = clerk.post("/staff/people", **form, **{"consent-register": "1", "consent-points": "1"})
    assert made.status_code == 303
    card = clerk.get(made.location + "/card").text
    assert "孙谷雨" in card
    assert "<svg" in card


def test_a_session_in_which_nothing_was_handed_over_is_cancelled_with_a_reason(
    street: Street, staff_pc: Callable[..., Browser]
):
    clerk = staff_pc("station_staff", "NLJ-1")
    page = f"/staff/sessions/{street.event}"
    assert f"{page}/cancel" in clerk.get(page).text
    refused = clerk.post(f"{page}/cancel", reason=" ")
    assert refused.status_code == 422
    assert f"{page}/cancel" in refused.text
    assert staff_pc("street_admin", "NZP").post(f"{page}/cancel", reason="x").status_code == 404
    assert clerk.post(f"{page}/cancel", reason="大雨").status_code == 303
    after = clerk.get(page).text
    assert "Cancelled" in after
    assert f"{page}/cancel" not in after


def test_a_title_longer_than_its_room_is_refused_in_words(street: Street, staff_pc: Callable[..., Browser]):
    form = {"station": "NLJ-1", "day": "2026-05-16", "start": "09:00", "end": "11:00", "title": "兑" * 61}
    refused = staff_pc("station_staff", "NLJ-1").post("/staff/stock/sessions", **form)
    assert refused.status_code == 422
    assert "Length must be between 1 and 60." in refused.text


def test_limits_are_known_before_anything_is_chosen(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    page = f"/staff/desk?who={street.volunteer}"
    assert "2 more this month" in clerk.get(page).text
    for key in ("the-first-of-two", "the-second-of-two"):
        clerk.post("/staff/desk", **cart(street, check="pin", pin="730514") | {"key": key})
    full = clerk.get(page).text
    assert "All of this month taken" in full
    assert 'name="qty-G02"' not in full
    assert "20 points to go" in clerk.get(f"/staff/desk?who={street.leader}").text


def test_without_a_script_every_tap_is_a_page(street: Street, staff_pc: Callable[..., Browser]):
    clerk, form = staff_pc("station_staff", "NLJ-1"), {"volunteer": "", "station": "NLJ-1", "key": "a-key-of-this-form"}
    form["volunteer"] = street.volunteer
    label = f"http://points.test/g/{street.label}"
    for typed, before, after in (
        ("G02", "0", "1"),
        ("2", "1", "2"),
        (label, "0", "1"),
        ("-2", "2", "1"),
        ("毛巾", "0", "1"),
    ):
        page = clerk.post("/staff/desk/confirm", **form, add=typed, **{"qty-G02": before})
        assert page.status_code == 200, typed
        field = f'name="qty-G02" type="number" inputmode="numeric" min="0" max="2" value="{after}"'
        assert field in on_one_line(page.text), typed
        assert 'value="a-key-of-this-form"' in page.text
    confirm = clerk.post("/staff/desk/confirm", **form, add="", **{"qty-G02": "1"})
    assert "Hand over, 20 points" in confirm.text
    back = f"/staff/desk?station=NLJ-1&amp;who={street.volunteer}&amp;qty-G02=1"
    assert back in confirm.text


def test_another_card_does_not_end_an_exchange_by_accident(street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    form = {"volunteer": street.leader, "station": "NLJ-1", "key": "a-key-of-this-form", "add": street.card}
    waits = clerk.post("/staff/desk/confirm", **form, **{"qty-G02": "1"})
    assert (waits.status_code, "another person was read" in waits.text) == (409, True)
    assert clerk.post("/staff/desk/confirm", **form).location == f"/staff/desk?station=NLJ-1&who={street.card}"
    own = clerk.post("/staff/desk/confirm", **form | {"volunteer": street.volunteer}, **{"qty-G02": "1"})
    assert "card read" in own.text
    assert 'name="by_card"' in own.text


def test_one_field_takes_a_receipt_a_pick_up_code_and_says_what_a_label_is(
    street: Street, staff_pc: Callable[..., Browser]
):
    clerk = staff_pc("station_staff", "NLJ-1")
    assert clerk.get(f"/staff/desk?who={street.receipt}").location == f"/staff/redemptions/{street.receipt}"
    for typed in (street.pickup, f"http://points.test/p/{street.pickup}"):
        assert clerk.get(f"/staff/desk?who={quote(typed)}").location == f"/staff/redemptions/{street.reserved}"
    label = clerk.get(f"/staff/desk?who=http://points.test/g/{street.label}")
    assert (label.status_code, "Find the person first" in label.text) == (422, True)


def test_what_is_not_found_is_no_first_step_to_a_duplicate(street: Street, staff_pc: Callable[..., Browser]):
    page = staff_pc("station_staff", "NLJ-1").get("/staff/desk?who=nobody").text
    assert "Nobody was found." in page
    assert 'href="/staff/people/new"' not in page


def test_a_name_without_a_phone_ends_with_the_number(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    for _ in range(2):
        make.volunteer(ground, name="钱无机", phone=None, phone_none=True, birth_date=make.ELDER_BORN)
    ground.commit()
    page = staff_pc("station_staff", "NLJ-1").get("/staff/desk?who=钱无机").text
    assert page.count("钱无机</strong>") == 2
    assert "</span> · </span>" not in on_one_line(page)


def test_a_session_that_is_not_open_leads_back_from_its_count(street: Street, staff_pc: Callable[..., Browser]):
    page = staff_pc("station_staff", "NLJ-1").get(f"/staff/sessions/{street.event}/close").text
    assert page.count(f'href="/staff/sessions/{street.event}"') == 2


def test_what_cannot_prove_a_person_is_not_asked(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    elder = make.volunteer(ground, phone=None, phone_none=True, birth_date=make.ELDER_BORN)
    make.points(ground, elder, 40)
    ground.commit()
    page = (
        staff_pc("station_staff", "NLJ-1").post("/staff/desk/confirm", **cart(street) | {"volunteer": elder.code}).text
    )
    assert 'value="pin"' not in page
    assert 'value="phone4"' not in page
    assert 'value="known_by_two" checked' in page


def test_an_item_changes_its_drawing(street: Street, staff_pc: Callable[..., Browser]):
    admin = staff_pc("street_admin")
    page = admin.get("/staff/goods/G02").text
    version = page.split('name="version" value="')[1].split('"')[0]
    form = {"name": "毛巾", "spec": "1 条", "unit_name": "条", "ref_value": "6", "limit_pp_month": "4", "min_age": "0"}
    changed = admin.post("/staff/goods/G02/change", **form, version=version, icon="bath", key="another-drawing")
    assert changed.location == "/staff/goods/G02"
    assert "#bath" in admin.get(f"/staff/desk?who={street.volunteer}").text or "#bath" in admin.get("/staff/goods").text
    stale = admin.post("/staff/goods/G02/change", **form, version=version, icon="egg", key="yet-another-one")
    assert stale.status_code == 409
    wrong = admin.post("/staff/goods/G02/change", **form, version="99", icon="x.png", key="no-such-drawing")
    assert wrong.status_code == 422


def test_every_counter_of_the_street_serves_its_residents(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    far = make.volunteer(ground, name="周远邻", community="CS", pin=True, phone="13800000021")
    make.points(ground, far, 100)
    card = make.card(ground, far)
    ground.commit()
    clerk = staff_pc("station_staff", "NLJ-1")
    for who in ("周远邻", "13800000021", far.code, card.code, f"http://localhost/c/{card.code}"):
        assert "周远邻" in clerk.get(f"/staff/desk?who={quote(who)}").text, who
    done = clerk.post("/staff/desk", **cart(street, volunteer=far.code, check="pin", pin="730514"))
    assert done.status_code == 303
    page = clerk.get(f"/staff/people/{far.code}").text
    assert "Set the PIN" in page
    for kept in ("Agreed to", "hours", "Household", "13800000021", "138****0021", "崇实"):
        assert kept not in page, kept
    assert clerk.post(f"/staff/people/{far.code}/card", reason="lost").status_code == 303
    assert clerk.get(f"/staff/people/{far.code}/card").status_code == 200
    assert clerk.post(f"/staff/people/{far.code}/pin", pin="482913").status_code == 303
    for path in ("household", "passbook", "let-in"):
        assert clerk.get(f"/staff/people/{far.code}/{path}").status_code == 404, path


def test_another_streets_resident_is_served_by_card_once_both_streets_agreed(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    foreign = make.volunteer(ground, name="郑外街", community="NZ", pin=True)
    make.points(ground, foreign, 100)
    card = make.card(ground, foreign).code
    ground.commit()
    clerk, before = staff_pc("station_staff", "NLJ-1"), exchanges(ground)
    theirs = cart(street, volunteer=foreign.code, card=card, by_card="1")
    assert "earned the points in 南庄坪街道" in clerk.get(f"/staff/desk?who={card}").text
    assert clerk.post("/staff/desk/confirm", **theirs).status_code == 403
    for office, other in (("YD", "NZP"), ("NZP", "YD")):
        answer = staff_pc("street_admin", office).post(
            "/staff/places/agreements", street=office, other=other, key=f"key-of-the-form-{office}"
        )
        assert answer.status_code == 303
    assert "郑外街" in clerk.get(f"/staff/desk?who={card}").text
    assert "郑外街" not in clerk.get(f"/staff/desk?who={foreign.code}").text
    assert "郑外街" in clerk.post("/staff/desk/confirm", **theirs).text
    added = clerk.post("/staff/desk/confirm", **theirs, add="2")
    assert "郑外街" in added.text
    assert clerk.post("/staff/desk", **theirs, check="pin", pin="730514").status_code == 303
    assert exchanges(ground) == before + 1


def test_a_street_says_on_its_page_whom_its_stations_serve(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    office = staff_pc("street_admin")
    assert "Every station serves every resident of the street." in office.get("/staff/places").text
    assert office.post("/staff/places/serving", street="YD", key="key-of-the-form").status_code == 303
    page = office.get("/staff/places").text
    assert "Each station serves the residents of its own community only." in page
    assert 'name="whole_street" value="1"' in page
    assert office.post("/staff/places/serving", street="NZP", key="key-of-another").status_code == 403


@pytest.mark.parametrize("scanned", ["6901234567892", "977", "没有这样东西"])
@pytest.mark.parametrize("chosen", ["0", "1"])
def test_what_is_not_ours_moves_nothing_and_says_so(
    street: Street, staff_pc: Callable[..., Browser], scanned: str, chosen: str
):
    clerk = staff_pc("station_staff", "NLJ-1")
    answer = clerk.post("/staff/desk/confirm", **cart(street, add=scanned) | {"qty-G02": chosen})
    assert "is neither goods on offer nor a resident" in answer.text
    assert street.volunteer in answer.text


def test_one_line_of_a_receipt_comes_back_once(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1", login="first")
    staff_pc("station_staff", "NLJ-1", login="second")
    page = f"/staff/redemptions/{street.receipt}"
    batch = re.search(r'name="qty-(\w+)"', clerk.get(page).text)
    assert batch
    form = {"reason": "破损", "second_login": "second", "second_password": PASSWORD, "key": "one-of-them-back"}
    for wrong, said in (
        ({}, "Say how many come back."),
        ({f"qty-{batch[1]}": "0"}, "Say how many come back."),
        ({f"qty-{batch[1]}": "99"}, "More than is still out."),
        ({f"qty-{batch[1]}": "1", "reason": ""}, "Missing data for required field."),
    ):
        refused = clerk.post(f"{page}/return", **form | wrong)
        assert (refused.status_code, said in refused.text) == (422, True), wrong
    for _ in range(2):
        assert clerk.post(f"{page}/return", **form | {f"qty-{batch[1]}": "1"}).location == page
    ground.rollback()
    done = ground.scalars(select(Redemption).where(Redemption.code == street.receipt)).one()
    line = ground.scalars(select(RedemptionLine).where(RedemptionLine.redemption_id == done.id)).one()
    assert (line.qty_returned, done.points_returned) == (1, line.price)
    assert "Came back: 毛巾 1 条 × 1" in on_one_line(clerk.get(page).text)

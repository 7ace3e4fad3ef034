"""Reserve, then collect, cancel or let lapse; and goods that come back (A10)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points import ledger
from points.access.identity import Identity, IdentityCheck
from points.exchange import exchange_days, goods, redemption, vouchers
from points.exchange.redemption import Line, Proxy
from points.exchange.tables import Redemption, StockMove, Voucher
from points.foundation.actors import SYSTEM
from points.ledger.tables import PointAccount, PointLot
from points.people.tables import Volunteer
from tests import make
from tests.business.exchange import counter
from tests.business.exchange.counter import PIN, Shop, balance, on_shelf, redeem, refused, reserve, shop
from tests.business.ledger import books

COLLECTED = make.NOW + timedelta(days=3)


def fulfil(session: Session, held: Redemption, *, by: Any, **facts: Any) -> Redemption:
    facts = {"identity": PIN, "at": COLLECTED, **facts}
    return redemption.fulfil(session, redemption=facts.pop("named", held.code), by=by, **facts)


def lots(session: Session, person: Volunteer) -> list[tuple[int, str, date | None]]:
    return [
        tuple(row)
        for row in session.execute(
            select(PointLot.remaining, PointLot.status, PointLot.expires_on)
            .join(PointAccount, PointAccount.id == PointLot.account_id)
            .where(PointAccount.volunteer_id == person.id)
            .order_by(PointLot.id)
        )
    ]


def test_a_reservation_holds_points_and_goods(session: Session) -> None:
    place = shop(session)
    held = reserve(session, place.person, Line("G02", 3))
    assert (held.status, held.total_points, held.session_id) == ("reserved", 60, None)
    assert held.pickup_until == datetime(2026, 5, 16, 15, 59, 59, tzinfo=UTC)
    assert balance(session, place.person) == (40, 60)
    assert (on_shelf(session, place.early), on_shelf(session, place.late)) == ((2, 2), (10, 1))
    assert session.scalar(select(func.count()).select_from(StockMove).where(StockMove.kind == "redeem")) == 0
    books.assert_the_books_are_right(session)


def test_what_is_reserved_cannot_be_taken_by_others(session: Session) -> None:
    place = shop(session, points=1000)
    reserve(session, place.person, Line("G02", 12))
    with refused(session, "out-of-stock", left=0):
        redeem(session, place.person, by=place.clerk)


def test_a_reservation_is_repeated_by_its_key(session: Session) -> None:
    place = shop(session)
    first = reserve(session, place.person, key="k")
    assert reserve(session, place.person, key="k").code == first.code
    assert balance(session, place.person) == (80, 20)
    with refused(session, "idempotency-key-reused"):
        redeem(session, place.person, by=place.clerk, key="k")


def test_strangers_reserve_nothing(session: Session) -> None:
    place = shop(session)
    with refused(session, "not-permitted"):
        reserve(session, place.person, by=make.volunteer_actor(session, make.volunteer(session)))
    with refused(session, "identity-needed"):
        reserve(session, place.person, by=place.clerk)
    with refused(session, "second-clerk-needed"):
        reserve(session, place.person, by=place.clerk, identity=Identity(IdentityCheck.KNOWN_BY_TWO, place.clerk))
    with refused(session, "self-dealing"):
        mine = make.staff(session, role="station_staff", volunteer=place.person)
        reserve(session, place.person, by=replace(mine, volunteer_id=None, behind_id=mine.volunteer_id), identity=PIN)
    assert reserve(session, place.person, by=place.clerk, identity=PIN).created_by == place.clerk.person


@pytest.mark.parametrize("named", ["code", "pickup_code"])
def test_collecting_spends_what_was_held(session: Session, named: str) -> None:
    place = shop(session)
    held = reserve(session, place.person, Line("G02", 3))
    done = fulfil(session, held, by=place.clerk, named=getattr(held, named))
    assert (done.status, done.day, done.fulfilled_by) == ("fulfilled", date(2026, 5, 12), place.clerk.person)
    assert balance(session, place.person) == (40, 0)
    assert (on_shelf(session, place.early), on_shelf(session, place.late)) == ((0, 0), (9, 0))
    books.assert_the_books_are_right(session)
    counter.assert_the_shelf_is_right(session)


def test_collecting_counts_for_the_open_session_and_its_limit(session: Session) -> None:
    place = shop(session)
    held = reserve(session, place.person, Line("G02", 3))
    planned = exchange_days.plan(
        session, station="NLJ-1", title="兑换日", start_at=COLLECTED, end_at=COLLECTED + timedelta(hours=2),
        max_points_pp=70, by=SYSTEM, at=make.NOW,
    )  # fmt: skip
    exchange_days.open_day(session, code=planned.code, by=SYSTEM, at=COLLECTED)
    redeem(session, place.person, by=place.clerk, at=COLLECTED)
    with refused(session, "over-session-limit", limit=70, used=20, wanted=60, left=50):
        fulfil(session, held, by=place.clerk)
    exchange_days.close(session, code=planned.code, by=SYSTEM, at=COLLECTED)
    assert fulfil(session, held, by=place.clerk).session_id is None


def test_collecting_twice_is_refused(session: Session) -> None:
    place = shop(session)
    held = reserve(session, place.person)
    fulfil(session, held, by=place.clerk)
    with refused(session, "redemption-state", status="fulfilled"):
        fulfil(session, held, by=place.clerk)


def test_nobody_hands_over_to_themselves(session: Session) -> None:
    place = shop(session)
    held = reserve(session, place.person)
    own = make.staff(session, role="station_staff", volunteer=place.person)
    with refused(session, "self-dealing"):
        fulfil(session, held, by=own)
    with refused(session, "proxy-is-clerk"):
        fulfil(session, held, by=place.clerk, proxy=Proxy(name=place.clerk.person, relation="邻居"))


def test_after_the_last_day_nothing_is_collected(session: Session) -> None:
    place = shop(session)
    held = reserve(session, place.person)
    with refused(session, "pickup-passed", until=date(2026, 5, 16)):
        fulfil(session, held, by=place.clerk, at=make.NOW + timedelta(days=8))


def test_goods_that_expired_meanwhile_are_not_handed_over(session: Session) -> None:
    place = shop(session)
    make.stocked(session, make.item(session, "G10"), 5, best_before=make.TODAY + timedelta(days=1))
    held = reserve(session, place.person, Line("G10", 1))
    with refused(session, "batch-expired", item="G10"):
        fulfil(session, held, by=place.clerk)


def test_cancelling_restores_the_same_lots_and_batches(session: Session) -> None:
    place = shop(session, points=0)
    make.points(session, place.person, 12, expires_on=date(2026, 12, 31))
    make.points(session, place.person, 88)
    before = lots(session, place.person), on_shelf(session, place.early), on_shelf(session, place.late)
    held = reserve(session, place.person, Line("G02", 3))
    assert lots(session, place.person)[0] == (0, "exhausted", date(2026, 12, 31))
    mine = make.volunteer_actor(session, place.person)
    gone = redemption.cancel(session, redemption=held.code, by=mine, at=COLLECTED, reason="不需要了")
    assert (gone.status, gone.ended_by, gone.ended_reason) == ("cancelled", place.person.code, "不需要了")
    assert (lots(session, place.person), on_shelf(session, place.early), on_shelf(session, place.late)) == before
    assert balance(session, place.person) == (100, 0)
    books.assert_the_books_are_right(session)
    with refused(session, "redemption-state", status="cancelled"):
        redemption.cancel(session, redemption=held.code, by=mine, at=COLLECTED)


def test_others_cancel_nothing(session: Session) -> None:
    place = shop(session)
    held = reserve(session, place.person)
    with refused(session, "not-permitted"):
        redemption.cancel(
            session, redemption=held.code, by=make.volunteer_actor(session, make.volunteer(session)), at=COLLECTED
        )


def test_reservations_lapse_after_their_last_day_and_only_then(session: Session) -> None:
    place = shop(session, points=10)
    spouse = make.volunteer(session)
    make.points(session, spouse, 40)
    make.household(session, place.person, spouse)
    held = reserve(session, place.person)
    assert (balance(session, place.person), balance(session, spouse)) == ((0, 10), (30, 10))
    assert redemption.lapse_due(session, at=datetime(2026, 5, 16, 15, 59, 59, tzinfo=UTC)) == 0
    assert redemption.lapse_due(session, at=datetime(2026, 5, 16, 16, 0, tzinfo=UTC)) == 1
    assert session.get_one(Redemption, held.id).status == "lapsed"
    assert (balance(session, place.person), balance(session, spouse)) == ((10, 0), (40, 0))
    assert on_shelf(session, place.early) == (2, 0)
    assert redemption.lapse_due(session, at=make.NOW + timedelta(days=30)) == 0
    books.assert_the_books_are_right(session)


# --- goods that come back


def back(session: Session, done: Redemption, place: Shop, **facts: Any) -> Redemption:
    facts = {
        "to_stock": True,
        "reason": "包装破损",
        "by": place.clerk,
        "second": place.witness,
        "at": make.NOW + timedelta(days=7),
        **facts,
    }
    return redemption.give_back(session, redemption=done.code, **facts)


def test_a_return_restores_points_and_shelf(session: Session) -> None:
    place = shop(session)
    done = redeem(session, place.person, Line("G02", 3), by=place.clerk)
    returned = back(session, done, place)
    assert (returned.status, returned.returned_by, returned.returned_second) == (
        "returned",
        place.clerk.person,
        place.witness.person,
    )
    assert balance(session, place.person) == (100, 0)
    assert (on_shelf(session, place.early), on_shelf(session, place.late)) == ((2, 0), (10, 0))
    books.assert_the_books_are_right(session)
    counter.assert_the_shelf_is_right(session)


def test_broken_goods_come_back_as_a_loss(session: Session) -> None:
    place = shop(session)
    done = redeem(session, place.person, by=place.clerk)
    back(session, done, place, to_stock=False)
    assert on_shelf(session, place.early) == (1, 0)
    moves = session.execute(
        select(StockMove.kind, StockMove.delta).where(StockMove.reference == f"redemption:{done.code}")
    ).all()
    assert sorted(moves) == [("loss", -1), ("redeem", -1), ("return", 1)]
    counter.assert_the_shelf_is_right(session)


def test_a_collected_reservation_can_be_returned(session: Session) -> None:
    place = shop(session)
    done = fulfil(session, reserve(session, place.person), by=place.clerk)
    back(session, done, place)
    assert balance(session, place.person) == (100, 0)
    books.assert_the_books_are_right(session)


def test_points_that_expired_meanwhile_live_again_for_thirty_days(session: Session) -> None:
    place = shop(session, points=0)
    make.points(session, place.person, 20, expires_on=make.TODAY)
    done = redeem(session, place.person, by=place.clerk)
    at = make.NOW + timedelta(days=2)
    ledger.expire_due(session, at=at)
    back(session, done, place, at=at)
    assert lots(session, place.person) == [(20, "active", date(2026, 6, 10))]


def test_a_return_has_seven_days_and_two_people(session: Session) -> None:
    place = shop(session)
    done = redeem(session, place.person, by=place.clerk)
    with refused(session, "return-too-late", days=7, handed_over=make.TODAY):
        back(session, done, place, at=make.NOW + timedelta(days=8))
    with refused(session, "second-person-needed", person=place.clerk.person):
        back(session, done, place, second=place.clerk)
    with refused(session, "self-dealing"):
        back(session, done, place, second=make.staff(session, role="station_staff", volunteer=place.person))
    with refused(session, "not-permitted"):
        back(session, done, place, second=make.volunteer_actor(session, make.volunteer(session)))
    with refused(session, "reason-missing"):
        back(session, done, place, reason=" ")
    back(session, done, place)
    with refused(session, "redemption-state", status="returned"):
        back(session, done, place)


# --- vouchers


def haircut(session: Session) -> tuple[Shop, str]:
    place = shop(session)
    _, token = make.merchant(session)
    item = make.item(
        session, "G16", name="理发券", spec="1 次", kind="voucher", price=40, ref_value_fen=1500, merchant="M01"
    )
    make.stocked(session, item, 5)
    return place, token


def codes_on(session: Session, done: Redemption) -> list[str]:
    return [code for line in redemption.receipt(session, done.code).lines for code in line.vouchers]


def test_a_voucher_has_one_code_a_piece(session: Session) -> None:
    place, _ = haircut(session)
    done = redeem(session, place.person, Line("G16", 2), Line("G02", 1), by=place.clerk)
    assert len(set(codes_on(session, done))) == 2


def test_a_reserved_voucher_gets_its_code_when_collected(session: Session) -> None:
    place, _ = haircut(session)
    held = reserve(session, place.person, Line("G16", 2))
    assert codes_on(session, held) == []
    assert len(codes_on(session, fulfil(session, held, by=place.clerk))) == 2


def test_the_merchant_confirms_once(session: Session) -> None:
    place, token = haircut(session)
    (code,) = codes_on(session, redeem(session, place.person, Line("G16", 1), by=place.clerk))
    used = vouchers.confirm(session, code=code.lower(), merchant_token=token, at=COLLECTED)
    assert (used.status, used.used_at) == ("used", COLLECTED)
    with refused(session, "voucher-used", used_on=date(2026, 5, 12)):
        vouchers.confirm(session, code=code, merchant_token=token, at=COLLECTED)


def test_others_confirm_nothing(session: Session) -> None:
    place, token = haircut(session)
    (code,) = codes_on(session, redeem(session, place.person, Line("G16", 1), by=place.clerk))
    _, other = make.merchant(session, "M02")
    with refused(session, "other-merchant"):
        vouchers.confirm(session, code=code, merchant_token=other, at=COLLECTED)
    with refused(session, "not-a-merchant"):
        vouchers.confirm(session, code=code, merchant_token="nothing", at=COLLECTED)
    with refused(session, "not-found"):
        vouchers.confirm(session, code="0000000000", merchant_token=token, at=COLLECTED)
    fresh = vouchers.new_token(session, merchant="M01", by=SYSTEM, at=COLLECTED)
    with refused(session, "not-a-merchant"):
        vouchers.confirm(session, code=code, merchant_token=token, at=COLLECTED)
    assert vouchers.confirm(session, code=code, merchant_token=fresh, at=COLLECTED).status == "used"


def test_a_returned_voucher_is_void_and_a_used_one_stays(session: Session) -> None:
    place, token = haircut(session)
    done = redeem(session, place.person, Line("G16", 1), by=place.clerk)
    (code,) = codes_on(session, done)
    back(session, done, place)
    with refused(session, "voucher-void"):
        vouchers.confirm(session, code=code, merchant_token=token, at=COLLECTED)
    done = redeem(session, place.person, Line("G16", 1), by=place.clerk)
    vouchers.confirm(session, code=codes_on(session, done)[0], merchant_token=token, at=COLLECTED)
    with refused(session, "voucher-used"):
        back(session, done, place)


def test_the_settlement_counts_used_vouchers_of_the_month(session: Session) -> None:
    place, token = haircut(session)
    done = redeem(session, place.person, Line("G16", 2), by=place.clerk)
    first, second = codes_on(session, done)
    vouchers.confirm(session, code=first, merchant_token=token, at=datetime(2026, 5, 31, 15, 59, tzinfo=UTC))
    vouchers.confirm(session, code=second, merchant_token=token, at=datetime(2026, 5, 31, 16, 0, tzinfo=UTC))
    by = make.street_admin(session)
    (line,) = vouchers.settlement(session, month=date(2026, 5, 9), by=by)
    assert (line.merchant, line.item, line.count, line.total_fen) == ("M01", "G16", 1, 1500)
    assert vouchers.settlement(session, month=date(2026, 4, 1), by=by) == []
    assert vouchers.settlement(session, month=date(2026, 5, 1), by=make.stranger(session)) == []
    assert [line.count for line in vouchers.settlement(session, month=date(2026, 6, 1), merchant="M01")] == [1]


def test_a_voucher_item_names_its_merchant(session: Session) -> None:
    make.street(session)
    with refused(session, "needs-merchant", item="G16"):
        make.item(session, "G16", name="理发券", kind="voucher")
    assert session.scalar(select(func.count()).select_from(Voucher)) == 0
    assert goods.price_guide(50, 1500) is None

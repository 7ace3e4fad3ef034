"""A voucher is proved once: by its merchant, or at the station where the merchant brings it on paper."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.exchange import vouchers
from points.exchange.redemption import Line
from points.exchange.tables import Voucher
from points.foundation.actors import Actor
from tests import make
from tests.business.exchange.counter import Shop, redeem, refused, shop


def haircut(session: Session) -> tuple[Shop, str, str]:
    """A shop whose person has a voucher for a haircut: its code, and the merchant's token."""
    place = shop(session)
    _, token = make.merchant(session)
    item = make.item(session, "G16", name="理发券", kind="voucher", merchant="M01", ref_value_fen=1500)
    make.stocked(session, item, 3)
    redeem(session, place.person, Line("G16", 1), by=place.clerk)
    return place, session.scalars(select(Voucher.code)).one(), token


def test_staff_book_a_paper_voucher_once(session: Session) -> None:
    place, code, token = haircut(session)
    typed = f" {code[:5].lower()}-{code[5:]} "
    assert vouchers.accept(session, code=typed, by=place.clerk, at=make.NOW).status == "used"
    with refused(session, "voucher-used", used_on=make.TODAY):
        vouchers.accept(session, code=code, by=place.clerk, at=make.NOW)
    with refused(session, "voucher-used"):
        vouchers.confirm(session, code=code, merchant_token=token, at=make.NOW)
    (line,) = vouchers.settlement(session, month=make.TODAY, merchant="M01")
    assert (line.count, line.total_fen) == (1, 1500)
    assert vouchers.settlement(session, month=date(2026, 4, 1), merchant="M01") == []


def test_nobody_books_the_own_voucher(session: Session) -> None:
    place, code, _ = haircut(session)
    own = Actor(person=place.person.code, volunteer_id=place.person.id, permits=place.clerk.permits)
    with refused(session, "own-voucher", clerk=place.person.code):
        vouchers.accept(session, code=code, by=own, at=make.NOW)


@pytest.mark.parametrize("typed", ["", "nothing", "0000000000"])
def test_an_unknown_code_is_no_voucher(session: Session, typed: str) -> None:
    place, _, _ = haircut(session)
    with refused(session, "not-found"):
        vouchers.accept(session, code=typed, by=place.clerk, at=make.NOW)


def test_another_streets_staff_book_nothing(session: Session) -> None:
    _, code, _ = haircut(session)
    with refused(session, "not-permitted"):
        vouchers.accept(session, code=code, by=make.volunteer_actor(session, make.volunteer(session)), at=make.NOW)

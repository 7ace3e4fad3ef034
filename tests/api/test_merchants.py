"""Merchants and what they are owed; the settlement's answer."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access.identity import Identity
from points.exchange import redemption, vouchers
from points.exchange.redemption import Basket, Line
from points.exchange.tables import Voucher
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.service import activities, stays
from tests import make
from tests.api.conftest import Program
from tests.api.test_problems import problem


def haircut(session: Session) -> tuple[str, str]:
    """A voucher that somebody exchanged for, and its merchant's token."""
    _, token = make.merchant(session)
    make.rules(session)
    make.station(session)
    item = make.item(session, "G16", name="理发券", kind="voucher", merchant="M01")
    make.stocked(session, item, 3)
    person = make.volunteer(session, pin=True)
    make.points(session, person, 1000)
    redemption.redeem(
        session,
        basket=Basket(
            volunteer=person.code, lines=[Line(item="G16", qty=1)], station="NLJ-1", key="a-voucher-for-a-haircut"
        ),
        identity=Identity(check="pin"),
        by=make.clerk(session),
        at=make.NOW,
    )
    code = session.scalars(select(Voucher.code)).one()
    session.commit()
    return code, token


def test_a_new_token_ends_the_old_one_and_a_dismissed_merchant_has_none(
    ground: Session, program: Callable[..., Program]
) -> None:
    code, token = haircut(ground)
    admin = program("street_admin")
    fresh = admin.post("/merchants/M01/token")
    assert fresh.status_code == 201
    assert fresh.json["token"] != token
    problem(admin.post(f"/vouchers/{code}/confirm", {"merchant_token": token}), 403, "not-a-merchant")
    dismissed = admin.post("/merchants/M01/dismiss", {"reason": "协议到期"})
    assert (dismissed.status_code, dismissed.json["active"]) == (200, False)
    problem(admin.post(f"/vouchers/{code}/confirm", {"merchant_token": fresh.json["token"]}), 403, "not-a-merchant")
    problem(admin.post("/merchants/M01/dismiss", {}), 422, "invalid")


def test_the_settlement_lists_the_vouchers_used_in_the_month(ground: Session, program: Callable[..., Program]) -> None:
    code, token = haircut(ground)
    with clock.frozen(make.NOW):
        vouchers.confirm(ground, code=code, merchant_token=token, at=make.NOW)
        ground.commit()
        admin = program("street_admin")
        items = admin.get("/reports/voucher-settlement").json["items"]
        assert [(one["merchant"], one["item"], one["count"]) for one in items] == [("M01", "G16", 1)]
        assert items[0]["total_fen"] == items[0]["ref_value_fen"]
        for month, merchant, n in (("2026-05-31", "M01", 1), ("2026-04-30", "M01", 0), ("2026-05-01", "M02", 0)):
            found = admin.get("/reports/voucher-settlement", month=month, merchant=merchant)
            assert len(found.json["items"]) == n, (month, merchant)


def test_a_stranger_neither_changes_nor_finds_a_merchant(ground: Session, program: Callable[..., Program]) -> None:
    haircut(ground)
    make.stranger(ground)
    other = program("street_admin", "NZP")
    problem(other.post("/merchants/M01/token"), 404, "not-found")
    problem(other.post("/merchants/M01/dismiss", {"reason": "不相干"}), 404, "not-found")
    problem(program("auditor").post("/merchants/M01/token"), 403, "not-permitted")
    assert vouchers.merchants(ground, by=SYSTEM)[0].active


def test_the_settlement_says_that_the_head_count_differs(ground: Session, program: Callable[..., Program]) -> None:
    make.rules(ground)
    person = make.volunteer(ground)
    for day, (counted, differs) in enumerate(((1, False), (2, True), (None, False))):
        activity = make.activity(ground, walk_in_ok=True, start=make.NOW + timedelta(days=day))
        make.scanned(ground, activity, person, "in", at=activity.start_at)
        make.scanned(ground, activity, person, "out", at=activity.end_at)
        after = activity.end_at + timedelta(hours=1)
        with clock.frozen(after):
            activities.advance(ground, at=after)
            stays.decide_flags(ground, activity=activity.code, by=SYSTEM, at=after)
            ground.commit()
            body = {} if counted is None else {"head_count": counted}
            settled = program("street_admin").post(f"/activities/{activity.code}/settle", body)
        assert (settled.status_code, settled.json["head_count_differs"]) == (200, differs), counted

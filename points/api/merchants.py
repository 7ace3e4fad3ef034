"""Merchants, the vouchers they accept, and what the street owes them."""

from points import http
from points.api import paging
from points.api.room import Pace, Room
from points.database import db, transaction
from points.exchange import vouchers
from points.foundation import clock
from points.shapes.fields import Given
from points.shapes.merchants import (
    ConfirmShape,
    DismissShape,
    MerchantShape,
    MerchantTokenShape,
    NewMerchantShape,
    SettlementQuery,
    SettlementShape,
    VoucherShape,
)
from points.shapes.paging import Named, page_of

room = Room("merchants", __name__, description="Merchants and their vouchers.")


@room.read("/merchants", query=Named, answer=page_of(MerchantShape))
def list_merchants(given: Given) -> object:
    """The merchants in your reach, by code."""
    mine = vouchers.merchants(db.session(), by=http.current_actor())
    return paging.page(*paging.cut(mine, given, key=lambda merchant: merchant.code))


@room.act("/merchants", body=NewMerchantShape, answer=MerchantTokenShape, status=201)
def add_merchant(given: Given) -> object:
    """Add a merchant; the token is shown once."""
    with transaction() as session:
        merchant, token = vouchers.add_merchant(session, **given, by=http.current_actor(), at=clock.now())
        return {"code": merchant.code, "token": token}


@room.act("/merchants/<code:code>/token", answer=MerchantTokenShape, status=201)
def renew_merchant_token(given: Given, code: str) -> object:
    """Replace a merchant's token; the old one is dead at once, the new one is shown once."""
    by = http.current_actor()
    with transaction() as session:
        vouchers.merchant_seen(session, code, by=by)
        token = vouchers.new_token(session, merchant=code, **given, by=by, at=clock.now())
        return {"code": code, "token": token}


@room.act("/merchants/<code:code>/dismiss", body=DismissShape, answer=MerchantShape)
def dismiss_merchant(given: Given, code: str) -> object:
    """End a merchant's part: the token is dead, vouchers already used stay in the settlement."""
    by = http.current_actor()
    with transaction() as session:
        vouchers.merchant_seen(session, code, by=by)
        return vouchers.dismiss_merchant(session, merchant=code, **given, by=by, at=clock.now())


@room.read("/reports/voucher-settlement", query=SettlementQuery, answer=SettlementShape)
def list_voucher_settlement(given: Given) -> object:
    """The vouchers used in a month, within your reach, by merchant and item."""
    asked = {"month": clock.local_date(clock.now()), **given}
    return {"items": vouchers.settlement(db.session(), **asked, by=http.current_actor())}


@room.act(
    "/vouchers/<code:code>/confirm", body=ConfirmShape, answer=VoucherShape, public=True, pace=Pace(limit="60/minute")
)
def confirm_voucher(given: Given, code: str) -> object:
    """Prove that the service of a voucher was given, by the merchant's token; needs no sign-in."""
    with transaction() as session:
        return vouchers.confirm(session, code=code, **given, at=clock.now())

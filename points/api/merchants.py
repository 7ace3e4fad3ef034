"""Merchants, the vouchers they accept, and what the street owes them."""

from typing import Any

from marshmallow import fields as shown

from points import http
from points.api import paging
from points.api.fields import Code, Day, Shape, Text
from points.api.room import Given, Room
from points.database import db, transaction
from points.exchange import vouchers
from points.foundation import clock

room = Room("merchants", __name__, description="Merchants and their vouchers.")


class MerchantShape(Shape):
    """A merchant who provides the service of vouchers."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    active = shown.Boolean(required=True)


class NewMerchantShape(Shape):
    """A merchant to add."""

    street = Code(required=True)
    code = Code(20, required=True)
    name = Text(60, least=1, required=True)


class MerchantTokenShape(Shape):
    """The merchant's token, shown once."""

    code = shown.String(required=True)
    token = shown.String(required=True)


class DismissShape(Shape):
    """Why a merchant's part ends."""

    reason = Text(200, least=1, required=True)


class SettlementQuery(Shape):
    """Which month (this one, unless said), and of which merchant (all in reach, unless said)."""

    month = Day(metadata={"description": "Any day of the month"})
    merchant = Code(20)


class SettlementLineShape(Shape):
    """What a merchant did of one item in the month."""

    merchant = shown.String(required=True)
    merchant_name = shown.String(required=True)
    item = shown.String(required=True)
    name = shown.String(required=True)
    count = shown.Integer(required=True)
    ref_value_fen = shown.Integer(required=True)
    total_fen = shown.Integer(required=True)


class SettlementShape(Shape):
    """The vouchers used in a month, by merchant and item: what the street owes."""

    items = shown.List(shown.Nested(SettlementLineShape), required=True)


class ConfirmShape(Shape):
    """The merchant's token proves who gave the service."""

    merchant_token = Text(100, least=1, required=True)


class VoucherShape(Shape):
    """A voucher that has done its service."""

    code = shown.String(required=True)
    status = shown.String(required=True)
    used_at = shown.AwareDateTime(required=True, allow_none=True)


@room.read("/merchants", query=paging.Named, answer=paging.page_of(MerchantShape))
def list_merchants(given: Given) -> Any:
    """The merchants in your reach, by code."""
    mine = vouchers.merchants(db.session(), by=http.current_actor())
    return paging.page(*paging.cut(mine, given, key=lambda merchant: merchant.code))


@room.act("/merchants", body=NewMerchantShape, answer=MerchantTokenShape, status=201)
def add_merchant(given: Given) -> Any:
    """Add a merchant; the token is shown once."""
    with transaction() as session:
        merchant, token = vouchers.add_merchant(session, **given, by=http.current_actor(), at=clock.now())
        return {"code": merchant.code, "token": token}


@room.act("/merchants/<code:code>/token", answer=MerchantTokenShape, status=201)
def renew_merchant_token(given: Given, code: str) -> Any:
    """Replace a merchant's token; the old one is dead at once, the new one is shown once."""
    by = http.current_actor()
    with transaction() as session:
        vouchers.merchant_seen(session, code, by=by)
        token = vouchers.new_token(session, merchant=code, **given, by=by, at=clock.now())
        return {"code": code, "token": token}


@room.act("/merchants/<code:code>/dismiss", body=DismissShape, answer=MerchantShape)
def dismiss_merchant(given: Given, code: str) -> Any:
    """End a merchant's part: the token is dead, vouchers already used stay in the settlement."""
    by = http.current_actor()
    with transaction() as session:
        vouchers.merchant_seen(session, code, by=by)
        return vouchers.dismiss_merchant(session, merchant=code, **given, by=by, at=clock.now())


@room.read("/reports/voucher-settlement", query=SettlementQuery, answer=SettlementShape)
def list_voucher_settlement(given: Given) -> Any:
    """The vouchers used in a month, within your reach, by merchant and item."""
    asked = {"month": clock.local_date(clock.now()), **given}
    return {"items": vouchers.settlement(db.session(), **asked, by=http.current_actor())}


@room.act("/vouchers/<code:code>/confirm", body=ConfirmShape, answer=VoucherShape, public=True, limit="60/minute")
def confirm_voucher(given: Given, code: str) -> Any:
    """Prove that the service of a voucher was given, by the merchant's token; needs no sign-in."""
    with transaction() as session:
        return vouchers.confirm(session, code=code, **given, at=clock.now())

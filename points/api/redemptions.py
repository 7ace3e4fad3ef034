"""The exchange: its sessions, redemptions, vouchers and merchants."""

from typing import Any

from flask import request
from marshmallow import fields as shown
from marshmallow import validate, validates_schema
from marshmallow.exceptions import ValidationError
from sqlalchemy.orm import Session

from points import http
from points.access import identity
from points.access.identity import Identity
from points.api import paging
from points.api.fields import Code, Day, Flag, Shape, Text, Time, Whole, Word
from points.api.names import codes_of
from points.api.once import HEADER
from points.api.room import Given, Room
from points.api.signing import SignerShape, second_person
from points.database import db, transaction
from points.exchange import redemption, sessions, vouchers
from points.exchange.redemption import Line, Proxy, Redemption
from points.exchange.sessions import ExchangeSession
from points.foundation import clock
from points.places.stations import Station

room = Room("redemptions", __name__, description="Exchange sessions, redemptions, vouchers.")

CHECKS = ("pin", "card_pin", "phone4", "known_by_two")
STATUSES = ("reserved", "fulfilled", "cancelled", "lapsed", "returned")


class LineShape(Shape):
    """So many of one item."""

    item = Code(required=True)
    qty = Whole(least=1, most=1000, required=True)


class ProxyShape(Shape):
    """Who collects for the redeemer (代领)."""

    name = Text(40, least=1, required=True)
    relation = Text(20, least=1, required=True)


class IdentityShape(Shape):
    """How identity is checked: `pin` and `card_pin` need the PIN, `phone4` the digits, `known_by_two` a second."""

    check = Word(*CHECKS, required=True)
    pin = Text(12, least=1)
    digits = Text(4, least=4)
    second = shown.Nested(SignerShape)

    @validates_schema
    def complete(self, given: Given, **_: Any) -> None:
        needed = {"pin": "pin", "card_pin": "pin", "phone4": "digits", "known_by_two": "second"}
        if (field := needed.get(given.get("check", ""))) and field not in given:
            raise ValidationError("Missing data for required field.", field)


class RedeemShape(Shape):
    """An exchange at the counter (with `identity`), or a reservation (without)."""

    volunteer = Code(required=True)
    station = Code(required=True)
    lines = shown.List(shown.Nested(LineShape), required=True, validate=validate.Length(1, 50))
    identity = shown.Nested(IdentityShape)
    session = Code(metadata={"description": "Insist on this exchange session"})
    proxy = shown.Nested(ProxyShape)


class FulfilShape(Shape):
    """Hand over what was reserved."""

    identity = shown.Nested(IdentityShape, required=True)
    proxy = shown.Nested(ProxyShape)


class CancelShape(Shape):
    """Why, if one wants to say."""

    reason = Text(200, load_default="")


class ReturnShape(Shape):
    """Faulty goods that come back: on the shelf again, or a loss; signed by two people."""

    to_stock = Flag(required=True)
    reason = Text(200, least=1, required=True)
    second = shown.Nested(SignerShape, required=True)


class RedemptionShape(Shape):
    """One exchange. Its lines stand on the receipt."""

    code = shown.String(required=True)
    station = shown.String(required=True)
    volunteer = shown.String(required=True)
    status = shown.String(required=True)
    day = shown.Date(required=True)
    total_points = shown.Integer(required=True)
    rule_version = shown.String(
        required=True, metadata={"description": "The rule set in force when it was made; empty where there was none"}
    )
    pickup_code = shown.String(required=True, allow_none=True)
    pickup_until = shown.AwareDateTime(required=True, allow_none=True)
    fulfilled_by = shown.String(required=True, allow_none=True)
    fulfilled_at = shown.AwareDateTime(required=True, allow_none=True)
    identity_check = shown.String(required=True, allow_none=True)
    proxy_name = shown.String(required=True)
    proxy_relation = shown.String(required=True)


class ReceiptLineShape(Shape):
    """So many of an item from one batch, at the price paid."""

    item = shown.String(required=True)
    name = shown.String(required=True)
    spec = shown.String(required=True)
    unit_name = shown.String(required=True)
    kind = shown.String(required=True)
    qty = shown.Integer(required=True)
    price = shown.Integer(required=True)
    points = shown.Integer(required=True)
    batch = shown.String(required=True)
    donor = shown.String(required=True, allow_none=True)
    vouchers = shown.List(shown.String(), required=True)


class ReceiptOfRedemptionShape(RedemptionShape):
    """Everything on one receipt."""

    station_name = shown.String(required=True)
    volunteer_name = shown.String(required=True)
    session = shown.String(required=True, allow_none=True)
    identity_second = shown.String(required=True, allow_none=True)
    ended_at = shown.AwareDateTime(required=True, allow_none=True)
    ended_by = shown.String(required=True, allow_none=True)
    ended_reason = shown.String(required=True)
    lines = shown.List(shown.Nested(ReceiptLineShape), required=True)


class RedemptionsQuery(paging.Named):
    """Which redemptions."""

    station = Code()
    volunteer = Code()
    session = Code()
    status = Word(*STATUSES)
    date_from = Day()
    date_to = Day()


class SessionShape(Shape):
    """An exchange session (兑换活动)."""

    code = shown.String(required=True)
    station = shown.String(required=True)
    title = shown.String(required=True)
    day = shown.Date(required=True)
    start_at = shown.AwareDateTime(required=True)
    end_at = shown.AwareDateTime(required=True)
    max_points_pp = shown.Integer(required=True)
    status = shown.String(required=True)
    closed_at = shown.AwareDateTime(required=True, allow_none=True)
    closed_by = shown.String(required=True, allow_none=True)


class SessionsQuery(Shape):
    """Which sessions; the latest first."""

    station = Code()
    status = Word("planned", "open", "closed", "cancelled")
    date_from = Day()
    date_to = Day()


class SessionsShape(Shape):
    """The latest sessions, at most 200; ask with dates for earlier ones."""

    items = shown.List(shown.Nested(SessionShape), required=True)


class NewSessionShape(Shape):
    """A session to plan."""

    station = Code(required=True)
    title = Text(60, least=1, required=True)
    start_at = Time(required=True)
    end_at = Time(required=True)
    max_points_pp = Whole(most=1_000_000, load_default=0)


class SessionReasonShape(Shape):
    """Why."""

    reason = Text(200, least=1, required=True)


class SessionFiguresShape(Shape):
    """The figures of a session: frozen once it is closed."""

    persons = shown.Integer(required=True)
    households = shown.Integer(required=True)
    redemptions = shown.Integer(required=True)
    items = shown.Integer(required=True)
    points = shown.Integer(required=True)
    ref_value_fen = shown.Integer(required=True)
    stock_before = shown.Dict(required=True)
    stock_after = shown.Dict(required=True)
    by_item = shown.Dict(required=True)


class MerchantShape(Shape):
    """A merchant who provides the service of vouchers."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    active = shown.Boolean(required=True)


class MerchantsShape(Shape):
    """The merchants in reach."""

    items = shown.List(shown.Nested(MerchantShape), required=True)


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


@room.read("/sessions", query=SessionsQuery, answer=SessionsShape)
def list_sessions(given: Given) -> Any:
    """The exchange sessions in your reach."""
    session = db.session()
    found = sessions.listing(
        session,
        by=http.current_actor(),
        station=given.get("station"),
        status=given.get("status"),
        day_from=given.get("date_from"),
        day_to=given.get("date_to"),
        limit=200,
    )
    return {"items": _sessions(session, found)}


@room.read("/sessions/<code:code>", answer=SessionShape)
def show_session(code: str) -> Any:
    """One exchange session."""
    session = db.session()
    return _sessions(session, [sessions.seen(session, code, by=http.current_actor())])[0]


@room.read("/sessions/<code:code>/figures", answer=SessionFiguresShape)
def show_session_figures(code: str) -> Any:
    """Its figures; frozen once it is closed."""
    session = db.session()
    return sessions.figures(session, code=sessions.seen(session, code, by=http.current_actor()).code)


@room.act("/sessions", body=NewSessionShape, answer=SessionShape, status=201)
def plan_session(given: Given) -> Any:
    """Plan an exchange session."""
    with transaction() as session:
        event = sessions.plan(session, **given, by=http.current_actor(), at=clock.now())
        return _sessions(session, [event])[0]


@room.act("/sessions/<code:code>/open", answer=SessionShape)
def open_exchange_session(given: Given, code: str) -> Any:
    """Open it on its day; redemptions at the station now belong to it."""
    return _session_moved(sessions.open_session, given, code)


@room.act("/sessions/<code:code>/close", answer=SessionShape)
def close_session(given: Given, code: str) -> Any:
    """Close it and freeze its figures."""
    return _session_moved(sessions.close, given, code)


@room.act("/sessions/<code:code>/cancel", body=SessionReasonShape, answer=SessionShape)
def cancel_session(given: Given, code: str) -> Any:
    """Cancel a session in which nothing was handed over."""
    return _session_moved(sessions.cancel, given, code)


@room.read("/redemptions", query=RedemptionsQuery, answer=paging.page_of(RedemptionShape))
def list_redemptions(given: Given) -> Any:
    """The redemptions in your reach and your own, the latest first."""
    session = db.session()
    found = redemption.listing(
        session,
        by=http.current_actor(),
        station=given.get("station"),
        volunteer=given.get("volunteer"),
        status=given.get("status"),
        session_code=given.get("session"),
        day_from=given.get("date_from"),
        day_to=given.get("date_to"),
        after=given.get("cursor"),
        limit=given["limit"] + 1,
    )
    kept = found[: given["limit"]]
    stations = codes_of(session, Station, (row.station_id for row in kept))
    rows = [_redemption(row, str(stations[row.station_id])) for row in kept]
    return paging.page(rows, kept[-1].code if len(found) > len(kept) else None)


@room.read("/redemptions/<code:code>", answer=ReceiptOfRedemptionShape)
def show_redemption(code: str) -> Any:
    """The receipt."""
    return redemption.receipt(db.session(), code, by=http.current_actor())


@room.act("/redemptions", body=RedeemShape, answer=RedemptionShape, status=201, once=True)
def redeem(given: Given) -> Any:
    """Exchange points for goods: handed over at the counter, or reserved when no `identity` is checked."""
    by, at = http.current_actor(), clock.now()
    asked: dict[str, Any] = {
        "volunteer": given["volunteer"],
        "station": given["station"],
        "lines": [Line(**line) for line in given["lines"]],
        "key": f"{by.person}:{request.headers[HEADER]}",
    }
    with transaction() as session:
        if "identity" not in given:
            done = redemption.reserve(session, **asked, by=by, at=at)
        else:
            done = redemption.redeem(
                session,
                **asked,
                identity=_identity(session, given["volunteer"], given["identity"]),
                session_code=given.get("session"),
                proxy=Proxy(**given["proxy"]) if "proxy" in given else None,
                by=by,
                at=at,
            )
        return _redemption(done, given["station"])


@room.act("/redemptions/<code:code>/fulfil", body=FulfilShape, answer=RedemptionShape, once=True)
def fulfil_redemption(given: Given, code: str) -> Any:
    """Hand over what was reserved; the address may hold the pick-up code."""
    by = http.current_actor()
    with transaction() as session:
        reserved = redemption.seen(session, code, by=by)
        done = redemption.fulfil(
            session,
            redemption=code,
            identity=_identity(session, reserved.redeemer_code, given["identity"]),
            proxy=Proxy(**given["proxy"]) if "proxy" in given else None,
            by=by,
            at=clock.now(),
        )
        return _with_station(session, done)


@room.act("/redemptions/<code:code>/cancel", body=CancelShape, answer=RedemptionShape, once=True)
def cancel_redemption(given: Given, code: str) -> Any:
    """Cancel a reservation: the same lots have their points again, the same batches are free again."""
    by = http.current_actor()
    with transaction() as session:
        redemption.seen(session, code, by=by)
        done = redemption.cancel(session, redemption=code, **given, by=by, at=clock.now())
        return _with_station(session, done)


@room.act("/redemptions/<code:code>/return", body=ReturnShape, answer=RedemptionShape, once=True)
def return_redemption(given: Given, code: str) -> Any:
    """Take faulty goods back within seven days; the points go back to the same lots."""
    by, at = http.current_actor(), clock.now()
    with transaction() as session:
        redemption.seen(session, code, by=by)
        signed = second_person(session, given, at=at)
        return _with_station(session, redemption.give_back(session, redemption=code, **signed, by=by, at=at))


@room.read("/merchants", answer=MerchantsShape)
def list_merchants() -> Any:
    """The merchants in your reach."""
    return {"items": vouchers.merchants(db.session(), by=http.current_actor())}


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


def _identity(session: Session, volunteer: str, given: Given) -> Identity:
    at = clock.now()
    if given["check"] == "phone4":
        return identity.verify_phone4(session, volunteer=volunteer, digits=given["digits"], at=at)
    if given["check"] == "known_by_two":
        return Identity(check="known_by_two", second=identity.witness(session, **given["second"], at=at))
    return identity.verify_pin(session, volunteer=volunteer, pin=given["pin"], at=at, card=given["check"] == "card_pin")


def _session_moved(verb: Any, given: Given, code: str) -> Any:
    by = http.current_actor()
    with transaction() as session:
        sessions.seen(session, code, by=by)
        return _sessions(session, [verb(session, code=code, **given, by=by, at=clock.now())])[0]


def _with_station(session: Session, row: Redemption) -> dict[str, Any]:
    return _redemption(row, str(codes_of(session, Station, [row.station_id])[row.station_id]))


def _redemption(row: Redemption, station: str) -> dict[str, Any]:
    same = [name for name in RedemptionShape().fields if name not in ("station", "volunteer")]
    return {name: getattr(row, name) for name in same} | {"station": station, "volunteer": row.redeemer_code}


def _sessions(session: Session, found: list[ExchangeSession]) -> list[dict[str, Any]]:
    stations = codes_of(session, Station, (event.station_id for event in found))
    same = [name for name in SessionShape().fields if name != "station"]
    return [{name: getattr(event, name) for name in same} | {"station": stations[event.station_id]} for event in found]

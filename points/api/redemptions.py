"""Redemptions: points become goods, at the counter or reserved and collected."""

from flask import request
from sqlalchemy.orm import Session

from points import http
from points.access import identity
from points.access.identity import IdentityCheck, Shown
from points.api import paging
from points.api.names import codes_of
from points.api.once import HEADER
from points.api.room import Pace, Room
from points.api.signing import second_person
from points.database import db, transaction
from points.exchange import redemption
from points.exchange.redemption import Basket, BroughtBack, Line, Proxy, Which
from points.exchange.tables import Redemption
from points.foundation import clock, masking
from points.places.tables import Station
from points.shapes.fields import Given
from points.shapes.paging import page_of
from points.shapes.redemptions import (
    CancelShape,
    FulfilShape,
    ReceiptOfRedemptionShape,
    RedeemShape,
    RedemptionShape,
    RedemptionsQuery,
    ReturnShape,
)

room = Room("redemptions", __name__, description="Redemptions and their receipts.")


@room.read("/redemptions", query=RedemptionsQuery, answer=page_of(RedemptionShape))
def list_redemptions(given: Given) -> object:
    """The redemptions in your reach and your own, the latest first; who only supervises reads masked codes."""
    session, by = db.session(), http.current_actor()
    found = redemption.listing(
        session,
        by=by,
        which=Which(
            station=given.get("station"),
            volunteer=given.get("volunteer"),
            status=given.get("status"),
            exchange_day=given.get("session"),
            day_from=given.get("date_from"),
            day_to=given.get("date_to"),
        ),
        after=given.get("cursor"),
        limit=given["limit"] + 1,
    )
    kept = found[: given["limit"]]
    stations = codes_of(session, Station, (row.station_id for row in kept))
    known = redemption.known(session, kept, by=by)
    rows = [_redemption(row, str(stations[row.station_id]), masked=row.id not in known) for row in kept]
    return paging.page(rows, kept[-1].code if len(found) > len(kept) else None)


@room.read("/redemptions/<code:code>", answer=ReceiptOfRedemptionShape)
def show_redemption(code: str) -> object:
    """The receipt."""
    return redemption.receipt(db.session(), code, by=http.current_actor())


def _compared(given: Given, code: str = "") -> Given:
    """What was given, its identity as `Shown`, with the PIN compared before anything is locked."""
    if "identity" not in given:
        return given
    session, by = db.session(), http.current_actor()
    shown = _shown(given["identity"])
    who = given.get("volunteer", "")
    if shown.check in identity.WITH_PIN:
        who = redemption.seen(session, code, by=by).redeemer_code if code else who
    return {**given, "identity": identity.compared(session, shown, volunteer=who, clerk=by, at=clock.now())}


@room.act(
    "/redemptions",
    body=RedeemShape,
    answer=RedemptionShape,
    status=201,
    once=True,
    first=_compared,
    pace=Pace(hot=True),
)
def redeem(given: Given) -> object:
    """Exchange points for goods: handed over at the counter, or reserved when no `identity` is checked."""
    by, at = http.current_actor(), clock.now()
    basket = Basket(
        volunteer=given["volunteer"],
        station=given["station"],
        lines=[Line(**line) for line in given["lines"]],
        key=f"{by.person}:{request.headers[HEADER]}",
    )
    with transaction() as session:
        shown = given.get("identity")
        seen = identity.checked(session, shown, volunteer=given["volunteer"], clerk=by, at=at) if shown else None
        if seen is None or given["reserve"]:
            done = redemption.reserve(session, basket=basket, identity=seen, by=by, at=at)
        else:
            done = redemption.redeem(
                session,
                basket=basket,
                identity=seen,
                exchange_day=given.get("session"),
                proxy=Proxy(**given["proxy"]) if "proxy" in given else None,
                by=by,
                at=at,
            )
        return _redemption(done, given["station"])


@room.act("/redemptions/<code:code>/fulfil", body=FulfilShape, answer=RedemptionShape, once=True, first=_compared)
def fulfil_redemption(given: Given, code: str) -> object:
    """Hand over what was reserved; the address may hold the pick-up code."""
    by, at = http.current_actor(), clock.now()
    with transaction() as session:
        reserved = redemption.seen(session, code, by=by)
        done = redemption.fulfil(
            session,
            redemption=code,
            identity=identity.checked(session, given["identity"], volunteer=reserved.redeemer_code, clerk=by, at=at),
            proxy=Proxy(**given["proxy"]) if "proxy" in given else None,
            by=by,
            at=at,
        )
        return _with_station(session, done)


@room.act("/redemptions/<code:code>/cancel", body=CancelShape, answer=RedemptionShape, once=True)
def cancel_redemption(given: Given, code: str) -> object:
    """Cancel a reservation: the same lots have their points again, the same batches are free again."""
    by = http.current_actor()
    with transaction() as session:
        redemption.seen(session, code, by=by)
        done = redemption.cancel(session, redemption=code, **given, by=by, at=clock.now())
        return _with_station(session, done)


@room.act("/redemptions/<code:code>/return", body=ReturnShape, answer=RedemptionShape, once=True)
def return_redemption(given: Given, code: str) -> object:
    """Take faulty goods back within seven days, all or some; the points go back to the same lots."""
    by, at = http.current_actor(), clock.now()
    lines = [BroughtBack(**line) for line in given["lines"]]
    with transaction() as session:
        redemption.seen(session, code, by=by)
        signed = second_person(session, {**given, "lines": lines}, at=at)
        return _with_station(session, redemption.give_back(session, redemption=code, **signed, by=by, at=at))


def _shown(given: Given) -> Shown:
    second = given.get("second", {})
    return Shown(IdentityCheck(given["check"]), pin=given.get("pin", ""), digits=given.get("digits", ""), **second)


def _with_station(session: Session, row: Redemption) -> dict[str, object]:
    return _redemption(row, str(codes_of(session, Station, [row.station_id])[row.station_id]))


def _redemption(row: Redemption, station: str, *, masked: bool = False) -> dict[str, object]:
    same = [name for name in RedemptionShape.names() if name not in ("station", "volunteer")]
    shown_row = {name: getattr(row, name) for name in same} | {"station": station, "volunteer": row.redeemer_code}
    if masked:
        shown_row |= {
            "volunteer": masking.mask_code(row.redeemer_code),
            "pickup_code": None,
            "proxy_name": masking.mask_name(row.proxy_name),
        }
    return shown_row

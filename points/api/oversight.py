"""Reports, and the devices that scan."""

from typing import Any

from marshmallow import fields as shown

from points import http
from points.access import devices
from points.api import paging
from points.api.fields import Code, Day, Shape, Text
from points.api.names import codes_of
from points.api.room import Given, Room
from points.api.stock import OnHandShape
from points.database import db, transaction
from points.exchange import stock
from points.foundation import clock
from points.oversight import figures
from points.places import areas
from points.places.areas import Area

room = Room("oversight", __name__, description="Figures and lists owed upward; the devices that scan.")


class FiguresQuery(Shape):
    """Of which area and all below it, and from when to when; both dates count."""

    area = Code(required=True)
    date_from = Day()
    date_to = Day()


FiguresShape = type(
    "FiguresShape",
    (Shape,),
    {
        "__doc__": "The figures of an area, by the definitions of this version.",
        "area": shown.String(required=True),
        "date_from": shown.Date(required=True, allow_none=True),
        "date_to": shown.Date(required=True, allow_none=True),
        "definition_version": shown.String(required=True),
        **{
            name: shown.Integer(required=True, metadata={"description": definition})
            for name, definition in figures.DEFINITIONS.items()
        },
    },
)


class NearExpiryQuery(Shape):
    """Of which station; of all in reach without."""

    station = Code()


class NearExpiryShape(Shape):
    """The batches near or past their date."""

    items = shown.List(shown.Nested(OnHandShape), required=True)


class AreaWarningsShape(Shape):
    """The 邻 whose number of households is not 5–15."""

    items = shown.List(shown.String(), required=True)


class AreaQuery(Shape):
    """Of which area and all below it."""

    area = Code(required=True)


class DeviceShape(Shape):
    """A device that scans, known by its code."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    area = shown.String(required=True)
    revoked_at = shown.AwareDateTime(required=True, allow_none=True)


class NewDeviceShape(Shape):
    """A device to enrol at an area."""

    name = Text(60, least=1, required=True)
    area = Code(required=True)


class RevokeShape(Shape):
    """Why."""

    reason = Text(200, least=1, required=True)


@room.read("/reports/figures", query=FiguresQuery, answer=FiguresShape)
def show_figures(given: Given) -> Any:
    """The figures of an area: occasions, person-times, minutes, points issued, redeemed and more."""
    session = db.session()
    area = _seen(session, given["area"])
    first, last = given.get("date_from"), given.get("date_to")
    return {
        "area": area.code,
        "date_from": first,
        "date_to": last,
        "definition_version": figures.DEFINITION_VERSION,
        **figures.figures(session, area=area.code, date_from=first, date_to=last),
    }


@room.read("/reports/near-expiry", query=NearExpiryQuery, answer=NearExpiryShape)
def list_near_expiry(given: Given) -> Any:
    """The goods near or past their date."""
    today = clock.local_date(clock.now())
    found = stock.near_expiry(db.session(), by=http.current_actor(), day=today, station=given.get("station"))
    return {"items": found}


@room.read("/reports/area-warnings", query=AreaQuery, answer=AreaWarningsShape)
def list_area_warnings(given: Given) -> Any:
    """The 邻 of fewer than 5 or more than 15 households."""
    session = db.session()
    return {"items": [area.code for area in areas.warnings(session, path=_seen(session, given["area"]).path)]}


@room.read("/devices", query=paging.Named, answer=paging.page_of(DeviceShape))
def list_devices(given: Given) -> Any:
    """The devices you manage, by code."""
    session = db.session()
    mine = devices.visible(session, by=http.current_actor())
    found, more = paging.cut(mine, given, key=lambda device: device.code)
    return paging.page(_devices(session, found), more)


@room.act("/devices", body=NewDeviceShape, answer=DeviceShape, status=201)
def enrol_device(given: Given) -> Any:
    """Enrol a device; it keeps the code of the answer."""
    with transaction() as session:
        return _devices(session, [devices.enrol(session, **given, by=http.current_actor(), at=clock.now())])[0]


@room.act("/devices/<code:code>/revoke", body=RevokeShape, answer=DeviceShape)
def revoke_device(given: Given, code: str) -> Any:
    """Revoke a device that is lost or given away."""
    with transaction() as session:
        device = devices.revoke(session, code=code, **given, by=http.current_actor(), at=clock.now())
        return _devices(session, [device])[0]


def _seen(session: Any, code: str) -> Area:
    return figures.seen(session, code, by=http.current_actor())


def _devices(session: Any, found: list[devices.Device]) -> list[dict[str, Any]]:
    places = codes_of(session, Area, (device.area_id for device in found))
    return [
        {"code": device.code, "name": device.name, "area": places[device.area_id], "revoked_at": device.revoked_at}
        for device in found
    ]

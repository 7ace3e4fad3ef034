"""The devices that scan."""

from sqlalchemy.orm import Session

from points import http
from points.access import devices
from points.access.tables import Device
from points.api import paging
from points.api.names import codes_of
from points.api.room import Room
from points.database import db, transaction
from points.foundation import clock
from points.places.tables import Area
from points.shapes.devices import DeviceShape, NewDeviceShape, RevokeShape
from points.shapes.fields import Given
from points.shapes.paging import Named, page_of

room = Room("devices", __name__, description="The devices that scan.")


@room.read("/devices", query=Named, answer=page_of(DeviceShape))
def list_devices(given: Given) -> object:
    """The devices you manage, by code."""
    session = db.session()
    mine = devices.visible(session, by=http.current_actor())
    found, more = paging.cut(mine, given, key=lambda device: device.code)
    return paging.page(_devices(session, found), more)


@room.act("/devices", body=NewDeviceShape, answer=DeviceShape, status=201)
def enrol_device(given: Given) -> object:
    """Enrol a device; it keeps the code of the answer."""
    with transaction() as session:
        return _devices(session, [devices.enrol(session, **given, by=http.current_actor(), at=clock.now())])[0]


@room.act("/devices/<code:code>/revoke", body=RevokeShape, answer=DeviceShape)
def revoke_device(given: Given, code: str) -> object:
    """Revoke a device that is lost or given away."""
    with transaction() as session:
        device = devices.revoke(session, code=code, **given, by=http.current_actor(), at=clock.now())
        return _devices(session, [device])[0]


def _devices(session: Session, found: list[Device]) -> list[dict[str, object]]:
    places = codes_of(session, Area, (device.area_id for device in found))
    return [
        {"code": device.code, "name": device.name, "area": places[device.area_id], "revoked_at": device.revoked_at}
        for device in found
    ]

"""Devices: the phones and counter PCs that scan for a station or a team; enrolled once, revocable."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access.tables import Device
from points.foundation import codes, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit
from points.places import areas
from points.places.tables import Area

# --- what happens


def enrol(session: Session, *, name: str, area: str, by: Actor, at: datetime) -> Device:
    """Enrol a device at an area; it keeps the `code` of the answer. Raises NotPermitted or NoSuch."""
    place = areas.by_code(session, area)
    role = by.require("device.manage", area_path=place.path)
    device = Device(code=codes.new(), name=name, area_id=place.id, created_at=at, created_by=by.person)
    session.add(device)
    session.flush()
    _note(session, device, "device.enrol", by=by, role=role, at=at, path=place.path)
    return device


def revoke(session: Session, *, code: str, reason: str, by: Actor, at: datetime) -> Device:
    """Revoke a device, when it is lost or given away. Raises NotPermitted or NoSuch."""
    device = session.scalars(select(Device).where(Device.code == typed.random_code(code))).first()
    if device is None:
        raise NoSuch(kind=N_("device"), key=code)
    path = areas.path_of(session, device.area_id)
    role = by.require("device.manage", area_path=path)
    device.revoked_at = device.revoked_at or at
    session.flush()
    _note(session, device, "device.revoke", by=by, role=role, at=at, path=path, reason=reason)
    return device


# --- what can be asked


def visible(session: Session, *, by: Actor) -> list[Device]:
    """The devices this actor manages, the latest first."""
    reach = areas.within(by.reaches("device.manage"), area_path=Area.path)
    statement = select(Device).join(Area, Area.id == Device.area_id).where(reach)
    return list(session.scalars(statement.order_by(Device.id.desc())))


def _note(
    session: Session, device: Device, action: str, *, by: Actor, role: str, at: datetime, path: str, reason: str = ""
) -> None:
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=f"device:{device.code}",
        at=at,
        area_path=path,
        reason=reason,
        facts={"name": device.name},
    )

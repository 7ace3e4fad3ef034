"""The shapes of the devices that scan."""

from marshmallow import fields as shown

from points.shapes.fields import Code, Shape, Text


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

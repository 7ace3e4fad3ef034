"""The shapes of scans."""

from marshmallow import fields as shown
from marshmallow import validate

from points.service import checkin
from points.service.statuses import ASKED, Direction
from points.shapes import paging
from points.shapes.fields import Code, Flag, Shape, Text, Time, Word
from points.shapes.signing import SignerShape

NONCE = "[!-~]{8,64}"


class Nonce(shown.String):
    """A random name of this scan; the same nonce from the same device does the same once."""

    def __init__(self) -> None:
        super().__init__(required=True, validate=validate.Regexp(rf"^{NONCE}\Z"), metadata={"pattern": f"^{NONCE}$"})


class ScanShape(Shape):
    """A scan. `code` is anything scanned or typed: screen, poster, six digits, card, volunteer code, or its address."""

    code = Text(checkin.LONGEST, least=1, required=True)
    activity = Code(load_default=None, allow_none=True)
    direction = Word(*ASKED, load_default=Direction.AUTO)
    occurred_at = Time(load_default=None, allow_none=True)
    nonce = Nonce()
    device = Text(64, load_default="")
    volunteer = Code(load_default=None, allow_none=True)
    force = Flag(load_default=False)
    guardian_present = Flag(load_default=False)
    reason = Text(200, load_default="")


class ScanAnswerShape(Shape):
    """What the scan did. `replayed`: it had been done before."""

    result = shown.String(required=True)
    direction = shown.String(required=True)
    session = shown.String(required=True)
    volunteer = shown.String(required=True)
    volunteer_name = shown.String(required=True)
    activity = shown.String(required=True)
    activity_title = shown.String(required=True)
    occurred_at = shown.AwareDateTime(required=True)
    in_at = shown.AwareDateTime(required=True)
    out_at = shown.AwareDateTime(required=True, allow_none=True)
    replayed = shown.Boolean(required=True)
    flags = shown.List(shown.String(), required=True)
    spoken = shown.String(required=True, metadata={"description": "A short phrase to say aloud"})


class UndoShape(Shape):
    """Which scan to take back."""

    nonce = Nonce()
    device = Text(64, load_default="")


class TickShape(Shape):
    """A tick on the leader's roster."""

    activity = Code(required=True)
    volunteer = Code(required=True)
    direction = Word(*ASKED, required=True)
    nonce = Nonce()
    occurred_at = Time(load_default=None, allow_none=True)
    device = Text(64, load_default="")
    force = Flag(load_default=False)
    guardian_present = Flag(load_default=False)


class StayShape(Shape):
    """One stay of a person at an activity."""

    code = shown.String(required=True)
    activity = shown.String(required=True)
    volunteer = shown.String(required=True)
    status = shown.String(required=True)
    in_at = shown.AwareDateTime(required=True)
    out_at = shown.AwareDateTime(required=True, allow_none=True)
    in_method = shown.String(required=True)
    out_method = shown.String(required=True, allow_none=True)
    in_by = shown.String(required=True)
    out_by = shown.String(required=True, allow_none=True)
    flags = shown.List(shown.String(), required=True)
    flags_decided_by = shown.String(required=True, allow_none=True)


class StaysQuery(paging.Named):
    """Of which activity."""

    activity = Code(required=True)


class UndoneShape(Shape):
    """The stay after the undo."""

    session = shown.String(required=True)
    status = shown.String(required=True)


class FlagsShape(Shape):
    """The flagged stays that may stand: those named, or all."""

    activity = Code(required=True)
    sessions = shown.List(Code(), load_default=None, allow_none=True, validate=validate.Length(max=2000))


class DecidedShape(Shape):
    """How many there were."""

    decided = shown.Integer(required=True)


class VoidShape(Shape):
    """Why, and the second person."""

    reason = Text(200, least=1, required=True)
    second = shown.Nested(SignerShape, required=True)


class VoidedShape(Shape):
    """The stay that was struck out."""

    session = shown.String(required=True)
    points = shown.Integer(required=True, metadata={"description": "The net points posted"})

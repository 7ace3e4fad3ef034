"""Scans: in and out, the undo of a scan, the leader's tick; and the stays that came of them."""

from typing import Any

from marshmallow import fields as shown
from marshmallow import validate
from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.fields import Code, Flag, Shape, Text, Time, Word
from points.api.room import SCANS, Given, Room
from points.api.signing import SignerShape, second_person
from points.database import db, transaction
from points.foundation import clock
from points.rewards import settlement
from points.service import activities, checkin, stays
from points.service.checkin import ScanAnswer
from points.service.tables import Activity, AttendanceSession

room = Room("scans", __name__, description="Check-in and check-out, and the stays that came of them.")

NONCE = validate.Regexp(r"^[!-~]{8,64}\Z")


class Nonce(shown.String):
    """A random name of this scan; the same nonce from the same device does the same once."""

    def __init__(self) -> None:
        super().__init__(required=True, validate=NONCE, metadata={"pattern": "^[!-~]{8,64}$"})


class ScanShape(Shape):
    """A scan. `code` is anything scanned or typed: screen, poster, six digits, card, volunteer code, or its address."""

    code = Text(500, least=1, required=True)
    activity = Code(load_default=None, allow_none=True)
    direction = Word("in", "out", "auto", load_default="auto")
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
    direction = Word("in", "out", "auto", required=True)
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


@room.act("/scans", body=ScanShape, answer=ScanAnswerShape, limit=SCANS, hot=True)
def scan(given: Given) -> Any:
    """Check a person in or out; the nonce is the idempotency key."""
    with transaction(keyed=True) as session:
        return _answered(checkin.scan(session, **given, by=http.current_actor(), at=clock.now()))


@room.act("/scans/undo", body=UndoShape, answer=UndoneShape, limit=SCANS)
def undo_scan(given: Given) -> Any:
    """Take a scan back, within 15 minutes and from the same device."""
    with transaction() as session:
        stay = checkin.undo(session, **given, by=http.current_actor(), at=clock.now())
        return {"session": stay.code, "status": stay.status}


@room.act("/attendance", body=TickShape, answer=ScanAnswerShape, limit=SCANS, hot=True)
def tick(given: Given) -> Any:
    """Tick a person of the roster in or out; evidence grade C. The nonce is the idempotency key."""
    with transaction(keyed=True) as session:
        return _answered(checkin.roster_tick(session, **given, by=http.current_actor(), at=clock.now()))


@room.read("/attendance", query=StaysQuery, answer=paging.page_of(StayShape))
def list_attendance(given: Given) -> Any:
    """The stays of an activity, for whoever runs it."""
    session = db.session()
    activity = _run(session, given["activity"])
    listed = [
        _stay(stay, activity.code, volunteer) for stay, volunteer in stays.of_activity(session, activity_id=activity.id)
    ]
    return paging.page(*paging.cut(listed, given, key=lambda stay: str(stay["code"])))


@room.act("/attendance/<code:code>/void", body=VoidShape, answer=VoidedShape, once=True)
def void_stay(given: Given, code: str) -> Any:
    """Strike a stay out, by two people; the person's hours and points of that date are computed again."""
    at = clock.now()
    with transaction() as session:
        signed = second_person(session, given, at=at)
        earned = settlement.void_stay(session, stay=code, **signed, by=http.current_actor(), at=at)
        return {"session": code, "points": earned.points}


@room.act("/attendance/flags", body=FlagsShape, answer=DecidedShape)
def decide_flags(given: Given) -> Any:
    """Say that flagged stays were looked at and may stand; settlement waits for it."""
    with transaction() as session:
        _run(session, given["activity"])
        return {"decided": stays.decide_flags(session, **given, by=http.current_actor(), at=clock.now())}


def _run(session: Session, code: str) -> Activity:
    by = http.current_actor()
    activity = activities.seen(session, code, by=by)
    activities.require_runner(activity, by, "activity.run")
    return activity


def _answered(answer: ScanAnswer) -> Any:
    said = {**vars(answer), "spoken": http.translated(answer.spoken)}
    return said, {"Idempotency-Replayed": "true"} if answer.replayed else {}


def _stay(stay: AttendanceSession, activity: str, volunteer: str) -> dict[str, Any]:
    same = [name for name in StayShape.names() if name not in ("activity", "volunteer")]
    return {name: getattr(stay, name) for name in same} | {"activity": activity, "volunteer": volunteer}

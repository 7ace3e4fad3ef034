"""Scans: in and out, the undo of a scan, the leader's tick; and the stays that came of them."""

from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.room import Pace, Room
from points.api.signing import second_person
from points.database import db, transaction
from points.foundation import clock
from points.rewards import attending, settlement
from points.service import activities, checkin, stays
from points.service.checkin import ScanAnswer, ScanRequest
from points.service.tables import Activity, Stay
from points.shapes.fields import Given
from points.shapes.paging import page_of
from points.shapes.scans import (
    DecidedShape,
    FlagsShape,
    ScanAnswerShape,
    ScanShape,
    StayShape,
    StaysQuery,
    TickShape,
    UndoneShape,
    UndoShape,
    VoidedShape,
    VoidShape,
)

SCANNING = Pace(limit="600/minute", hot=True)
UNDOING = Pace(limit=SCANNING.limit)

room = Room("scans", __name__, description="Check-in and check-out, and the stays that came of them.")


@room.act("/scans", body=ScanShape, answer=ScanAnswerShape, pace=SCANNING)
def scan(given: Given) -> object:
    """Check a person in or out; the nonce is the idempotency key."""
    with transaction(keyed=True) as session:
        return _answered(attending.scan(session, ScanRequest(**given), by=http.current_actor(), at=clock.now()))


@room.act("/scans/undo", body=UndoShape, answer=UndoneShape, pace=UNDOING)
def undo_scan(given: Given) -> object:
    """Take a scan back, within 15 minutes and from the same device."""
    with transaction() as session:
        stay = checkin.undo(session, **given, by=http.current_actor(), at=clock.now())
        return {"session": stay.code, "status": stay.status}


@room.act("/attendance", body=TickShape, answer=ScanAnswerShape, pace=SCANNING)
def tick(given: Given) -> object:
    """Tick a person of the roster in or out; evidence grade C. The nonce is the idempotency key."""
    with transaction(keyed=True) as session:
        return _answered(attending.roster_tick(session, ScanRequest(**given), by=http.current_actor(), at=clock.now()))


@room.read("/attendance", query=StaysQuery, answer=page_of(StayShape))
def list_attendance(given: Given) -> object:
    """The stays of an activity, for whoever runs it."""
    session = db.session()
    activity = _run(session, given["activity"])
    listed = [
        _stay(stay, activity.code, volunteer) for stay, volunteer in stays.of_activity(session, activity_id=activity.id)
    ]
    return paging.page(*paging.cut(listed, given, key=lambda stay: str(stay["code"])))


@room.act("/attendance/<code:code>/void", body=VoidShape, answer=VoidedShape, once=True)
def void_stay(given: Given, code: str) -> object:
    """Strike a stay out, by two people; the person's hours and points of that date are computed again."""
    at = clock.now()
    with transaction() as session:
        signed = second_person(session, given, at=at)
        earned = settlement.void_stay(session, stay=code, **signed, by=http.current_actor(), at=at)
        return {"session": code, "points": earned.points}


@room.act("/attendance/flags", body=FlagsShape, answer=DecidedShape)
def decide_flags(given: Given) -> object:
    """Say that flagged stays were looked at and may stand; settlement waits for it."""
    with transaction() as session:
        _run(session, given["activity"])
        activity, only, by = given["activity"], given["sessions"], http.current_actor()
        return {"decided": stays.decide_flags(session, activity=activity, only=only, by=by, at=clock.now())}


def _run(session: Session, code: str) -> Activity:
    by = http.current_actor()
    activity = activities.seen(session, code, by=by)
    activities.require_runner(activity, by, "activity.run")
    return activity


def _answered(answer: ScanAnswer) -> object:
    said = {**vars(answer), "spoken": http.translated(answer.spoken)}
    return said, {"Idempotency-Replayed": "true"} if answer.replayed else {}


def _stay(stay: Stay, activity: str, volunteer: str) -> dict[str, object]:
    same = [name for name in StayShape.names() if name not in ("activity", "volunteer")]
    return {name: getattr(stay, name) for name in same} | {"activity": activity, "volunteer": volunteer}

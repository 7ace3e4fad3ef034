"""Service records, make-ups and settlement."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.names import codes_of
from points.api.room import Room
from points.api.signing import second_person
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import N_, NoSuch
from points.people import minors, persons
from points.people.tables import Volunteer
from points.places.tables import Area
from points.rewards import overdue, rulesets, settlement, stars
from points.rewards.settlement import Earned
from points.service import activities, hours, makeups, records
from points.service.tables import Activity, MakeupRequest, ServiceRecord
from points.shapes.fields import Given
from points.shapes.paging import Named, page_of
from points.shapes.records import (
    AmendShape,
    EarnedShape,
    GradeShape,
    HoursShape,
    MakeupDecisionShape,
    MakeupShape,
    NewMakeupShape,
    OverdueListShape,
    RecordReasonShape,
    RecordShape,
    RecordsQuery,
    SettledShape,
    SettleShape,
    TransferInShape,
    VersionsShape,
    VoidRecordShape,
)

room = Room("records", __name__, description="The legal record of time given, make-ups, settlement.")


@room.read("/records", query=RecordsQuery, answer=page_of(RecordShape))
def list_records(given: Given) -> object:
    """The latest records in your reach, newest date first."""
    session, by = db.session(), http.current_actor()
    activity = activities.seen(session, given["activity"], by=by).id if "activity" in given else None
    found = records.listing(
        session,
        by=by,
        activity_id=activity,
        status=given.get("status"),
        date_from=given.get("date_from"),
        date_to=given.get("date_to"),
        cursor=given.get("cursor"),
        limit=given["limit"] + 1,
    )
    return _page(session, found, given)


@room.read("/records/<code:code>", answer=RecordShape)
def show_record(code: str) -> object:
    """One version of a record."""
    session = db.session()
    return _shown(session, [records.seen(session, code, by=http.current_actor())])[0]


@room.read("/records/<code:code>/versions", answer=VersionsShape)
def list_record_versions(code: str) -> object:
    """Every version of it, oldest first."""
    session = db.session()
    record = records.seen(session, code, by=http.current_actor())
    return {"items": _shown(session, records.versions_of(session, record))}


@room.read("/volunteers/<code:code>/records", query=Named, answer=page_of(RecordShape))
def list_volunteer_records(given: Given, code: str) -> object:
    """A volunteer's latest records, newest date first."""
    session = db.session()
    found = records.mine(
        session, volunteer_id=_seen(session, code).id, cursor=given.get("cursor"), limit=given["limit"] + 1
    )
    return _page(session, found, given)


@room.read("/volunteers/<code:code>/hours", answer=HoursShape)
def show_hours(code: str) -> object:
    """All confirmed hours, and the stars they entitle to apply for."""
    session = db.session()
    person = _seen(session, code)
    minutes = records.total_minutes(session, person.id)
    today = clock.local_date(clock.now())
    reached = stars.reached(minutes, rulesets.params_on(session, street_id=person.street_id, day=today))
    return {
        "volunteer": person.code,
        "minutes": minutes,
        "hours": hours.shown(minutes),
        "stars": reached.stars,
        "minutes_to_next_star": reached.to_next,
    }


@room.read("/reports/overdue", answer=OverdueListShape)
def list_overdue() -> object:
    """The records that should have been settled, within your reach."""
    return {"items": overdue.late_records(db.session(), by=http.current_actor(), at=clock.now())}


@room.act("/activities/<code:code>/settle", body=SettleShape, answer=SettledShape, once=True)
def settle_activity(given: Given, code: str) -> object:
    """Confirm the records of an ended activity and give their points."""
    by = http.current_actor()
    with transaction() as session:
        activities.seen(session, code, by=by)
        return settlement.settle(session, activity=code, **given, by=by, at=clock.now())


@room.act("/activities/<code:code>/confirm-rest", answer=SettledShape, once=True)
def confirm_rest(given: Given, code: str) -> object:
    """Confirm the records that wait for the community administrator (assurance C)."""
    by = http.current_actor()
    with transaction() as session:
        activities.seen(session, code, by=by)
        return settlement.confirm_c(session, activity=code, by=by, at=clock.now())


@room.act("/records/<code:code>/approve-pending", answer=EarnedShape, once=True)
def approve_pending(given: Given, code: str) -> object:
    """Credit the minutes beyond eight hours that wait for the street."""
    return _earned(settlement.approve_pending, given, code)


@room.act("/records/<code:code>/confirm", answer=EarnedShape, once=True)
def confirm_record(given: Given, code: str) -> object:
    """Confirm a computed record, or one that was contested and is right as it is: its points are free again."""
    return _earned(settlement.confirm_record, given, code)


@room.act("/records/<code:code>/amend", body=AmendShape, answer=EarnedShape, once=True)
def amend_record(given: Given, code: str) -> object:
    """Correct the minutes by a new version; only the difference in points is posted."""
    return _earned(settlement.amend_record, given, code)


@room.act("/records/<code:code>/void", body=VoidRecordShape, answer=EarnedShape, once=True)
def void_record(given: Given, code: str) -> object:
    """Void a record, by two people, and take its points back."""
    by, at = http.current_actor(), clock.now()
    with transaction() as session:
        records.seen(session, code, by=by)
        signed = second_person(session, given, at=at)
        return _of(settlement.void_record(session, record=code, **signed, by=by, at=at))


@room.act("/records/<code:code>/evaluate", body=GradeShape, answer=EarnedShape, once=True)
def evaluate_record(given: Given, code: str) -> object:
    """Say how the service was done; hours stay."""
    return _earned(settlement.evaluate, given, code)


@room.act("/records/<code:code>/reject", body=RecordReasonShape, answer=RecordShape, once=True)
def reject_record(given: Given, code: str) -> object:
    """Refuse a computed record: the person was not there."""
    return _changed(settlement.reject_record, given, code)


@room.act("/records/<code:code>/dispute", body=RecordReasonShape, answer=RecordShape, once=True)
def dispute_record(given: Given, code: str) -> object:
    """Contest a confirmed record."""
    return _changed(settlement.dispute_record, given, code)


@room.act("/records/transfer-in", body=TransferInShape, answer=RecordShape, status=201, once=True)
def transfer_in(given: Given) -> object:
    """Take over hours from another organisation's certificate."""
    with transaction() as session:
        record = records.transfer_in(session, **given, by=http.current_actor(), at=clock.now())
        return _shown(session, [record])[0]


@room.read("/makeups", query=Named, answer=page_of(MakeupShape))
def list_makeups(given: Given) -> object:
    """The claims that wait for your decision, and your own, newest first."""
    session, by = db.session(), http.current_actor()
    found = makeups.listing(session, by=by, at=clock.now(), after=given.get("cursor"), limit=given["limit"] + 1)
    kept = found[: given["limit"]]
    return paging.page(_makeups(session, kept), kept[-1].code if len(found) > len(kept) else None)


@room.read("/makeups/<code:code>", answer=MakeupShape)
def show_makeup(code: str) -> object:
    """One claim."""
    session = db.session()
    return _makeups(session, [makeups.seen(session, code, by=http.current_actor())])[0]


@room.act("/makeups", body=NewMakeupShape, answer=MakeupShape, status=201, once=True)
def propose_makeup(given: Given) -> object:
    """Claim attendance that was not scanned, within ten working days."""
    with transaction() as session:
        claim = settlement.propose_makeup(
            session, claim=makeups.Claim(**given), by=http.current_actor(), at=clock.now()
        )
        return _makeups(session, [claim])[0]


@room.act("/makeups/<code:code>/decide", body=MakeupDecisionShape, answer=EarnedShape, once=True)
def decide_makeup(given: Given, code: str) -> object:
    """Approve or decline a claim: neither its proposer nor the person it is for."""
    by = http.current_actor()
    with transaction() as session:
        makeups.seen(session, code, by=by)
        return _of(settlement.decide_makeup(session, makeup=code, **given, by=by, at=clock.now()))


def _earned(verb: Callable[..., Earned], given: Given, code: str) -> object:
    by = http.current_actor()
    with transaction() as session:
        records.seen(session, code, by=by)
        return _of(verb(session, record=code, **given, by=by, at=clock.now()))


def _changed(verb: Callable[..., ServiceRecord], given: Given, code: str) -> object:
    by = http.current_actor()
    with transaction() as session:
        records.seen(session, code, by=by)
        return _shown(session, [verb(session, record=code, **given, by=by, at=clock.now())])[0]


def _of(earned: Earned) -> dict[str, int]:
    return {"points": earned.points, "dates": len(earned.pairs)}


def _seen(session: Session, code: str) -> Volunteer:
    """The volunteer, if the asking person may see their records. Raises NoSuch, ReasonNeeded."""
    by, person = http.current_actor(), persons.by_code(session, code)
    if person.id != by.volunteer_id and by.role_for("record.see", area_path=person.area_path) is None:
        raise NoSuch(kind=N_("volunteer"), key=code)
    minors.require_open(session, person, by=by, at=clock.now())
    return person


def _page(session: Session, found: list[ServiceRecord], given: Given) -> object:
    kept = found[: given["limit"]]
    return paging.page(_shown(session, kept), kept[-1].code if len(found) > len(kept) else None)


def _shown(session: Session, found: list[ServiceRecord]) -> list[dict[str, object]]:
    people = codes_of(session, Volunteer, (record.volunteer_id for record in found))
    occasions = codes_of(session, Activity, (record.activity_id for record in found))
    communities = codes_of(session, Area, (record.community_id for record in found))
    same = [name for name in RecordShape.names() if name not in ("volunteer", "activity", "community")]
    return [
        {name: getattr(record, name) for name in same}
        | {
            "volunteer": people[record.volunteer_id],
            "activity": occasions[record.activity_id],
            "community": communities[record.community_id],
        }
        for record in found
    ]


def _makeups(session: Session, found: list[MakeupRequest]) -> list[dict[str, object]]:
    people = codes_of(session, Volunteer, (claim.volunteer_id for claim in found))
    occasions = codes_of(session, Activity, (claim.activity_id for claim in found))
    same = [name for name in MakeupShape.names() if name not in ("volunteer", "activity")]
    return [
        {name: getattr(claim, name) for name in same}
        | {"volunteer": people[claim.volunteer_id], "activity": occasions[claim.activity_id]}
        for claim in found
    ]

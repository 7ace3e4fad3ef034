"""What people decide about records: confirm, reject, dispute, amend, void, approve, evaluate (§3.3).

The points follow in `rewards.settlement`, the one path that settles: nothing above it reaches these verbs.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from points.access import two_people
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_
from points.journal import audit
from points.people import aliases, wards
from points.people.tables import Volunteer
from points.service import activities
from points.service.records.refusals import ByOwnHand, OwnRecord, RecordInvalid, RecordState
from points.service.records.versions import by_code, next_version, write
from points.service.statuses import CONFIRMED, COUNTED, SCANNED, STANDING, Assurance, Grade, Method, RecordStatus
from points.service.tables import Activity, Evaluation, Scan, ServiceRecord, Stay

DAY_HARD_MINUTES = 720

# --- what happens


def confirm(
    session: Session,
    *,
    by: Actor,
    at: datetime,
    activity_id: int | None = None,
    record_ids: Sequence[int] = (),
    assurances: Sequence[Assurance] = SCANNED,
    seconded: bool = False,
) -> list[ServiceRecord]:
    """Confirm the computed records of an activity with one of `assurances`, or the computed or disputed ones named.

    The leader confirms A and B; C needs `record.confirm_c`, and of an activity those of stays by one's own hand are
    left to somebody else, unless it is `seconded`, as a make-up is. Returns those confirmed now: again, an empty list.
    Raises NotPermitted, ByOwnHand of a record named, and RecordState for one that was rejected, voided or superseded.
    """
    chosen = select(ServiceRecord)
    if activity_id is not None:
        chosen = chosen.where(
            ServiceRecord.latest,
            ServiceRecord.activity_id == activity_id,
            ServiceRecord.status == RecordStatus.COMPUTED,
            ServiceRecord.assurance.in_(assurances),
        )
    else:
        chosen = chosen.where(ServiceRecord.id.in_(record_ids))
    found = session.scalars(
        chosen.order_by(ServiceRecord.id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).all()
    roles = set(_roles_to_confirm(session, found, by))
    for record in found:
        _expect(record, *STANDING)
    found = [record for record in found if record.status != RecordStatus.CONFIRMED]
    by_hand = set() if seconded else _own_handed(session, found, by=by, at=at)
    if by_hand and activity_id is None:
        raise ByOwnHand(count=len(by_hand))
    found = [record for record in found if record.id not in by_hand]
    if not found:
        return []
    session.execute(
        update(ServiceRecord)
        .where(ServiceRecord.id.in_([record.id for record in found]))
        .values(status=RecordStatus.CONFIRMED, confirmed_by=by.person, confirmed_at=at),
        execution_options={"synchronize_session": "evaluate"},
    )
    activity_codes = dict(
        session.execute(
            select(Activity.id, Activity.code).where(Activity.id.in_({record.activity_id for record in found}))
        ).all()
    )
    for key, code in activity_codes.items():
        own = [record for record in found if record.activity_id == key]
        audit.write(
            session,
            by=by,
            role=sorted(roles)[0],
            action="record.confirm",
            target=f"activity:{code}",
            at=at,
            area_path=own[0].area_path,
            facts={"records": [record.code for record in own]},
        )
    return list(found)


def by_own_hand(session: Session, *, activity_id: int, by: Actor, at: datetime) -> int:
    """How many records of an activity wait for somebody else, because this person ticked, typed or forced the stay."""
    waiting = session.scalars(
        select(ServiceRecord).where(
            ServiceRecord.activity_id == activity_id,
            ServiceRecord.latest,
            ServiceRecord.status == RecordStatus.COMPUTED,
        )
    )
    return len(_own_handed(session, waiting.all(), by=by, at=at))


def reject(session: Session, *, record: str, reason: str, by: Actor, at: datetime) -> ServiceRecord:
    """Refuse a computed record with a reason: the person was not there. It then counts nowhere.

    Raises NoSuch, NotPermitted, OwnRecord, RecordState, RecordInvalid.
    """
    found = by_code(session, record)
    role = _settler(session, found, by)
    _refuse_own(session, found, by)
    _expect(found, RecordStatus.COMPUTED)
    found.status, found.void_reason = RecordStatus.REJECTED, _reason(reason)
    session.flush()
    _note(session, found, "record.reject", by=by, role=role, at=at, reason=reason)
    return found


def dispute(session: Session, *, record: str, reason: str, by: Actor, at: datetime) -> ServiceRecord:
    """Contest a confirmed record: the volunteer, a minor's guardian, or who may see it.

    Raises NoSuch, NotPermitted, RecordState, RecordInvalid.
    """
    found = by_code(session, record)
    own = by.volunteer_id == aliases.kept(session, found.volunteer_id)
    if own:
        role = "volunteer"
    elif wards.stands_for(session, by.volunteer_id, found.volunteer_id, day=clock.local_date(at)):
        role = "guardian"
    else:
        role = by.require("record.see", area_path=found.area_path)
    _expect(found, RecordStatus.CONFIRMED)
    why = _reason(reason)
    found.status, found.disputed_at, found.disputed_why = RecordStatus.DISPUTED, at, why
    session.flush()
    _note(session, found, "record.dispute", by=by, role=role, at=at, reason=why)
    return found


def amend(session: Session, *, record: str, minutes: int, reason: str, by: Actor, at: datetime) -> ServiceRecord:
    """Correct the credited minutes of a confirmed or disputed record: a new, confirmed version of grade C.

    The rules leave amended minutes as they are from then on. At most the length of the activity and 12 hours.
    Raises NoSuch, NotPermitted, OwnRecord, RecordState, RecordInvalid.
    """
    found = by_code(session, record)
    role = by.require("record.correct", area_path=found.area_path)
    _refuse_own(session, found, by)
    _expect(found, *CONFIRMED)
    why = _reason(reason)
    if found.activity_id is None or not 0 <= minutes <= _longest(session, found):
        raise RecordInvalid(field="minutes", why=N_("The minutes lie between 0 and the length of the activity."))
    row = next_version(
        found,
        minutes_raw=max(found.minutes_raw, minutes),
        minutes_credited=minutes,
        minutes_pending=0,
        assurance=Assurance.C,
        status=RecordStatus.CONFIRMED,
        confirmed_by=by.person,
        confirmed_at=at,
        trace={**found.trace, "amended_to": minutes, "amended_why": why},
    )
    new = write(session, [row], at=at, by=by.person)[0]
    _note(
        session,
        new,
        "record.amend",
        by=by,
        role=role,
        at=at,
        reason=why,
        facts={"from": found.minutes_credited, "to": minutes, "supersedes": found.code},
    )
    return new


def void(
    session: Session, *, record: str, reason: str, by: Actor, at: datetime, second: Actor | None = None
) -> ServiceRecord:
    """Strike a record out with a reason: its hours and points go. A second person may sign with it.

    Raises NoSuch, NotPermitted, OwnRecord, RecordState, RecordInvalid.
    """
    found = by_code(session, record)
    role = by.require("record.correct", area_path=found.area_path)
    _refuse_own(session, found, by)
    _expect(found, *CONFIRMED)
    facts = {}
    if second is not None:
        second.require("record.confirm_c", area_path=found.area_path)
        two_people.refuse_one_person(session, OwnRecord(record=record), first=by.person, second=second, at=at)
        facts = {"second": second.person}
    found.status, found.void_reason, found.voided_by = RecordStatus.VOIDED, _reason(reason), by.person
    session.flush()
    if second is not None:
        two_people.sign(
            session,
            first=by.person,
            second=second,
            action="record.void",
            target=f"record:{found.code}",
            at=at,
            area_path=found.area_path,
        )
    _note(session, found, "record.void", by=by, role=role, at=at, reason=reason, facts=facts)
    return found


def approve_pending(session: Session, *, record: str, by: Actor, at: datetime) -> ServiceRecord:
    """Credit the minutes over eight hours a day, at the street (H8): a new version in the same state.

    Raises NoSuch, NotPermitted, OwnRecord, RecordState when nothing is pending.
    """
    found = by_code(session, record)
    role = by.require("record.approve_over_8h", area_path=found.area_path)
    _refuse_own(session, found, by)
    _expect(found, *STANDING)
    if not found.minutes_pending:
        raise RecordState(record=found.code, status=found.status)
    approved = found.trace.get("approved_pending", 0) + found.minutes_pending
    row = next_version(
        found,
        minutes_credited=found.minutes_credited + found.minutes_pending,
        minutes_pending=0,
        trace={**found.trace, "approved_pending": approved},
    )
    new = write(session, [row], at=at, by=by.person)[0]
    _note(
        session,
        new,
        "record.approve_pending",
        by=by,
        role=role,
        at=at,
        facts={"minutes": found.minutes_pending, "supersedes": found.code},
    )
    return new


def evaluate(session: Session, *, record: str, grade: str, by: Actor, at: datetime, note: str = "") -> Evaluation:
    """Say how the service was done, by who settles the activity; said again, the last word counts. Hours stay.

    Raises NoSuch, NotPermitted, OwnRecord, RecordState, RecordInvalid.
    """
    found = by_code(session, record)
    role = _settler(session, found, by)
    _refuse_own(session, found, by)
    _expect(found, *STANDING)
    if grade not in tuple(Grade) or len(note) > 100:
        raise RecordInvalid(field="grade", why=N_("The grade is excellent, good, ok or poor; the note is short."))
    evaluation = session.scalars(
        select(Evaluation).where(
            Evaluation.volunteer_id == found.volunteer_id,
            Evaluation.activity_id == found.activity_id,
            Evaluation.local_date == found.local_date,
        )
    ).first()
    if evaluation is None:
        evaluation = Evaluation(
            volunteer_id=found.volunteer_id,
            activity_id=found.activity_id,
            local_date=found.local_date,
            created_at=at,
            created_by=by.person,
        )
        session.add(evaluation)
    evaluation.grade, evaluation.note = Grade(grade), note
    session.flush()
    _note(session, found, "record.evaluate", by=by, role=role, at=at, facts={"grade": grade})
    return evaluation


def _expect(found: ServiceRecord, *statuses: str) -> None:
    if not found.latest or found.status not in statuses:
        raise RecordState(record=found.code, status=found.status)


def _own_handed(session: Session, found: Sequence[ServiceRecord], *, by: Actor, at: datetime) -> set[int]:
    """The records among these whose stays this person ticked, typed or forced, under whatever name."""
    if not found:
        return set()
    stays = session.execute(
        select(
            Stay.activity_id, Stay.volunteer_id, Stay.in_by, Stay.in_method, Stay.out_by, Stay.out_method, _FORCED_BY
        )
        .outerjoin(Scan, (Scan.session_id == Stay.id) & Scan.forced)
        .where(
            Stay.activity_id.in_({record.activity_id for record in found}),
            Stay.volunteer_id.in_({record.volunteer_id for record in found}),
            Stay.status.in_(COUNTED),
        )
    ).all()
    hands: dict[tuple[int, int], set[str]] = {}
    for stay in stays:
        ticked = ((stay.in_by, stay.in_method), (stay.out_by, stay.out_method))
        made = {who for who, method in ticked if who and method == Method.ROSTER} | {stay.forced_by or ""}
        hands.setdefault((stay.activity_id, stay.volunteer_id), set()).update(made - two_people.NOBODY)
    if not any(hands.values()):
        return set()
    mine = two_people.tied(session, by=by, at=at)
    return {record.id for record in found if hands.get((record.activity_id or 0, record.volunteer_id), set()) & mine}


_FORCED_BY = Scan.created_by.label("forced_by")


def _roles_to_confirm(session: Session, found: Sequence[ServiceRecord], by: Actor) -> list[str]:
    """In which roles `by` confirms these. Raises NotPermitted."""
    roles = []
    for path in sorted(
        {record.area_path for record in found if record.assurance == Assurance.C or not record.activity_id}
    ):
        roles.append(by.require("record.confirm_c", area_path=path))
    graded = {record.activity_id for record in found if record.assurance != Assurance.C and record.activity_id}
    if graded:
        for activity in session.scalars(select(Activity).where(Activity.id.in_(graded))):
            roles.append(activities.require_runner(activity, by, "activity.settle"))
    return roles


def _settler(session: Session, record: ServiceRecord, by: Actor) -> str:
    activity = session.get(Activity, record.activity_id) if record.activity_id else None
    if activity is None:
        raise RecordState(record=record.code, status=record.status)
    return activities.require_runner(activity, by, "activity.settle")


def _refuse_own(session: Session, record: ServiceRecord, by: Actor) -> None:
    person_id = aliases.kept(session, record.volunteer_id)
    code = session.scalars(select(Volunteer.code).where(Volunteer.id == person_id)).one()
    if two_people.is_oneself(session, code, by=by, volunteer_id=person_id):
        raise OwnRecord(record=record.code)


def _longest(session: Session, record: ServiceRecord) -> int:
    """The minutes of the activity on the record's date, at most 12 hours."""
    start_at, end_at = session.execute(
        select(Activity.start_at, Activity.end_at).where(Activity.id == record.activity_id)
    ).one()
    day_start, day_end = clock.day_bounds(record.local_date)
    length = int((min(end_at, day_end) - max(start_at, day_start)).total_seconds()) // 60
    return max(0, min(length, DAY_HARD_MINUTES))


def _reason(reason: str) -> str:
    if not 1 <= len(reason.strip()) <= 200:
        raise RecordInvalid(field="reason", why=N_("A reason of at most 200 characters is needed."))
    return reason.strip()


def _note(session: Session, record: ServiceRecord, action: str, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"record:{record.code}", area_path=record.area_path, **act)

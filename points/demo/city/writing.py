"""Writing in bulk what was seen at activities: the activity, its sign-ups, stays, scans, and the audit log of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from points.demo.city.city import Resident, Team
from points.demo.street.town import administrators
from points.foundation import clock, codes
from points.foundation.orm import table_of
from points.foundation.statements import run
from points.journal import audit
from points.service.activities.lifecycle import ARCHIVED_AFTER
from points.service.tables import Activity, ActivityCategory, Scan, Signup, Stay

CLOSES_AFTER = timedelta(minutes=120)


@dataclass(slots=True)
class PlannedStay:
    """One person at an activity; without `out_at` nobody saw them leave, and the clock closed the stay."""

    person: Resident
    in_at: datetime
    out_at: datetime | None
    signed_up: bool
    code: str = field(default_factory=codes.new)


@dataclass(slots=True)
class Event:
    """One activity that is over, with everybody who came."""

    team: Team
    category: str
    title: str
    place: str
    start_at: datetime
    end_at: datetime
    mode: str
    capacity: int
    beneficiaries: int
    settled_by: str
    stays: list[PlannedStay]
    code: str = field(default_factory=codes.new)


def write(session: Session, events: Sequence[Event], *, settled_at: datetime, now: datetime) -> dict[str, int]:
    """Write settled activities with all that was seen there, as on the days before `now`; the ids by code."""
    categories = dict(session.execute(select(ActivityCategory.code, ActivityCategory.id)).all())
    ids: dict[str, int] = dict(
        session.execute(
            _ADD_ACTIVITIES, [_activity(event, categories, settled_at=settled_at, now=now) for event in events]
        ).all()
    )
    seen = [(event, stay) for event in events for stay in event.stays]
    run(session, _ADD_SIGNUPS, [_signup(event, stay, ids[event.code]) for event, stay in seen])
    stays: dict[str, int] = dict(
        run(session, _ADD_STAYS, [_stay(event, stay, ids[event.code]) for event, stay in seen]).all()
    )
    scans = [(event, stay, way, at) for event, stay in seen for way, at in _scans(stay)]
    run(session, _ADD_SCANS, [_scan(event, stay, way, at, stays[stay.code]) for event, stay, way, at in scans])
    run(session, audit.ADD, [_scan_note(event, stay, way, at) for event, stay, way, at in scans])
    run(session, audit.ADD, [_settle_note(event, at=settled_at) for event in events])
    return ids


def _activity(event: Event, categories: dict[str, int], *, settled_at: datetime, now: datetime) -> dict[str, object]:
    home, leader = event.team.community, event.team.leader
    return {
        "code": event.code,
        "title": event.title,
        "category_id": categories[event.category],
        "origin": "planned",
        "area_id": home.id,
        "street_id": home.street_id,
        "area_path": home.path,
        "team_id": event.team.id,
        "place": event.place,
        "start_at": event.start_at,
        "end_at": event.end_at,
        "capacity": event.capacity,
        "places_taken": len(event.stays),
        "risk_notice": "户外活动注意交通与天气；量力而行，身体不适请立即告诉队长。",
        "contact_name": leader.name,
        "contact_phone": "0744-0000000",
        "leader_id": leader.id,
        "check_mode": event.mode,
        "walk_in_ok": True,
        "content": f"{event.title}：请按时到场，听从队长安排，自带饮水。",
        "status": "archived" if settled_at <= now - ARCHIVED_AFTER else "settled",
        "submitted_by": leader.code,
        "approved_by": administrators(home.street)[0],
        "approved_as": "street_admin",
        "screen_code": codes.new(),
        "secret": codes.new_secret(),
        "poster_code": codes.new(),
        "head_count": len(event.stays),
        "beneficiaries": event.beneficiaries,
        "result_note": "顺利完成。",
        "settled_at": settled_at,
        "settled_by": event.settled_by,
        "version": 4,
        "created_at": event.start_at - timedelta(days=6),
        "created_by": leader.code,
    }


def _signup(event: Event, stay: PlannedStay, activity_id: int) -> dict[str, object]:
    queued_at = event.start_at - timedelta(days=1) if stay.signed_up else stay.in_at
    return {
        "activity_id": activity_id,
        "volunteer_id": stay.person.id,
        "status": "attended",
        "queued_at": queued_at,
        "walk_in": not stay.signed_up,
        "created_at": queued_at,
        "created_by": stay.person.code,
    }


def _stay(event: Event, stay: PlannedStay, activity_id: int) -> dict[str, object]:
    method, operator = _how(event, stay)
    flags = {"static": ["static"], "roster": ["roster"]}.get(event.mode, [])
    left = stay.out_at is not None
    return {
        "code": stay.code,
        "activity_id": activity_id,
        "volunteer_id": stay.person.id,
        "local_date": clock.local_date(stay.in_at),
        "in_at": stay.in_at,
        "out_at": stay.out_at or event.end_at + CLOSES_AFTER,
        "in_method": method,
        "out_method": method if left else None,
        "in_by": operator,
        "out_by": operator if left else None,
        "status": "closed" if left else "auto_closed",
        "flags": flags,
        "flags_decided_by": event.settled_by if flags else None,
        "created_at": stay.in_at,
        "created_by": operator,
    }


def _scans(stay: PlannedStay) -> Iterator[tuple[str, datetime]]:
    yield "in", stay.in_at
    if stay.out_at is not None:
        yield "out", stay.out_at


def _scan(event: Event, stay: PlannedStay, way: str, at: datetime, stay_id: int) -> dict[str, object]:
    method, operator = _how(event, stay)
    return {
        "device": f"by:{operator}",
        "nonce": f"{stay.code}-{way}",
        "session_id": stay_id,
        "direction": way,
        "method": method,
        "occurred_at": at,
        "created_at": at,
        "created_by": operator,
    }


def _scan_note(event: Event, stay: PlannedStay, way: str, at: datetime) -> dict[str, object]:
    method, operator = _how(event, stay)
    return {
        "created_at": at,
        "created_by": operator,
        "role": "volunteer" if operator == stay.person.code else "team_leader",
        "action": f"attendance.{way}",
        "target": f"attendance:{stay.code}",
        "area_path": event.team.community.path,
        "facts": {"activity": event.code, "volunteer": stay.person.code, "method": method},
    }


def _settle_note(event: Event, *, at: datetime) -> dict[str, object]:
    return {
        "created_at": at,
        "created_by": event.settled_by,
        "role": "street_admin" if event.mode == "roster" else "team_leader",
        "action": "activity.settle",
        "target": f"activity:{event.code}",
        "area_path": event.team.community.path,
        "facts": {"records": len(event.stays)},
    }


def _how(event: Event, stay: PlannedStay) -> tuple[str, str]:
    """By which method a person was let in and out, and by whom: who has no phone shows the card to the leader."""
    if event.mode == "roster":
        # nobody ticks themselves
        return "roster", event.settled_by if stay.person is event.team.leader else event.team.leader.code
    if not stay.person.has_phone:
        return "staff_scan", event.team.leader.code
    return ("scan_static" if event.mode == "static" else "scan_dynamic"), stay.person.code


_ACTIVITY, _STAY = table_of(Activity), table_of(Stay)
_ADD_ACTIVITIES = insert(_ACTIVITY).returning(_ACTIVITY.c.code, _ACTIVITY.c.id)
_ADD_STAYS = insert(_STAY).returning(_STAY.c.code, _STAY.c.id)
_ADD_SIGNUPS = insert(table_of(Signup))
_ADD_SCANS = insert(table_of(Scan))

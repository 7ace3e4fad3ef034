"""What a point was earned by: award, rule version, record, activity, attendance and scans."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.evidence.bookings import Facts
from points.people.tables import Team, Volunteer
from points.places.tables import Area
from points.rewards.tables import Award, RuleSet
from points.service.tables import Activity, ActivityCategory, AttendanceSession, MakeupRequest, Scan, ServiceRecord

# --- what can be asked


def award_and_record(session: Session, code: str) -> Facts:
    """The award with this code, the rules it followed and the service it was for."""
    award = session.scalars(select(Award).where(Award.code == code)).one_or_none()
    if award is None:
        return {"award": None}
    record = session.get_one(ServiceRecord, award.record_id)
    return {"award": awarded(award), "rules": rules(session, award.rule_version), **given(session, record)}


def awarded(award: Award) -> Facts:
    """One award with every step that led to its points."""
    return {
        "code": award.code,
        "points": award.points,
        "change": award.delta,
        "sequence": award.sequence,
        "at": award.created_at,
        "rule_version": award.rule_version,
        "explanation": award.explanation,
    }


def rules(session: Session, version: str) -> Facts | None:
    """The rule set of this version: since when, by whose resolution, signed by whom."""
    rules = session.scalars(select(RuleSet).where(RuleSet.version == version)).one_or_none()
    if rules is None:
        return None
    return {
        "version": rules.version,
        "effective_from": rules.effective_from,
        "resolution_ref": rules.resolution_ref,
        "drafted_by": rules.drafted_by,
        "published_by": rules.published_by,
        "published_at": rules.published_at,
    }


def given(session: Session, record: ServiceRecord) -> Facts:
    """One record with its activity, its stays and the scans that made them."""
    return {
        "record": {
            "code": record.code,
            "version": record.version,
            "latest": record.latest,
            "local_date": record.local_date,
            "minutes_raw": record.minutes_raw,
            "minutes_credited": record.minutes_credited,
            "minutes_pending": record.minutes_pending,
            "assurance": record.assurance,
            "source": record.source,
            "status": record.status,
            "flags": record.flags,
            "trace": record.trace,
            "recording_org": record.recording_org,
            "confirmed_by": record.confirmed_by,
            "confirmed_at": record.confirmed_at,
            "void_reason": record.void_reason,
        },
        "activity": _activity(session, record.activity_id) if record.activity_id else None,
        "attendance": _attendance(session, record) if record.activity_id else [],
    }


def _activity(session: Session, activity_id: int) -> Facts:
    row = session.execute(
        select(
            Activity,
            ActivityCategory.code.label("category"),
            Team.code.label("team"),
            Volunteer.code.label("leader"),
            Area.code.label("area"),
        )
        .join(ActivityCategory, ActivityCategory.id == Activity.category_id)
        .join(Team, Team.id == Activity.team_id)
        .join(Volunteer, Volunteer.id == Activity.leader_id)
        .join(Area, Area.id == Activity.area_id)
        .where(Activity.id == activity_id)
    ).one()
    activity: Activity = row[0]
    return {
        "code": activity.code,
        "title": activity.title,
        "category": row.category,
        "area": row.area,
        "place": activity.place,
        "team": row.team,
        "leader": row.leader,
        "start_at": activity.start_at,
        "end_at": activity.end_at,
        "status": activity.status,
        "submitted_by": activity.submitted_by,
        "approved_by": activity.approved_by,
        "settled_by": activity.settled_by,
        "settled_at": activity.settled_at,
    }


def _attendance(session: Session, record: ServiceRecord) -> list[Facts]:
    stays = session.scalars(
        select(AttendanceSession)
        .where(
            AttendanceSession.activity_id == record.activity_id,
            AttendanceSession.volunteer_id == record.volunteer_id,
            AttendanceSession.local_date == record.local_date,
        )
        .order_by(AttendanceSession.in_at, AttendanceSession.id)
    ).all()
    scans: dict[int, list[Facts]] = {}
    for scan in session.scalars(
        select(Scan).where(Scan.session_id.in_([stay.id for stay in stays])).order_by(Scan.occurred_at, Scan.id)
    ):
        scans.setdefault(scan.session_id, []).append(
            {
                "direction": scan.direction,
                "method": scan.method,
                "occurred_at": scan.occurred_at,
                "received_at": scan.created_at,
                "operator": scan.created_by,
                "device": scan.device,
                "forced": scan.forced,
            }
        )
    makeups = session.scalars(
        select(MakeupRequest)
        .where(
            MakeupRequest.activity_id == record.activity_id,
            MakeupRequest.volunteer_id == record.volunteer_id,
            MakeupRequest.status == "approved",
        )
        .order_by(MakeupRequest.id)
    ).all()
    return [
        {
            "code": stay.code,
            "in_at": stay.in_at,
            "out_at": stay.out_at,
            "in_method": stay.in_method,
            "out_method": stay.out_method,
            "in_by": stay.in_by,
            "out_by": stay.out_by,
            "status": stay.status,
            "flags": stay.flags,
            "flags_decided_by": stay.flags_decided_by,
            "scans": scans.get(stay.id, []),
            "makeups": [
                {
                    "code": makeup.code,
                    "reason": makeup.reason,
                    "proposed_by": makeup.proposed_by,
                    "decided_by": makeup.decided_by,
                    "decided_at": makeup.decided_at,
                }
                for makeup in makeups
                if makeup.session_id == stay.id
            ],
        }
        for stay in stays
    ]

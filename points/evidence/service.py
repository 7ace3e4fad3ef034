"""What a point was earned by: award, rule version, record, activity, attendance and scans."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.evidence.chain import Awarded, Held, MadeUp, Recorded, Rules, Scanned, Stayed
from points.people.tables import Team, Volunteer
from points.places.tables import Area
from points.rewards.tables import Award, RuleSet
from points.service.statuses import MakeupStatus
from points.service.tables import Activity, ActivityCategory, MakeupRequest, Scan, ServiceRecord, Stay

# --- what can be asked


def award(session: Session, code: str) -> Award | None:
    """The award with this code."""
    return session.scalars(select(Award).where(Award.code == code)).one_or_none()


def awarded(award: Award) -> Awarded:
    """One award with every step that led to its points."""
    return Awarded(
        code=award.code,
        points=award.points,
        change=award.delta,
        sequence=award.sequence,
        at=award.created_at,
        rule_version=award.rule_version,
        explanation=award.explanation,
    )


def rules(session: Session, version: str) -> Rules | None:
    """The rule set of this version: since when, by whose resolution, signed by whom."""
    rules = session.scalars(select(RuleSet).where(RuleSet.version == version)).one_or_none()
    if rules is None:
        return None
    return Rules(
        version=rules.version,
        effective_from=rules.effective_from,
        resolution_ref=rules.resolution_ref,
        drafted_by=rules.drafted_by,
        published_by=rules.published_by,
        published_at=rules.published_at,
    )


def recorded(record: ServiceRecord) -> Recorded:
    """One version of a record."""
    return Recorded(
        code=record.code,
        version=record.version,
        latest=record.latest,
        local_date=record.local_date,
        minutes_raw=record.minutes_raw,
        minutes_credited=record.minutes_credited,
        minutes_pending=record.minutes_pending,
        assurance=record.assurance,
        source=record.source,
        status=record.status,
        flags=record.flags,
        trace=record.trace,
        recording_org=record.recording_org,
        confirmed_by=record.confirmed_by,
        confirmed_at=record.confirmed_at,
        void_reason=record.void_reason,
    )


def activity(session: Session, record: ServiceRecord) -> Held | None:
    """The activity of a record; None for hours that were taken over from elsewhere."""
    if record.activity_id is None:
        return None
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
        .where(Activity.id == record.activity_id)
    ).one()
    found: Activity = row[0]
    return Held(
        code=found.code,
        title=found.title,
        category=row.category,
        area=row.area,
        place=found.place,
        team=row.team,
        leader=row.leader,
        start_at=found.start_at,
        end_at=found.end_at,
        status=found.status,
        submitted_by=found.submitted_by,
        approved_by=found.approved_by,
        settled_by=found.settled_by,
        settled_at=found.settled_at,
    )


def attendance(session: Session, record: ServiceRecord) -> list[Stayed]:
    """The stays of a record and the scans that made them, in order of arrival."""
    if record.activity_id is None:
        return []
    stays = session.scalars(
        select(Stay)
        .where(
            Stay.activity_id == record.activity_id,
            Stay.volunteer_id == record.volunteer_id,
            Stay.local_date == record.local_date,
        )
        .order_by(Stay.in_at, Stay.id)
    ).all()
    scans: dict[int, list[Scanned]] = {}
    for scan in session.scalars(
        select(Scan).where(Scan.session_id.in_([stay.id for stay in stays])).order_by(Scan.occurred_at, Scan.id)
    ):
        scans.setdefault(scan.session_id, []).append(
            Scanned(
                direction=scan.direction,
                method=scan.method,
                occurred_at=scan.occurred_at,
                received_at=scan.created_at,
                operator=scan.created_by,
                device=scan.device,
                forced=scan.forced,
            )
        )
    makeups = session.scalars(
        select(MakeupRequest)
        .where(
            MakeupRequest.activity_id == record.activity_id,
            MakeupRequest.volunteer_id == record.volunteer_id,
            MakeupRequest.status == MakeupStatus.APPROVED,
        )
        .order_by(MakeupRequest.id)
    ).all()
    return [
        Stayed(
            code=stay.code,
            in_at=stay.in_at,
            out_at=stay.out_at,
            in_method=stay.in_method,
            out_method=stay.out_method,
            in_by=stay.in_by,
            out_by=stay.out_by,
            status=stay.status,
            flags=stay.flags,
            flags_decided_by=stay.flags_decided_by,
            scans=scans.get(stay.id, []),
            makeups=[
                MadeUp(
                    code=makeup.code,
                    reason=makeup.reason,
                    proposed_by=makeup.proposed_by,
                    decided_by=makeup.decided_by,
                    decided_at=makeup.decided_at,
                )
                for makeup in makeups
                if makeup.session_id == stay.id
            ],
        )
        for stay in stays
    ]

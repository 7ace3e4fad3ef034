"""What waits for a decision of mine: each kind read in one statement with what one must see, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from points.exchange.tables import GoodsItem
from points.foundation.actors import Actor
from points.foundation.orm import ZERO
from points.help import feedback
from points.people.tables import Team, TeamMember, Volunteer
from points.places import areas
from points.places.tables import Area
from points.rewards import overdue
from points.rewards.overdue import Unsettled
from points.rewards.tables import Adjustment, RuleSet
from points.service import activities
from points.service.tables import COUNTED, Activity, AttendanceSession, MakeupRequest, ServiceRecord, Signup

MOST = 100
"""Of each kind at once; what is decided makes room for the next."""

# --- what there is


@dataclass(frozen=True)
class Waiting:
    """What one person may decide now. Rows carry the columns that the page shows."""

    unsettled: Sequence[Unsettled]
    approvals: Sequence[Activity]
    stays: Sequence[Any]
    makeups: Sequence[Any]
    disputes: Sequence[Any]
    over_hours: Sequence[Any]
    signups: Sequence[Any]
    members: Sequence[Any]
    adjustments: Sequence[Any]
    rules: Sequence[RuleSet]
    goods: Sequence[Any]
    feedback: Sequence[Any]

    @property
    def about_people(self) -> list[Any]:
        """The rows that name somebody."""
        return [*self.stays, *self.makeups, *self.disputes, *self.over_hours, *self.adjustments]

    @property
    def count(self) -> int:
        """How many there are of all kinds."""
        return sum(len(getattr(self, one.name)) for one in fields(self))


# --- what can be asked


def on(session: Session, *, by: Actor, at: datetime) -> Waiting:
    """Everything that waits for `by`, and only what `by` may decide."""
    return Waiting(
        unsettled=overdue.unsettled(session, by=by, at=at, limit=MOST),
        approvals=activities.waiting_for_approval(session, by=by)[:MOST],
        stays=_stays(session, by),
        makeups=_makeups(session, by),
        disputes=_disputes(session, by),
        over_hours=_over_hours(session, by),
        signups=_signups(session, by, at),
        members=_members(session, by),
        adjustments=_adjustments(session, by),
        rules=_rules(session, by),
        goods=_goods(session, by),
        feedback=feedback.inbox(session, by=by, at=at, limit=MOST) if by.reaches("feedback.reply") else (),
    )


def _stays(session: Session, by: Actor) -> Sequence[Any]:
    """Flagged stays that nobody has looked at yet, of activities that are over."""
    return session.execute(
        select(
            AttendanceSession.code,
            AttendanceSession.in_at,
            AttendanceSession.out_at,
            AttendanceSession.in_method,
            AttendanceSession.out_method,
            AttendanceSession.flags,
            Activity.code.label("activity"),
            Activity.title,
            Activity.area_path,
            Volunteer.name,
            Volunteer.code.label("volunteer"),
        )
        .join_from(AttendanceSession, Activity, Activity.id == AttendanceSession.activity_id)
        .join(Volunteer, Volunteer.id == AttendanceSession.volunteer_id)
        .where(
            Activity.status.in_(("ended", "settled")),
            AttendanceSession.status.in_(COUNTED),
            AttendanceSession.flags_decided_by.is_(None),
            cast(AttendanceSession.flags, String) != "[]",
            activities.in_reach(by, "activity.settle"),
        )
        .order_by(AttendanceSession.in_at, AttendanceSession.id)
        .limit(MOST)
    ).all()


def _makeups(session: Session, by: Actor) -> Sequence[Any]:
    return session.execute(
        select(
            MakeupRequest.code,
            MakeupRequest.claimed_in,
            MakeupRequest.claimed_out,
            MakeupRequest.reason,
            MakeupRequest.note,
            MakeupRequest.proposed_by,
            MakeupRequest.created_at,
            Activity.title,
            Volunteer.name,
            Volunteer.code.label("volunteer"),
        )
        .join_from(MakeupRequest, Activity, Activity.id == MakeupRequest.activity_id)
        .join(Volunteer, Volunteer.id == MakeupRequest.volunteer_id)
        .where(
            MakeupRequest.status == "open",
            areas.within(by.reaches("makeup.decide"), area_path=Activity.area_path),
            MakeupRequest.proposed_by != by.person,
            MakeupRequest.beneficiary != by.person,
        )
        .order_by(MakeupRequest.created_at, MakeupRequest.id)
        .limit(MOST)
    ).all()


def _disputes(session: Session, by: Actor) -> Sequence[Any]:
    """Contested records with what was said against them."""
    return session.execute(
        select(
            *_record_columns(),
            ServiceRecord.assurance,
            ServiceRecord.disputed_why.label("why"),
            ServiceRecord.disputed_at.label("since"),
        )
        .join_from(ServiceRecord, Activity, Activity.id == ServiceRecord.activity_id)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(
            ServiceRecord.latest,
            ServiceRecord.status == "disputed",
            Volunteer.code != by.person,
            areas.within(by.reaches("record.correct"), area_path=ServiceRecord.area_path),
        )
        .order_by(ServiceRecord.disputed_at, ServiceRecord.id)
        .limit(MOST)
    ).all()


def _over_hours(session: Session, by: Actor) -> Sequence[Any]:
    """Minutes beyond eight hours in a day."""
    return session.execute(
        select(*_record_columns(), ServiceRecord.minutes_pending)
        .join_from(ServiceRecord, Activity, Activity.id == ServiceRecord.activity_id)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(
            ServiceRecord.latest,
            ServiceRecord.minutes_pending > ZERO,
            ServiceRecord.status.in_(("computed", "confirmed", "disputed")),
            Volunteer.code != by.person,
            areas.within(by.reaches("record.approve_over_8h"), area_path=ServiceRecord.area_path),
        )
        .order_by(ServiceRecord.local_date, ServiceRecord.id)
        .limit(MOST)
    ).all()


def _record_columns() -> tuple[Any, ...]:
    return (
        ServiceRecord.code,
        ServiceRecord.local_date,
        ServiceRecord.minutes_credited,
        Activity.title,
        Activity.start_at,
        Activity.end_at,
        Volunteer.name,
        Volunteer.code.label("volunteer"),
    )


def _signups(session: Session, by: Actor, at: datetime) -> Sequence[Any]:
    """Activities to come at which people wait to be taken in; due when it begins."""
    return session.execute(
        select(Activity.code, Activity.title, Activity.start_at, func.count().label("people"))
        .join_from(Signup, Activity, Activity.id == Signup.activity_id)
        .where(
            Signup.status == "pending",
            Activity.status == "published",
            Activity.start_at > at,
            activities.in_reach(by, "activity.run"),
        )
        .group_by(Activity.id)
        .order_by(Activity.start_at, Activity.id)
        .limit(MOST)
    ).all()


def _members(session: Session, by: Actor) -> Sequence[Any]:
    """Teams that somebody would like to join."""
    return session.execute(
        select(Team.code, Team.name, func.count().label("people"), func.min(TeamMember.created_at).label("since"))
        .join_from(TeamMember, Team, Team.id == TeamMember.team_id)
        .join(Area, Area.id == Team.area_id)
        .where(
            TeamMember.status == "applied",
            Team.status == "active",
            areas.within(by.reaches("team.members"), area_path=Area.path, team_id=Team.id),
        )
        .group_by(Team.id)
        .order_by(func.min(TeamMember.created_at), Team.id)
        .limit(MOST)
    ).all()


def _adjustments(session: Session, by: Actor) -> Sequence[Any]:
    return session.execute(
        select(
            Adjustment.code,
            Adjustment.points,
            Adjustment.reason,
            Adjustment.proposed_by,
            Adjustment.created_at,
            Volunteer.name,
            Volunteer.code.label("volunteer"),
        )
        .join_from(Adjustment, Volunteer, Volunteer.id == Adjustment.volunteer_id)
        .where(
            Adjustment.status == "open",
            Adjustment.proposed_by != by.person,
            Adjustment.beneficiary != by.person,
            areas.within(by.reaches("points.adjust"), area_path=Volunteer.area_path),
        )
        .order_by(Adjustment.created_at, Adjustment.id)
        .limit(MOST)
    ).all()


def _rules(session: Session, by: Actor) -> Sequence[RuleSet]:
    """Drafts that another person wrote; due in time for the notice, the soonest to take effect first."""
    return list(
        session.scalars(
            select(RuleSet)
            .join(Area, Area.id == RuleSet.street_id)
            .where(
                RuleSet.status == "draft",
                RuleSet.drafted_by != by.person,
                areas.within(by.reaches("ruleset.publish"), area_path=Area.path),
            )
            .order_by(RuleSet.effective_from, RuleSet.id)
            .limit(MOST)
        )
    )


def _goods(session: Session, by: Actor) -> Sequence[Any]:
    """Goods that a station proposed."""
    return session.execute(
        select(GoodsItem.code, GoodsItem.name, GoodsItem.spec, GoodsItem.created_by, GoodsItem.created_at)
        .join_from(GoodsItem, Area, Area.id == GoodsItem.street_id)
        .where(GoodsItem.status == "draft", areas.within(by.reaches("goods.change"), area_path=Area.path))
        .order_by(GoodsItem.created_at, GoodsItem.id)
        .limit(MOST)
    ).all()

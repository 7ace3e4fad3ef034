"""What waits for a decision of mine: each kind read in one statement with what one must see, the oldest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import SQLColumnExpression as Expression
from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from points.access import two_people
from points.exchange.tables import GoodsItem
from points.foundation.actors import Actor
from points.foundation.orm import ZERO
from points.help import feedback
from points.help.feedback import Item
from points.office import watch
from points.office.watch import Watch
from points.people.tables import Team, TeamMember, Volunteer
from points.places import areas
from points.places.tables import Area
from points.rewards import overdue, withdrawal
from points.rewards.overdue import Unsettled
from points.rewards.statuses import AdjustmentStatus, RuleSetStatus
from points.rewards.tables import Adjustment, RuleSet, RuleSetWithdrawal
from points.service import activities
from points.service.statuses import COUNTED, STANDING, ActivityStatus, MakeupStatus, RecordStatus, SignupStatus
from points.service.tables import Activity, MakeupRequest, ServiceRecord, Signup, Stay

MOST = 100
"""Of each kind at once; what is decided makes room for the next."""

# --- what there is


class FlaggedStay(NamedTuple):
    """A stay with flags that nobody has looked at."""

    code: str
    in_at: datetime
    out_at: datetime | None
    in_method: str
    out_method: str | None
    flags: Sequence[str]
    activity: str
    title: str
    area_path: str
    name: str
    volunteer: str


class OpenClaim(NamedTuple):
    """A make-up to decide."""

    code: str
    claimed_in: datetime
    claimed_out: datetime
    reason: str
    note: str
    proposed_by: str
    created_at: datetime
    title: str
    name: str
    volunteer: str


class Objection(NamedTuple):
    """A contested record: `why`, and `since` when."""

    code: str
    local_date: date
    minutes_credited: int
    title: str
    start_at: datetime
    end_at: datetime
    name: str
    volunteer: str
    assurance: str
    why: str
    since: datetime | None


class OverHours(NamedTuple):
    """A record with minutes beyond eight hours in a day."""

    code: str
    local_date: date
    minutes_credited: int
    title: str
    start_at: datetime
    end_at: datetime
    name: str
    volunteer: str
    minutes_pending: int


class PendingSignups(NamedTuple):
    """An activity to come at which people wait to be taken in."""

    code: str
    title: str
    start_at: datetime
    people: int


class Applicants(NamedTuple):
    """A team that people would like to join."""

    code: str
    name: str
    people: int
    since: datetime


class OpenAdjustment(NamedTuple):
    """A plus or minus that another person proposed."""

    code: str
    points: int
    reason: str
    proposed_by: str
    created_at: datetime
    name: str
    volunteer: str


class ProposedGoods(NamedTuple):
    """Goods that a station proposed."""

    code: str
    name: str
    spec: str
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class Waiting:
    """What one person may decide now."""

    unsettled: Sequence[Unsettled]
    approvals: Sequence[Activity]
    stays: Sequence[FlaggedStay]
    makeups: Sequence[OpenClaim]
    disputes: Sequence[Objection]
    over_hours: Sequence[OverHours]
    signups: Sequence[PendingSignups]
    members: Sequence[Applicants]
    adjustments: Sequence[OpenAdjustment]
    rules: Sequence[RuleSet]
    withdrawals: Sequence[tuple[RuleSet, RuleSetWithdrawal]]
    goods: Sequence[ProposedGoods]
    feedback: Sequence[Item]
    watch: Watch

    @property
    def about_people(self) -> list[FlaggedStay | OpenClaim | Objection | OverHours | OpenAdjustment]:
        """The rows that name somebody."""
        return [*self.stays, *self.makeups, *self.disputes, *self.over_hours, *self.adjustments]

    @property
    def count(self) -> int:
        """How many there are of all kinds."""
        return self.watch.count + sum(len(getattr(self, one.name)) for one in fields(self) if one.name != "watch")


# --- what can be asked


def on(session: Session, *, by: Actor, at: datetime) -> Waiting:
    """Everything that waits for `by`, and only what `by` may decide."""
    tied = two_people.tied(session, by=by, at=at)
    return Waiting(
        unsettled=overdue.unsettled(session, by=by, at=at, limit=MOST),
        approvals=activities.waiting_for_approval(session, by=by, at=at)[:MOST],
        stays=_stays(session, by),
        makeups=_makeups(session, by, tied),
        disputes=_disputes(session, by, tied),
        over_hours=_over_hours(session, by, tied),
        signups=_signups(session, by, at),
        members=_members(session, by),
        adjustments=_adjustments(session, by, tied),
        rules=_rules(session, by, tied),
        withdrawals=withdrawal.waiting(session, by=by, at=at),
        goods=_goods(session, by),
        feedback=feedback.inbox(session, by=by, at=at, limit=MOST) if by.reaches("feedback.reply") else (),
        watch=watch.on(session, by=by, at=at),
    )


def _stays(session: Session, by: Actor) -> list[FlaggedStay]:
    """Flagged stays that nobody has looked at yet, of activities that are over."""
    found = session.execute(
        select(
            Stay.code,
            Stay.in_at,
            Stay.out_at,
            Stay.in_method,
            Stay.out_method,
            Stay.flags,
            Activity.code.label("activity"),
            Activity.title,
            Activity.area_path,
            Volunteer.name,
            Volunteer.code.label("volunteer"),
        )
        .join_from(Stay, Activity, Activity.id == Stay.activity_id)
        .join(Volunteer, Volunteer.id == Stay.volunteer_id)
        .where(
            Activity.status.in_((ActivityStatus.ENDED, ActivityStatus.SETTLED)),
            Stay.status.in_(COUNTED),
            Stay.flags_decided_by.is_(None),
            cast(Stay.flags, String) != "[]",
            activities.in_reach(by, "activity.settle"),
        )
        .order_by(Stay.in_at, Stay.id)
        .limit(MOST)
    )
    return [FlaggedStay._make(row) for row in found]


def _makeups(session: Session, by: Actor, tied: Collection[str]) -> list[OpenClaim]:
    found = session.execute(
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
            MakeupRequest.status == MakeupStatus.OPEN,
            areas.within(by.reaches("makeup.decide"), area_path=Activity.area_path),
            MakeupRequest.proposed_by.not_in(tied),
            MakeupRequest.beneficiary.not_in(tied),
        )
        .order_by(MakeupRequest.created_at, MakeupRequest.id)
        .limit(MOST)
    )
    return [OpenClaim._make(row) for row in found]


def _disputes(session: Session, by: Actor, tied: Collection[str]) -> list[Objection]:
    """Contested records with what was said against them."""
    found = session.execute(
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
            ServiceRecord.status == RecordStatus.DISPUTED,
            Volunteer.code.not_in(tied),
            areas.within(by.reaches("record.correct"), area_path=ServiceRecord.area_path),
        )
        .order_by(ServiceRecord.disputed_at, ServiceRecord.id)
        .limit(MOST)
    )
    return [Objection._make(row) for row in found]


def _over_hours(session: Session, by: Actor, tied: Collection[str]) -> list[OverHours]:
    """Minutes beyond eight hours in a day."""
    found = session.execute(
        select(*_record_columns(), ServiceRecord.minutes_pending)
        .join_from(ServiceRecord, Activity, Activity.id == ServiceRecord.activity_id)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(
            ServiceRecord.latest,
            ServiceRecord.minutes_pending > ZERO,
            ServiceRecord.status.in_(STANDING),
            Volunteer.code.not_in(tied),
            areas.within(by.reaches("record.approve_over_8h"), area_path=ServiceRecord.area_path),
        )
        .order_by(ServiceRecord.local_date, ServiceRecord.id)
        .limit(MOST)
    )
    return [OverHours._make(row) for row in found]


def _record_columns() -> tuple[Expression[object], ...]:
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


def _signups(session: Session, by: Actor, at: datetime) -> list[PendingSignups]:
    """Activities to come at which people wait to be taken in; due when it begins."""
    found = session.execute(
        select(Activity.code, Activity.title, Activity.start_at, func.count().label("people"))
        .join_from(Signup, Activity, Activity.id == Signup.activity_id)
        .where(
            Signup.status == SignupStatus.PENDING,
            Activity.status == ActivityStatus.PUBLISHED,
            Activity.start_at > at,
            activities.in_reach(by, "activity.run"),
        )
        .group_by(Activity.id)
        .order_by(Activity.start_at, Activity.id)
        .limit(MOST)
    )
    return [PendingSignups._make(row) for row in found]


def _members(session: Session, by: Actor) -> list[Applicants]:
    """Teams that somebody would like to join."""
    found = session.execute(
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
    )
    return [Applicants._make(row) for row in found]


def _adjustments(session: Session, by: Actor, tied: Collection[str]) -> list[OpenAdjustment]:
    found = session.execute(
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
            Adjustment.status == AdjustmentStatus.OPEN,
            Adjustment.proposed_by.not_in(tied),
            Adjustment.beneficiary.not_in(tied),
            areas.within(by.reaches("points.adjust"), area_path=Volunteer.area_path),
        )
        .order_by(Adjustment.created_at, Adjustment.id)
        .limit(MOST)
    )
    return [OpenAdjustment._make(row) for row in found]


def _rules(session: Session, by: Actor, tied: Collection[str]) -> Sequence[RuleSet]:
    """Drafts that another person wrote; due in time for the notice, the soonest to take effect first."""
    return list(
        session.scalars(
            select(RuleSet)
            .join(Area, Area.id == RuleSet.street_id)
            .where(
                RuleSet.status == RuleSetStatus.DRAFT,
                RuleSet.drafted_by.not_in(tied),
                areas.within(by.reaches("ruleset.publish"), area_path=Area.path),
            )
            .order_by(RuleSet.effective_from, RuleSet.id)
            .limit(MOST)
        )
    )


def _goods(session: Session, by: Actor) -> list[ProposedGoods]:
    """Goods that a station proposed."""
    found = session.execute(
        select(GoodsItem.code, GoodsItem.name, GoodsItem.spec, GoodsItem.created_by, GoodsItem.created_at)
        .join_from(GoodsItem, Area, Area.id == GoodsItem.street_id)
        .where(GoodsItem.status == "draft", areas.within(by.reaches("goods.change"), area_path=Area.path))
        .order_by(GoodsItem.created_at, GoodsItem.id)
        .limit(MOST)
    )
    return [ProposedGoods._make(row) for row in found]

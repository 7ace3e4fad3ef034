"""What waits for a decision of mine: each kind read in one statement with what one must see, the oldest first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, TypeVarTuple

from sqlalchemy import Row, Select, String, cast, func, select
from sqlalchemy import SQLColumnExpression as Expression
from sqlalchemy.orm import Session

from points.access import two_people
from points.exchange.tables import GoodsItem
from points.foundation import counted
from points.foundation.actors import Actor
from points.foundation.orm import ZERO
from points.help import feedback
from points.help.feedback import Item
from points.office import watch
from points.office.waiting_rows import (
    Applicants,
    FlaggedStay,
    Objection,
    OpenAdjustment,
    OpenClaim,
    OverHours,
    PendingSignups,
    ProposedGoods,
)
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

Kind = TypeVar("Kind")
Columns = TypeVarTuple("Columns")
MOST = 100
"""Of each kind at once; how many there are of it is counted, and the others are reached by turning over."""

# --- what there is


@dataclass(frozen=True)
class Waiting:
    """What one person may decide now: of each kind the first, or those after the `offset` that was asked for.

    `counts` says how many there are of each kind in all, by the names of the fields.
    """

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
    counts: Mapping[str, int]

    @property
    def about_people(self) -> list[FlaggedStay | OpenClaim | Objection | OverHours | OpenAdjustment]:
        """The rows that name somebody."""
        return [*self.stays, *self.makeups, *self.disputes, *self.over_hours, *self.adjustments]

    @property
    def count(self) -> int:
        """How many there are of all kinds."""
        return self.watch.count + sum(self.counts.values())


# --- what can be asked


def on(session: Session, *, by: Actor, at: datetime, turned: Collection[str] = (), offset: int = 0) -> Waiting:
    """Everything that waits for `by`, and only what `by` may decide; of the kinds `turned` what follows `offset`."""
    tied = two_people.tied(session, by=by, at=at)
    part = _Part(session, by, tied, turned, offset)
    return Waiting(
        unsettled=part.listed("unsettled", overdue.unsettled(session, by=by, at=at)),
        approvals=part.listed("approvals", activities.waiting_for_approval(session, by=by, at=at)),
        stays=_stays(part),
        makeups=_makeups(part),
        disputes=_disputes(part),
        over_hours=_over_hours(part),
        signups=_signups(part, at),
        members=_members(part),
        adjustments=_adjustments(part),
        rules=_rules(part),
        withdrawals=part.listed("withdrawals", withdrawal.waiting(session, by=by, at=at)),
        goods=_goods(part),
        feedback=part.listed("feedback", feedback.inbox(session, by=by, at=at) if by.reaches("feedback.reply") else ()),
        watch=watch.on(session, by=by, at=at),
        counts=part.counts,
    )


class _Part:
    """Who asks, and which part of each kind is read; how many there are of it is noted in `counts`."""

    def __init__(
        self, session: Session, by: Actor, tied: Collection[str], turned: Collection[str], offset: int
    ) -> None:
        self.by, self.tied, self.counts = by, tied, dict[str, int]()
        self._session, self._turned, self._offset = session, turned, offset

    def read(self, kind: str, asked: Select[*Columns]) -> list[Row[*Columns]]:
        """The rows of a kind."""
        offset = self._begins(kind)
        found = self._session.execute(asked.offset(offset).limit(MOST)).all()
        self.counts[kind] = counted.count_of(self._session, asked, found=len(found), offset=offset, limit=MOST)
        return list(found)

    def listed(self, kind: str, whole: Sequence[Kind]) -> Sequence[Kind]:
        """The part of a kind that is known as a whole."""
        self.counts[kind] = len(whole)
        return whole[self._begins(kind) : self._begins(kind) + MOST]

    def _begins(self, kind: str) -> int:
        return self._offset if kind in self._turned else 0


def _stays(part: _Part) -> list[FlaggedStay]:
    """Flagged stays that nobody has looked at yet, of activities that are over."""
    asked = (
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
            activities.in_reach(part.by, "activity.settle"),
        )
        .order_by(Stay.in_at, Stay.id)
    )
    return [FlaggedStay._make(row) for row in part.read("stays", asked)]


def _makeups(part: _Part) -> list[OpenClaim]:
    asked = (
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
            areas.within(part.by.reaches("makeup.decide"), area_path=Activity.area_path),
            MakeupRequest.proposed_by.not_in(part.tied),
            MakeupRequest.beneficiary.not_in(part.tied),
        )
        .order_by(MakeupRequest.created_at, MakeupRequest.id)
    )
    return [OpenClaim._make(row) for row in part.read("makeups", asked)]


def _disputes(part: _Part) -> list[Objection]:
    """Contested records with what was said against them."""
    asked = (
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
            Volunteer.code.not_in(part.tied),
            areas.within(part.by.reaches("record.correct"), area_path=ServiceRecord.area_path),
        )
        .order_by(ServiceRecord.disputed_at, ServiceRecord.id)
    )
    return [Objection._make(row) for row in part.read("disputes", asked)]


def _over_hours(part: _Part) -> list[OverHours]:
    """Minutes beyond eight hours in a day."""
    asked = (
        select(*_record_columns(), ServiceRecord.minutes_pending)
        .join_from(ServiceRecord, Activity, Activity.id == ServiceRecord.activity_id)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(
            ServiceRecord.latest,
            ServiceRecord.minutes_pending > ZERO,
            ServiceRecord.status.in_(STANDING),
            Volunteer.code.not_in(part.tied),
            areas.within(part.by.reaches("record.approve_over_8h"), area_path=ServiceRecord.area_path),
        )
        .order_by(ServiceRecord.local_date, ServiceRecord.id)
    )
    return [OverHours._make(row) for row in part.read("over_hours", asked)]


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


def _signups(part: _Part, at: datetime) -> list[PendingSignups]:
    """Activities to come at which people wait to be taken in; due when it begins."""
    asked = (
        select(Activity.code, Activity.title, Activity.start_at, func.count().label("people"))
        .join_from(Signup, Activity, Activity.id == Signup.activity_id)
        .where(
            Signup.status == SignupStatus.PENDING,
            Activity.status == ActivityStatus.PUBLISHED,
            Activity.start_at > at,
            activities.in_reach(part.by, "activity.run"),
        )
        .group_by(Activity.id)
        .order_by(Activity.start_at, Activity.id)
    )
    return [PendingSignups._make(row) for row in part.read("signups", asked)]


def _members(part: _Part) -> list[Applicants]:
    """Teams that somebody would like to join."""
    asked = (
        select(Team.code, Team.name, func.count().label("people"), func.min(TeamMember.created_at).label("since"))
        .join_from(TeamMember, Team, Team.id == TeamMember.team_id)
        .join(Area, Area.id == Team.area_id)
        .where(
            TeamMember.status == "applied",
            Team.status == "active",
            areas.within(part.by.reaches("team.members"), area_path=Area.path, team_id=Team.id),
        )
        .group_by(Team.id)
        .order_by(func.min(TeamMember.created_at), Team.id)
    )
    return [Applicants._make(row) for row in part.read("members", asked)]


def _adjustments(part: _Part) -> list[OpenAdjustment]:
    asked = (
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
            Adjustment.proposed_by.not_in(part.tied),
            Adjustment.beneficiary.not_in(part.tied),
            areas.within(part.by.reaches("points.adjust"), area_path=Volunteer.area_path),
        )
        .order_by(Adjustment.created_at, Adjustment.id)
    )
    return [OpenAdjustment._make(row) for row in part.read("adjustments", asked)]


def _rules(part: _Part) -> Sequence[RuleSet]:
    """Drafts that another person wrote; due in time for the notice, the soonest to take effect first."""
    asked = (
        select(RuleSet)
        .join(Area, Area.id == RuleSet.street_id)
        .where(
            RuleSet.status == RuleSetStatus.DRAFT,
            RuleSet.drafted_by.not_in(part.tied),
            areas.within(part.by.reaches("ruleset.publish"), area_path=Area.path),
        )
        .order_by(RuleSet.effective_from, RuleSet.id)
    )
    return [row.RuleSet for row in part.read("rules", asked)]


def _goods(part: _Part) -> list[ProposedGoods]:
    """Goods that a station proposed."""
    asked = (
        select(GoodsItem.code, GoodsItem.name, GoodsItem.spec, GoodsItem.created_by, GoodsItem.created_at)
        .join_from(GoodsItem, Area, Area.id == GoodsItem.street_id)
        .where(GoodsItem.status == "draft", areas.within(part.by.reaches("goods.change"), area_path=Area.path))
        .order_by(GoodsItem.created_at, GoodsItem.id)
    )
    return [ProposedGoods._make(row) for row in part.read("goods", asked)]

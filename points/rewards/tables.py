"""Rewards: every table of rule sets, awards and adjustments."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, check, choice, table_of
from points.rewards.parameters import Params
from points.rewards.rules import Explanation
from points.rewards.statuses import AdjustmentStatus, RuleSetStatus, WithdrawalStatus

# --- what there is


class RuleSet(Row, Base):
    """One version of the rules of one street. `params` holds the hour and point parameters and `categories`.

    `based_on` is the version that was the newest when it was drafted; None for a street's first.
    """

    __tablename__ = "rule_set"
    __table_args__ = (check("two_people", "published_by IS NULL OR published_by <> drafted_by OR first"),)

    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    version: Mapped[str] = mapped_column(String(20), unique=True)
    effective_from: Mapped[date]
    status: Mapped[RuleSetStatus] = mapped_column(choice("status", *RuleSetStatus), default=RuleSetStatus.DRAFT)
    params: Mapped[Params] = mapped_column(JSON)
    resolution_ref: Mapped[str] = mapped_column(String(120), default="")
    first: Mapped[bool] = mapped_column(default=False)
    drafted_by: Mapped[str]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    based_on: Mapped[str | None] = mapped_column(String(20), sort_order=100)


append_only(table_of(RuleSet), frozen=("version", "params", "effective_from", "street_id"))


class RuleSetWithdrawal(Row, Base):
    """A published rule set that is not to begin: one person asks with a reason, another one withdraws it."""

    __tablename__ = "rule_set_withdrawal"
    __table_args__ = (
        Index(
            "uq_rule_set_withdrawal_open",
            "rule_set_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        check("reason", "length(reason) >= 10"),
        check("two_people", "status <> 'done' OR (decided_by IS NOT NULL AND decided_by <> proposed_by)"),
    )

    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    reason: Mapped[str] = mapped_column(String(200))
    proposed_by: Mapped[str] = mapped_column(String(40))
    status: Mapped[WithdrawalStatus] = mapped_column(choice("status", *WithdrawalStatus), default=WithdrawalStatus.OPEN)
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]


class Award(Row, Base):
    """What the rules gave one record on one recomputation; the newest `sequence` of an occasion holds its points.

    `delta` is what was posted then: positive an earn, negative a reversal. `explanation` holds every step P1–P8.
    `code` names the transfers: reference `award:<code>`.
    """

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("volunteer_id", "activity_id", "local_date", "sequence"),
        Index(None, "record_id"),
        check("points", "points >= 0"),
        check("changes_something", "delta <> 0 OR sequence = 1"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    local_date: Mapped[date]
    sequence: Mapped[int]
    record_id: Mapped[int] = mapped_column(ForeignKey("service_record.id"))
    points: Mapped[int]
    delta: Mapped[int]
    rule_version: Mapped[str] = mapped_column(String(20))
    explanation: Mapped[Explanation] = mapped_column(JSON)


append_only(table_of(Award))


class Adjustment(Row, Base):
    """A proposed plus or minus on one volunteer's points; posted when a second street admin approves."""

    __tablename__ = "adjustment"
    __table_args__ = (
        Index(None, "volunteer_id"),
        check("points", "points BETWEEN -100 AND 100 AND points <> 0"),
        check("reason", "length(reason) >= 10"),
        check("two_people", "decided_by IS NULL OR (decided_by <> proposed_by AND decided_by <> beneficiary)"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    beneficiary: Mapped[str] = mapped_column(String(40))
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    proposed_by: Mapped[str] = mapped_column(String(40))
    status: Mapped[AdjustmentStatus] = mapped_column(choice("status", *AdjustmentStatus), default=AdjustmentStatus.OPEN)
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]

"""The books: one row is one transfer between two accounts; immutable, unique, corrected by another (design §6)."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, check, choice, table_of
from points.ledger.statuses import AccountKind, LotSource, LotStatus, Purpose

# --- what there is

# byte order on both databases, so that the transfers of one redemption are a range of the unique index
REFERENCE = String(120).with_variant(String(120, collation="C"), "postgresql")


class PointAccount(Row, Base):
    """A volunteer's account with kept `balance` and `held`, or a street's counted account (both stay 0 there)."""

    __tablename__ = "point_account"
    __table_args__ = (
        UniqueConstraint("street_id", "kind", "volunteer_id"),
        Index(
            "uq_point_account_system",
            "street_id",
            "kind",
            unique=True,
            sqlite_where=text("volunteer_id IS NULL"),
            postgresql_where=text("volunteer_id IS NULL"),
        ),
        check("balance", "balance >= 0"),
        check("held", "held >= 0"),
        check("whose", "(kind = 'volunteer') = (volunteer_id IS NOT NULL)"),
        check("system_accounts_are_counted", "kind = 'volunteer' OR (balance = 0 AND held = 0)"),
    )

    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    kind: Mapped[AccountKind] = mapped_column(choice("kind", *AccountKind))
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"), unique=True)
    balance: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)


class Transfer(Row, Base):
    """Points from one account to another. `(purpose, reference)` is unique, so a doubled booking cannot be written.

    `reference` begins with what it belongs to (`award:…`, `redemption:…`, `lot:…`, `adjustment:…`).
    `volunteer_account_id` is the person the transfer concerns, also where it runs between two system accounts.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("purpose", "reference"),
        Index(None, "volunteer_account_id", "id"),
        Index(None, "source_id"),
        Index(None, "target_id"),
        Index(None, "created_at"),
        check("positive", "points > 0"),
        check("two_accounts", "source_id <> target_id"),
    )

    source_id: Mapped[int] = mapped_column(ForeignKey("point_account.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("point_account.id"))
    volunteer_account_id: Mapped[int] = mapped_column(ForeignKey("point_account.id"))
    points: Mapped[int]
    purpose: Mapped[Purpose] = mapped_column(choice("purpose", *Purpose))
    reference: Mapped[str] = mapped_column(REFERENCE)
    reason: Mapped[str] = mapped_column(String(200), default="")


class PointLot(Row, Base):
    """Points earned by one event, with their own expiry. `remaining` = `points` + Σ `LotUse.points`.

    Usable through `expires_on` 23:59:59 local; null never expires. `transfer_id` is the transfer that made it.
    `source_ref` is its source's public name: a record's code for service, the reference of the transfer otherwise.
    """

    __tablename__ = "point_lot"
    __table_args__ = (
        Index(
            "ix_point_lot_open",
            "account_id",
            "expires_on",
            "earned_on",
            "id",
            sqlite_where=text("remaining > 0"),
            postgresql_where=text("remaining > 0"),
        ),
        Index(
            "ix_point_lot_due",
            "expires_on",
            sqlite_where=text("remaining > 0"),
            postgresql_where=text("remaining > 0"),
        ),
        Index(None, "source_ref"),
        check("points", "points > 0"),
        check("remaining", "remaining BETWEEN 0 AND points"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("point_account.id"))
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    points: Mapped[int]
    remaining: Mapped[int]
    source_type: Mapped[LotSource] = mapped_column(choice("source_type", *LotSource))
    source_ref: Mapped[str] = mapped_column(String(120))
    rule_version: Mapped[str] = mapped_column(String(20))
    earned_on: Mapped[date]
    expires_on: Mapped[date | None]
    status: Mapped[LotStatus] = mapped_column(choice("status", *LotStatus), default=LotStatus.ACTIVE)


class LotUse(Row, Base):
    """Which lots a transfer took (negative) or gave back (positive)."""

    __tablename__ = "lot_use"
    __table_args__ = (
        UniqueConstraint("transfer_id", "lot_id"),
        Index(None, "lot_id"),
        check("not_nothing", "points <> 0"),
    )

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("point_lot.id"))
    points: Mapped[int]


class RecoveryDue(Row, Base):
    """Points that a correction should have taken but found spent; netted from the next earnings (P10)."""

    __tablename__ = "recovery_due"
    __table_args__ = (
        Index(None, "account_id"),
        check("points", "points > 0"),
        check("remaining", "remaining BETWEEN 0 AND points"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("point_account.id"))
    reference: Mapped[str] = mapped_column(String(120), unique=True)
    points: Mapped[int]
    remaining: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")


append_only(table_of(Transfer))


append_only(table_of(LotUse))


append_only(
    table_of(PointLot),
    frozen=("account_id", "transfer_id", "points", "source_type", "source_ref", "rule_version", "earned_on"),
)

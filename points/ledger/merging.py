"""Points between two numbers of one person: every lot goes over with its own source and its own last day."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM, Actor
from points.foundation.orm import ZERO, table_of
from points.ledger import postings
from points.ledger.postings import AccountState, NewLot, Posting, Postings, lock_by_id
from points.ledger.statuses import AccountKind, LotStatus, Purpose
from points.ledger.tables import LotUse, PointAccount, PointLot, RecoveryDue
from points.people.tables import MergedNumber

BETWEEN_NUMBERS = "merge:"
"""How the references of these transfers begin: `merge:<merged number>:<lot>:<times used before>`."""

# --- what happens


def move_all(session: Session, *, gone: AccountState, kept: AccountState, by: Actor, at: datetime) -> tuple[int, int]:
    """Move every active lot of one locked account to another; how many lots and points that were.

    Two transfers a lot, out of the one account and into the other through the counted account of adjustments, which
    they leave as it was. The new lot has the source, rules, day of earning and last day of the old one.
    What the account still owes goes with it.
    """
    lots = [lot for lot in postings.open_lots(session, account_ids=[gone.id]) if lot.status == LotStatus.ACTIVE]
    told = {row.id: row for row in session.execute(_TOLD, {"lots": [lot.id for lot in lots]})} if lots else {}
    moved = sum(lot.remaining for lot in lots)
    book = Postings(by.person, at)
    for lot in lots:
        reference = f"{BETWEEN_NUMBERS}{gone.volunteer}:{lot.id}:{told[lot.id].used}"
        points, reason = lot.remaining, f"{gone.volunteer} → {kept.volunteer}"
        book.post(
            Posting(
                account=gone,
                source=gone.id,
                target=gone.system[AccountKind.ADJUSTED],
                points=points,
                purpose=Purpose.ADJUST,
                reference=f"{reference}:out",
                reason=reason,
            ),
            uses=[(lot, -points)],
        )
        book.post(
            Posting(
                account=kept,
                source=kept.system[AccountKind.ADJUSTED],
                target=kept.id,
                points=points,
                purpose=Purpose.ADJUST,
                reference=f"{reference}:in",
                reason=reason,
            ),
            lot=NewLot(
                told[lot.id].source_type, lot.source_ref, told[lot.id].rule_version, lot.earned_on, lot.expires_on
            ),
        )
    book.write(session)
    session.execute(_DUES, {"gone": gone.id, "kept": kept.id})
    return len(lots), moved


def follow(session: Session, *, at: datetime, by: Actor = SYSTEM) -> dict[str, int]:
    """Move what came back to merged numbers since, such as points of goods returned; how many lots and points."""
    done = {"lots": 0, "points": 0}
    pairs: Sequence[tuple[int, int]] = [(gone, kept) for gone, kept in session.execute(_STRAYED)]
    for gone_id, kept_id in pairs:
        states = lock_by_id(session, account_ids=[gone_id, kept_id])
        lots, points = move_all(session, gone=states[gone_id], kept=states[kept_id], by=by, at=at)
        done["lots"] += lots
        done["points"] += points
    return done


_DUE = table_of(RecoveryDue)
_TOLD = select(
    PointLot.id,
    PointLot.source_type,
    PointLot.rule_version,
    select(func.count()).where(LotUse.lot_id == PointLot.id).scalar_subquery().label("used"),
).where(PointLot.id.in_(bindparam("lots", expanding=True)))
_DUES = (
    update(_DUE)
    .where(_DUE.c.account_id == bindparam("gone"), _DUE.c.remaining > ZERO)
    .values(account_id=bindparam("kept"))
)
_GONE, _KEPT = table_of(PointAccount).alias("gone"), table_of(PointAccount).alias("kept")
_STRAYED = (
    select(_GONE.c.id, _KEPT.c.id)
    .join(MergedNumber, MergedNumber.gone_id == _GONE.c.volunteer_id)
    .join(_KEPT, _KEPT.c.volunteer_id == MergedNumber.kept_id)
    .where(
        select(PointLot.id)
        .where(PointLot.account_id == _GONE.c.id, PointLot.remaining > ZERO, PointLot.status == LotStatus.ACTIVE)
        .exists()
        | select(RecoveryDue.id).where(RecoveryDue.account_id == _GONE.c.id, RecoveryDue.remaining > ZERO).exists()
    )
    .order_by(_GONE.c.id)
)

"""Points that leave by themselves or stand still: expiry by the sweep, and lots frozen while something is examined."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor
from points.foundation.orm import ZERO, table_of
from points.ledger import postings
from points.ledger.postings import AccountState, Posting, Postings, lock_by_id
from points.ledger.statuses import AccountKind, LotStatus, Purpose
from points.ledger.tables import LotUse, PointLot

BATCH = 500

# --- what happens


def expire_due(session: Session, *, at: datetime, by: Actor = SYSTEM) -> dict[str, int]:
    """Post `expire` for every active lot whose last day is over (P11); how many lots and points that were.

    A lot is usable through `expires_on` 23:59:59 local. Frozen lots wait until they are active again.
    """
    today = clock.local_date(at)
    done = {"lots": 0, "points": 0}
    accounts = list(session.execute(_ACCOUNTS_WITH_DUE_LOTS, {"today": today}).scalars())
    for start in range(0, len(accounts), BATCH):
        states = lock_by_id(session, account_ids=accounts[start : start + BATCH])
        book = Postings(by.person, at)
        due = [
            lot
            for lot in postings.open_lots(session, account_ids=list(states))
            if lot.status == LotStatus.ACTIVE and lot.expires_on is not None and lot.expires_on < today
        ]
        times = _times_used(session, [lot.id for lot in due])
        for lot in due:
            account = states[lot.account_id]
            done["lots"] += 1
            done["points"] += lot.remaining
            book.post(
                Posting(
                    account=account,
                    source=account.id,
                    target=account.system[AccountKind.EXPIRED],
                    points=lot.remaining,
                    purpose=Purpose.EXPIRE,
                    reference=f"lot:{lot.id}:{times.get(lot.id, 0)}",
                ),
                uses=[(lot, -lot.remaining)],
            )
            lot.status = LotStatus.EXPIRED
        book.write(session)
    return done


def freeze_from(session: Session, *, account: AccountState, source_refs: Sequence[str]) -> int:
    """Keep the active lots of a locked account that came from these sources from being spent or expiring.

    Returns how many there were. Part of a use case that says why and notes it: an objection is being examined.
    """
    return _move_from(session, account, source_refs, LotStatus.ACTIVE, LotStatus.FROZEN)


def unfreeze_from(session: Session, *, account: AccountState, source_refs: Sequence[str]) -> int:
    """Let the frozen lots of a locked account from these sources be spent again; how many there were."""
    return _move_from(session, account, source_refs, LotStatus.FROZEN, LotStatus.ACTIVE)


_LOT = table_of(PointLot)
_ACCOUNTS_WITH_DUE_LOTS = (
    select(PointLot.account_id)
    .where(PointLot.remaining > ZERO, PointLot.status == LotStatus.ACTIVE, PointLot.expires_on < bindparam("today"))
    .distinct()
    .order_by(PointLot.account_id)
)
_TIMES_USED = (
    select(LotUse.lot_id, func.count())
    .where(LotUse.lot_id.in_(bindparam("lots", expanding=True)))
    .group_by(LotUse.lot_id)
)


def _times_used(session: Session, lot_ids: list[int]) -> dict[int, int]:
    return dict(session.execute(_TIMES_USED, {"lots": lot_ids}).all()) if lot_ids else {}


def _move_from(
    session: Session, account: AccountState, source_refs: Sequence[str], before: LotStatus, after: LotStatus
) -> int:
    moved = session.execute(
        update(_LOT)
        .where(
            _LOT.c.account_id == account.id,
            _LOT.c.source_ref.in_(source_refs),
            _LOT.c.status == before,
            _LOT.c.remaining > ZERO,
        )
        .values(status=after)
        .returning(_LOT.c.id)
    )
    return len(moved.all())

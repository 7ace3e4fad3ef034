"""Nothing is open that the sweep should have closed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.exchange.tables import Redemption
from points.foundation import clock
from points.foundation.orm import ZERO
from points.ledger.tables import PointLot
from points.proof.findings import Finding
from points.rewards import rulesets
from points.service.statuses import JOINABLE
from points.service.tables import Activity, Stay

GRACE = timedelta(minutes=15)
"""The sweep runs every minute; what is due for longer was forgotten."""

# --- what can be asked


def overdue(session: Session, *, at: datetime) -> Iterator[Finding]:
    """Activities past their end, stays past auto-close, reservations past pick-up, lots past their last day."""
    due = at - GRACE
    for code, status, end_at in session.execute(
        select(Activity.code, Activity.status, Activity.end_at)
        .where(Activity.status.in_(JOINABLE), Activity.end_at < due)
        .order_by(Activity.code)
    ):
        yield Finding("overdue-activity", f"activity:{code}", f"{status}, ended at {_shown(end_at)}")
    stays = session.execute(
        select(Stay.code, Activity.end_at, Activity.street_id)
        .join(Activity, Activity.id == Stay.activity_id)
        # a stay forced open after the last sweep is not its omission
        .where(Stay.status == "open", Activity.end_at < due, Stay.created_at < due)
        .order_by(Stay.code)
    ).all()
    in_force = rulesets.InForce(session, street_ids=[stay.street_id for stay in stays])
    for code, end_at, street_id in stays:
        rules = in_force.hours_or_customary(street_id, clock.local_date(due))
        if end_at >= due - timedelta(minutes=rules.autoclose_after_min):
            continue
        yield Finding("overdue-stay", f"attendance:{code}", f"open, its activity ended at {_shown(end_at)}")
    for code, until in session.execute(
        select(Redemption.code, Redemption.pickup_until)
        .where(Redemption.status == "reserved", Redemption.pickup_until < due)
        .order_by(Redemption.code)
    ):
        yield Finding("overdue-reservation", f"redemption:{code}", f"reserved, to be collected until {_shown(until)}")
    for source_ref, remaining, expires_on in session.execute(
        select(PointLot.source_ref, PointLot.remaining, PointLot.expires_on)
        .where(PointLot.remaining > ZERO, PointLot.status == "active", PointLot.expires_on < clock.local_date(due))
        .order_by(PointLot.id)
    ):
        yield Finding("overdue-lot", f"lot:{source_ref}", f"{remaining} points, last day {expires_on}")


def states(session: Session) -> Iterator[Finding]:
    """A lot's state fits what is left in it."""
    for row in session.execute(
        select(PointLot.source_ref, PointLot.status, PointLot.remaining)
        .where(
            (PointLot.status.in_(("exhausted", "expired")) & (PointLot.remaining > ZERO))
            | ((PointLot.status == "active") & (PointLot.remaining == 0))
        )
        .order_by(PointLot.id)
    ):
        yield Finding("lot-state", f"lot:{row.source_ref}", f"{row.status} with {row.remaining} left")


def _shown(at: datetime | None) -> str:
    return clock.local(at).isoformat() if at else "-"

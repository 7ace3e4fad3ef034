"""What a point became: the redemption, its lines, their batches and donors, the clerk."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.evidence.chain import Batch, Line, Redeemed
from points.exchange.naming import as_shown
from points.exchange.tables import Donor, ExchangeDay, GoodsItem, Redemption, RedemptionLine, StockBatch
from points.places.tables import Station

# --- what can be asked


def redemption(session: Session, code: str) -> Redeemed | None:
    """One redemption with its lines, the batch of each and the donor, named only where they consent."""
    row = session.execute(
        select(
            Redemption,
            Station.code.label("station"),
            Station.name.label("station_name"),
            ExchangeDay.code.label("session"),
        )
        .join(Station, Station.id == Redemption.station_id)
        .outerjoin(ExchangeDay, ExchangeDay.id == Redemption.session_id)
        .where(Redemption.code == code)
    ).one_or_none()
    if row is None:
        return None
    redemption: Redemption = row[0]
    lines = session.execute(
        select(
            RedemptionLine.qty,
            RedemptionLine.qty_returned,
            RedemptionLine.price,
            GoodsItem.code.label("item"),
            GoodsItem.name,
            GoodsItem.spec,
            StockBatch.code.label("batch"),
            StockBatch.source,
            StockBatch.best_before,
            StockBatch.received_by,
            StockBatch.checked_by,
            Donor.code.label("donor"),
            Donor.name.label("donor_name"),
            Donor.publish_name,
        )
        .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
        .join(StockBatch, StockBatch.id == RedemptionLine.batch_id)
        .outerjoin(Donor, Donor.id == StockBatch.donor_id)
        .where(RedemptionLine.redemption_id == redemption.id)
        .order_by(RedemptionLine.id)
    )
    return Redeemed(
        code=redemption.code,
        redeemer=redemption.redeemer_code,
        station=row.station,
        station_name=row.station_name,
        session=row.session,
        status=redemption.status,
        day=redemption.day,
        points=redemption.total_points,
        points_returned=redemption.points_returned,
        rule_version=redemption.rule_version,
        clerk=redemption.fulfilled_by,
        fulfilled_at=redemption.fulfilled_at,
        identity_check=redemption.identity_check,
        identity_second=redemption.identity_second,
        ended_at=redemption.ended_at,
        ended_by=redemption.ended_by,
        ended_reason=redemption.ended_reason,
        lines=[
            Line(
                item=line.item,
                name=as_shown(line.name, line.spec),
                qty=line.qty,
                returned=line.qty_returned,
                price=line.price,
                batch=Batch(
                    code=line.batch,
                    source=line.source,
                    best_before=line.best_before,
                    received_by=line.received_by,
                    checked_by=line.checked_by,
                    donor=line.donor,
                    donor_name=line.donor_name if line.publish_name else None,
                ),
            )
            for line in lines
        ],
    )

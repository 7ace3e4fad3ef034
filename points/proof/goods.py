"""The goods: shelves against movements, promises against reservations, receipts against lines and points."""

from collections.abc import Iterator

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from points.exchange.redemption.tables import GoodsReturn
from points.exchange.statuses import MoveKind, RedemptionStatus, StockTransferStatus
from points.exchange.stock.tables import StockTransfer, StockTransferLine
from points.exchange.tables import Redemption, RedemptionLine, StockBatch, StockMove
from points.ledger.tables import Transfer
from points.proof.findings import Finding

HANDED_OVER = (RedemptionStatus.FULFILLED, RedemptionStatus.RETURNED)

# --- what can be asked


def stock(session: Session) -> Iterator[Finding]:
    """What is left of a batch = Σ its movements; what is promised of it = Σ lines of reservations."""
    moved = select(StockMove.batch_id, func.sum(StockMove.delta).label("left")).group_by(StockMove.batch_id).subquery()
    promised = (
        select(RedemptionLine.batch_id, func.sum(RedemptionLine.qty).label("reserved"))
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .where(Redemption.status == "reserved")
        .group_by(RedemptionLine.batch_id)
        .subquery()
    )
    by_moves = func.coalesce(moved.c.left, 0).label("by_moves")
    by_lines = func.coalesce(promised.c.reserved, 0).label("by_lines")
    for row in session.execute(
        select(StockBatch.code, StockBatch.qty_left, StockBatch.qty_reserved, by_moves, by_lines)
        .outerjoin(moved, moved.c.batch_id == StockBatch.id)
        .outerjoin(promised, promised.c.batch_id == StockBatch.id)
        .where((StockBatch.qty_left != by_moves) | (StockBatch.qty_reserved != by_lines))
        .order_by(StockBatch.code)
    ):
        if row.qty_left != row.by_moves:
            yield Finding("stock-moves", f"batch:{row.code}", f"left {row.qty_left}, movements {row.by_moves}")
        if row.qty_reserved != row.by_lines:
            yield Finding("stock-reserved", f"batch:{row.code}", f"reserved {row.qty_reserved}, lines {row.by_lines}")


def transfers(session: Session) -> Iterator[Finding]:
    """What left a station for another = what arrived there + what came back + what is still on the way."""
    moved: dict[str, int] = {}
    for row in session.execute(
        select(StockMove.reference, func.sum(StockMove.delta).label("delta"))
        .where(StockMove.kind == MoveKind.TRANSFER)
        .group_by(StockMove.reference)
    ):
        code = row.reference.split(":")[1]
        moved[code] = moved.get(code, 0) + int(row.delta)
    sent = {
        row.code: int(row.qty)
        for row in session.execute(
            select(StockTransfer.code, func.sum(StockTransferLine.qty).label("qty"))
            .join(StockTransferLine, StockTransferLine.transfer_id == StockTransfer.id)
            .where(StockTransfer.status == StockTransferStatus.SENT)
            .group_by(StockTransfer.code)
        )
    }
    for code in sorted(moved.keys() | sent.keys()):
        away, on_the_way = -moved.get(code, 0), sent.get(code, 0)
        if away != on_the_way:
            yield Finding("stock-transfer", f"transfer:{code}", f"left and not arrived {away}, on the way {on_the_way}")
    arrived = (
        select(StockMove.batch_id, func.sum(StockMove.delta).label("booked"))
        .where(StockMove.reference.startswith("transfer:"))
        .group_by(StockMove.batch_id)
        .subquery()
    )
    for row in session.execute(
        select(
            StockTransfer.code,
            StockBatch.code.label("batch"),
            StockTransferLine.received.label("said"),
            arrived.c.booked,
        )
        .join(StockTransferLine, StockTransferLine.transfer_id == StockTransfer.id)
        .join(StockBatch, StockBatch.id == StockTransferLine.arrived_id)
        .outerjoin(arrived, arrived.c.batch_id == StockBatch.id)
        .order_by(StockBatch.code)
    ):
        said, booked = row.said, int(row.booked or 0)
        if said != booked:
            yield Finding("stock-received", f"batch:{row.batch}", f"{said} received of {row.code}, movements {booked}")


def redemptions(session: Session) -> Iterator[Finding]:
    """A redemption's points = Σ its lines = what was spent for it, or what is held for it until then."""
    lines = (
        select(
            RedemptionLine.redemption_id,
            func.sum(RedemptionLine.qty * RedemptionLine.price).label("points"),
        )
        .group_by(RedemptionLine.redemption_id)
        .subquery()
    )
    by_lines = func.coalesce(lines.c.points, 0).label("by_lines")
    for row in session.execute(
        select(Redemption.code, Redemption.total_points, by_lines)
        .outerjoin(lines, lines.c.redemption_id == Redemption.id)
        .where(Redemption.total_points != by_lines)
        .order_by(Redemption.code)
    ):
        yield Finding("redemption-lines", f"redemption:{row.code}", f"total {row.total_points}, lines {row.by_lines}")
    booked = _booked(session)
    for row in session.execute(
        select(Redemption.code, Redemption.status, Redemption.total_points, Redemption.points_returned)
    ):
        spent, kept = booked.pop(row.code, (0, 0))
        should_spend = row.total_points - row.points_returned if row.status in HANDED_OVER else 0
        should_hold = row.total_points if row.status == "reserved" else 0
        if spent != should_spend:
            yield Finding("redemption-points", f"redemption:{row.code}", f"spent {spent}, by its state {should_spend}")
        if kept != should_hold:
            yield Finding("redemption-held", f"redemption:{row.code}", f"held {kept}, by its state {should_hold}")
    for code in sorted(booked):
        yield Finding(
            "redemption-missing", f"redemption:{code}", "points were booked for a redemption that is not there"
        )


def returns(session: Session) -> Iterator[Finding]:
    """What came back of a line = Σ its returns; a redemption's returned points = theirs, and it is returned by all."""
    back = select(GoodsReturn.line_id, func.sum(GoodsReturn.qty).label("qty")).group_by(GoodsReturn.line_id).subquery()
    by_returns = func.coalesce(back.c.qty, 0)
    points: dict[str, int] = {}
    for row in session.execute(
        select(Redemption.code, RedemptionLine.qty_returned, RedemptionLine.price, by_returns.label("back"))
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .outerjoin(back, back.c.line_id == RedemptionLine.id)
        .where((RedemptionLine.qty_returned != 0) | (by_returns != 0))
        .order_by(Redemption.code, RedemptionLine.id)
    ):
        points[row.code] = points.get(row.code, 0) + row.qty_returned * row.price
        if row.qty_returned != row.back:
            found = f"{row.qty_returned} of a line came back, by its returns {row.back}"
            yield Finding("line-returned", f"redemption:{row.code}", found)
    for row in session.execute(
        select(Redemption.code, Redemption.status, Redemption.total_points, Redemption.points_returned)
        .where((Redemption.points_returned != 0) | (Redemption.status == RedemptionStatus.RETURNED))
        .order_by(Redemption.code)
    ):
        by_lines = points.pop(row.code, 0)
        if row.points_returned != by_lines:
            found = f"{row.points_returned} points returned, by its lines {by_lines}"
            yield Finding("redemption-returned", f"redemption:{row.code}", found)
        if (row.status == RedemptionStatus.RETURNED) != (row.points_returned == row.total_points):
            found = f"{row.status} with {row.points_returned} of {row.total_points} points returned"
            yield Finding("redemption-returned", f"redemption:{row.code}", found)
    for code in sorted(points):
        yield Finding("redemption-returned", f"redemption:{code}", f"0 points returned, by its lines {points[code]}")


def _booked(session: Session) -> dict[str, tuple[int, int]]:
    """What the books say of each redemption: points spent less given back, points still held."""
    spent = case(
        (Transfer.purpose == "spend", Transfer.points), (Transfer.purpose == "return", -Transfer.points), else_=0
    )
    # a spend from the counter leaves the volunteer's own account; one after a reservation leaves what was held
    held = case(
        (Transfer.purpose == "reserve", Transfer.points),
        (Transfer.purpose == "release", -Transfer.points),
        ((Transfer.purpose == "spend") & (Transfer.source_id != Transfer.volunteer_account_id), -Transfer.points),
        else_=0,
    )
    totals: dict[str, tuple[int, int]] = {}
    for row in session.execute(
        select(Transfer.reference, func.sum(spent).label("spent"), func.sum(held).label("held"))
        .where(Transfer.reference.startswith("redemption:"))
        .group_by(Transfer.reference)
    ):
        code = row.reference.split(":")[1]
        before = totals.get(code, (0, 0))
        totals[code] = (before[0] + int(row.spent), before[1] + int(row.held))
    return totals

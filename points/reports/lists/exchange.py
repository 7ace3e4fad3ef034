"""Lists of the exchange. Merchants and goods are in the form that `points import` reads."""

from sqlalchemy import func, select

from points.exchange.goods import price_of_day
from points.exchange.tables import (
    Donor,
    ExchangeDay,
    GoodsItem,
    GoodsPrice,
    Merchant,
    Redemption,
    RedemptionLine,
    StockBatch,
    StockMove,
)
from points.foundation.orm import table_of
from points.people.tables import Volunteer
from points.places.tables import Area, Station
from points.reports.lists.table import DAY, Column, Table

_first_price = (
    select(GoodsPrice.price)
    .where(GoodsPrice.item_id == GoodsItem.id)
    .order_by(GoodsPrice.effective_from)
    .limit(1)
    .correlate(GoodsItem)
    .scalar_subquery()
)

MERCHANTS = Table(
    "merchants",
    (
        Column("street", "街道", Area.code),
        Column("code", "编号", Merchant.code),
        Column("name", "名称", Merchant.name),
    ),
    source=table_of(Merchant).join(Area, Area.id == Merchant.street_id),
    within=Area.path,
    where=(Merchant.active,),
    order=(Merchant.code,),
)
GOODS = Table(
    "goods",
    (
        Column("street", "街道", Area.code),
        Column("code", "编号", GoodsItem.code),
        Column("name", "名称", GoodsItem.name),
        Column("spec", "规格", GoodsItem.spec),
        Column("unit_name", "单位", GoodsItem.unit_name),
        Column("kind", "类型", GoodsItem.kind, "kind"),
        Column("price", "积分", func.coalesce(price_of_day(DAY), _first_price)),
        Column("ref_value", "参考价", GoodsItem.ref_value_fen, "fen"),
        Column("limit_pp_month", "每人每月限", GoodsItem.limit_pp_month),
        Column("perishable", "易腐", GoodsItem.perishable),
        Column("min_age", "最低年龄", GoodsItem.min_age),
        Column("merchant", "商户", Merchant.code),
        Column("icon", "图案", GoodsItem.icon),
    ),
    source=table_of(GoodsItem)
    .join(Area, Area.id == GoodsItem.street_id)
    .outerjoin(Merchant, Merchant.id == GoodsItem.merchant_id),
    within=Area.path,
    where=(GoodsItem.status != "retired",),
    order=(GoodsItem.code,),
)
STOCK = Table(
    "stock",
    (
        Column("batch", "批次", StockBatch.code),
        Column("station", "站点", Station.code),
        Column("item", "物品", GoodsItem.code),
        Column("name", "名称", GoodsItem.name),
        Column("spec", "规格", GoodsItem.spec),
        Column("qty_in", "入库数量", StockBatch.qty_in),
        Column("qty_left", "现存", StockBatch.qty_left),
        Column("qty_reserved", "已预约", StockBatch.qty_reserved),
        Column("source", "来源", StockBatch.source, "source"),
        Column("donor", "捐赠方", Donor.code),
        Column("unit_cost", "单价", StockBatch.unit_cost_fen, "fen"),
        Column("best_before", "保质期", StockBatch.best_before),
        Column("received_at", "入库时间", StockBatch.created_at),
        Column("received_by", "经手人", StockBatch.received_by),
        Column("checked_by", "复核人", StockBatch.checked_by),
    ),
    source=table_of(StockBatch)
    .join(Station, Station.id == StockBatch.station_id)
    .join(Area, Area.id == Station.area_id)
    .join(GoodsItem, GoodsItem.id == StockBatch.item_id)
    .outerjoin(Donor, Donor.id == StockBatch.donor_id),
    within=Area.path,
    order=(StockBatch.id,),
)
STOCK_MOVES = Table(
    "stock-moves",
    (
        Column("at", "时间", StockMove.created_at),
        Column("station", "站点", Station.code),
        Column("batch", "批次", StockBatch.code),
        Column("item", "物品", GoodsItem.code),
        Column("name", "名称", GoodsItem.name),
        Column("kind", "类型", StockMove.kind, "stock_move"),
        Column("qty", "数量", StockMove.delta),
        Column("reference", "凭据", StockMove.reference),
        Column("by", "经手人", StockMove.created_by),
        Column("second_by", "复核人", StockMove.second_by),
        Column("reason", "原因", StockMove.reason),
    ),
    source=table_of(StockMove)
    .join(StockBatch, StockBatch.id == StockMove.batch_id)
    .join(Station, Station.id == StockBatch.station_id)
    .join(Area, Area.id == Station.area_id)
    .join(GoodsItem, GoodsItem.id == StockBatch.item_id),
    within=Area.path,
    order=(StockMove.id,),
)
SESSIONS = Table(
    "sessions",
    (
        Column("code", "编号", ExchangeDay.code),
        Column("station", "站点", Station.code),
        Column("title", "标题", ExchangeDay.title),
        Column("day", "日期", ExchangeDay.day),
        Column("start_at", "开始", ExchangeDay.start_at),
        Column("end_at", "结束", ExchangeDay.end_at),
        Column("status", "状态", ExchangeDay.status, "exchange_day"),
        Column("closed_at", "结束时间", ExchangeDay.closed_at),
        Column("closed_by", "结束人", ExchangeDay.closed_by),
    ),
    source=table_of(ExchangeDay)
    .join(Station, Station.id == ExchangeDay.station_id)
    .join(Area, Area.id == Station.area_id),
    within=Area.path,
    order=(ExchangeDay.day, ExchangeDay.id),
)
REDEMPTIONS = Table(
    "redemptions",
    (
        Column("redemption", "兑换编号", Redemption.code),
        Column("day", "日期", Redemption.day),
        Column("station", "站点", Station.code),
        Column("session", "兑换活动", ExchangeDay.code),
        Column("volunteer", "志愿者", Volunteer.code),
        Column("name", "姓名", Volunteer.name),
        Column("status", "状态", Redemption.status, "redemption"),
        Column("item", "物品", GoodsItem.code),
        Column("item_name", "名称", GoodsItem.name),
        Column("batch", "批次", StockBatch.code),
        Column("qty", "数量", RedemptionLine.qty),
        Column("returned", "退回数量", RedemptionLine.qty_returned),
        Column("price", "单价积分", RedemptionLine.price),
        Column("points", "积分", RedemptionLine.qty * RedemptionLine.price),
        Column("fulfilled_at", "领取时间", Redemption.fulfilled_at),
        Column("fulfilled_by", "经手人", Redemption.fulfilled_by),
    ),
    source=table_of(RedemptionLine)
    .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
    .join(Station, Station.id == Redemption.station_id)
    .join(Area, Area.id == Station.area_id)
    .join(Volunteer, Volunteer.id == Redemption.redeemer_id)
    .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
    .join(StockBatch, StockBatch.id == RedemptionLine.batch_id)
    .outerjoin(ExchangeDay, ExchangeDay.id == Redemption.session_id),
    within=Area.path,
    order=(RedemptionLine.id,),
)

"""Lists of places: areas, stations."""

from sqlalchemy.orm import aliased

from points.foundation.orm import table_of
from points.places.tables import Area, Station, Venue
from points.reports.lists.table import Column, Table

_parent = aliased(Area)

AREAS = Table(
    "areas",
    (
        Column("code", "编号", Area.code),
        Column("name", "名称", Area.name),
        Column("type", "级别", Area.type, "place"),
        Column("parent", "上级", _parent.code),
        Column("households", "户数", Area.households),
        Column("lead", "负责人", Area.lead_code),
        Column("active", "在用", Area.active),
    ),
    source=table_of(Area).outerjoin(_parent, _parent.id == Area.parent_id),
    within=Area.path,
    order=(Area.path,),
)
STATIONS = Table(
    "stations",
    (
        Column("code", "编号", Station.code),
        Column("number", "序号", Station.number),
        Column("name", "名称", Station.name),
        Column("area", "社区", Area.code),
        Column("address", "地址", Venue.address),
        Column("open_hours", "开放时间", Station.open_hours),
        Column("phone", "电话", Station.phone),
        Column("status", "状态", Station.status, "state"),
    ),
    source=table_of(Station).join(Venue, Venue.id == Station.venue_id).join(Area, Area.id == Station.area_id),
    within=Area.path,
    order=(Station.code,),
)

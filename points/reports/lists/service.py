"""Lists of service: activities, who signed up, who was there, and the records with their minutes."""

from points.foundation.orm import table_of
from points.people.tables import Team, Unit, Volunteer
from points.places.tables import Area, Station
from points.reports.lists.table import Column, Table
from points.service.tables import Activity, ActivityCategory, ServiceRecord, Signup, Stay

ACTIVITIES = Table(
    "activities",
    (
        Column("code", "编号", Activity.code),
        Column("title", "标题", Activity.title),
        Column("category", "类别", ActivityCategory.code, "category"),
        Column("area", "所属", Area.code),
        Column("team", "队伍", Team.code),
        Column("station", "站点", Station.code),
        Column("place", "地点", Activity.place),
        Column("start_at", "开始", Activity.start_at),
        Column("end_at", "结束", Activity.end_at),
        Column("capacity", "名额", Activity.capacity),
        Column("places_taken", "已报名", Activity.places_taken),
        Column("leader", "负责人编号", Volunteer.code),
        Column("leader_name", "负责人", Volunteer.name),
        Column("status", "状态", Activity.status, "state"),
        Column("beneficiaries", "受益人次", Activity.beneficiaries),
        Column("settled_at", "结算时间", Activity.settled_at),
    ),
    source=table_of(Activity)
    .join(ActivityCategory, ActivityCategory.id == Activity.category_id)
    .join(Area, Area.id == Activity.area_id)
    .join(Team, Team.id == Activity.team_id)
    .join(Volunteer, Volunteer.id == Activity.leader_id)
    .outerjoin(Station, Station.id == Activity.station_id),
    within=Activity.area_path,
    order=(Activity.start_at, Activity.id),
)
SIGNUPS = Table(
    "signups",
    (
        Column("activity", "活动", Activity.code),
        Column("title", "标题", Activity.title),
        Column("start_at", "开始", Activity.start_at),
        Column("volunteer", "志愿者", Volunteer.code),
        Column("name", "姓名", Volunteer.name),
        Column("status", "状态", Signup.status, "state"),
        Column("walk_in", "现场加入", Signup.walk_in),
        Column("signed_up_at", "报名时间", Signup.created_at),
    ),
    source=table_of(Signup)
    .join(Activity, Activity.id == Signup.activity_id)
    .join(Volunteer, Volunteer.id == Signup.volunteer_id),
    within=Activity.area_path,
    order=(Signup.id,),
)
ATTENDANCE = Table(
    "attendance",
    (
        Column("code", "编号", Stay.code),
        Column("activity", "活动", Activity.code),
        Column("title", "标题", Activity.title),
        Column("volunteer", "志愿者", Volunteer.code),
        Column("name", "姓名", Volunteer.name),
        Column("in_at", "签到", Stay.in_at),
        Column("in_method", "签到方式", Stay.in_method, "method"),
        Column("out_at", "签退", Stay.out_at),
        Column("out_method", "签退方式", Stay.out_method, "method"),
        Column("status", "状态", Stay.status, "stay"),
    ),
    source=table_of(Stay)
    .join(Activity, Activity.id == Stay.activity_id)
    .join(Volunteer, Volunteer.id == Stay.volunteer_id),
    within=Activity.area_path,
    order=(Stay.id,),
)
RECORDS = Table(
    "records",
    (
        Column("code", "编号", ServiceRecord.code),
        Column("volunteer", "志愿者", Volunteer.code),
        Column("name", "姓名", Volunteer.name),
        Column("date", "日期", ServiceRecord.local_date),
        Column("activity", "活动", Activity.code),
        Column("title", "标题", Activity.title),
        Column("category", "类别", ActivityCategory.code, "category"),
        Column("team", "队伍", Team.code),
        Column("community", "社区", Area.code),
        Column("unit", "单位", Unit.code),
        Column("minutes", "服务分钟", ServiceRecord.minutes_credited),
        Column("minutes_pending", "待批分钟", ServiceRecord.minutes_pending),
        Column("assurance", "证据等级", ServiceRecord.assurance),
        Column("status", "状态", ServiceRecord.status, "record"),
        Column("recording_org", "记录单位", ServiceRecord.recording_org),
        Column("confirmed_by", "确认人", ServiceRecord.confirmed_by),
        Column("confirmed_at", "确认时间", ServiceRecord.confirmed_at),
    ),
    source=table_of(ServiceRecord)
    .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
    .join(ActivityCategory, ActivityCategory.id == ServiceRecord.category_id)
    .join(Area, Area.id == ServiceRecord.community_id)
    .outerjoin(Activity, Activity.id == ServiceRecord.activity_id)
    .outerjoin(Team, Team.id == ServiceRecord.team_id)
    .outerjoin(Unit, Unit.id == ServiceRecord.unit_id),
    within=ServiceRecord.area_path,
    where=(ServiceRecord.latest,),
    order=(ServiceRecord.id,),
)

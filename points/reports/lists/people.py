"""Lists of people and what they belong to. Volunteers and households are in the form that `points import` reads."""

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy import SQLColumnExpression as Expression
from sqlalchemy.orm import aliased

from points.foundation.orm import table_of
from points.people.tables import (
    Consent,
    Guardian,
    Household,
    HouseholdMember,
    MergedNumber,
    ReportIn,
    Team,
    TeamMember,
    Unit,
    Volunteer,
)
from points.places.tables import Area, Compound
from points.reports.lists.table import BORN_AFTER, Column, Table

REGISTERED = Volunteer.status.in_(("pending", "active", "suspended"))

_group, _community = aliased(Area), aliased(Area)
_register, _pool = aliased(Consent), aliased(Consent)
_parent = aliased(Volunteer)
_first_guardian = (
    select(func.min(Guardian.id)).where(Guardian.minor_id == Volunteer.id).correlate(Volunteer).scalar_subquery()
)


def _paper(consent: type[Consent]) -> ColumnElement[str | None]:
    """Where the consent's paper is kept: its number, empty for one given on a page, null where there is none."""
    return case((consent.channel == "paper", consent.paper_ref), (consent.id.is_not(None), ""), else_=None)


def _open(consent: type[Consent], purpose: str, subject: Expression[int]) -> ColumnElement[bool]:
    return and_(consent.subject_id == subject, consent.purpose == purpose, consent.withdrawn_at.is_(None))


def _agreed(purpose: str) -> ColumnElement[bool]:
    return exists().where(_open(Consent, purpose, Volunteer.id)).correlate(Volunteer)


VOLUNTEERS = Table(
    "volunteers",
    (
        Column("code", "编号", Volunteer.code),
        Column("name", "姓名", Volunteer.name),
        Column("birth_date", "出生日期", Volunteer.birth_date),
        Column("gender", "性别", Volunteer.gender, "gender"),
        Column("phone", "手机号", Volunteer.phone),
        Column("community", "社区", _community.code),
        Column("neighbour_group", "邻", _group.code),
        Column("compound", "小区", Compound.name),
        Column("residence_text", "住址", Volunteer.residence_text),
        Column("status", "状态", Volunteer.status, "state"),
        Column("paper_ref", "同意书编号", _paper(_register), "paper"),
        Column("points", "同意积分", _agreed("points")),
        Column("publish_name", "同意公示姓名", _agreed("publish_name")),
        Column("share_unit", "同意告知单位", _agreed("share_unit")),
        Column("hours_only", "只记时长", Volunteer.points_policy == "hours_only"),
        Column("guardian_name", "监护人姓名", Guardian.name),
        Column("guardian_phone", "监护人电话", Guardian.phone),
        Column("guardian_relation", "监护人关系", Guardian.relation),
        Column("guardian_volunteer", "监护人编号", _parent.code),
        Column("national_volunteer_no", "全国志愿者编号", Volunteer.national_volunteer_no),
        Column("emergency_contact", "紧急联系人", Volunteer.emergency_contact),
        Column("service_categories", "服务意向", Volunteer.service_categories),
        Column("availability", "可服务时间", Volunteer.availability),
    ),
    source=table_of(Volunteer)
    .join(_community, _community.id == Volunteer.community_id)
    .outerjoin(_group, _group.id == Volunteer.neighbour_group_id)
    .outerjoin(Compound, Compound.id == Volunteer.compound_id)
    .outerjoin(_register, _open(_register, "register", Volunteer.id))
    .outerjoin(Guardian, and_(Guardian.id == _first_guardian, Volunteer.birth_date > BORN_AFTER))
    .outerjoin(_parent, _parent.id == Guardian.guardian_volunteer_id),
    within=Volunteer.area_path,
    where=(REGISTERED, Volunteer.id.not_in(select(MergedNumber.gone_id))),
    order=(Volunteer.code,),
)

# who no longer is registered heads no household of the list: then its longest-standing number does
_rank: ColumnElement[int] = case((Volunteer.id == Household.head_id, 0), else_=Volunteer.id)
HOUSEHOLDS = Table(
    "households",
    (
        Column("household", "户号", Household.code),
        Column("volunteer", "志愿者", Volunteer.code),
        Column("head", "户主", _rank == func.min(_rank).over(partition_by=Household.id)),
        Column("pool", "共用积分", _pool.id.is_not(None)),
        Column("paper_ref", "同意书编号", _paper(_pool), "paper"),
    ),
    source=table_of(HouseholdMember)
    .join(Household, Household.id == HouseholdMember.household_id)
    .join(_community, _community.id == Household.community_id)
    .join(Volunteer, Volunteer.id == HouseholdMember.volunteer_id)
    .outerjoin(_pool, and_(_pool.id == HouseholdMember.pool_consent_id, _pool.withdrawn_at.is_(None))),
    within=_community.path,
    where=(HouseholdMember.left_at.is_(None), REGISTERED),
    order=(Household.id, HouseholdMember.id),
)
_members = (
    select(func.count())
    .where(TeamMember.team_id == Team.id, TeamMember.status == "active")
    .correlate(Team)
    .scalar_subquery()
)
TEAMS = Table(
    "teams",
    (
        Column("code", "编号", Team.code),
        Column("name", "名称", Team.name),
        Column("kind", "类型", Team.kind, "team_kind"),
        Column("area", "所属", Area.code),
        Column("leader", "队长编号", Volunteer.code),
        Column("leader_name", "队长", Volunteer.name),
        Column("members", "队员数", _members),
        Column("founded_on", "成立日期", Team.founded_on),
        Column("status", "状态", Team.status, "state"),
    ),
    source=table_of(Team).join(Area, Area.id == Team.area_id).join(Volunteer, Volunteer.id == Team.leader_id),
    within=Area.path,
    order=(Team.code,),
)
MEMBERS = Table(
    "members",
    (
        Column("team", "队伍", Team.code),
        Column("volunteer", "志愿者", Volunteer.code),
        Column("name", "姓名", Volunteer.name),
        Column("role", "身份", TeamMember.role, "team_role"),
        Column("status", "状态", TeamMember.status, "state"),
        Column("since", "加入时间", TeamMember.created_at),
    ),
    source=table_of(TeamMember)
    .join(Team, Team.id == TeamMember.team_id)
    .join(Area, Area.id == Team.area_id)
    .join(Volunteer, Volunteer.id == TeamMember.volunteer_id),
    within=Area.path,
    order=(Team.code, Volunteer.code, TeamMember.id),
)
UNITS = Table(
    "units",
    (
        Column("code", "编号", Unit.code),
        Column("name", "名称", Unit.name),
        Column("kind", "类型", Unit.kind, "unit_kind"),
        Column("community", "联系社区", Area.code),
        Column("active", "在用", Unit.active),
    ),
    source=table_of(Unit).outerjoin(Area, Area.id == Unit.linked_community_id),
    within=Area.path,
    order=(Unit.code,),
)
REPORT_INS = Table(
    "report-ins",
    (
        Column("volunteer", "志愿者", Volunteer.code),
        Column("name", "姓名", Volunteer.name),
        Column("unit", "单位", Unit.code),
        Column("community", "报到社区", Area.code),
        Column("kind", "类型", ReportIn.kind, "report_in_kind"),
        Column("reported_on", "报到日期", ReportIn.reported_on),
        Column("status", "状态", ReportIn.status, "state"),
    ),
    source=table_of(ReportIn)
    .join(Unit, Unit.id == ReportIn.unit_id)
    .join(Area, Area.id == ReportIn.community_id)
    .join(Volunteer, Volunteer.id == ReportIn.volunteer_id),
    within=Area.path,
    order=(Volunteer.code, ReportIn.id),
)

"""Lists of the books: what everybody has and until when, in the form that `points import` reads, and how it came."""

from sqlalchemy import case, func, or_
from sqlalchemy.orm import aliased

from points.foundation.orm import ZERO, table_of
from points.journal.tables import AuditEntry
from points.ledger.tables import PointAccount, PointLot, Transfer
from points.people.tables import Volunteer
from points.reports.lists.people import REGISTERED
from points.reports.lists.table import DAY, Column, Table

_source, _target = aliased(PointAccount), aliased(PointAccount)
_OPENING = "opening:"

BALANCES = Table(
    "balances",
    (
        Column("volunteer", "志愿者", Volunteer.code),
        Column("points", "积分", PointLot.remaining),
        Column(
            "reference",
            "凭据",
            # one that was brought over keeps its name, so that it is not brought over twice
            case(
                (
                    (Transfer.purpose == "opening") & Transfer.reference.startswith(_OPENING),
                    func.substr(Transfer.reference, len(_OPENING) + 1),
                ),
                else_=Transfer.purpose + "/" + Transfer.reference,
            ),
        ),
        Column("earned_on", "取得日期", PointLot.earned_on),
        Column("expires_on", "到期日期", PointLot.expires_on, "until"),
    ),
    source=table_of(PointLot)
    .join(Transfer, Transfer.id == PointLot.transfer_id)
    .join(PointAccount, PointAccount.id == PointLot.account_id)
    .join(Volunteer, Volunteer.id == PointAccount.volunteer_id),
    within=Volunteer.area_path,
    where=(PointLot.remaining > ZERO, or_(PointLot.expires_on.is_(None), PointLot.expires_on >= DAY), REGISTERED),
    order=(Volunteer.code, PointLot.id),
)
TRANSFERS = Table(
    "transfers",
    (
        Column("at", "时间", Transfer.created_at),
        Column("volunteer", "志愿者", Volunteer.code),
        Column("purpose", "用途", Transfer.purpose, "purpose"),
        Column("source", "付出账户", _source.kind, "point_account"),
        Column("target", "收入账户", _target.kind, "point_account"),
        Column("points", "积分", Transfer.points),
        Column("reference", "凭据", Transfer.reference),
        Column("reason", "原因", Transfer.reason),
        Column("by", "经手人", Transfer.created_by),
    ),
    source=table_of(Transfer)
    .join(PointAccount, PointAccount.id == Transfer.volunteer_account_id)
    .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
    .join(_source, _source.id == Transfer.source_id)
    .join(_target, _target.id == Transfer.target_id),
    within=Volunteer.area_path,
    order=(Transfer.id,),
)
AUDIT = Table(
    "audit",
    (
        Column("at", "时间", AuditEntry.created_at),
        Column("by", "经手人", AuditEntry.created_by),
        Column("role", "角色", AuditEntry.role, "role"),
        Column("action", "事项", AuditEntry.action),
        Column("target", "对象", AuditEntry.target),
        Column("reason", "原因", AuditEntry.reason),
    ),
    source=table_of(AuditEntry),
    within=AuditEntry.area_path,
    order=(AuditEntry.id,),
)

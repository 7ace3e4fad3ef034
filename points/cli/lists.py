"""`points import`: lists that an office kept elsewhere come in, all of a list or none of it."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import click
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from points.cli import backup, console, sheets
from points.cli.sheets import Column, Row
from points.exchange import goods, vouchers
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.foundation.errors import Refusal, RowsRefused, each
from points.foundation.progress import Progress
from points.people import volunteers
from points.people.households import from_list
from points.rewards import opening_balances

Take = Callable[[Session, dict[int, Row], Progress], dict[str, object]]
"""Takes the rows in, tells of each twice, and answers with facts."""

GENDERS = {"女": "female", "男": "male", "female": "female", "male": "male"}
KINDS = {
    "实物": "goods", "物品": "goods", "服务券": "voucher", "服务": "service",
    "goods": "goods", "voucher": "voucher", "service": "service",
}  # fmt: skip
STATES = {
    "正常": "active", "待确认": "pending", "已暂停": "suspended",
    "active": "active", "pending": "pending", "suspended": "suspended",
}  # fmt: skip

VOLUNTEERS = (
    Column("name", ("姓名", "name"), sheets.text, "赵立春", needed=True),
    Column("birth_date", ("出生日期", "birth_date"), sheets.day, "1950-03-08", needed=True),
    Column("community", ("社区", "community"), sheets.text, "北正", needed=True),
    Column("paper_ref", ("同意书编号", "paper_ref"), sheets.text, "2026-0031", needed=True),
    Column("phone", ("手机号", "手机", "电话", "phone"), sheets.text, "19900000001"),
    Column("gender", ("性别", "gender"), sheets.one_of(GENDERS), "女"),
    Column("neighbour_group", ("邻", "neighbour_group"), sheets.text, "BZ-01-1-1"),
    Column("compound", ("小区", "compound"), sheets.text, "示例花园"),
    Column("residence_text", ("住址", "residence_text"), sheets.text, "3 栋"),
    Column("points", ("同意积分", "points"), sheets.yes, "是"),
    Column("publish_name", ("同意公示姓名", "publish_name"), sheets.yes, "否"),
    Column("share_unit", ("同意告知单位", "share_unit"), sheets.yes, "否"),
    Column("guardian_name", ("监护人姓名", "guardian_name"), sheets.text, "钱立春"),
    Column("guardian_phone", ("监护人电话", "guardian_phone"), sheets.text, "19900000002"),
    Column("guardian_relation", ("监护人关系", "guardian_relation"), sheets.text, "母亲", longest=20),
    Column("guardian_volunteer", ("监护人编号", "guardian_volunteer"), sheets.text, "YD000001"),
    Column("national_volunteer_no", ("全国志愿者编号", "national_volunteer_no"), sheets.text, "430802…", longest=40),
    Column("emergency_contact", ("紧急联系人", "emergency_contact"), sheets.text, "女儿 19900000003"),
    Column("service_categories", ("服务意向", "service_categories"), sheets.text, "环境卫生", longest=200),
    Column("availability", ("可服务时间", "availability"), sheets.text, "周末", longest=120),
    Column("code", ("编号", "code"), sheets.text, "YD000001"),
    Column("status", ("状态", "status"), sheets.one_of(STATES), "正常"),
    Column("hours_only", ("只记时长", "hours_only"), sheets.yes, "否"),
)
HOUSEHOLDS = (
    Column("household", ("户号", "household"), sheets.text, "001", needed=True),
    Column("volunteer", ("志愿者", "volunteer"), sheets.text, "YD000001", needed=True),
    Column("head", ("户主", "head"), sheets.yes, "是"),
    Column("pool", ("共用积分", "pool"), sheets.yes, "是"),
    Column("paper_ref", ("同意书编号", "paper_ref"), sheets.text, "2026-0031"),
)
GOODS = (
    Column("street", ("街道", "street"), sheets.text, "YD", needed=True),
    Column("code", ("编号", "code"), sheets.text, "G14", needed=True, longest=20),
    Column("name", ("名称", "name"), sheets.text, "大米", needed=True, longest=40),
    Column("spec", ("规格", "spec"), sheets.text, "2.5 kg", needed=True, longest=40),
    Column("unit_name", ("单位", "unit_name"), sheets.text, "袋", needed=True, longest=10),
    Column("price", ("积分", "price"), sheets.whole, "50", needed=True),
    Column("ref_value_fen", ("参考价", "ref_value"), sheets.fen, "15.00", needed=True),
    Column("kind", ("类型", "kind"), sheets.one_of(KINDS), "实物"),
    Column("limit_pp_month", ("每人每月限", "limit_pp_month"), sheets.whole, "2"),
    Column("perishable", ("易腐", "perishable"), sheets.yes, "否"),
    Column("min_age", ("最低年龄", "min_age"), sheets.whole, "18"),
    Column("merchant", ("商户", "merchant"), sheets.text, "M01"),
    Column("icon", ("图案", "icon"), sheets.text, "wheat"),
)
MERCHANTS = (
    Column("street", ("街道", "street"), sheets.text, "YD", needed=True),
    Column("code", ("编号", "code"), sheets.text, "M01", needed=True, longest=20),
    Column("name", ("名称", "name"), sheets.text, "示例理发店", needed=True),
)
BALANCES = (
    Column("volunteer", ("志愿者", "volunteer"), sheets.text, "YD000001", needed=True),
    Column("points", ("积分", "points"), sheets.whole, "120", needed=True),
    Column("reference", ("凭据", "reference"), sheets.text, "2025 年台账 17", needed=True, longest=110),
    Column("earned_on", ("取得日期", "earned_on"), sheets.day, "2025-12-31", needed=True),
    Column("expires_on", ("到期日期", "expires_on"), sheets.until, "2026-12-31"),
)

# --- the commands


@click.group(name="import")
def import_() -> None:
    """Take in a list: volunteers, households, merchants, goods or balances brought over; or everything.

    All of it or nothing.
    """


def _command(name: str, columns: tuple[Column, ...], take: Take, help: str) -> None:
    @import_.command(name, help=help)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Only say what would happen.")
    @console.json_option
    def command(file: Path, dry_run: bool) -> None:
        with console.installation():
            with console.bar(_("Reading")) as bar:
                rows, refused = sheets.read(file, columns, progress=bar.update)
            answer = console.change(partial(_taken, take=take, rows=rows, refused=refused, dry_run=dry_run))
            console.answer(
                {"file": file, "rows": len(rows), "dry_run": dry_run, **answer},
                _("%(rows)s rows could be taken; nothing was changed.", rows=len(rows))
                if dry_run
                else _("%(rows)s rows were taken.", rows=len(rows)),
            )


def _taken(
    session: Session, *, take: Take, rows: dict[int, Row], refused: Mapping[int, Refusal], dry_run: bool
) -> dict[str, object]:
    """What `take` answers; nothing is kept of a dry run. Raises RowsRefused with what could not be read as well."""
    found = dict(refused)
    answer: dict[str, object] = {}
    try:
        with console.bar(_("Import"), 2 * len(rows)) as bar:
            answer = take(session, rows, bar.update)
    except RowsRefused as more:
        found |= more.refused
    if found:
        total = len(rows) + len(refused)
        raise RowsRefused(count=len(found), total=total, refused=dict(sorted(found.items())))
    if dry_run:
        session.rollback()
    return answer


def _volunteers(session: Session, rows: dict[int, Row], progress: Progress) -> dict[str, object]:
    people = {number: _newcomer(dict(row)) for number, row in rows.items()}
    taken = volunteers.enrol(session, people=people, by=SYSTEM, at=clock.now(), progress=progress)
    return {"volunteers": len(taken), "first": taken[0] if taken else None, "last": taken[-1] if taken else None}


def _newcomer(row: Row) -> volunteers.Newcomer:
    agreed = ["register", *(purpose for purpose in ("points", "publish_name", "share_unit") if row.pop(purpose, False))]
    hours_only = row.pop("hours_only", False)
    guardian = {field: row.pop(f"guardian_{field}", "") for field in ("name", "phone", "relation", "volunteer")}
    known = sheets.filled(volunteers.NewGuardian, guardian | {"volunteer": guardian["volunteer"] or None})
    policy = "hours_only" if hours_only else "earn"
    facts = {"points_policy": policy, "consents": tuple(agreed), "guardian": known if known.name else None}
    return sheets.filled(volunteers.Newcomer, row | facts)


def _households(session: Session, rows: dict[int, Row], progress: Progress) -> dict[str, object]:
    members = {number: sheets.filled(from_list.Member, row) for number, row in rows.items()}
    return {"households": from_list.gather(session, members=members, by=SYSTEM, at=clock.now(), progress=progress)}


def _merchants(session: Session, rows: dict[int, Row], progress: Progress) -> dict[str, object]:
    add = partial(vouchers.add_merchant, session, by=SYSTEM, at=clock.now())
    each(rows, partial(sheets.filled, add), progress=_twice(progress))
    return {"merchants": [row["code"] for row in rows.values()]}


def _goods(session: Session, rows: dict[int, Row], progress: Progress) -> dict[str, object]:
    at = clock.now()

    def propose(row: Row) -> None:
        street, facts = str(row["street"]), {name: value for name, value in row.items() if name != "street"}
        goods.add(session, street=street, new=sheets.filled(goods.NewItem, facts), by=SYSTEM, at=at)

    each(rows, propose, progress=_twice(progress))
    return {"goods": [row["code"] for row in rows.values()]}


def _balances(session: Session, rows: dict[int, Row], progress: Progress) -> dict[str, object]:
    brought = {number: sheets.filled(opening_balances.Opening, row) for number, row in rows.items()}
    return {
        "points": opening_balances.bring_over(session, openings=brought, by=SYSTEM, at=clock.now(), progress=progress)
    }


def _twice(progress: Progress) -> Progress:
    """What is looked at and written in one go."""
    return lambda rows: progress(2 * rows)


_command("volunteers", VOLUNTEERS, _volunteers, "Register everybody on the list, with the consents given on paper.")
_command("households", HOUSEHOLDS, _households, "Found households: a row a person, the head marked.")
_command("merchants", MERCHANTS, _merchants, "Add the merchants who provide a street's vouchers.")
_command("goods", GOODS, _goods, "Propose the goods of a street, as drafts.")
_command("balances", BALANCES, _balances, "Bring over points that people had before, each with a reference.")
import_.add_command(backup.restore, "everything")

"""people are found by the initials of their name; a phone is one number however it was written

Revision ID: 0009
Revises: 0008
"""

import re

import sqlalchemy as sa
from alembic import op
from pypinyin import Style, lazy_pinyin

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CHUNK = 1_000
SURNAMES = {
    "万俟": "mq", "尉迟": "yc", "单于": "cy", "长孙": "zs", "澹台": "tt",
    "曾": "z", "单": "s", "仇": "q", "解": "x", "翟": "z", "查": "z", "区": "o", "覃": "q", "尉": "w", "乐": "y",
    "折": "s", "种": "c", "秘": "b", "召": "s", "句": "g", "郇": "x", "郗": "x", "隗": "w", "繁": "p", "祭": "z",
    "盖": "g", "朴": "p", "黑": "h", "员": "y", "洗": "x",
}  # fmt: skip

_volunteer = sa.table("volunteer", sa.column("id"), sa.column("name"), sa.column("phone"), sa.column("initials"))
_guardian = sa.table("guardian", sa.column("id"), sa.column("phone"))


def upgrade() -> None:
    op.add_column(
        "volunteer", sa.Column("initials", sa.String(length=20), server_default=sa.text("''"), nullable=False)
    )
    op.create_index("ix_volunteer_initials", "volunteer", ["initials"])
    connection = op.get_bind()
    people = connection.execute(sa.select(_volunteer.c.id, _volunteer.c.name, _volunteer.c.phone)).all()
    named = [{"this": one.id, "letters": _initials(one.name)} for one in people]
    for start in range(0, len(named), CHUNK):
        connection.execute(
            sa.update(_volunteer).where(_volunteer.c.id == sa.bindparam("this")).values(initials=sa.bindparam("letters")),
            named[start : start + CHUNK],
        )
    taken = {one.phone for one in people}
    for one in people:
        # who has the number already is another registration of the same person: the office merges the two
        if one.phone and (plain := _without_86(one.phone)) != one.phone and plain not in taken:
            connection.execute(sa.update(_volunteer).where(_volunteer.c.id == one.id).values(phone=plain))
            taken.add(plain)
    for guardian in connection.execute(sa.select(_guardian.c.id, _guardian.c.phone)).all():
        if (plain := _without_86(guardian.phone)) != guardian.phone:
            connection.execute(sa.update(_guardian).where(_guardian.c.id == guardian.id).values(phone=plain))


def _without_86(phone: str) -> str:
    return phone[2:] if re.fullmatch(r"861[3-9][0-9]{9}", phone) else phone


def _initials(name: str) -> str:
    surname = next((one for one in (name[:2], name[:1]) if one in SURNAMES), "")
    rest = [one for one in name[len(surname) :] if one.isalpha() or one == "〇"]
    letters = [one if one.isascii() else lazy_pinyin(one, style=Style.FIRST_LETTER)[0][:1] for one in rest]
    return (SURNAMES.get(surname, "") + "".join(letters)).lower()[:20]

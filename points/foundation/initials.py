"""A name by the initials of its pinyin, as a till finds its customers: zlc is 赵立春."""

import re
from functools import cache

from points.foundation import typed

SURNAMES = {
    "万俟": "mq", "尉迟": "yc", "单于": "cy", "长孙": "zs", "澹台": "tt",
    "曾": "z", "单": "s", "仇": "q", "解": "x", "翟": "z", "查": "z", "区": "o", "覃": "q", "尉": "w", "乐": "y",
    "折": "s", "种": "c", "秘": "b", "召": "s", "句": "g", "郇": "x", "郗": "x", "隗": "w", "繁": "p", "祭": "z",
    "盖": "g", "朴": "p", "黑": "h", "员": "y", "洗": "x",
}  # fmt: skip
"""Characters that are read otherwise in a surname."""
LONGEST = 20


def of(name: str) -> str:
    """The initials of a name as they are kept beside it; letters stand for themselves."""
    surname = next((one for one in (name[:2], name[:1]) if one in SURNAMES), "")
    rest = name[len(surname) :]
    found = SURNAMES.get(surname, "") + "".join(_initial(one) for one in rest if one.isalpha() or one == "〇")
    return found.lower()[:LONGEST]


def asked(text: str) -> str:
    """The initials that somebody typed to find a person; empty where it is something else."""
    letters = re.sub(r"[ .'·-]", "", typed.plain(text)).lower()
    return letters if letters.isascii() and letters.isalpha() else ""


@cache
def _initial(sign: str) -> str:
    if sign.isascii():
        return sign
    from pypinyin import Style, lazy_pinyin  # its tables take a moment and room, which a scan has no use for

    return lazy_pinyin(sign, style=Style.FIRST_LETTER)[0][:1]

"""How large the demo city is, and what it is made of. Every person, street and station is invented."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from points.demo.street import facts

SEED = 20250102
FIRST_DAY, LAST_DAY = date(2025, 1, 6), facts.LAST_DAY
"""Between these days the city serves."""
ENROLLED = (
    date(2025, 1, 2), date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31),
    date(2026, 6, 30),
)  # fmt: skip
FIRST_SHARE = 0.7
"""So many are registered on the first of these days, the others in equal parts."""


@dataclass(frozen=True)
class Scale:
    """How many there are in the whole city, the demo street included; `people_each` come to an activity on average."""

    volunteers: int
    teams: int
    households: int
    records: int
    streets: int
    communities: int
    stations: int
    sessions: int
    redeemers: int
    people_each: int
    neighbour_groups: int


CITY = Scale(
    volunteers=50_000,
    teams=1_150,
    households=13_000,
    records=500_000,
    streets=24,
    communities=8,
    stations=3,
    sessions=8,
    redeemers=30,
    people_each=25,
    neighbour_groups=1_153,
)
"""`streets` besides the demo street, each with so many communities and stations; `sessions` of a station, `redeemers`
at one; the 邻 are all in the demo street."""


class District(NamedTuple):
    code: str
    name: str


DISTRICTS = (
    District("YDQ", "永定区"),
    District("WLY", "武陵源区"),
    District("CLX", "慈利县"),
    District("SZX", "桑植县"),
)
CHARACTERS = "甲乙丙丁戊己庚辛壬癸"
SURNAMES = facts.SURNAMES + "何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
TEAM_NAMES = ("党员先锋队", "巾帼志愿服务队", "邻里互助队", "平安巡逻队", "环境整治队", "文明劝导队", "政策宣讲队")
TEAM_KINDS = ("party", "women", "community", "community", "community", "community", "community")
ITEMS = tuple(item for item in facts.GOODS if item.code in ("G01", "G02", "G04", "G06", "G08", "G12", "G14", "G22"))
"""What the city's stations give out, the cheapest first."""
STOCK = 240
"""Of each of these items at each station, taken in at the beginning of each year."""


def person_name(index: int) -> str:
    """The name of the `index`-th person; with 60 surnames and 24 solar terms, some people share theirs."""
    return SURNAMES[index * 7 % len(SURNAMES)] + facts.TERMS[index // len(SURNAMES) % 24]

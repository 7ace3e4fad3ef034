"""What is planned: all that describes an activity, before there is one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Self, TypedDict, cast

from points.foundation import clock
from points.service.hours import Interval
from points.service.statuses import ActivityOrigin, CheckMode

FIXED = frozenset(["team", "category", "area", "leader", "station", "origin"])
"""What an activity keeps from its plan for good."""

# --- what there is


class Columns(TypedDict, total=False):
    """What of a plan stands in columns of the same name."""

    title: str
    place: str
    start_at: datetime
    end_at: datetime
    capacity: int
    contact_name: str
    contact_phone: str
    content: str
    theme_id: int | None
    origin: str
    bring: str
    risk_notice: str
    breaks: Sequence[Interval]
    min_age: int
    max_age: int | None
    required_skill: str
    hazard: bool
    insurance_ref: str
    guarantee_note: str
    check_mode: str
    walk_in_ok: bool
    points_eligible: bool
    extra_pct: int
    max_minutes_pp_day: int | None
    emergency: bool


@dataclass(frozen=True)
class Kind:
    """A kind of service: its coefficient in per cent, and what is asked of it."""

    code: str
    name: str
    coef_pct: int = 100
    hours_eligible: bool = True
    minors_ok: bool = True
    hazard_default: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An activity as somebody plans it; who and where by code, times aware.

    What is dangerous or an emergency by its kind of service is so, whatever the plan says. `breaks` are pairs of times
    within the activity.
    """

    team: str
    category: str
    area: str
    leader: str
    title: str
    place: str
    start_at: datetime
    end_at: datetime
    capacity: int
    contact_name: str
    contact_phone: str
    content: str
    station: str | None = None
    theme_id: int | None = None
    origin: str = ActivityOrigin.PLANNED
    bring: str = ""
    risk_notice: str = ""
    breaks: Sequence[Interval] = ()
    min_age: int = 6
    max_age: int | None = None
    required_skill: str = ""
    hazard: bool = False
    insurance_ref: str = ""
    guarantee_note: str = ""
    check_mode: str = CheckMode.DYNAMIC
    walk_in_ok: bool = False
    points_eligible: bool = True
    extra_pct: int = 100
    max_minutes_pp_day: int | None = None
    emergency: bool = False

    def columns(self) -> Columns:
        """What stands in columns of the same name, with what may change later and what may not."""
        return cast(Columns, {name: getattr(self, name) for name in CHANGEABLE | {"origin"}})

    def on(self, day: date) -> Self:
        """The same plan beginning on another business date, at the same times of the clock."""
        days = day - clock.local_date(self.start_at)

        def moved(at: datetime) -> datetime:
            here = clock.local(at)
            return clock.at_local(here.date() + days, here.time())

        return replace(
            self,
            start_at=moved(self.start_at),
            end_at=moved(self.end_at),
            breaks=tuple((moved(start), moved(end)) for start, end in self.breaks),
        )


CHANGEABLE = frozenset(one.name for one in fields(Plan)) - FIXED
AFTER_PUBLICATION = frozenset(
    ["place", "capacity", "bring", "guarantee_note", "contact_name", "contact_phone", "check_mode", "walk_in_ok"]
)
"""What may still change once an activity is published, until it is over."""
WHEN = frozenset(["start_at", "end_at", "breaks"])
"""What may change as well until it begins."""

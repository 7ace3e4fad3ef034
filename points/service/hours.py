"""Hours: from stays to minutes, the rules H1–H9 of domain §3.5 as pure functions.

Minutes are facts; what they are worth in points is another room's business.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

from points.foundation import clock
from points.service.statuses import RecordFlag

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class HourRules:
    """The parameters of §3.5, in minutes unless named otherwise; `wd` is working days.

    `min_ratio` is the strict mode of some provinces: below this percentage of the planned time nothing is credited.
    It is off (0), because what counts is the time actually given (民政部令第67号 art. 7).
    """

    min_minutes: int = 30
    day_auto_minutes: int = 480
    day_hard_minutes: int = 720
    sessions_pp_day: int = 3
    autoclose_after_min: int = 120
    makeup_window_wd: int = 10
    settle_wd: int = 10
    min_ratio: int = 0

    @classmethod
    def from_params(cls, params: Mapping[str, object]) -> "HourRules":
        """The hour rules among a rule set's `params`; what is not named there keeps its default."""
        named = ((each.name, params.get(each.name)) for each in fields(cls))
        return cls(**{name: value for name, value in named if isinstance(value, int)})


@dataclass(frozen=True)
class Occasion:
    """What the rules need of an activity. `approved_pending`: minutes over eight hours that the street approved.

    `fixed`: minutes set by an amendment on this date; the rules then leave them as they are.
    """

    activity_id: int
    start_at: datetime
    end_at: datetime
    breaks: tuple[Interval, ...] = ()
    max_minutes: int | None = None
    eligible: bool = True
    approved_pending: int = 0
    fixed: int | None = None


@dataclass(frozen=True)
class Presence:
    """One in–out pair. An auto-closed stay counts nothing: nobody saw the person leave."""

    occasion: Occasion
    in_at: datetime
    out_at: datetime
    auto_closed: bool = False


@dataclass(frozen=True)
class DayResult:
    """What one activity gives one person on one date; `dropped` minutes lay beyond the hard limit of a day.

    `windows` are the intervals counted, after breaks and overlaps.
    """

    activity_id: int
    local_date: date
    first_in_at: datetime
    minutes_raw: int
    minutes_credited: int
    minutes_pending: int
    dropped: int
    flags: tuple[RecordFlag, ...]
    windows: tuple[Interval, ...] = field(default=())


def day(stays: Sequence[Presence], *, rules: HourRules, on: date) -> list[DayResult]:
    """What the stays of one person give on the local date `on`, in order of first arrival (H1–H8).

    The stays may belong to several activities and reach into other dates; only their part on `on` counts.
    """
    bounds = clock.day_bounds(on)
    used = 0
    taken: list[Interval] = []
    results = []
    for occasion, own in _by_arrival(stays, bounds):
        windows = without(_windows(own, bounds), taken)
        raw = sum(int((end - start).total_seconds()) for start, end in windows) // 60
        result = _judge(occasion, own, on=on, raw=raw, used=used, windows=windows, rules=rules)
        used += result.minutes_credited + result.minutes_pending
        if result.minutes_credited or result.minutes_pending:
            taken = _union([*taken, *windows])
        results.append(result)
    return results


def dates(stay: Presence) -> list[date]:
    """The local dates on which `stay` may count: those of its window, or of its arrival when that is empty (H2)."""
    start, end = _window(stay)
    if stay.auto_closed or start >= end:
        return [clock.local_date(stay.in_at)]
    first, last = clock.local_date(start), clock.local_date(end - timedelta(microseconds=1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def within_the_day(raw: int, *, used: int, most: int | None, rules: HourRules) -> tuple[int, int, int]:
    """H7 and H8: of `raw` minutes those credited at once, those that need the street, and those dropped.

    `used` minutes of the date count already; an activity takes `most` a day.
    """
    minutes = raw if most is None else min(raw, most)
    automatic = max(0, min(minutes, rules.day_auto_minutes - used))
    room = max(0, rules.day_hard_minutes - max(used, rules.day_auto_minutes))
    beyond = min(minutes - automatic, room)
    return automatic, beyond, minutes - automatic - beyond


def without(intervals: Sequence[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """What is left of the intervals without the holes."""
    left = list(intervals)
    for hole_start, hole_end in holes:
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, hole_start)), (max(start, hole_end), end))
            if piece[0] < piece[1]
        ]
    return left


def shown(minutes: int) -> str:
    """Hours with one decimal, floored: 133 minutes are 2.2 h. Apply it to totals, never to parts (H10)."""
    tenths = minutes * 10 // 60
    return f"{tenths // 10}.{tenths % 10}"


def _by_arrival(stays: Iterable[Presence], bounds: Interval) -> list[tuple[Occasion, list[Presence]]]:
    """The stays that touch the date, grouped by activity: earliest first arrival first, ties by lower id (H4)."""
    groups: dict[int, list[Presence]] = {}
    for stay in stays:
        if any(clock.day_bounds(each) == bounds for each in dates(stay)):
            groups.setdefault(stay.occasion.activity_id, []).append(stay)
    ordered = sorted(groups.items(), key=lambda item: (min(stay.in_at for stay in item[1]), item[0]))
    return [(own[0].occasion, own) for _, own in ordered]


def _window(stay: Presence) -> Interval:
    """H1: what of the stay lies within the activity; start ≥ end when nothing does."""
    return max(stay.in_at, stay.occasion.start_at), min(stay.out_at, stay.occasion.end_at)


def _windows(stays: Sequence[Presence], bounds: Interval) -> list[Interval]:
    """H1–H3: the parts of the stays within the activity and the date, without its breaks, none counted twice."""
    inside = []
    for stay in stays:
        if not stay.auto_closed:
            start, end = _window(stay)
            inside.append((max(start, bounds[0]), min(end, bounds[1])))
    return without(_union(inside), stays[0].occasion.breaks)


def _judge(
    occasion: Occasion,
    stays: Sequence[Presence],
    *,
    on: date,
    raw: int,
    used: int,
    windows: Sequence[Interval],
    rules: HourRules,
) -> DayResult:
    """H6–H8 on the raw minutes of one activity."""
    flags = []
    credited = pending = dropped = 0
    if any(stay.auto_closed for stay in stays):
        flags.append(RecordFlag.AUTO_CLOSED)
    if not occasion.eligible:
        flags.append(RecordFlag.NOT_ELIGIBLE)
    elif occasion.fixed is not None:
        credited, raw = occasion.fixed, max(raw, occasion.fixed)
    elif raw < rules.min_minutes:
        flags.append(RecordFlag.SHORT)
    elif raw * 100 < rules.min_ratio * _planned(occasion, on):
        flags.append(RecordFlag.BELOW_RATIO)
    else:
        automatic, beyond, dropped = within_the_day(raw, used=used, most=occasion.max_minutes, rules=rules)
        approved = min(beyond, occasion.approved_pending)
        credited, pending = automatic + approved, beyond - approved
        if beyond:
            flags.append(RecordFlag.OVER_8H)
        if dropped:
            flags.append(RecordFlag.OVER_12H)
    return DayResult(
        activity_id=occasion.activity_id,
        local_date=on,
        first_in_at=min(stay.in_at for stay in stays),
        minutes_raw=raw,
        minutes_credited=credited,
        minutes_pending=pending,
        dropped=dropped,
        flags=tuple(flags),
        windows=tuple(windows),
    )


def _planned(occasion: Occasion, on: date) -> int:
    """The minutes of the activity on the date, without its breaks."""
    start, end = clock.day_bounds(on)
    planned = without([(max(occasion.start_at, start), min(occasion.end_at, end))], occasion.breaks)
    return sum(int((end - start).total_seconds()) for start, end in planned) // 60


def _union(intervals: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(each for each in intervals if each[0] < each[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged

"""When an activity is held: its stretches between the breaks, which are what one stay can be (domain §3.2, §3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from points.foundation import clock
from points.service.hours import Interval, without

DAY = timedelta(days=1)
LATEST_END_FOR_MINORS = time(21)
NIGHT = timedelta(hours=6)
"""A break of this length parts one stay from the next; over a shorter one people stay."""

# --- what there is


@dataclass(frozen=True)
class Daily:
    """An activity as people say it: from `day` to `last_day`, each day from `start` to `end`, with `pauses` in it.

    An `end` that is not after its `start` is on the next day. The nights between are breaks as well.
    """

    day: date
    last_day: date
    start: time
    end: time
    pauses: tuple[tuple[time, time], ...] = ()

    @property
    def over_midnight(self) -> bool:
        """Whether each day's end is on the next day."""
        return self.end <= self.start

    @property
    def start_at(self) -> datetime:
        """When it begins on the first day."""
        return clock.at_local(self.day, self.start)

    @property
    def end_at(self) -> datetime:
        """When it ends on the last day."""
        return self._after_start(self.last_day, self.end)

    @property
    def breaks(self) -> tuple[Interval, ...]:
        """The pauses of each day and the nights between, in order."""
        days = [self.day + DAY * number for number in range((self.last_day - self.day).days + 1)]
        pauses = [
            (self._after_start(day, since), self._after_start(day, until))
            for day in days
            for since, until in self.pauses
        ]
        nights = [
            (self._after_start(day, self.end), clock.at_local(following, self.start))
            for day, following in pairwise(days)
        ]
        return tuple(sorted(one for one in (*pauses, *nights) if one[0] != one[1]))

    def _after_start(self, day: date, at: time) -> datetime:
        """This time of the clock in the course of the day that began on `day`."""
        return clock.at_local(day if at > self.start else day + DAY, at)


# --- what can be asked


def stretches(start: datetime, end: datetime, breaks: Sequence[Interval]) -> list[Interval]:
    """What lies between the breaks, in order; nobody stays longer at a time."""
    return without([(start, end)], breaks)


def stay_ends(start: datetime, end: datetime, breaks: Sequence[Interval], *, since: datetime) -> datetime:
    """When a stay that began at `since` is over: at the next night, or with the activity."""
    nights = sorted(one for one in breaks if one[1] - one[0] >= NIGHT and one[1] > since)
    if nights and nights[0][0] <= since:  # came before the day began
        nights = nights[1:]
    return nights[0][0] if nights else end


def together(held: Sequence[Interval]) -> timedelta:
    """How long these stretches are in all."""
    return sum((end - start for start, end in held), timedelta(0))


def goes_on_late(held: Sequence[Interval]) -> bool:
    """Whether one of these stretches goes on after 21:00 or over midnight, when minors are at home."""
    spans = [(clock.local(start), clock.local(end)) for start, end in held]
    return any(end.time() > LATEST_END_FOR_MINORS or end.date() != start.date() for start, end in spans)


def longest_stay(held: Sequence[Interval]) -> timedelta:
    """The longest of these stretches."""
    return max((end - start for start, end in held), default=timedelta(0))


def longest_day(held: Sequence[Interval]) -> timedelta:
    """How much of these stretches lies on the local date on which most of it does."""
    on: dict[date, timedelta] = {}
    for start, end in held:
        while start < end:
            day = clock.local_date(start)
            until = min(end, clock.day_bounds(day)[1])
            on[day] = on.get(day, timedelta(0)) + (until - start)
            start = until
    return max(on.values(), default=timedelta(0))


def daily(start: datetime, end: datetime, breaks: Sequence[Interval]) -> Daily | None:
    """How people would say it, if every day is like the first one; None where it is not."""
    here, until = clock.local(start), clock.local(end)
    day, last_day = here.date(), until.date()
    if until.time() <= here.time():
        last_day -= DAY
    if last_day < day:
        return None
    plain = Daily(day, last_day, here.time(), until.time())
    first = plain.breaks[0][0] if last_day > day and plain.breaks else end
    pauses = tuple((clock.local(a).time(), clock.local(b).time()) for a, b in sorted(breaks) if b <= first and b <= end)
    pauses = tuple(one for one in pauses if one != (plain.end, plain.start))
    found = Daily(day, last_day, here.time(), until.time(), pauses)
    return found if (found.start_at, found.end_at, found.breaks) == (start, end, tuple(sorted(breaks))) else None

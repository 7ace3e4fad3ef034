"""When an activity is held, day by day: pauses, several days, past midnight."""

from datetime import date, datetime, time, timedelta

import pytest

from points.foundation import clock
from points.service.activities import timetable
from points.service.activities.timetable import Daily

MAY_9 = date(2026, 5, 9)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return clock.at_local(date(2026, 5, day), time(hour, minute))


SAID = {
    "one morning": (Daily(MAY_9, MAY_9, time(9), time(11)), at(9, 9), at(9, 11), ()),
    "past midnight": (Daily(MAY_9, MAY_9, time(22), time(1)), at(9, 22), at(10, 1), ()),
    "until midnight": (Daily(MAY_9, MAY_9, time(22), time(0)), at(9, 22), at(10, 0), ()),
    "a pause": (
        Daily(MAY_9, MAY_9, time(8, 30), time(17, 30), ((time(12), time(13, 30)),)),
        at(9, 8, 30), at(9, 17, 30), ((at(9, 12), at(9, 13, 30)),),
    ),
    "a pause after midnight": (
        Daily(MAY_9, MAY_9, time(20), time(6), ((time(23, 30), time(0, 30)), (time(3), time(4)))),
        at(9, 20), at(10, 6), ((at(9, 23, 30), at(10, 0, 30)), (at(10, 3), at(10, 4))),
    ),
    "three days": (
        Daily(MAY_9, date(2026, 5, 11), time(9), time(17)),
        at(9, 9), at(11, 17), ((at(9, 17), at(10, 9)), (at(10, 17), at(11, 9))),
    ),
    "two nights": (
        Daily(MAY_9, date(2026, 5, 10), time(22), time(1)), at(9, 22), at(11, 1), ((at(10, 1), at(10, 22)),),
    ),
    "two days with a pause": (
        Daily(MAY_9, date(2026, 5, 10), time(9), time(17), ((time(12), time(13)),)),
        at(9, 9), at(10, 17), ((at(9, 12), at(9, 13)), (at(9, 17), at(10, 9)), (at(10, 12), at(10, 13))),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("said", "start", "end", "breaks"), SAID.values(), ids=SAID)
def test_what_people_say_is_a_time_and_its_breaks_and_is_read_back(said, start, end, breaks):
    assert (said.start_at, said.end_at, said.breaks) == (start, end, breaks)
    assert timetable.daily(start, end, breaks) == said


def test_days_that_differ_cannot_be_said_in_one_line():
    assert timetable.daily(at(9, 9), at(10, 17), [(at(9, 15), at(10, 9))]) is None
    assert timetable.daily(at(9, 9), at(11, 17), [(at(9, 17), at(10, 9))]) is None


@pytest.mark.parametrize(
    ("since", "over"),
    [(at(9, 9), at(9, 17)), (at(9, 8, 45), at(9, 17)), (at(10, 8, 40), at(10, 17)), (at(11, 10), at(11, 17))],
)
def test_a_stay_is_over_with_the_day(since, over):
    daily = Daily(MAY_9, date(2026, 5, 11), time(9), time(17), ((time(12), time(13)),))
    assert timetable.stay_ends(daily.start_at, daily.end_at, daily.breaks, since=since) == over


def test_the_longest_day_and_the_longest_stay():
    held = timetable.stretches(at(9, 20), at(10, 23, 59), ())
    assert timetable.longest_day(held) == timedelta(hours=23, minutes=59)
    assert timetable.longest_stay(held) == timedelta(hours=27, minutes=59)
    patrol = Daily(MAY_9, date(2026, 5, 10), time(22), time(1))
    held = timetable.stretches(patrol.start_at, patrol.end_at, patrol.breaks)
    assert (timetable.longest_day(held), timetable.longest_stay(held)) == (timedelta(hours=3), timedelta(hours=3))

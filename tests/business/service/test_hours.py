"""The hour rules H1–H8, and the minutes of the test vectors (domain §3.5, §3.6)."""

import itertools
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.foundation import clock
from points.service import hours
from points.service.hours import HourRules, Occasion, Presence

DAY = date(2026, 5, 9)
RULES = HourRules()


def local(clock_time: str) -> datetime:
    """A time of DAY in Shanghai; 24:00 and later lie on the next date."""
    hour, minute = map(int, clock_time.split(":"))
    return clock.at_local(DAY + timedelta(days=hour // 24), time(hour % 24, minute))


def occasion(start: str, end: str, *, activity_id: int = 1, breaks: tuple = (), **facts) -> Occasion:
    pauses = tuple((local(a), local(b)) for a, b in breaks)
    return Occasion(activity_id, local(start), local(end), breaks=pauses, **facts)


def stay(of: Occasion, come: str, go: str, *, auto_closed: bool = False) -> Presence:
    return Presence(of, local(come), local(go), auto_closed)


MORNING = occasion("09:00", "11:00")
PATROL_AFTER = occasion("19:00", "21:00", activity_id=2)
LONG = occasion("08:30", "17:30", breaks=(("12:00", "13:30"),))
NIGHT = occasion("22:30", "25:00")


@pytest.mark.parametrize(
    ("stays", "on", "expected"),
    [
        pytest.param([stay(MORNING, "08:47", "11:06")], DAY, [(120, 120, 0)], id="T1"),
        pytest.param([stay(occasion("14:00", "16:30"), "14:12", "16:25")], DAY, [(133, 133, 0)], id="T2"),
        pytest.param([stay(LONG, "08:28", "17:40")], DAY, [(450, 450, 0)], id="T3"),
        pytest.param(
            [stay(LONG, "08:28", "17:40"), stay(PATROL_AFTER, "19:00", "21:00")],
            DAY,
            [(450, 450, 0), (120, 30, 90)],
            id="T4a",
        ),
        pytest.param(
            [
                stay(MORNING, "09:00", "11:00"),
                stay(occasion("10:00", "12:00", activity_id=2), "10:00", "12:00"),
            ],
            DAY,
            [(120, 120, 0), (60, 60, 0)],
            id="T5",
        ),
        pytest.param([stay(MORNING, "09:05", "13:00", auto_closed=True)], DAY, [(0, 0, 0)], id="T6-closed-by-clock"),
        pytest.param([stay(MORNING, "09:05", "11:00")], DAY, [(115, 115, 0)], id="T6-made-up"),
        pytest.param([stay(MORNING, "09:00", "09:20")], DAY, [(20, 0, 0)], id="T7"),
        pytest.param([stay(occasion("09:00", "12:00"), "09:00", "10:45")], DAY, [(105, 105, 0)], id="T10"),
        pytest.param([stay(NIGHT, "22:30", "25:00")], DAY, [(90, 90, 0)], id="T17-first-date"),
        pytest.param([stay(NIGHT, "22:30", "25:00")], DAY + timedelta(days=1), [(60, 60, 0)], id="T17-second-date"),
        pytest.param([stay(MORNING, "09:00", "09:25")], DAY, [(25, 0, 0)], id="T19-25"),
        pytest.param([stay(MORNING, "09:00", "09:40")], DAY, [(40, 40, 0)], id="T19-40"),
        pytest.param([stay(MORNING, "09:00", "09:55")], DAY, [(55, 55, 0)], id="T19-55"),
    ],
)
def test_the_vectors_give_their_minutes(stays, on, expected):
    results = hours.day(stays, rules=RULES, on=on)
    assert [(each.minutes_raw, each.minutes_credited, each.minutes_pending) for each in results] == expected


@pytest.mark.parametrize(
    ("minutes", "expected"), [(133, "2.2"), (450, "7.5"), (115, "1.9"), (105, "1.7"), (95, "1.5"), (0, "0.0")]
)
def test_hours_are_shown_floored_to_a_tenth(minutes, expected):
    assert hours.shown(minutes) == expected


def test_the_rules_of_hours_are_those_of_the_domain() -> None:
    """§3.5."""
    assert HourRules() == HourRules(
        min_minutes=30,
        day_auto_minutes=480,
        day_hard_minutes=720,
        sessions_pp_day=3,
        autoclose_after_min=120,
        makeup_window_wd=10,
        settle_wd=10,
        min_ratio=0,
    )


@pytest.mark.parametrize(
    ("raw", "used", "most", "expected"),
    [
        (0, 0, None, (0, 0, 0)),
        (480, 0, None, (480, 0, 0)),
        (481, 0, None, (480, 1, 0)),
        (720, 0, None, (480, 240, 0)),
        (721, 0, None, (480, 240, 1)),
        (100, 480, None, (0, 100, 0)),
        (100, 479, None, (1, 99, 0)),
        (100, 700, None, (0, 20, 80)),
        (100, 720, None, (0, 0, 100)),
        (100, 900, None, (0, 0, 100)),
        (100, 0, 99, (99, 0, 0)),
        (100, 0, 100, (100, 0, 0)),
        (100, 0, 0, (0, 0, 0)),
    ],
)
def test_a_day_credits_eight_hours_and_holds_four_more_for_the_street(raw, used, most, expected):
    assert hours.within_the_day(raw, used=used, most=most, rules=RULES) == expected


def test_half_an_hour_counts_and_a_minute_less_does_not():
    counted, short = (hours.day([stay(MORNING, "09:00", out)], rules=RULES, on=DAY)[0] for out in ("09:30", "09:29"))
    assert (counted.minutes_credited, counted.flags) == (30, ())
    assert (short.minutes_credited, short.minutes_raw, short.flags) == (0, 29, ("short",))


def test_a_stay_counts_on_the_dates_of_its_window_and_else_on_that_of_its_arrival():
    next_day = DAY + timedelta(days=1)
    assert hours.dates(stay(NIGHT, "22:00", "26:00")) == [DAY, next_day]
    assert hours.dates(stay(NIGHT, "22:00", "24:00")) == [DAY]
    assert hours.dates(stay(NIGHT, "24:00", "25:00")) == [next_day]
    assert hours.dates(stay(NIGHT, "22:00", "26:00", auto_closed=True)) == [DAY]
    before, after = occasion("23:00", "24:00"), occasion("24:00", "25:00")
    assert hours.dates(stay(before, "24:00", "25:00")) == [next_day]  # came when it was over
    assert hours.dates(stay(after, "23:00", "24:00")) == [DAY]  # left before it began
    three = occasion("09:00", "60:00")
    assert hours.dates(stay(three, "10:00", "58:00")) == [DAY + timedelta(days=number) for number in range(3)]


def test_of_two_who_came_at_once_the_lower_activity_counts_first():
    low, high = occasion("09:00", "11:00", activity_id=1), occasion("09:00", "11:00", activity_id=2)
    both = [stay(high, "09:00", "11:00"), stay(low, "09:00", "11:00")]
    for stays in (both, both[::-1]):
        results = hours.day(stays, rules=RULES, on=DAY)
        assert [(each.activity_id, each.minutes_credited) for each in results] == [(1, 120), (2, 0)]
    late = [stay(low, "09:30", "11:00"), stay(high, "09:00", "11:00"), stay(low, "09:10", "09:20")]
    assert [each.activity_id for each in hours.day(late, rules=RULES, on=DAY)] == [2, 1]


def test_a_result_says_when_the_person_first_came_and_what_was_counted():
    of = occasion("09:00", "12:00", breaks=(("10:00", "10:30"),))
    (result,) = hours.day([stay(of, "11:00", "11:30"), stay(of, "08:30", "10:45")], rules=RULES, on=DAY)
    assert (result.first_in_at, result.local_date, result.minutes_raw) == (local("08:30"), DAY, 105)
    assert result.windows == (
        (local("09:00"), local("10:00")),
        (local("10:30"), local("10:45")),
        (local("11:00"), local("11:30")),
    )


def test_one_forgotten_exit_is_told_and_the_other_stays_count():
    (result,) = hours.day(
        [stay(MORNING, "09:00", "09:40"), stay(MORNING, "10:00", "13:00", auto_closed=True)], rules=RULES, on=DAY
    )
    assert (result.minutes_credited, result.flags) == (40, ("auto_closed",))


def test_stays_that_touch_are_one_and_a_break_at_the_edge_takes_nothing():
    of = occasion("09:00", "12:00", breaks=(("08:00", "09:00"), ("12:00", "13:00")))
    (result,) = hours.day([stay(of, "09:00", "10:00"), stay(of, "10:00", "12:00")], rules=RULES, on=DAY)
    assert (result.minutes_raw, result.windows) == (180, ((local("09:00"), local("12:00")),))


def test_what_nobody_credited_is_free_for_another_activity():
    unpaid = occasion("09:00", "11:00", eligible=False)
    results = hours.day(
        [stay(unpaid, "09:00", "11:00"), stay(occasion("09:00", "11:00", activity_id=2), "09:10", "11:00")],
        rules=RULES,
        on=DAY,
    )
    assert [each.minutes_credited for each in results] == [0, 110]
    full = occasion("00:00", "12:00")
    second, third = (occasion("10:00", "11:00", activity_id=number) for number in (2, 3))
    stays = [stay(full, "00:00", "08:00"), stay(second, "10:00", "11:00"), stay(third, "10:01", "11:00")]
    waiting = hours.day(stays, rules=RULES, on=DAY)
    assert [(each.minutes_credited, each.minutes_pending) for each in waiting] == [(480, 0), (0, 60), (0, 0)]


@pytest.mark.parametrize(("approved", "credited", "pending"), [(0, 0, 120), (60, 60, 60), (120, 120, 0), (500, 120, 0)])
def test_the_street_approves_as_many_minutes_as_wait(approved, credited, pending):
    evening = occasion("19:00", "21:00", activity_id=2, approved_pending=approved)
    day = occasion("08:00", "16:00")
    results = hours.day([stay(day, "08:00", "16:00"), stay(evening, "19:00", "21:00")], rules=RULES, on=DAY)
    assert (results[1].minutes_credited, results[1].minutes_pending, results[1].flags) == (
        credited,
        pending,
        ("over_8h",),
    )


def test_t4b_what_the_street_approved_is_credited():
    approved = occasion("19:00", "21:00", activity_id=2, approved_pending=90)
    results = hours.day([stay(LONG, "08:28", "17:40"), stay(approved, "19:00", "21:00")], rules=RULES, on=DAY)
    assert (results[1].minutes_credited, results[1].minutes_pending) == (120, 0)


def test_beyond_twelve_hours_nothing_is_even_pending():
    first = occasion("00:00", "10:00")
    second = occasion("10:00", "14:00", activity_id=2)
    results = hours.day([stay(first, "00:00", "10:00"), stay(second, "10:00", "14:00")], rules=RULES, on=DAY)
    assert [(each.minutes_credited, each.minutes_pending, each.dropped) for each in results] == [
        (480, 120, 0),
        (0, 120, 120),
    ]
    assert "over_12h" in results[1].flags


def test_stays_of_one_activity_add_up_and_overlapping_ones_count_once():
    of = occasion("09:00", "12:00")
    apart = hours.day([stay(of, "09:00", "09:20"), stay(of, "10:00", "10:15")], rules=RULES, on=DAY)
    overlapping = hours.day([stay(of, "09:00", "10:00"), stay(of, "09:30", "10:30")], rules=RULES, on=DAY)
    assert apart[0].minutes_credited == 35
    assert overlapping[0].minutes_credited == 90


def test_an_activitys_own_limit_per_person_and_day_holds():
    limited = occasion("09:00", "12:00", max_minutes=90)
    result = hours.day([stay(limited, "09:00", "12:00")], rules=RULES, on=DAY)[0]
    assert (result.minutes_raw, result.minutes_credited) == (180, 90)


def test_a_short_stay_elsewhere_takes_no_minute_from_another_activity():
    short = occasion("09:00", "12:00")
    full = occasion("09:10", "11:10", activity_id=2)
    results = hours.day([stay(short, "09:00", "09:20"), stay(full, "09:10", "11:10")], rules=RULES, on=DAY)
    assert [each.minutes_credited for each in results] == [0, 120]


def test_a_kind_of_service_without_hours_credits_none():
    result = hours.day([stay(occasion("09:00", "11:00", eligible=False), "09:00", "11:00")], rules=RULES, on=DAY)[0]
    assert (result.minutes_credited, result.flags) == (0, ("not_eligible",))


def test_amended_minutes_are_left_as_they_are_and_still_count_towards_the_day():
    amended = occasion("08:00", "18:00", fixed=470)
    results = hours.day([stay(amended, "08:00", "09:00"), stay(PATROL_AFTER, "19:00", "21:00")], rules=RULES, on=DAY)
    assert [(each.minutes_credited, each.minutes_pending) for each in results] == [(470, 0), (10, 110)]


def test_seconds_are_added_before_they_are_floored():
    of = occasion("09:00", "12:00")
    first = Presence(of, local("09:00"), local("09:15") + timedelta(seconds=30))
    second = Presence(of, local("10:00"), local("10:15") + timedelta(seconds=30))
    assert hours.day([first, second], rules=RULES, on=DAY)[0].minutes_raw == 31


def test_rules_are_read_from_parameters_and_ignore_what_is_not_theirs():
    rules = HourRules.from_params({"min_minutes": 20, "points_per_hour": 10})
    assert (rules.min_minutes, rules.day_auto_minutes) == (20, 480)


def _at(minute: int) -> datetime:
    return datetime(2026, 5, 8, 16, 0, tzinfo=UTC) + timedelta(minutes=minute)


_STAYS = st.lists(
    st.tuples(
        st.integers(1, 4), st.integers(-60, 1430), st.integers(1, 900), st.integers(0, 1300), st.integers(1, 600)
    ),
    max_size=8,
)


@given(_STAYS)
def test_no_minute_of_a_day_is_ever_credited_twice(drawn):
    occasions = {key: Occasion(key, _at(start), _at(start + length)) for key, _, _, start, length in drawn}
    stays = [Presence(occasions[key], _at(come), _at(come + length)) for key, come, length, _, _ in drawn]
    results = hours.day(stays, rules=RULES, on=DAY)
    assert sum(each.minutes_credited for each in results) <= 480
    assert sum(each.minutes_credited + each.minutes_pending for each in results) <= 720
    windows = sorted(
        window for each in results if each.minutes_credited + each.minutes_pending for window in each.windows
    )
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(windows))
    assert all(each.minutes_credited + each.minutes_pending + each.dropped <= each.minutes_raw for each in results)


@pytest.mark.parametrize(("left", "strict", "credited"), [("11:35", 60, 0), ("11:36", 60, 126), ("11:35", 0, 125)])
def test_in_strict_mode_less_than_a_share_of_the_planned_time_counts_nothing(left, strict, credited):
    planned = occasion("09:00", "13:00", breaks=(("10:00", "10:30"),))  # 210 minutes; 60 % are 126
    (result,) = hours.day([stay(planned, "08:30", left)], rules=HourRules(min_ratio=strict), on=DAY)
    assert (result.minutes_credited, "below_ratio" in result.flags) == (credited, credited == 0)

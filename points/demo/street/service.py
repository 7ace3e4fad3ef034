"""What the demo street does: 352 activities, and who was there from when to when."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from points.demo.street import facts
from points.demo.street.people import People, Person
from points.foundation import clock
from points.service.activities.categories import USUAL

OCCASIONS, PERSON_TIMES = 352, 4928
ROSTER_ACTIVITIES, POSTER_ACTIVITIES = 26, 34
FORGOT_MADE_UP, FORGOT_LOST, VOIDED, AMENDED = 9, 3, 3, 2
NO_SHOWS = 48
DURATIONS = ((60, 70), (90, 106), (120, 123), (150, 35), (180, 18))
"""Minutes, and how many activities last so long: 20, 30, 35, 10 and 5 per cent of 352."""
SHORT_STAY = 0.28
LATEST_END = time(20, 30)


@dataclass
class Attendance:
    """One person at one activity. `fate`: plain, made_up, lost (out never seen), voided or amended."""

    person: int
    in_at: datetime
    out_at: datetime
    by_card: bool
    signs_up: bool
    fate: str = "plain"


@dataclass
class ActivityPlan:
    """One occasion with everybody who came; `no_shows` signed up and stayed away."""

    number: int
    category: str
    team: int
    community: str
    title: str
    place: str
    start_at: datetime
    end_at: datetime
    mode: str
    capacity: int
    attendances: list[Attendance] = field(default_factory=list)
    no_shows: list[int] = field(default_factory=list)
    beneficiaries: int = 0

    @property
    def day(self) -> date:
        """The local date."""
        return clock.local_date(self.start_at)


def plan(people: People, random: Random) -> list[ActivityPlan]:
    """The activities in order of time, the same for the same random source."""
    activities = _occasions(people, random)
    busy: dict[date, set[int]] = {}
    for activity in activities:
        busy.setdefault(activity.day, set()).add(people.teams[activity.team].leader)
    # 350 cycle through five sizes, the last two are average: 4 928 exactly
    sizes = [(10, 12, 14, 16, 18)[number % 5] for number in range(OCCASIONS - 2)] + [14, 14]
    fates = _fates(activities, random)
    for activity, size in zip(activities, sizes, strict=True):
        fate = fates.get(activity.number, "plain")
        came = size + (fate in ("lost", "voided"))
        _attend(activity, people, came, fate, busy, random)
        activity.capacity = came + 2 + random.randrange(5)
        activity.beneficiaries = random.randrange(5, 60)
    _stay_away(activities, people, busy, random)
    return activities


def _occasions(people: People, random: Random) -> list[ActivityPlan]:
    categories = _interleaved(random)
    durations = [minutes for minutes, count in DURATIONS for _ in range(count)]
    random.shuffle(durations)
    modes = ["roster"] * ROSTER_ACTIVITIES + ["static"] * POSTER_ACTIVITIES
    modes += ["dynamic"] * (OCCASIONS - len(modes))
    random.shuffle(modes)
    turns: dict[str, int] = {}
    activities = []
    for place, (year, month) in enumerate(facts.MONTHS):
        days = sorted(_days(year, month, random))
        taken: dict[date, set[int]] = {}
        for offset, day in enumerate(days):
            number = place * 16 + offset
            category = categories[number]
            team = _team(people, category, taken.setdefault(day, set()), turns)
            home = people.teams[team].facts.home
            start_at, end_at = hours_of(category, day, durations[number], random)
            title = facts.TITLES[category][turns[category] % len(facts.TITLES[category])]
            community = home or facts.COMMUNITIES[(number * 5) % 9].code
            activities.append(
                ActivityPlan(
                    number=number,
                    category=category,
                    team=team,
                    community=community,
                    title=title if len(title) >= 4 else f"{title}活动",
                    place=next(one.name for one in facts.COMMUNITIES if one.code == community)
                    + random.choice(facts.PLACES),
                    start_at=start_at,
                    end_at=end_at,
                    mode=modes[number],
                    capacity=0,
                )
            )
    return activities


def _interleaved(random: Random) -> list[str]:
    """Every category as often as it must be, spread evenly over the months."""
    spread = [((turn + random.random()) / times, code) for code, times in facts.TIMES.items() for turn in range(times)]
    return [code for _, code in sorted(spread)]


def _days(year: int, month: int, random: Random) -> list[date]:
    """Sixteen dates of a month, at most two activities on one, weekends twice as often; none before 4 January 2025."""
    first = date(year, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    all_days = [first + timedelta(days=n) for n in range(last.day)]
    slots = [day for day in all_days if day >= date(2025, 1, 4) for _ in range(2)]
    keyed = sorted(slots, key=lambda day: random.random() ** (1 / (2.0 if day.weekday() >= 5 else 1.0)), reverse=True)
    return keyed[:16]


def _team(people: People, category: str, taken: set[int], turns: dict[str, int]) -> int:
    """The next team for this kind of service that does nothing else that day."""
    able = [number for number, team in enumerate(people.teams) if category in team.facts.categories.split()]
    turn = turns[category] = turns.get(category, -1) + 1
    free = [able[(turn + shift) % len(able)] for shift in range(len(able))]
    team = next((number for number in free if number not in taken), None)
    if team is None:  # a team with one kind of service and two turns that day: its neighbour helps out
        team = next(number for number in range(len(people.teams)) if number not in taken)
    taken.add(team)
    return team


def hours_of(category: str, day: date, minutes: int, random: Random) -> tuple[datetime, datetime]:
    """From when to when an activity of this kind that lasts so long is held on `day`."""
    if category == "safety":
        start = time(18, 0) if minutes > 120 else time(18, 30)
        start = time(17, 30) if minutes > 150 else start
    elif category == "child":
        start = time(16, 30)
    else:
        start = random.choice((time(8, 30), time(9, 0), time(9, 30), time(14, 0), time(14, 30), time(15, 0)))
    start_at = clock.at_local(day, start)
    end_at = start_at + timedelta(minutes=minutes)
    assert clock.local(end_at).time() <= LATEST_END
    return start_at, end_at


def _fates(activities: list[ActivityPlan], random: Random) -> dict[int, str]:
    """Which occasions hold one forgotten check-out, one voided or one amended record."""
    able = [activity.number for activity in activities if activity.mode == "dynamic" and 16 <= activity.number < 330]
    fates = ["made_up"] * FORGOT_MADE_UP + ["lost"] * FORGOT_LOST + ["voided"] * VOIDED + ["amended"] * AMENDED
    return dict(zip(random.sample(able, len(fates)), fates, strict=True))


def _attend(
    activity: ActivityPlan, people: People, count: int, fate: str, busy: dict[date, set[int]], random: Random
) -> None:
    team = people.teams[activity.team]
    category = next(one for one in USUAL if one.code == activity.category)
    taken = busy[activity.day]
    members = set(team.members)
    keyed = sorted(
        (
            (random.random() ** (1 / _liking(person, activity, members)), person.index)
            for person in people.everyone
            if person.index not in taken
            and person.registered_on < activity.day
            and (category.minors_ok or not person.is_minor)
        ),
        reverse=True,
    )
    chosen = [team.leader, *(index for _, index in keyed[: count - 1])]
    taken.update(chosen)
    activity.attendances = [_stay(people.everyone[index], activity, random) for index in chosen]
    leader = activity.attendances[0]
    leader.in_at, leader.out_at = activity.start_at - timedelta(minutes=15), activity.end_at + timedelta(minutes=10)
    leader.by_card = False
    if fate != "plain":
        # somebody with a phone who earns points, so that the correction shows in both books
        odd = next(
            one
            for one in reversed(activity.attendances)
            if not one.by_card and people.everyone[one.person].earns_points and one is not leader
        )
        odd.fate = fate


def _liking(person: Person, activity: ActivityPlan, members: set[int]) -> float:
    weight = 0.15
    if person.index in members:
        weight = 3.0
    elif person.community == activity.community:
        weight = 1.0
    if activity.category == "skills" and person.skill:
        weight *= 4
    return weight * (0.4 + person.index * 7919 % 480 / 300)  # some people come more often than others


def stay_of(start_at: datetime, end_at: datetime, random: Random) -> tuple[datetime, datetime]:
    """When one person comes to an activity and goes: most stay the whole time, some come late or leave early."""
    in_at = start_at - timedelta(seconds=random.randrange(60, 1500))
    out_at = end_at + timedelta(seconds=random.randrange(20, 1200))
    if random.random() < SHORT_STAY:
        minutes = random.randint(3, 25)
        if random.random() < 0.5:
            in_at = start_at + timedelta(minutes=minutes)
        else:
            out_at = end_at - timedelta(minutes=minutes)
    return in_at, out_at


def _stay(person: Person, activity: ActivityPlan, random: Random) -> Attendance:
    in_at, out_at = stay_of(activity.start_at, activity.end_at, random)
    return Attendance(
        person=person.index,
        in_at=in_at,
        out_at=out_at,
        by_card=person.phone is None,
        # a report-in is attributed at sign-up; the others also just come
        signs_up=person.unit is not None or random.random() < 0.55,
    )


def _stay_away(activities: list[ActivityPlan], people: People, busy: dict[date, set[int]], random: Random) -> None:
    """A few sign up and do not come, nobody more than once."""
    away: set[int] = set()
    for activity in random.sample(activities, NO_SHOWS):
        person = random.choice(
            [
                one.index
                for one in people.everyone
                if one.phone and one.index not in away | busy[activity.day] and one.registered_on < activity.day
            ]
        )
        away.add(person)
        busy[activity.day].add(person)
        activity.no_shows.append(person)

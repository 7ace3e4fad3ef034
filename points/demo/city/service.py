"""What the teams of the demo city do, day by day: who comes, and when they settle it. `writing` keeps what was seen."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import accumulate, chain

from points.demo.city import facts
from points.demo.city.city import City, Resident, Team
from points.demo.city.places import ADMIN
from points.demo.city.writing import Event, PlannedStay, write
from points.demo.street import facts as street_facts
from points.demo.street.service import hours_of, stay_of
from points.demo.street.town import days
from points.foundation import clock
from points.rewards import brought_in
from points.service.activities.categories import USUAL

ROSTER, POSTER, FORGOT_OUT, SIGNS_UP, MEMBER_COMES = 0.07, 0.1, 0.003, 0.6, 0.5
DURATIONS, DURATION_WEIGHTS = (60, 90, 120, 150, 180), (20, 30, 35, 10, 5)
FEW = 8
"""So many people more or fewer come to an activity than on average."""


class Life:
    """The activities of every day, as many as make exactly so many records."""

    def __init__(self, city: City, records: int) -> None:
        self._city, self._random = city, city.random
        self._left = records
        self._to_come = -(-records // city.scale.people_each)
        self._number = 0
        whole = list(days(facts.FIRST_DAY, facts.LAST_DAY))
        weights = list(accumulate(2 if day.weekday() >= 5 else 1 for day in whole))
        self._turns = Counter(self._random.choices(whole, cum_weights=weights, k=self._to_come))
        self._order = self._random.sample(city.teams, len(city.teams))
        self._kinds = [one for one in USUAL if one.code in street_facts.TIMES]
        self._kind_weights = [street_facts.TIMES[one.code] for one in self._kinds]

    def on(self, day: date, *, now: datetime) -> None:
        """Let the activities of `day` happen, and be settled the evening after."""
        busy: set[int] = set()
        events = [self._event(day, busy) for _ in range(self._turns[day])]
        if not events:
            return
        settled = clock.at_local(day + timedelta(days=1), time(20, 0))
        with self._city.transaction() as session:
            ids = write(session, events, settled_at=settled, now=now)
            confirmed_by = {ids[event.code]: event.settled_by for event in events}
            net = brought_in.settle(session, confirmed_by=confirmed_by, by=self._city.staff(ADMIN), at=settled)
        for event in events:
            for stay in event.stays:
                stay.person.balance += net[stay.person.id, day]

    def _event(self, day: date, busy: set[int]) -> Event:
        random, team = self._random, self._order[self._number % len(self._order)]
        self._number += 1
        kind = random.choices(self._kinds, self._kind_weights)[0]
        minutes = random.choices(DURATIONS, DURATION_WEIGHTS)[0]
        start_at, end_at = hours_of(kind.code, day, minutes, random)
        lot = random.random()
        mode = "roster" if lot < ROSTER else "static" if lot < ROSTER + POSTER else "dynamic"
        people = self._who(team, self._size(), busy, minors=kind.minors_ok)
        self._left -= len(people)
        self._to_come -= 1
        stays = []
        for person in people:
            in_at, out_at = stay_of(start_at, end_at, random)
            seen = mode == "roster" or random.random() >= FORGOT_OUT
            stays.append(PlannedStay(person, in_at, out_at if seen else None, random.random() < SIGNS_UP))
        titles = street_facts.TITLES[kind.code]
        title = titles[self._number % len(titles)]
        return Event(
            team=team,
            category=kind.code,
            title=title if len(title) >= 4 else f"{title}活动",
            place=team.community.name + random.choice(street_facts.PLACES),
            start_at=start_at,
            end_at=end_at,
            mode=mode,
            capacity=len(people) + 2 + random.randrange(5),
            beneficiaries=random.randrange(5, 60),
            settled_by=ADMIN if mode == "roster" else team.leader.code,
            stays=stays,
        )

    def _size(self) -> int:
        """How many should come: the average of what is left, a few more or fewer; all that is left at the end."""
        if self._to_come == 1:
            return self._left
        average, few = self._left // self._to_come, min(FEW, self._city.scale.people_each // 3)
        return max(1, average + self._random.randint(-few, few))

    def _who(self, team: Team, size: int, busy: set[int], *, minors: bool) -> list[Resident]:
        """The leader, about half of the members, then others of the community, some of them more often than others."""
        random, residents = self._random, team.community.residents
        often = (residents[int(len(residents) * random.random() ** 2)] for _ in range(4 * size))
        members = (one for one in team.members if random.random() < MEMBER_COMES)
        chosen: list[Resident] = []
        for one in chain([team.leader], members, often, residents, self._near(team)):
            if len(chosen) == size:
                break
            if one.id not in busy and (minors or one.of_age):
                busy.add(one.id)
                chosen.append(one)
        return chosen

    def _near(self, team: Team) -> Iterable[Resident]:
        return chain.from_iterable(one.residents for one in self._city.neighbours(team.community))

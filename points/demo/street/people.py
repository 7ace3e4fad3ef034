"""Who lives in the demo street: 480 people, their guardians, consents, households, teams and units."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from points.demo.street import facts

MINORS_UNDER_14, MINORS, ELDERS, WITHOUT_PHONE = 8, 24, 130, 40
REPORTED_IN, HOURS_ONLY, PUBLISH_NAME, SHARE_UNIT = 60, 18, 150, 40
HOUSEHOLDS, POOLED = 96, 60
UNITS, UNITS_WITH_MEMBERS = 21, 12
REGISTERED_AT_FIRST = 400
FIRST_REGISTRATION = date(2025, 1, 2)


@dataclass
class Person:
    """One invented resident. `community` is a code of `facts.COMMUNITIES`; indexes refer to the plan's lists."""

    index: int
    name: str
    gender: str
    birth_date: date
    phone: str | None
    community: str
    registered_on: date
    via: str
    consents: list[str]
    points_policy: str = "earn"
    guardian: int | None = None
    unit: int | None = None
    report_kind: str | None = None
    compound: str | None = None
    neighbour_group: int | None = None
    skill: str | None = None
    pool: bool = False
    teams: list[int] = field(default_factory=list)

    @property
    def is_minor(self) -> bool:
        """Under age through the whole of the 22 months."""
        return self.birth_date > date(2008, 12, 31)

    @property
    def earns_points(self) -> bool:
        """Whether the rules give this person points at all."""
        return self.points_policy == "earn" and "points" in self.consents


@dataclass(frozen=True)
class HouseholdPlan:
    """A family of people of one community; the first is its head."""

    community: str
    members: tuple[int, ...]
    pooled: bool


@dataclass
class TeamPlan:
    """A volunteer team with its leader and members."""

    facts: facts.TeamFacts
    code: str
    leader: int
    members: list[int]


@dataclass(frozen=True)
class Outsider:
    """One of the twelve people of the two other streets."""

    name: str
    birth_date: date
    phone: str
    street: str


@dataclass
class People:
    """Everyone, and how they belong together."""

    everyone: list[Person]
    households: list[HouseholdPlan]
    teams: list[TeamPlan]
    neighbour_leads: list[int]
    outsiders: list[Outsider]


def plan(random: Random) -> People:
    """The people of the street, the same for the same random source."""
    everyone = _everyone(random)
    _consents(everyone, random)
    _skills(everyone, random)
    households = _households(everyone, random)
    teams = _teams(everyone, random)
    return People(everyone, households, teams, _neighbour_leads(everyone, teams), _outsiders())


def _everyone(random: Random) -> list[Person]:
    communities = [community.code for community in facts.COMMUNITIES for _ in range(community.people)]
    random.shuffle(communities)
    order = list(range(480))
    random.shuffle(order)
    minors, elders, adults = order[:MINORS], order[MINORS : MINORS + ELDERS], order[MINORS + ELDERS :]
    without_phone = set(elders[:WITHOUT_PHONE]) | set(minors)
    at_first = set(minors) | set(elders) | set(adults[: REGISTERED_AT_FIRST - MINORS - ELDERS])
    late = [index for index in order if index not in at_first]
    registered = dict.fromkeys(at_first, FIRST_REGISTRATION)
    for place, index in enumerate(late):
        registered[index] = date(2025, 2, 1) + timedelta(days=place * 560 // len(late))
    births = {index: _between(random, date(2013, 2, 1), date(2014, 11, 30)) for index in minors[:MINORS_UNDER_14]}
    births |= {index: _between(random, date(2009, 2, 1), date(2010, 11, 30)) for index in minors[MINORS_UNDER_14:]}
    births |= {index: _between(random, date(1942, 1, 1), date(1964, 12, 1)) for index in elders}
    births |= {index: _between(random, date(1967, 2, 1), date(2004, 12, 1)) for index in adults}
    people = [
        Person(
            index=index,
            name=facts.person_name(index),
            gender=random.choices(("female", "male", "unsaid"), (62, 34, 4))[0],
            birth_date=births[index],
            phone=None if index in without_phone else f"1990000{index:04d}",
            community=communities[index],
            registered_on=registered[index],
            via="import" if registered[index] == FIRST_REGISTRATION else random.choice(("self", "staff")),
            consents=["register"],
        )
        for index in range(480)
    ]
    members = adults[:REPORTED_IN]
    for place, index in enumerate(members):
        people[index].unit = place % UNITS_WITH_MEMBERS
        people[index].report_kind = "linked" if place % 3 else "residence"
    for index in random.sample(members, HOURS_ONLY):
        people[index].points_policy = "hours_only"
    first_grid = 0
    for person in people:
        if person.community == "BZ" and first_grid < 54:
            person.neighbour_group = first_grid
            first_grid += 1
        elif person.community in ("HX", "JF", "SA", "SB") and random.random() < 0.3:
            person.compound = dict(facts.COMPOUNDS)[person.community]
    return people


def _consents(everyone: list[Person], random: Random) -> None:
    for person in everyone:
        if person.points_policy == "earn":
            person.consents.append("points")
    of_age = [person for person in everyone if not person.is_minor]
    for person in random.sample(of_age, PUBLISH_NAME):
        person.consents.append("publish_name")
    for person in random.sample([person for person in everyone if person.unit is not None], SHARE_UNIT):
        person.consents.append("share_unit")


def _skills(everyone: list[Person], random: Random) -> None:
    skilled = random.sample([person for person in everyone if not person.is_minor], sum(n for _, n in facts.SKILLS))
    names = [name for name, count in facts.SKILLS for _ in range(count)]
    for person, name in zip(skilled, names, strict=True):
        person.skill = name


def _households(everyone: list[Person], random: Random) -> list[HouseholdPlan]:
    """Pooled families of grown-ups first; the children live with their guardians in the others."""
    sizes = [2] * 70 + [3] * 20 + [4] * 6
    random.shuffle(sizes)
    minors = [person for person in everyone if person.is_minor]
    free: dict[str, list[int]] = {}
    for person in everyone:
        if not person.is_minor and person.registered_on == FIRST_REGISTRATION:
            free.setdefault(person.community, []).append(person.index)
    households = []
    for number, size in enumerate(sizes):
        child = minors.pop() if number >= POOLED and minors else None
        community = child.community if child else max(free, key=lambda code: len(free[code]))
        grown_ups = [free[community].pop() for _ in range(size - (child is not None))]
        if child:
            child.guardian = grown_ups[0]
        for index in grown_ups if number < POOLED else ():
            everyone[index].pool = True
        members = (*grown_ups, child.index) if child else tuple(grown_ups)
        households.append(HouseholdPlan(community, members, pooled=number < POOLED))
    return households


def _teams(everyone: list[Person], random: Random) -> list[TeamPlan]:
    """Every leader leads one team, is of age, earns points, has a phone and was there from the first day."""
    teams, leaders = [], set()
    for number, team in enumerate(facts.TEAMS):
        able = [
            person.index
            for person in everyone
            if person.index not in leaders
            and not person.is_minor
            and person.phone
            and person.earns_points
            and person.registered_on == FIRST_REGISTRATION
            and (not team.home or person.community == team.home)
            and (person.unit is not None) == (team.kind == "unit")
        ]
        leader = random.choice(able)
        leaders.add(leader)
        near = [
            person.index
            for person in everyone
            if person.index != leader
            and (not team.home or person.community == team.home)
            and (team.kind != "unit" or person.unit is not None)
            and (not person.is_minor or team.kind == "community")
        ]
        members = sorted(random.sample(near, min(len(near), random.randint(16, 24))))
        for index in (leader, *members):
            everyone[index].teams.append(number)
        teams.append(TeamPlan(team, f"DW{number + 1:02d}", leader, members))
    return teams


def _neighbour_leads(everyone: list[Person], teams: list[TeamPlan]) -> list[int]:
    leaders = {team.leader for team in teams}
    return [
        next(
            person.index
            for person in everyone
            if person.community == community.code
            and person.index not in leaders
            and person.unit is None
            and person.phone
            and person.registered_on == FIRST_REGISTRATION
            and person.birth_date < date(1975, 1, 1)
        )
        for community in facts.COMMUNITIES
    ]


def _outsiders() -> list[Outsider]:
    return [
        Outsider(
            name="何吕施张孔曹"[place] + facts.TERMS[place + 12 * number],
            birth_date=date(1970 + place, 3, 15),
            phone=f"1990000{900 + number * 10 + place:04d}",
            street=street,
        )
        for number, (street, _, _) in enumerate(facts.OTHER_STREETS)
        for place in range(6)
    ]


def _between(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randrange((last - first).days + 1))

"""The people of the demo city: registered in bulk as a list is imported, and what they belong to."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import islice, pairwise
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from points.demo.city import facts
from points.demo.city.city import City, Community, Resident, Team
from points.demo.city.places import ADMIN
from points.demo.street.town import OPENED
from points.foundation import clock
from points.foundation.orm import table_of
from points.foundation.statements import run
from points.people import tables, teams, volunteers
from points.people.households import from_list
from points.people.households.from_list import Member
from points.people.tables import HouseholdMember, TeamMember, Volunteer
from points.people.volunteers import Newcomer, NewGuardian

MINORS, ELDERS, ELDERS_WITHOUT_PHONE, HOURS_ONLY, NO_POINTS, PUBLISH_NAME = 0.05, 0.27, 0.3, 0.03, 0.01, 0.3
MAIN_STREET_WEIGHT = 4
"""A community of the demo street has so many times the people of another."""
MEMBERS = 12


def already_there(city: City) -> None:
    """Let those who live in the demo street from the first day, and its teams, take part as everybody does."""
    of_age_since = facts.LAST_DAY.replace(year=facts.LAST_DAY.year - 18)
    homes = {one.id: one for one in city.communities}
    known: dict[int, Resident] = {}
    with city.transaction() as session:
        housed = set(session.scalars(select(HouseholdMember.volunteer_id).where(HouseholdMember.left_at.is_(None))))
        from_the_first_day = Volunteer.created_at < clock.at_local(facts.FIRST_DAY)
        for one in session.scalars(
            select(Volunteer).where(Volunteer.community_id.in_(homes), from_the_first_day).order_by(Volunteer.id)
        ).all():
            of_age = one.birth_date <= of_age_since
            known[one.id] = Resident(one.id, one.code, one.name, of_age, one.phone is not None, one.id in housed)
            homes[one.community_id].residents.append(known[one.id])
        members = session.execute(
            select(TeamMember.team_id, TeamMember.volunteer_id).where(TeamMember.status == "active")
        ).all()
        for team in session.scalars(select(tables.Team).where(tables.Team.area_id.in_(homes)).order_by(tables.Team.id)):
            mine = [known[person] for of, person in members if of == team.id and person in known]
            mine.remove(known[team.leader_id])
            city.teams.append(Team(team.id, team.code, homes[team.area_id], known[team.leader_id], mine))


class Register:
    """Who is registered when: the lists of the days of `facts.ENROLLED`."""

    def __init__(self, city: City, count: int) -> None:
        self._city = city
        self._random = city.random
        first = int(count * facts.FIRST_SHARE)
        others = len(facts.ENROLLED) - 1
        cuts = [0, *(first + (count - first) * place // others for place in range(others + 1))]
        self._parts = dict(zip(facts.ENROLLED, pairwise(cuts), strict=True))
        weights = [MAIN_STREET_WEIGHT if one.groups else 1 for one in city.communities]
        self._homes = self._random.choices(city.communities, weights, k=count)
        self._taken: set[tuple[str, date, int]] = set()

    def enrol(self, day: date) -> None:
        """Register those of `day`, if it is one of the days."""
        if day not in self._parts:
            return
        newcomers = {index: self._newcomer(index, day) for index in range(*self._parts[day])}
        at = clock.at_local(day, time(9, 30))
        with self._city.transaction() as session:
            codes = volunteers.enrol(session, people=newcomers, by=self._city.staff(ADMIN), at=at)
            ids = _ids(session, codes)
        for code, (index, one) in zip(codes, newcomers.items(), strict=True):
            self._homes[index].residents.append(
                Resident(ids[code], code, one.name, one.guardian is None, bool(one.phone))
            )

    def _newcomer(self, index: int, day: date) -> Newcomer:
        random, home, name = self._random, self._homes[index], facts.person_name(index)
        lot = random.random()
        minor, elder = lot < MINORS, lot > 1 - ELDERS
        years = (date(2009, 2, 1), date(2014, 11, 30)) if minor else (date(1967, 2, 1), date(2004, 12, 1))
        born = _born(random, *((date(1942, 1, 1), date(1964, 12, 1)) if elder else years))
        while (name, born, home.id) in self._taken:
            born += timedelta(days=1)
        self._taken.add((name, born, home.id))
        agreed = ["register", *(["points"] if random.random() > NO_POINTS else [])]
        if not minor and random.random() < PUBLISH_NAME:
            agreed.append("publish_name")
        mute = minor or (elder and random.random() < ELDERS_WITHOUT_PHONE)
        guardian = NewGuardian(
            name=facts.person_name(index + 60), phone=f"1992{index:07d}", relation="母亲", volunteer=None
        )
        return Newcomer(
            name=name,
            birth_date=born,
            gender=random.choices(("female", "male", "unsaid"), (62, 34, 4))[0],
            community=home.code,
            neighbour_group=random.choice(home.groups) if home.groups else "",
            consents=tuple(agreed),
            paper_ref=f"演示-{day.year}-{index:05d}",
            phone="" if mute else f"1991{index:07d}",
            guardian=guardian if minor else None,
            points_policy="hours_only" if random.random() < HOURS_ONLY else "earn",
            is_demo=True,
        )


def gather(city: City, count: int) -> None:
    """Found `count` households of two to four people of one community; two of three share their points."""
    families_of = [_families(city.random, community) for community in city.communities]
    chosen = list(islice(_in_turn(families_of), count))
    members = [
        Member(
            household=str(number),
            volunteer=one.code,
            head=place == 0,
            pool=number % 3 > 0,
            paper_ref=f"演示-户-{number:05d}",
        )
        for number, family in enumerate(chosen)
        for place, one in enumerate(family)
    ]
    with city.transaction() as session:
        from_list.gather(session, members=dict(enumerate(members)), by=city.staff(ADMIN), at=OPENED + timedelta(days=2))


def form_teams(city: City, count: int) -> None:
    """Found `count` teams, community by community, each with a leader of age and members of its community."""
    homes = [community for community in city.communities for _ in range(MAIN_STREET_WEIGHT if community.groups else 1)]
    at = OPENED + timedelta(days=2, hours=1)
    turns: dict[int, int] = {}
    for number in range(count):
        home = homes[number % len(homes)]
        turn = turns[home.id] = turns.get(home.id, -1) + 1
        leaders = [one for one in home.residents if one.of_age and one.has_phone]
        leader = leaders[turn * 7 % len(leaders)]
        others = [one for one in city.random.sample(home.residents, min(len(home.residents), MEMBERS)) if one != leader]
        place = turn % len(facts.TEAM_NAMES)
        repeat = f"第{turn // len(facts.TEAM_NAMES) + 1}" if turn >= len(facts.TEAM_NAMES) else ""
        by, _ = city.administrators(home.street)
        with city.transaction() as session:
            team = teams.found(
                session,
                teams.NewTeam(
                    code=f"TD{number + 1:04d}",
                    name=f"{home.name[:-2]}{repeat}{facts.TEAM_NAMES[place]}",
                    kind=facts.TEAM_KINDS[place],
                    area=home.code,
                    leader=leader.code,
                    founded_on=facts.ENROLLED[0],
                ),
                by=by,
                at=at,
            )
            if others:
                run(
                    session,
                    insert(table_of(TeamMember)),
                    [
                        {
                            "team_id": team.id,
                            "volunteer_id": one.id,
                            "role": "member",
                            "status": "active",
                            "created_at": at,
                            "created_by": by.person,
                        }
                        for one in others
                    ],
                )
            city.teams.append(Team(team.id, team.code, home, leader, others))


def _families(random: Random, community: Community) -> Iterator[list[Resident]]:
    """The residents of a community as families, somebody of age first."""
    waiting = (one for one in community.residents if not one.housed)
    while family := list(islice(waiting, random.choices((2, 3, 4), (70, 25, 5))[0])):
        family.sort(key=lambda one: not one.of_age)
        if len(family) > 1 and family[0].of_age:
            yield family


def _in_turn(sources: list[Iterator[list[Resident]]]) -> Iterator[list[Resident]]:
    """One of each source, then the next of each, until all are used up."""
    while sources:
        for source in list(sources):
            if (family := next(source, None)) is None:
                sources.remove(source)
            else:
                yield family


def _ids(session: Session, codes: list[str]) -> dict[str, int]:
    """The ids of the volunteers with these codes, which were given out one after another in each street."""
    last = dict(
        session.execute(
            select(Volunteer.code, Volunteer.id).where(Volunteer.code.between(min(codes), max(codes)))
        ).all()
    )
    return {code: last[code] for code in codes}


def _born(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randrange((last - first).days + 1))

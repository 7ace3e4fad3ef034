"""What the demo street exchanges: 32 sessions, 170 redemptions, 5 060 points to the point."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from points.demo.street import facts
from points.demo.street.people import People, Person
from points.demo.street.service import ActivityPlan
from points.service.activities.categories import USUAL

PER_SESSION = 5
RETURNED, CANCELLED, LAPSED = 3, 4, 2
OPENING_LOT, OPENERS, SAVERS = 30, 25, 15
"""Forty people bring 30 points each from 2024; fifteen of them let them expire on 31 December 2025."""
OPENING_EXPIRES = date(2025, 12, 31)
SETTLED_AFTER = timedelta(days=4)
"""Points of an activity are surely there that many days later."""

ITEMS = tuple(
    item
    for item in facts.GOODS
    if item.code not in (facts.DRAFT_GOODS, facts.OFF_SHELF_GOODS, facts.OUT_OF_STOCK_GOODS, "G10")
)
"""What planned redemptions take: on the shelf and in stock the whole time."""


@dataclass(frozen=True)
class RedemptionPlan:
    """One exchange. `fate`: session, counter, pooled, collected (reserved first), returned, cancelled or lapsed."""

    number: int
    station: int
    day: date
    person: int
    lines: tuple[tuple[str, int], ...]
    points: int
    fate: str
    session: int | None = None


@dataclass(frozen=True)
class ExchangeDayPlan:
    """One exchange session of a station."""

    number: int
    station: int
    day: date


@dataclass(frozen=True)
class Exchange:
    """Everything that leaves the stations, and who brought points from 2024."""

    sessions: list[ExchangeDayPlan]
    redemptions: list[RedemptionPlan]
    openers: list[int]
    savers: list[int]


def plan(people: People, activities: list[ActivityPlan], random: Random) -> Exchange:
    """The exchanges in order of time, the same for the same random source."""
    sessions = _exchange_days(random)
    openers, savers = _with_points_from_before(people, random)
    purses = _Purses(people, activities, openers, savers, random)
    redemptions: list[RedemptionPlan] = []
    waiting = list(openers)
    for session in sessions:
        amounts = purses.amounts[session.station]
        for turn in range(PER_SESSION):
            if waiting and OPENING_LOT in amounts:
                # the points of 2024 go first, exactly, so that none of them expires
                person, points = waiting.pop(), OPENING_LOT
            else:
                points = next(amount for amount in reversed(amounts) if purses.can(session.day, amount))
                person = purses.who(session.station, session.day, points)
            amounts.remove(points)
            purses.take(person, session.day, points)
            redemptions.append(
                RedemptionPlan(
                    number=len(redemptions),
                    station=session.station,
                    day=session.day,
                    person=person,
                    lines=_lines(points, random),
                    points=points,
                    fate="collected" if turn == 4 and session.number % 4 == 1 else "session",
                    session=session.number,
                )
            )
    pooled = purses.amounts[0].pop()
    redemptions.append(purses.pooled(len(redemptions), pooled, random))
    for fate, count in (("returned", RETURNED), ("cancelled", CANCELLED), ("lapsed", LAPSED)):
        for turn in range(count):
            station = turn % 3
            day = date(2026, 1 + turn * 2 + (fate == "lapsed"), 6 if fate == "returned" else 13)
            day += timedelta(days=(1 - day.weekday()) % 7)  # a Tuesday, when the counters are open
            points = random.choice((20, 30, 40))
            person = purses.who(station, day, points)
            purses.take(person, day, points)
            redemptions.append(
                RedemptionPlan(len(redemptions), station, day, person, _lines(points, random), points=points, fate=fate)
            )
    return Exchange(sessions, sorted(redemptions, key=lambda one: (one.day, one.number)), openers, savers)


def _exchange_days(random: Random) -> list[ExchangeDayPlan]:
    """Ten months with two sessions, twelve with one, on Saturdays; the stations take turns by their share."""
    double = set(random.sample(range(len(facts.MONTHS)), 10))
    turns = sorted(
        ((turn + 0.5) / station.sessions, place)
        for place, station in enumerate(facts.STATIONS)
        for turn in range(station.sessions)
    )
    order = iter(turns)
    sessions: list[ExchangeDayPlan] = []
    for place, (year, month) in enumerate(facts.MONTHS):
        saturdays = [day for day in _month(year, month) if day.weekday() == 5]
        chosen = (saturdays[1], saturdays[3]) if place in double else (saturdays[2],)
        for day in chosen:
            sessions.append(ExchangeDayPlan(len(sessions), next(order)[1], day))
    return sessions


def _month(year: int, month: int) -> list[date]:
    first = date(year, month, 1)
    return [day for day in (first + timedelta(days=n) for n in range(31)) if day.month == month]


def _with_points_from_before(people: People, random: Random) -> tuple[list[int], list[int]]:
    """Those who spend their points of 2024 in time, and those who do not; none of these pools with others."""
    able = [
        person.index
        for person in people.everyone
        if person.earns_points
        and not person.is_minor
        and not person.pool
        and person.registered_on.year == 2025
        and person.registered_on.month == 1
    ]
    chosen = random.sample(able, OPENERS + SAVERS)
    return chosen[:OPENERS], chosen[OPENERS:]


class _Purses:
    """What each person surely has on a day: a lower bound, counted without bonus and after settlement."""

    def __init__(
        self, people: People, activities: list[ActivityPlan], openers: list[int], savers: list[int], random: Random
    ) -> None:
        self._people = people
        self._random = random
        self._savers = set(savers)
        self._taken: dict[int, list[tuple[date, int]]] = {}
        self._earned: dict[int, list[tuple[date, int]]] = {index: [(facts.FIRST_DAY, OPENING_LOT)] for index in openers}
        coefficients = {category.code: category.coef_pct for category in USUAL}
        for activity in activities:
            for attendance in activity.attendances:
                person = people.everyone[attendance.person]
                if attendance.fate == "plain" and person.earns_points:
                    stay = min(attendance.out_at, activity.end_at) - max(attendance.in_at, activity.start_at)
                    points = int(stay.total_seconds() // 1800) * 5 * coefficients[activity.category] // 100
                    self._earned.setdefault(person.index, []).append((activity.day + SETTLED_AFTER, points))
        self.amounts = [
            _amounts(station.sessions * PER_SESSION + (place == 0), station.points, random)
            for place, station in enumerate(facts.STATIONS)
        ]

    def balance(self, person: int, day: date) -> int:
        """What `person` surely can spend on `day`, less everything planned so far."""
        earned = sum(points for when, points in self._earned.get(person, ()) if when <= day)
        return earned - sum(points for _, points in self._taken.get(person, ()))

    def who(self, station: int, day: date, points: int) -> int:
        """Somebody of age who has the points and took nothing within a month; neighbours of the station rather."""
        near = facts.STATIONS[station].community
        able = [person for person in self._people.everyone if self._can(person, day, points)]
        weights = [4 if person.community == near else 1 for person in able]
        return self._random.choices(able, weights)[0].index

    def can(self, day: date, points: int) -> bool:
        """Whether anybody can take so many points on `day`."""
        return any(self._can(person, day, points) for person in self._people.everyone)

    def take(self, person: int, day: date, points: int) -> None:
        """Note that `person` takes `points` on `day`."""
        self._taken.setdefault(person, []).append((day, points))

    def pooled(self, number: int, points: int, random: Random) -> RedemptionPlan:
        """One family shares: somebody with too few points of their own and a partner who has enough."""
        day = date(2026, 9, 8)
        leaders = {team.leader for team in self._people.teams}
        for household in self._people.households:
            if not household.pooled or leaders & set(household.members):
                continue
            for person in household.members:
                own = self.balance(person, day)
                others = sum(self.balance(other, day) for other in household.members if other != person)
                if 0 < own < points <= own + others and not self._taken.get(person):
                    self.take(person, day, own)
                    rest = points - own
                    for other in household.members:
                        if other != person:
                            share = min(rest, self.balance(other, day))
                            self.take(other, day, share)
                            rest -= share
                    return RedemptionPlan(number, 0, day, person, _lines(points, random), points, fate="pooled")
        raise AssertionError("no family of the plan has points to share")

    def _can(self, person: Person, day: date, points: int) -> bool:
        if person.is_minor or not person.earns_points or (person.index in self._savers and day.year == 2025):
            return False
        recent = any(abs((day - when).days) < 32 for when, _ in self._taken.get(person.index, ()))
        return not recent and self.balance(person.index, day) >= points


def _amounts(count: int, total: int, random: Random) -> list[int]:
    """`count` parcels of 10 to 80 points that add up to `total`."""
    amounts = random.choices((10, 20, 30, 40, 50, 60, 80), (14, 22, 28, 16, 12, 5, 3), k=count)
    while (missing := total - sum(amounts)) != 0:
        place = random.randrange(count)
        step = 10 if missing > 0 else -10
        if 10 <= amounts[place] + step <= 80:
            amounts[place] += step
    return amounts


def _lines(points: int, random: Random) -> tuple[tuple[str, int], ...]:
    """Goods worth exactly `points`, within their limits: one parcel, or two or three smaller ones."""
    cart: dict[str, int] = {}
    left = points
    while left:
        fitting = [
            item
            for item in ITEMS
            if item.price <= left and cart.get(item.code, 0) < item.limit and (len(cart) < 3 or item.code in cart)
        ]
        if not fitting:
            return _lines(points, random)
        item = random.choices(fitting, [item.price for item in fitting])[0]
        cart[item.code] = cart.get(item.code, 0) + 1
        left -= item.price
    return tuple(sorted(cart.items()))

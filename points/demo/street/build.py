"""The demo street is built: the plan happens, day by day, through the business's own verbs under a simulated clock.

Nothing is written past a verb, so the books prove the demo as they prove any street. The same seed gives the same
street to the last code, except for what a visitor finds today.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

from sqlalchemy import Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from points.demo.street import facts, founding, plan, today
from points.demo.street.daily import Life
from points.demo.street.letters import Letters
from points.demo.street.market import Market
from points.demo.street.people import FIRST_REGISTRATION
from points.demo.street.town import PASSWORD, PIN, Town, days
from points.foundation import clock, codes
from points.office import watch
from points.upkeep import sweep

NIGHT = time(23, 30)
LAST_SETTLED = facts.LAST_DAY + timedelta(days=3)
"""The last activities are settled in the days after them."""


class SignIn(NamedTuple):
    """Who can sign in to the demo street, and with what."""

    who: str
    login: str
    secret: str

    def __str__(self) -> str:
        return f"{self.who}: {self.login} / {self.secret}"


def street(
    engine: Engine, *, now: datetime, progress: Callable[[float], object] = lambda _: None, seed: int = facts.SEED
) -> None:
    """Build the street in the empty database of `engine`; `progress` hears what share is done, from 0 to 1.

    After the 22 months, `now` is the day a visitor finds: what is due until then has been swept.
    """
    with codes.drawn_from(Random(seed)):
        town = Town(engine, plan.make(seed))
        try:
            founding.found(town)
            _live(town, progress)
            if now > clock.at_local(LAST_SETTLED, NIGHT):
                sweep.run(town.transaction, at=now)
            with town.transaction() as session:
                today.prepare(session, town, now=now)
            sweep.run(town.transaction, at=max(now, clock.at_local(LAST_SETTLED, NIGHT)))
            if engine.dialect.name == "postgresql":
                with town.transaction() as session:
                    session.execute(text("ANALYZE"))  # plans made for empty tables are twice as slow
        finally:
            town.close()


def relaxed(engine: Engine) -> None:
    """Let SQLite not wait for the disk on `engine`'s connections: a demo that a power cut destroys is built again.

    Its cache holds most of a city, so that pages which many rows touch are not written for each of them.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _relax)


def _relax(connection: DBAPIConnection, _record: object) -> None:
    for setting in ("synchronous = OFF", "cache_size = -400000", "wal_autocheckpoint = 50000"):
        connection.cursor().execute(f"PRAGMA {setting}")


@cache
def sign_ins() -> tuple[SignIn, ...]:
    """Who can sign in, the most useful first."""
    planned = plan.make()
    order = founding.registration_order(planned)
    people = founding.sign_in_people(planned)
    code = {index: f"YD{place:06d}" for place, index in enumerate(order, 1)}
    leader, volunteer, elder = (people[kind] for kind in ("leader", "volunteer", "elder"))
    team = planned.people.teams[founding.LEADING_TEAM].facts.name
    person = planned.people.everyone
    return (
        SignIn(f"志愿者 {person[volunteer].name}", person[volunteer].phone or "", PIN),
        SignIn(f"队长 {person[leader].name}（{team}）", person[leader].phone or "", PIN),
        SignIn(f"没有手机的老人 {person[elder].name}", code[elder], PIN),
        *(
            SignIn(f"{station.name}店员{name}", f"station{number}{letter}", PASSWORD)
            for number, station in enumerate(facts.STATIONS, 1)
            for name, letter in (("甲", "a"), ("乙", "b"))
        ),
        SignIn("北正社区管理员", "bz-admin", PASSWORD),
        SignIn("街道管理员甲", "street", PASSWORD),
        SignIn("街道管理员乙", "street2", PASSWORD),
        SignIn("群众监督员", "auditor", PASSWORD),
    )


def _live(town: Town, progress: Callable[[float], object]) -> None:
    """Every day from the second on: what happens in the order of the clock, and the sweep at night where it is due."""
    life, market, letters = Life(town), Market(town), Letters(town)
    late = [person for person in town.plan.people.everyone if person.registered_on != FIRST_REGISTRATION]
    whole = list(days(FIRST_REGISTRATION, LAST_SETTLED))
    # a night without anything due would only cost time
    busy = {activity.day for activity in town.plan.activities}
    for number, day in enumerate(whole):
        steps = [*life.on(day), *market.on(day), *letters.on(day)]
        arriving = [person for person in late if person.registered_on == day]
        with town.transaction() as session:
            for person in arriving:
                founding.register(session, town, person)
            for at, step in sorted(steps, key=lambda one: one[0]):
                step(session, at)
        if day.day == 1:
            with town.transaction() as session:
                for login in ("street", "street2", "auditor"):
                    watch.look_through(session, by=town.staff(login), at=clock.at_local(day, NIGHT))
        if day.day == 1 or day in busy:
            sweep.run(town.transaction, at=clock.at_local(day, NIGHT))
        progress((number + 1) / len(whole))

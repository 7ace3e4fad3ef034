"""The demo city is built: the first day of the demo street, and around it a city that is filled in bulk, day by day.

Hours and points are computed by the rules of every settlement, goods leave through the ledger and the stock book, so
the books prove the city as they prove any other. The same seed gives the same city.
"""

from collections.abc import Callable
from datetime import date, datetime
from random import Random

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from points.demo.city import facts, people, places
from points.demo.city.city import City
from points.demo.city.facts import Scale
from points.demo.city.market import Market
from points.demo.city.service import Life
from points.demo.street import build, founding, plan, today
from points.demo.street import facts as street_facts
from points.demo.street.build import SignIn
from points.demo.street.town import PASSWORD, Town, days
from points.foundation import clock, codes
from points.foundation.orm import Base
from points.people.tables import Household, Team, Volunteer
from points.service.tables import ServiceRecord
from points.upkeep import sweep

FOUNDED, PEOPLED = 0.03, 0.1
"""At what share of the work the demo street is founded, and the people of the city are there."""
TOGETHER = 14
"""So many days are one transaction: what they touch of the indexes is written once."""
NEW_YEAR = date(2026, 1, 1)
"""The day on which what was brought over from 2024 has expired."""


def city(engine: Engine, *, now: datetime, progress: Callable[[float], object] = lambda _: None) -> None:
    """Build the demo city in the empty database of `engine`; `progress` hears what share is done, from 0 to 1.

    `now` is the day a visitor finds: the demo street's activities of today and tomorrow are there.
    """
    with codes.drawn_from(Random(street_facts.SEED)):
        town = Town(engine, plan.make())
        try:
            founding.found(town)
            founding.receive_newcomers(town)
            progress(FOUNDED)
            surround(engine, facts.CITY, now=now, progress=progress)
            with town.transaction() as session:
                today.prepare(session, town, now=now)
            sweep.run(town.transaction, at=now)
            with town.transaction() as session:
                session.execute(text("ANALYZE"))  # plans made for empty tables are twice as slow
        finally:
            town.close()


def surround(
    engine: Engine,
    scale: Scale,
    *,
    now: datetime,
    progress: Callable[[float], object] = lambda _: None,
    seed: int = facts.SEED,
) -> None:
    """Fill up what is there around the demo street until there is as much as `scale` says."""
    random = Random(seed)
    with codes.drawn_from(random):
        filled = City(engine, scale, random)
        try:
            with filled.transaction() as session:
                volunteers, teams, households, records = (
                    _count(session, mapped) for mapped in (Volunteer, Team, Household, ServiceRecord)
                )
            places.found(filled)
            people.already_there(filled)
            register = people.Register(filled, scale.volunteers - volunteers)
            register.enrol(facts.ENROLLED[0])
            people.gather(filled, scale.households - households)
            people.form_teams(filled, scale.teams - teams)
            progress(PEOPLED)
            life, market = Life(filled, scale.records - records), Market(filled)
            whole = list(days(facts.FIRST_DAY, facts.LAST_DAY))
            for start in range(0, len(whole), TOGETHER):
                with filled.transaction():
                    for day in whole[start : start + TOGETHER]:
                        register.enrol(day)
                        market.on(day)
                        life.on(day, now=now)
                        if day == NEW_YEAR:
                            sweep.run(filled.transaction, at=clock.at_local(day))
                progress(PEOPLED + (1 - PEOPLED) * min(1, (start + TOGETHER) / len(whole)))
            places.cards_for_all(filled)
        finally:
            filled.close()


def sign_ins() -> tuple[SignIn, ...]:
    """Who can sign in, the most useful first: as in the demo street, and who sees the whole city."""
    return (*build.sign_ins(), SignIn("市级管理员", places.ADMIN, PASSWORD))


def _count(session: Session, mapped: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(mapped)) or 0

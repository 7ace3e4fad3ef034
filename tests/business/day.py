"""A day with something of everything in the books: service, points, a hand-over, a reservation, a forgotten exit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from points.access.identity import Identity
from points.exchange import redemption
from points.exchange.redemption import Basket, Line
from points.foundation.actors import Actor
from points.people.tables import Volunteer
from points.upkeep import sweep
from tests import make
from tests.business.rewards.ground import Ground, local, prepare

EVENING = local("23:00")


@dataclass
class Day:
    """What happened on the day, by its public codes. `over` is a time at which everything due has been swept."""

    ground: Ground
    person: Volunteer
    clerk: Actor
    activity: str
    record: str
    redemption: str
    reservation: str
    over: datetime


def lived(session: Session, **facts: str) -> Day:
    """The day, through the business's own verbs; `facts` of the person whose day it is."""
    ground = prepare(session)
    person, other = make.volunteer(session, **facts), make.volunteer(session)
    activity = ground.served("environment", "09:00", "11:00", person, other)
    make.points(session, person, 60)
    towel, soap = make.item(session, "G02"), make.item(session, "G03", name="香皂", spec="2 块")
    make.stocked(session, towel)
    make.stocked(session, soap)
    clerk = make.clerk(session)
    handed_over = redemption.redeem(
        session,
        basket=Basket(volunteer=person.code, lines=[Line("G02", 1), Line("G03", 1)], station="NLJ-1", key="first"),
        identity=Identity("phone4"),
        by=clerk,
        at=local("15:00"),
    )
    reserved = redemption.reserve(
        session,
        basket=Basket(volunteer=person.code, lines=[Line("G02", 1)], station="NLJ-1", key="second"),
        by=make.volunteer_actor(session, person),
        at=local("15:10"),
    )
    for _, job in sweep.JOBS:
        job(session, at=EVENING)
    return Day(
        ground=ground,
        person=person,
        clerk=clerk,
        activity=activity,
        record=ground.record(activity, person).code,
        redemption=handed_over.code,
        reservation=reserved.code,
        over=EVENING + timedelta(minutes=1),
    )

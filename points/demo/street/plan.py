"""The whole plan of the demo street: pure, and the same for the same seed."""

from dataclasses import dataclass
from random import Random

from points.demo.street import exchange, facts, people, service


@dataclass(frozen=True)
class Plan:
    """Who, what was done, what was exchanged; `build` lets it happen."""

    people: people.People
    activities: list[service.ActivityPlan]
    exchange: exchange.Exchange


def make(seed: int = facts.SEED) -> Plan:
    """The plan that this seed gives."""
    random = Random(seed)
    everyone = people.plan(random)
    activities = service.plan(everyone, random)
    return Plan(everyone, activities, exchange.plan(everyone, activities, random))

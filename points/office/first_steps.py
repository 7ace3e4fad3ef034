"""What an installation still lacks before its first activity and its first goods."""

from dataclasses import dataclass

from sqlalchemy import Exists, exists, select
from sqlalchemy.orm import Session

from points.access.accounts import FIRST_LOGIN
from points.access.tables import Account
from points.exchange.statuses import GoodsStatus
from points.exchange.tables import GoodsItem, StockBatch
from points.people.tables import Team, Volunteer
from points.places.tables import Area, Station
from points.rewards.statuses import RuleSetStatus
from points.rewards.tables import RuleSet
from points.service.tables import ActivityCategory

# --- what there is

STEPS: dict[str, Exists] = {
    "communities": exists().where(Area.type == "community"),
    "stations": exists().where(Station.id.is_not(None)),
    "kinds": exists().where(ActivityCategory.id.is_not(None)),
    "accounts": exists().where(Account.login != FIRST_LOGIN, Account.password_hash.is_not(None)),
    "rules": exists().where(RuleSet.status == RuleSetStatus.PUBLISHED),
    "people": exists().where(Volunteer.id.is_not(None)),
    "teams": exists().where(Team.id.is_not(None)),
    "goods": exists().where(GoodsItem.status == GoodsStatus.ON_SHELF),
    "stock": exists().where(StockBatch.id.is_not(None)),
}
"""In the order in which one needs the other."""


@dataclass(frozen=True)
class FirstSteps:
    """The steps that are done, and those that are left."""

    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many there are, done and left."""
        return len(self.done) + len(self.left)


# --- what can be asked


def first_steps(session: Session) -> FirstSteps:
    """What is done and left before the first activity and the first goods, by what there is."""
    found = dict(zip(STEPS, session.execute(select(*STEPS.values())).one(), strict=True))
    return FirstSteps(
        done=tuple(step for step in STEPS if found[step]), left=tuple(step for step in STEPS if not found[step])
    )

"""What still hangs on a place: asked of every room above the places, before one of them is closed or moved."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from points.access.tables import Account, RoleGrant
from points.exchange.statuses import ExchangeDayStatus, RedemptionStatus
from points.exchange.tables import ExchangeDay, Redemption, StockBatch
from points.people.tables import Household, HouseholdMember, Team, Unit, Volunteer
from points.people.volunteers import PRESENT
from points.places import areas
from points.places.tables import Area, Building, Compound, Station
from points.service.statuses import RUNNING, ActivityStatus
from points.service.tables import Activity, ServiceRecord

# --- what there is


@dataclass(frozen=True)
class Left:
    """So many things of a kind: areas, stations, compounds, residents, households, teams, units, accounts, activities;
    `first` is the code of one of them where one leads to it.
    """

    kind: str
    count: int
    first: str = ""


OPEN = (ActivityStatus.DRAFT, ActivityStatus.PENDING_REVIEW, *RUNNING)
"""Activities that are not settled and not called off."""

# --- what can be asked


def at_area(session: Session, area: Area, *, day: date) -> list[Left]:
    """What is in use at the area and all below it, each kind once; nothing that ended is told."""
    below = Area.path.startswith(area.path, autoescape=True)
    lives = Volunteer.area_path.startswith(area.path, autoescape=True)
    return _told(
        session,
        {
            "areas": select(func.count(), func.min(Area.code)).where(Area.parent_id == area.id, Area.active),
            "stations": _at(Station, Station.area_id, below).where(Station.status != "closed"),
            "compounds": _count(Compound, Compound.community_id, below).where(Compound.active),
            "residents": select(func.count(), func.min(Volunteer.code)).where(lives, Volunteer.status.in_(PRESENT)),
            "households": _households(area).where(_lived_in()),
            "teams": _at(Team, Team.area_id, below).where(Team.status != "dissolved"),
            "units": _at(Unit, Unit.linked_community_id, below).where(Unit.active),
            "accounts": _accounts(day).join(Area, Area.id == RoleGrant.area_id).where(below),
            "activities": _at(Activity, Activity.area_id, below).where(Activity.status.in_(OPEN)),
        },
    )


def ever_at_area(session: Session, area: Area) -> list[Left]:
    """What was ever entered for the area or below it and would be told of another place if this one moved."""
    below = Area.path.startswith(area.path, autoescape=True)
    groups = areas.within_path(area.path)
    served = or_(
        ServiceRecord.community_id.in_(groups),
        ServiceRecord.home_community_id.in_(groups),
        ServiceRecord.neighbour_group_id.in_(groups),
    )
    return _told(
        session,
        {
            "stations": _at(Station, Station.area_id, below),
            "compounds": _count(Compound, Compound.community_id, below),
            "residents": select(func.count(), func.min(Volunteer.code)).where(
                Volunteer.area_path.startswith(area.path, autoescape=True)
            ),
            "households": _households(area),
            "teams": _at(Team, Team.area_id, below),
            "units": _at(Unit, Unit.linked_community_id, below),
            "activities": _at(Activity, Activity.area_id, below),
            "records": select(func.count(), func.min(ServiceRecord.code)).where(served),
        },
    )


def at_compound(session: Session, compound: Compound) -> list[Left]:
    """Who lives in a 小区."""
    return _living(session, Volunteer.compound_id == compound.id, Household.compound_id == compound.id)


def at_building(session: Session, building: Building) -> list[Left]:
    """Who lives in a 楼栋."""
    return _living(session, Volunteer.building_id == building.id, Household.building_id == building.id)


def at_station(session: Session, station: Station, *, day: date) -> list[Left]:
    """What is in use at a station."""
    return _told(
        session,
        {
            "stock": select(func.coalesce(func.sum(StockBatch.qty_left), 0), func.min(StockBatch.code)).where(
                StockBatch.station_id == station.id, StockBatch.qty_left > 0
            ),
            "reservations": select(func.count(), func.min(Redemption.code)).where(
                Redemption.station_id == station.id, Redemption.status == RedemptionStatus.RESERVED
            ),
            "exchange_days": select(func.count(), func.min(ExchangeDay.code)).where(
                ExchangeDay.station_id == station.id,
                ExchangeDay.status.in_((ExchangeDayStatus.PLANNED, ExchangeDayStatus.OPEN)),
            ),
            "accounts": _accounts(day).where(RoleGrant.station_id == station.id),
        },
    )


def _living(session: Session, person: ColumnElement[bool], household: ColumnElement[bool]) -> list[Left]:
    people = select(func.count(), func.min(Volunteer.code)).where(person, Volunteer.status.in_(PRESENT))
    homes = select(func.count(), func.min(Household.code)).where(household, _lived_in())
    return _told(session, {"residents": people, "households": homes})


def _at(kind: type[Station | Team | Unit | Activity], column: object, there: ColumnElement[bool]) -> Select[int, str]:
    return select(func.count(), func.min(kind.code)).join(Area, Area.id == column).where(there)


def _count(kind: type[Compound], column: object, there: ColumnElement[bool]) -> Select[int, str]:
    return select(func.count(), func.min(kind.name)).join(Area, Area.id == column).where(there)


def _households(area: Area) -> Select[int, str]:
    there = areas.within_path(area.path)
    return select(func.count(), func.min(Household.code)).where(
        or_(Household.community_id.in_(there), Household.neighbour_group_id.in_(there))
    )


def _lived_in() -> ColumnElement[bool]:
    return exists().where(HouseholdMember.household_id == Household.id, HouseholdMember.left_at.is_(None))


def _accounts(day: date) -> Select[int, str]:
    return (
        select(func.count(Account.id.distinct()), func.min(Account.login))
        .select_from(RoleGrant)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(Account.status != "disabled", or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= day))
    )


def _told(session: Session, asked: dict[str, Select[int, str]]) -> list[Left]:
    found = []
    for kind, statement in asked.items():
        count, first = session.execute(statement).one()
        if count:
            found.append(Left(kind, int(count), first or ""))
    return found

"""Who may propose or change an item, what of it is never possible, and how a change is noted."""

from dataclasses import dataclass
from typing import Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.exchange.statuses import GoodsStatus
from points.exchange.tables import GoodsItem
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.journal import audit
from points.places.tables import Area, Station

# --- what is refused


@dataclass(eq=False)
class BadFigure(Invalid):
    """A price, value, limit or age outside what makes sense."""

    code = "bad-figure"
    title = N_("This number is not possible")
    detail = N_("%(value)s is not possible here.")
    next_step = N_("Enter a whole number: a price of at least 1 point, the others 0 or more.")
    field: str
    value: int


@dataclass(eq=False)
class WrongStatus(Conflict):
    """The item is not in a state that allows this."""

    code = "goods-wrong-status"
    title = N_("Not possible now")
    detail = N_("%(item)s is %(status)s.")
    next_step = N_("Look at the item again; somebody may have changed it.")
    item: str
    status: str


# --- what happens


def role_to_propose(session: Session, *, by: Actor, street: Area) -> str:
    """The role that may propose goods for `street`: also one held at a station in it. Raises NotPermitted."""
    role = by.role_for("goods.propose", area_path=street.path)
    if role is not None:
        return role
    reaches = {reach.station_id: reach.role for reach in by.reaches("goods.propose") if reach.station_id is not None}
    here = select(Station.id).join(Area, Area.id == Station.area_id)
    for station_id in session.scalars(here.where(Station.id.in_(reaches), Area.path.startswith(street.path))):
        return reaches[station_id]
    raise NotPermitted(action="goods.propose")


def locked(session: Session, code: str, *, by: Actor) -> tuple[GoodsItem, str, str]:
    """The item, locked to be changed, its street's path, and the role that may. Raises NoSuch, NotPermitted."""
    row = session.execute(
        select(GoodsItem, Area.path)
        .join(Area, Area.id == GoodsItem.street_id)
        .where(GoodsItem.code == code)
        .with_for_update(of=GoodsItem, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("item"), key=code)
    return row[0], row[1], by.require("goods.change", area_path=row[1])


def note(session: Session, action: str, goods: GoodsItem, *, path: str, **act: Unpack[audit.Act]) -> None:
    """Write what was done to an item to the audit log."""
    audit.write(session, action=action, target=f"goods:{goods.code}", area_path=path, **act)


# --- what can be asked


def refuse_retired(goods: GoodsItem) -> None:
    """Raises WrongStatus for an item that is never offered again."""
    if goods.status == GoodsStatus.RETIRED:
        raise WrongStatus(item=goods.code, status=goods.status)


def refuse_bad_figures(**figures: int) -> None:
    """Raises BadFigure for a price below 1 or another figure below 0."""
    for field, value in figures.items():
        if value < (1 if field == "price" else 0):
            raise BadFigure(field=field, value=value)

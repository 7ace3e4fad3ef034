"""Lists of activities, turned over page by page, with how many there are; of a series one date stands for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.service.activities import queries
from points.service.activities.queries import ANY, Which
from points.service.statuses import JOINABLE
from points.service.tables import Activity

A_PAGE = 50

# --- what there is


@dataclass(frozen=True)
class Turn:
    """One page of a list of `count`; `more` dates of the same series are in it, by the code of the one shown."""

    activities: Sequence[Activity]
    count: int
    more: Mapping[str, int]


# --- what can be asked


def in_reach(
    session: Session, *, by: Actor, which: Which, page: int, soonest: bool = False, one_a_series: bool = False
) -> Turn:
    """Page `page` of the activities in the reach of `by`, latest start first or `soonest` first."""
    return _turn(session, queries.in_reach(by), which, page=page, soonest=soonest, one_a_series=one_a_series)


def open_to_all(session: Session, *, at: datetime, street_id: int, which: Which = ANY, page: int) -> Turn:
    """Page `page` of what one can join now in this street, soonest first; of a series its next date."""
    condition = and_(Activity.status.in_(JOINABLE), Activity.end_at > at, Activity.street_id == street_id)
    return _turn(session, condition, which, page=page, soonest=True, one_a_series=True)


def count(session: Session, *, by: Actor, which: Which) -> int:
    """How many activities there are in the reach of `by`."""
    query = queries.asked(session, select(func.count(Activity.id)).where(queries.in_reach(by)), which)
    return session.scalars(query).one()


def _turn(
    session: Session, condition: ColumnElement[bool], which: Which, *, page: int, soonest: bool, one_a_series: bool
) -> Turn:
    order = (Activity.start_at, Activity.id) if soonest else (Activity.start_at.desc(), Activity.id.desc())
    if one_a_series:
        each = func.coalesce(-Activity.series_id, Activity.id)
        nth = func.row_number().over(partition_by=each, order_by=order).label("nth")
        of_each = select(Activity.id, nth, func.count(Activity.id).over(partition_by=each).label("dates"))
    else:
        of_each = select(Activity.id, literal(1).label("nth"), literal(1).label("dates"))
    each_once = queries.asked(session, of_each.where(condition), which).subquery()
    shown = each_once.c.nth == 1
    found = session.execute(
        select(Activity, each_once.c.dates)
        .join(each_once, each_once.c.id == Activity.id)
        .where(shown)
        .order_by(*order)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    ).all()
    return Turn(
        activities=[one for one, _ in found],
        count=session.scalars(select(func.count()).select_from(each_once).where(shown)).one(),
        more={one.code: dates - 1 for one, dates in found},
    )

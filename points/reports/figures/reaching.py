"""Of which areas somebody may see the figures, and of which the rows that they are made of."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor, Reach
from points.foundation.errors import N_, NoSuch
from points.places import areas
from points.places.tables import Area

SHOWN = ("city", "district", "street", "community")
"""The levels that are chosen from a list at once; what lies below them is chosen from within its community."""
ROWS, COUNTS = "report.see", "report.count"
"""The figures with their rows; and the figures alone, as a 邻长 sees them of the own 邻 (domain §3.10)."""

# --- what can be asked


def seen(session: Session, area: str, *, by: Actor) -> Area:
    """The area whose figures `by` may see. Raises NoSuch otherwise."""
    return _in_reach(session, area, (ROWS, COUNTS), by)


def opened(session: Session, area: str, *, by: Actor) -> Area:
    """The area whose figures `by` may open to their rows. Raises NoSuch otherwise."""
    return _in_reach(session, area, (ROWS,), by)


def has_areas(by: Actor) -> bool:
    """Whether `by` may see the figures of any area; a role at a station or in a team has none of its own."""
    return any(reach.everywhere or reach.area_path for reach in _reaches(by))


def areas_of(session: Session, *, by: Actor, near: Area | None = None) -> list[Area]:
    """The areas whose figures `by` may see, down to the communities, top down; and where a role begins below them.

    With `near` also those of its community, at every level.
    """
    reaches = _reaches(by)
    listed: list[ColumnElement[bool]] = [
        Area.type.in_(SHOWN),
        Area.path.in_([reach.area_path for reach in reaches if reach.area_path]),
    ]
    if near is not None and near.type not in SHOWN[:-1]:
        community = areas.community_of(session, near)
        listed.append(Area.path.startswith(community.path, autoescape=True))
    within = areas.within(reaches, area_path=Area.path)
    return list(session.scalars(select(Area).where(within, or_(*listed)).order_by(Area.path)))


def _reaches(by: Actor) -> tuple[Reach, ...]:
    return by.reaches(ROWS) + by.reaches(COUNTS)


def _in_reach(session: Session, area: str, actions: tuple[str, ...], by: Actor) -> Area:
    found = areas.by_code(session, area)
    if not any(by.role_for(action, area_path=found.path) for action in actions):
        raise NoSuch(kind=N_("area"), key=area)
    return found

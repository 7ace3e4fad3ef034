"""Of which areas somebody may see the figures."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.places import areas
from points.places.tables import Area

SHOWN = ("city", "district", "street", "community")
"""The levels that report; what lies below them is a part of its community."""

# --- what can be asked


def seen(session: Session, area: str, *, by: Actor) -> Area:
    """The area whose figures `by` may see. Raises NoSuch otherwise."""
    found = areas.by_code(session, area)
    if by.role_for("report.see", area_path=found.path) is None:
        raise NoSuch(kind=N_("area"), key=area)
    return found


def has_areas(by: Actor) -> bool:
    """Whether `by` may see the figures of any area; a role at a station or in a team has none of its own."""
    return any(reach.everywhere or reach.area_path for reach in by.reaches("report.see"))


def areas_of(session: Session, *, by: Actor) -> list[Area]:
    """The areas whose figures `by` may see, down to the communities, top down."""
    return list(
        session.scalars(
            select(Area)
            .where(areas.within(by.reaches("report.see"), area_path=Area.path), Area.type.in_(SHOWN))
            .order_by(Area.path)
        )
    )

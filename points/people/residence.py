"""Where people live: the 邻 and the housing estate of a person and of a household."""

from sqlalchemy import func, literal, update
from sqlalchemy.orm import Session

from points.people.tables import Volunteer

# --- what happens


def follow(session: Session, *, was: str, now: str) -> None:
    """Residents stay where they are when their area stands at another path; part of `registry.places.correct_area`."""
    if was == now:
        return
    rest = func.substr(Volunteer.area_path, len(was) + 1)
    session.execute(
        update(Volunteer)
        .where(Volunteer.area_path.startswith(was, autoescape=True))
        .values(area_path=literal(now) + rest)
        .execution_options(synchronize_session="fetch")
    )

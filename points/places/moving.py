"""Another type, another parent: parts of the verbs of `registry.places`, which look first at what hangs on an area."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.places import areas
from points.places.tables import Area

# --- what happens


def locked(session: Session, code: str) -> Area:
    """The node with this code, held against everything that would begin there. Raises NoSuch."""
    node = areas.by_code(session, code)
    return session.execute(
        select(Area).where(Area.id == node.id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()


def move(session: Session, node: Area, *, type: str, above: Area | None) -> str:
    """Give the node another type and parent; all below it comes along. The path that it had."""
    was, now = node.path, f"{above.path if above else '/'}{node.id}/"
    node.type, node.parent_id = type, above.id if above else None
    if now != was:
        for one in session.scalars(select(Area).where(Area.path.startswith(was, autoescape=True)).with_for_update()):
            one.path = now + one.path.removeprefix(was)
    session.flush()
    return was

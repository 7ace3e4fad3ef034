"""Where somebody lives, as forms offer it: the communities and neighbour groups in which one may register residents."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.places import areas
from points.places.tables import Area

MOST_OFFERED = 100
"""More neighbour groups than these are not chosen from a list; their code is typed."""


@dataclass(frozen=True)
class Where:
    """The communities where one may register, and the 邻; who registers in their own 邻 only has no communities.

    `groups` are codes with their names; empty where there are too many for a list, and the code is `typed`.
    """

    communities: list[tuple[str, str]]
    groups: list[tuple[str, str]]
    typed: bool

    @property
    def nowhere(self) -> bool:
        """Whether there is no place to register anybody in."""
        return not self.communities and not self.groups


def registering(session: Session, *, by: Actor) -> Where:
    """Where this person may register residents."""
    communities = areas.all_within(session, by=by, action="volunteer.register", type="community")
    groups = areas.all_within(session, by=by, action="volunteer.register", type="neighbour_group")
    typed = bool(communities) and len(groups) > MOST_OFFERED
    offered = [] if typed else group_labels(session, groups)
    return Where([(area.code, area.name) for area in communities], offered, typed)


def group_labels(session: Session, groups: list[Area]) -> list[tuple[str, str]]:
    """These 邻 as a form offers them: by code, with the name of what stands above each."""
    above = areas.names(session, (group.parent_id for group in groups))
    return [(group.code, f"{above[group.parent_id or 0]} {group.name}") for group in groups]

"""Who acts, as a plain value: made once per request by `access`, passed to every verb as `by`.

An actor knows where it may do what; it does not know why. Which role allows which action is the table in
`points.access.roles`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from points.foundation.errors import N_, NotAllowed


@dataclass(frozen=True, slots=True)
class Reach:
    """Where one role holds: exactly one of an area's path, a team, a station or a unit; `everywhere` for the system."""

    role: str
    area_path: str | None = None
    team_id: int | None = None
    station_id: int | None = None
    unit_id: int | None = None
    everywhere: bool = False

    def covers(
        self, *, area_path: str | None, team_id: int | None, station_id: int | None, unit_id: int | None
    ) -> bool:
        """Whether the place named by any of the arguments lies within this reach."""
        if self.everywhere:
            return True
        if self.area_path is not None:
            return area_path is not None and area_path.startswith(self.area_path)
        if self.team_id is not None:
            return team_id == self.team_id
        if self.station_id is not None:
            return station_id == self.station_id
        return self.unit_id is not None and unit_id == self.unit_id


@dataclass(eq=False)
class NotPermitted(NotAllowed):
    """The actor holds no role that allows `action` at this place."""

    code = "not-permitted"
    title = N_("Not allowed")
    detail = N_("Your role does not allow this here.")
    next_step = N_("Ask your community or street administrator.")
    action: str


@dataclass(frozen=True)
class Actor:
    """The person, token or job behind a call.

    `person` is under what name the human signs: the volunteer code where the account is a volunteer's, otherwise the
    login of the person's first account; a token's is its owner's. Whether two of them are two people is decided by
    `points.access.two_people` alone. `behind_id` is the volunteer behind a token, who has no rights of their own by it
    and is still themselves where nobody may serve themselves.
    `permits` maps an action (`"activity.approve"`) to the reaches in which it is allowed.
    """

    person: str
    account_id: int | None = None
    volunteer_id: int | None = None
    permits: Mapping[str, tuple[Reach, ...]] = field(default_factory=lambda: MappingProxyType({}))
    omnipotent: bool = False
    behind_id: int | None = None

    @property
    def oneself(self) -> int | None:
        """The volunteer who acts, by their own sign-in or by a token of theirs."""
        return self.volunteer_id if self.behind_id is None else self.behind_id

    def reaches(self, action: str) -> tuple[Reach, ...]:
        """The places where this actor may do `action`; empty when nowhere."""
        return (Reach(role="system", everywhere=True),) if self.omnipotent else self.permits.get(action, ())

    def role_for(
        self,
        action: str,
        *,
        area_path: str | None = None,
        team_id: int | None = None,
        station_id: int | None = None,
        unit_id: int | None = None,
    ) -> str | None:
        """The role that allows `action` at the place named, or None."""
        for reach in self.reaches(action):
            if reach.covers(area_path=area_path, team_id=team_id, station_id=station_id, unit_id=unit_id):
                return reach.role
        return None

    def require(
        self,
        action: str,
        *,
        area_path: str | None = None,
        team_id: int | None = None,
        station_id: int | None = None,
        unit_id: int | None = None,
    ) -> str:
        """The role that allows `action` at the place named, for the audit entry.

        Raises NotPermitted when no role does.
        """
        role = self.role_for(action, area_path=area_path, team_id=team_id, station_id=station_id, unit_id=unit_id)
        if role is None:
            raise NotPermitted(action=action)
        return role

    def require_somewhere(self, action: str) -> str:
        """A role that allows `action` at any place, for what belongs to no place. Raises NotPermitted."""
        for reach in self.reaches(action):
            return reach.role
        raise NotPermitted(action=action)


SYSTEM = Actor(person="system", omnipotent=True)
"""The sweep, the importer and the installation itself."""

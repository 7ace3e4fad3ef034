"""What the build of the demo city knows while it fills it: places, people as far as they are needed, and who acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from points import database
from points.access import accounts
from points.demo.city import facts
from points.demo.city.facts import Scale
from points.demo.street.town import administrators
from points.foundation.actors import Actor


@dataclass(slots=True)
class Resident:
    """A volunteer as the build needs them."""

    id: int
    code: str
    name: str
    of_age: bool
    has_phone: bool
    housed: bool = False
    balance: int = 0


@dataclass(slots=True)
class Community:
    """A community with those of its residents who are registered so far."""

    id: int
    code: str
    name: str
    path: str
    street_id: int
    street: str
    groups: list[str] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)


@dataclass(slots=True)
class Team:
    """A team with its leader and members."""

    id: int
    code: str
    community: Community
    leader: Resident
    members: list[Resident]


@dataclass(slots=True)
class Station:
    """A counter, its two clerks, and the codes of what it gives out."""

    code: str
    number: int
    community: Community
    clerks: tuple[Actor, Actor]


@dataclass
class City:
    """The city as far as it is built."""

    engine: Engine
    scale: Scale
    random: Random
    communities: list[Community] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    stations: list[Station] = field(default_factory=list)
    _staff: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._session = database.sessions(self.engine)()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One write transaction; what it loaded is forgotten afterwards, so that the session stays small."""
        with database.write_transaction(self._session) as session:
            yield session
        self._session.expunge_all()

    def staff(self, login: str) -> Actor:
        """Who acts when this member of staff is signed in."""
        if login not in self._staff:
            account = accounts.by_login(self._session, login)
            self._staff[login] = accounts.actor(self._session, account.id, on=facts.FIRST_DAY)
        return self._staff[login]

    def administrators(self, street: str) -> tuple[Actor, Actor]:
        """The two who sign for this street."""
        first, second = administrators(street)
        return self.staff(first), self.staff(second)

    def neighbours(self, community: Community) -> list[Community]:
        """The communities of the same street."""
        return [one for one in self.communities if one.street_id == community.street_id]

    def close(self) -> None:
        """Let go of the database."""
        self._session.close()

"""What the build of the demo street knows while it lets the plan happen: transactions, codes, and who acts.

Nobody acts but the accounts and volunteers of the street, each through the rights of that person; what the installation
does by itself – its first administrator, and the sweep – is done by its own verbs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from points import database
from points.access import accounts
from points.access.accounts import Behind
from points.demo.street import facts
from points.demo.street.plan import Plan
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.orm import WRITING

Step = tuple[datetime, Callable[[Session, datetime], object]]
"""When something happens, and what: called with the session and that time."""

PASSWORD, PIN = "points-demo", "2580"
SET_UP = clock.at_local(date(2024, 12, 2), time(9, 0))
"""The installation stands, and its first administrator signs in."""
APPOINTED = clock.at_local(date(2024, 12, 16), time(9, 0))
"""The streets get their administrators, long enough before the first day that these are two people for each other."""
OPENED = clock.at_local(facts.FIRST_DAY, time(9, 0))
CITY, STREET, OTHERS = "ZJJ", "YD", tuple(f"{code}P" for code, _, _ in facts.OTHER_STREETS)


@dataclass
class Town:
    """The street as far as it is built. Indexes are those of the plan, values the codes the business gave."""

    engine: Engine
    plan: Plan
    volunteers: dict[int, str] = field(default_factory=dict)
    volunteer_ids: dict[int, int] = field(default_factory=dict)
    cards: dict[int, str] = field(default_factory=dict)
    activities: dict[int, str] = field(default_factory=dict)
    sessions: dict[int, str] = field(default_factory=dict)
    redemptions: dict[int, str] = field(default_factory=dict)
    merchants: dict[int, str] = field(default_factory=dict)
    with_pin: set[int] = field(default_factory=set)
    _staff: dict[str, Actor] = field(default_factory=dict)
    _people: dict[int, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._session = database.sessions(self.engine)()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One write transaction; what it loaded is forgotten afterwards, so that the session stays small."""
        with database.write_transaction(self._session) as session:
            yield session
        if WRITING not in self._session.info:
            self._session.expunge_all()

    def set_up(self, session: Session) -> None:
        """The installation makes its city and the first administrator, who chooses a password."""
        token = accounts.first_administrator(session, at=SET_UP, root=(CITY, "张家界市"))
        self._sign_in(session, accounts.FIRST_LOGIN, token, SET_UP)

    def add_staff(
        self, session: Session, *, login: str, role: str, place: str, behind: str | Behind, by: str, at: datetime
    ) -> None:
        """An account made by who signs in as `by`; whose it is has chosen a password and acts by its login from now on.

        `behind` may be a name: that of somebody with a phone that nobody else has.
        """
        if isinstance(behind, str):
            behind = Behind(name=behind, phone=f"1990009{len(self._staff):04d}")
        maker = self.staff(by)
        _, token = accounts.add_staff(session, login=login, role=role, place=place, behind=behind, by=maker, at=at)
        self._sign_in(session, login, token, at)

    def _sign_in(self, session: Session, login: str, token: str, at: datetime) -> None:
        account = accounts.choose_password(session, token=token, password=PASSWORD, at=at, well_known=True)
        self._staff[login] = accounts.actor(session, account.id, on=clock.local_date(at))

    def staff(self, login: str) -> Actor:
        """Who acts when this member of staff is signed in."""
        return self._staff[login]

    def person(self, session: Session, index: int) -> Actor:
        """Who acts when this volunteer is signed in; leaders lead their teams from the first day."""
        if index not in self._people:
            self._people[index] = accounts.volunteer_actor(session, self.volunteer_ids[index])
        return self._people[index]

    def for_person(self, session: Session, index: int, *, leader: int) -> Actor:
        """Who signs this volunteer up: the guardian of a child, the leader for who has no phone and no PIN."""
        person = self.plan.people.everyone[index]
        if person.guardian is not None:
            return self.person(session, person.guardian)
        own = person.phone is not None or index in self.with_pin
        return self.person(session, index if own else leader)

    def close(self) -> None:
        """Let go of the database."""
        self._session.close()


def administrators(street: str) -> tuple[str, str]:
    """The logins of the two who sign for this street."""
    return ("street", "street2") if street == STREET else (f"{street.lower()}-street", f"{street.lower()}-street2")


def days(first: date, last: date) -> Iterator[date]:
    """Every date from `first` to `last`."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))

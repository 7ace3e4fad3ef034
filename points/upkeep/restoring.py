"""A backup is put back: only where nobody works yet, and only when its books prove themselves."""

from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, exists, select
from sqlalchemy.orm import Session

from points import migrations, proof
from points.access.tables import Account
from points.foundation.errors import N_, Conflict
from points.foundation.orm import Base
from points.people.tables import Volunteer
from points.places.tables import Station

# --- what is refused


@dataclass(eq=False)
class DatabaseInUse(Conflict):
    """The database holds people, stations or administrators, which a restore would have to throw away."""

    code = "database-in-use"
    title = N_("This database is in use")
    detail = N_("A backup is restored into an empty database, not into %(database)s.")
    next_step = N_("Set POINTS_DATA_DIR to an empty folder, or POINTS_DATABASE_URL to an empty database.")
    database: str


@dataclass(eq=False)
class BooksWrong(Conflict):
    """The restored books do not prove themselves; nothing was kept."""

    code = "books-wrong"
    title = N_("The books of this backup are wrong")
    detail = N_("%(count)s things do not fit, the first: %(first)s.")
    next_step = N_("Nothing was restored. Take an older backup.")
    count: int
    first: str


# --- what happens


def make_room(connection: Connection, *, shown_as: str) -> None:
    """Drop every table of ours from a database in which nobody works yet. Raises DatabaseInUse."""
    if migrations.revision(connection) is not None:
        for sign in (Volunteer.id.is_not(None), Account.password_hash.is_not(None), Station.id.is_not(None)):
            if connection.scalar(select(exists().where(sign))):
                raise DatabaseInUse(database=shown_as)
    ours = {*Base.metadata.tables, "alembic_version"}
    tables = MetaData()
    tables.reflect(connection, only=lambda name, _: name in ours)
    tables.drop_all(connection)


def prove(connection: Connection) -> None:
    """Let what was put back prove itself. Raises BooksWrong."""
    if findings := proof.check(Session(connection)):
        raise BooksWrong(count=len(findings), first=str(findings[0]))

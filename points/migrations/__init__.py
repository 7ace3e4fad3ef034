"""The database's history, one step a file under `versions/`, and the verbs that walk it.

A step is written literally: it imports no table of today, so that it does tomorrow what it did when it was written.
How to add one: docs/architecture.md, "Changing a table".
"""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Bring the database behind `connection` up to the step `to`, inside the caller's transaction.

    On a database that is there already it changes nothing.
    """
    command.upgrade(_config(connection), to)


def revision(connection: Connection) -> str | None:
    """The step that the database is at; None for one without tables."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str:
    """The newest step that this version of the service has."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None, "there is no migration"
    return newest


def is_current(connection: Connection) -> bool:
    """Whether the database is at the newest step."""
    return revision(connection) == head()


def _config(connection: Connection | None = None, target: MetaData | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    attributes: dict[str, object] = {"connection": connection, "target_metadata": target}
    config.attributes.update(attributes)
    return config

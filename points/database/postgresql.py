"""What PostgreSQL needs: connections that read without a transaction, notice a dead server, and pass a pooler."""

from typing import TYPE_CHECKING

from sqlalchemy import Engine, ExceptionContext, event

from points.database.prepared import Database
from points.database.retry import outage
from points.foundation.statements import READS_ALONE

if TYPE_CHECKING:  # SQLAlchemy imports the driver where PostgreSQL is used, and nowhere else
    from psycopg import Connection as Driver

CONNECT_ARGS = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""After how long a server that fell silent is given up (seconds; `tcp_user_timeout` in milliseconds)."""

ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""How a connection sees the database at one moment throughout a transaction."""
PREPARES = "prepare_threshold"
"""In the database's address: prepare statements after so many uses, whatever stands between."""
LOST = ("08", "57P", "25006")
"""SQLSTATEs of a server that is shut down, crashed, still starting, or no longer the primary."""


def prepare(engine: Engine) -> Database:
    """Set up every connection of `engine`, and let reads go without BEGIN and ROLLBACK."""
    event.listen(engine, "do_connect", _say_how_to_connect)
    event.listen(engine, "connect", lambda *_: outage.ends())
    if PREPARES not in engine.url.query:
        event.listen(engine, "connect", _pass_a_pooler)
    event.listen(engine, "handle_error", _leave_a_lost_server)
    engine.dialect.skip_autocommit_rollback = True
    return Database(reader=engine.execution_options(isolation_level="AUTOCOMMIT", **{READS_ALONE: True}), writer=engine)


def _say_how_to_connect(_dialect: object, _record: object, _args: object, settings: dict[str, object]) -> None:
    if PREPARES in settings:
        settings[PREPARES] = int(str(settings[PREPARES]))
    for name, value in CONNECT_ARGS.items():
        settings.setdefault(name, value)


def _leave_a_lost_server(context: ExceptionContext) -> None:
    """Let the pool drop every connection to a server that goes or that writes no more, as to one that is gone."""
    if str(getattr(context.original_exception, "sqlstate", None)).startswith(LOST):
        context.is_disconnect = True


def _pass_a_pooler(connection: "Driver[tuple[int]]", _record: object) -> None:
    """Prepare no statements where the next transaction may meet another server process, which has not prepared them.

    A pooler such as PgBouncer gives its clients process numbers of its own, so that the two differ.
    """
    connection.autocommit = True
    server = connection.execute("SELECT pg_backend_pid()").fetchone()
    connection.autocommit = False
    if server != (connection.info.backend_pid,):
        connection.prepare_threshold = None

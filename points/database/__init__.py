"""The database: the SQLAlchemy object, what begins a transaction, and what each of the two databases needs for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeVar

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as RequestSession
from sqlalchemy import ClauseElement, Connection, Engine, UpdateBase, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Mapper, Session, sessionmaker

from points import schema
from points.database import postgresql, prepared, sqlite
from points.database.replica import Replica
from points.database.retry import OutcomeUnknown, is_gone, is_unavailable, retrying
from points.foundation.errors import Refusal
from points.foundation.orm import WRITING, Base

__all__ = [
    "OutcomeUnknown",
    "connect",
    "create_all",
    "current_replica",
    "db",
    "is_gone",
    "is_unavailable",
    "on_primary",
    "one_moment",
    "prepare",
    "read_from_replica",
    "rebuilding",
    "retrying",
    "sessions",
    "start_over",
    "transaction",
    "turn",
    "write_transaction",
    "wrote",
]

REPLICA = "points_replica"
Entity = TypeVar("Entity")


class _Writing(Session):
    """A session that joins the connection of its write transaction, while there is one."""

    def get_bind(
        self,
        mapper: type[Entity] | Mapper[Entity] | None = None,
        *,
        clause: ClauseElement | None = None,
        bind: Engine | Connection | None = None,
        **_: object,
    ) -> Engine | Connection:
        """Where the next statement goes."""
        connection: Connection | None = self.info.get(WRITING)
        return connection or super().get_bind(mapper, clause=clause, bind=bind)


class _Session(RequestSession):
    """The session of a request or command: what only reads begins no transaction on PostgreSQL."""

    def get_bind(
        self,
        mapper: object = None,
        clause: ClauseElement | None = None,
        bind: Engine | Connection | None = None,
        **_: object,
    ) -> Engine | Connection:
        """Where the next statement goes: the connection of a write transaction, otherwise an engine for reading."""
        if bind is not None:
            return bind
        connection: Connection | None = self.info.get(WRITING)
        if connection is not None:
            return connection
        # whether a SELECT locks is said nowhere else
        if isinstance(clause, UpdateBase) or getattr(clause, "_for_update_arg", None) is not None:
            _require_transaction(self)
        replica: Engine | None = self.info.get("replica")
        return replica or prepared.of(db.engine).reader


@event.listens_for(_Session, "before_flush")
def _require_transaction(session: Session, *_: object) -> None:
    """Refuse a write or lock outside `transaction()`: PostgreSQL would keep, or let go, each statement by itself."""
    if WRITING not in session.info:
        raise RuntimeError("a write or a lock needs database.transaction()")


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"class_": _Session, "autoflush": False, "expire_on_commit": False},
)

# --- transactions


@contextmanager
def transaction(*, keyed: bool = False) -> Iterator[Session]:
    """One write transaction for one business call: commits at the end, rolls back on any exception.

    The exception to that is a refusal that keeps its writes (see Refusal). `keyed` says that the call carries a key by
    which it finds what it did before: only then may it be done again when the answer to its COMMIT was lost.

    What was read before is ended first: a transaction of SQLite that read and later writes is answered "locked". Inside
    another `transaction()` it joins that one, so that an idempotency key is kept or lost with what it stands for.
    Raises OutcomeUnknown.
    """
    with write_transaction(db.session(), keyed=keyed) as session:
        yield session


@contextmanager
def write_transaction(session: Session, *, keyed: bool = False) -> Iterator[Session]:
    """As `transaction()`, on a session of the caller's."""
    if WRITING in session.info:
        yield session
        return
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    session.rollback()
    found = prepared.of(engine)
    with found.writer.connect() as connection, found.turn_to_write():
        found.begin_to_write(connection)
        session.info[WRITING] = connection
        try:
            yield session
        except Refusal as refusal:
            if refusal.keeps_writes:
                _commit(session, connection, keyed=False)
            raise
        else:
            _commit(session, connection, keyed=keyed)
        finally:
            session.rollback()
            connection.rollback()
            del session.info[WRITING]


def turn() -> AbstractContextManager[None]:
    """The turn of a short piece of work that surely writes, from its beginning on; where writers queue, on SQLite.

    Whatever a process does beside its writer takes the interpreter away from it, and all other writers wait for that.
    """
    lock = prepared.of(db.engine).lock
    return lock.turn() if lock else nullcontext()


@contextmanager
def one_moment() -> Iterator[Session]:
    """A session whose reads all see the database at one moment: for what streams rows or sums up several questions."""
    session: Session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options=postgresql.ONE_MOMENT)
    else:
        session.connection().exec_driver_sql(sqlite.READ)
    try:
        yield session
    finally:
        session.rollback()


@contextmanager
def on_primary() -> Iterator[Session]:
    """The session, reading from the primary whatever else it reads from: for what must hold at once."""
    session: Session = db.session()
    replica = session.info.pop("replica", None)
    try:
        yield session
    finally:
        if replica is not None:
            session.info["replica"] = replica


def read_from_replica() -> None:
    """Let the session read from the replica, where there is one that serves."""
    replica = current_replica()
    if replica is not None and replica.serves():
        db.session().info["replica"] = replica.engine


def current_replica() -> Replica | None:
    """The current application's replica, if POINTS_REPLICA_URL names one."""
    found: Replica | None = current_app.extensions.get(REPLICA)
    return found


def start_over() -> None:
    """Forget what the session read when the database failed it; it goes on with the primary."""
    session: Session = db.session()
    session.rollback()
    replica = current_replica()
    if session.info.pop("replica", None) is not None and replica is not None:
        replica.lost()


def wrote() -> bool:
    """Whether the session has written, or may have."""
    return "wrote" in db.session().info


def sessions(engine: Engine) -> sessionmaker[Session]:
    """A maker of sessions on a prepared `engine` outside any request: for commands, sweeps and tests."""
    return sessionmaker(engine, class_=_Writing, autoflush=False, expire_on_commit=False)


# --- engines and tables


def connect(app: Flask, url: str, replica_url: str = "") -> None:
    """Give `app` the database at `url`, and the replica for what only reads."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    if replica_url:
        app.config["SQLALCHEMY_BINDS"] = {REPLICA: {"url": replica_url, "connect_args": {"connect_timeout": 2}}}
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            prepare(engine)
        if replica_url:
            app.extensions[REPLICA] = Replica(prepared.of(db.engine).reader, prepared.of(db.engines[REPLICA]).reader)


def prepare(engine: Engine) -> None:
    """Set `engine` up as this service needs it; once per engine, before its first connection."""
    kind = sqlite if engine.dialect.name == "sqlite" else postgresql
    prepared.keep(engine, kind.prepare(engine))


@contextmanager
def rebuilding(engine: Engine) -> Iterator[Connection]:
    """A connection in one write transaction in which tables may be made anew; it commits at the end.

    SQLite changes a table by making it anew, and could not while other tables' rows refer to it: it does not look at
    foreign keys meanwhile, and all of them are looked at before the commit. Raises IntegrityError where one is broken.
    """
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        on_sqlite = isinstance(driver, sqlite3.Connection)
        if isinstance(driver, sqlite3.Connection):
            driver.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
        if on_sqlite:
            connection.exec_driver_sql(sqlite.WRITE)
        try:
            yield connection
            if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(str(broken[:3])))
            connection.commit()
        finally:
            connection.rollback()
            if isinstance(driver, sqlite3.Connection):
                driver.execute("PRAGMA foreign_keys = ON")


def create_all(engine: Engine) -> None:
    """Create every table and trigger on an empty database (tests; installations use the migrations)."""
    schema.metadata.create_all(engine)


def _commit(session: Session, connection: Connection, *, keyed: bool) -> None:
    if session.in_transaction():
        session.commit()  # what its objects hold goes to the connection; what fails here was surely not kept
    session.info["wrote"] = True
    try:
        connection.commit()
    except DBAPIError as error:
        if is_gone(error) and not keyed:
            raise OutcomeUnknown(error.statement, error.params, error.orig or error) from error
        raise

"""Servers of one's own, for what the shared PostgreSQL cannot show: a restart, a standby, a pooler between."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

PATIENCE = 30
POOLER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


def binaries() -> Path:
    """Where PostgreSQL's own programs are; skips the test where they are not."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    onpath = shutil.which("initdb")
    if not found and not onpath:
        pytest.skip("PostgreSQL's initdb is not found")
    return found[-1].parent if found else Path(str(onpath)).parent


class Server:
    """A PostgreSQL of this test's own, with nothing to survive for."""

    def __init__(self, folder: Path) -> None:
        self._bin = binaries()
        self.folder = folder
        self.port = free_port()

    @property
    def url(self) -> URL:
        """Its `postgres` database."""
        return make_url(f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres")

    def create(self) -> None:
        """An empty cluster, started."""
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", f"-D{self.folder}")
        self.start()

    def copy_of(self, primary: "Server") -> None:
        """A standby of `primary` that streams from it, started."""
        source = f"host=127.0.0.1 port={primary.port} user=postgres"
        self._run("pg_basebackup", "-R", "--checkpoint=fast", "--no-sync", "-d", source, f"-D{self.folder}")
        self.start()

    def start(self) -> None:
        """Let it answer."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories="
        self._run("pg_ctl", f"-D{self.folder}", "-w", f"-l{self.folder}.log", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Let it go: as if the power failed, or `fast`."""
        self._run("pg_ctl", f"-D{self.folder}", "-w", "-m", mode, "stop")

    def promote(self) -> None:
        """Make a standby the primary."""
        self._run("pg_ctl", f"-D{self.folder}", "-w", "promote")

    def ask(self, statement: str, **parameters: Any) -> Any:
        """The one value that `statement` asks for, on a connection of its own."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            return connection.scalar(text(statement), parameters)

    def _run(self, program: str, *words: str) -> None:
        as_whom: dict[str, Any] = server_user()
        done = subprocess.run(
            [str(self._bin / program), *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", **as_whom
        )
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def servers() -> Iterator[Any]:
    """A maker of servers that do not outlive the block."""
    binaries()
    folder, made = own_folder(), []

    def make(name: str) -> Server:
        server = Server(folder / name)
        made.append(server)
        return server

    try:
        yield make
    finally:
        for server in made:
            if (server.folder / "postmaster.pid").exists():
                server.stop()
        shutil.rmtree(folder)


@contextmanager
def pooler(server: URL, **settings: Any) -> Iterator[URL]:
    """PgBouncer in transaction mode before `server`, for every database of it; its address."""
    if POOLER is None:
        pytest.skip("pgbouncer is not installed")
    folder, port = own_folder(), free_port()
    said = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "any",
        "pool_mode": "transaction",
        "default_pool_size": 10,
        "max_client_conn": 500,
        **settings,
    }
    file = folder / "pgbouncer.ini"
    file.write_text(
        f"[databases]\n* = host={server.host} port={server.port or 5432} user={server.username}"
        + (f" password={server.password}" if server.password else "")
        + "\n[pgbouncer]\n"
        + "".join(f"{name} = {value}\n" for name, value in said.items())
    )
    as_whom: dict[str, Any] = server_user()
    process = subprocess.Popen([POOLER, "-q", str(file)], stderr=subprocess.DEVNULL, cwd="/", **as_whom)
    try:
        await_port(port)
        yield server.set(host="127.0.0.1", port=port)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


def end_backends(engine: Engine, where: str = "true") -> int:
    """Terminate the server processes of this database but one's own; how many. The pool of `engine` is empty then."""
    engine.dispose()
    with create_engine(engine.url, poolclass=NullPool).connect() as connection:
        return len(
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    f"WHERE datname = current_database() AND pid <> pg_backend_pid() AND {where}"
                )
            ).all()
        )


def eventually(true: Any) -> None:
    """Wait until `true()` is."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def own_folder() -> Path:
    """A folder that the servers' user may use."""
    folder = Path(mkdtemp(prefix="points-servers-"))
    if user := server_user().get("user"):
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    return folder


def server_user() -> dict[str, Any]:
    """As whom the servers run: none of them runs as root."""
    if os.geteuid() != 0:
        return {}
    try:
        group = pwd.getpwnam("postgres").pw_gid
    except KeyError:
        pytest.skip("there is no user postgres, and PostgreSQL does not run as root")
    return {"user": "postgres", "group": group, "extra_groups": []}


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_port(port: int) -> None:
    """Wait until something answers there."""

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    eventually(answers)

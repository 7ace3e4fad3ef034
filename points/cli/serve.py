"""`points serve`: the production server, with the sweep inside."""

import gc
import multiprocessing
import os
import socket
from dataclasses import dataclass

import click
from flask_babel import gettext as _
from granian import Granian
from granian.constants import Interfaces
from granian.server.mp import MPServer
from granian.server.mt import MTServer

from points import database
from points.access import accounts
from points.cli import console, demo, init, sweep, worker
from points.foundation import qr
from points.foundation.errors import N_, Conflict

THREADS = 4
"""Of each worker: a report or a sheet of cards takes one of them for seconds, and scans go through the others."""

LOG = {
    "handlers": {
        name: {"class": "logging.StreamHandler", "formatter": formatter, "stream": "ext://sys.stderr"}
        for name, formatter in (("console", "generic"), ("access", "access"))
    }
}
"""The server's own words go to stderr, as every message of a command does."""

# --- what is refused


@dataclass(eq=False)
class NoPort(Conflict):
    """The address cannot be listened on: another program does, or it is not this machine's."""

    code = "no-port"
    title = N_("The address cannot be used")
    detail = N_("Nothing can listen on %(host)s port %(port)s: %(reason)s.")
    next_step = N_("Stop the other program, or choose another port with --port.")
    host: str
    port: int
    reason: str


# --- the command


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for the network.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; two, or one on a machine with one core.")
@console.json_option
def serve(host: str, port: int, workers: int | None) -> None:
    """Serve the pages and the API until stopped; what is due is swept every minute.

    Workers and the sweep are copies of this process, which has imported all of the service and has no thread: so what
    they share is in memory once.
    """
    workers = workers or usual_workers()
    with console.installation():
        _require_free(host, port)
        url = console.settings().public_url or f"http://{_reachable(host)}:{port}"
        console.serve_at(url)
        link = _first_link()
        facts = {"url": url, "workers": workers, "threads": THREADS, "setup_link": link}
        console.answer(facts, *_welcome(url, link))
    copies = multiprocessing.get_context("fork")
    multiprocessing.set_start_method("fork", force=True)
    gc.collect()
    gc.freeze()  # a collection in a copy would write on every page of memory that is shared
    stop = copies.Event()
    sweeper = copies.Process(target=sweep.forever, args=(stop,), name="sweep", daemon=True)
    granian = server(worker.__name__ + ":application", host=host, port=port, workers=workers)
    granian.on_startup(sweeper.start)
    granian.on_shutdown(stop.set)
    granian.serve()


def server(factory: str, *, host: str, port: int, workers: int) -> MPServer | MTServer:
    """The production server of the application that `factory` ("module:function") makes."""
    return Granian(
        factory,
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=256,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_dictconfig=LOG,
    )


def usual_workers() -> int:
    """Two processes, or one on a machine with one core."""
    return min(2, os.cpu_count() or 1)


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NoPort(host=host, port=port, reason=error.strerror or str(error)) from error


def _first_link() -> str | None:
    """The one-time link of the first administrator, where nobody can sign in yet."""
    if not accounts.nobody_signs_in(database.db.session()):
        return None
    token = console.change(init.first_administrator)
    return console.setup_link(token) if token else None


def _welcome(url: str, link: str | None) -> list[str]:
    lines = [qr.terminal(url), _("Open %(url)s, or scan the code.", url=url)]
    if link:
        lines += ["", _("Open this link once to become the first administrator:"), f"  {link}"]
    sign_ins = demo.sign_ins(database.db.session())
    if sign_ins:
        lines += ["", _("This is the demo street (演示数据). You can sign in as:"), *(f"  {line}" for line in sign_ins)]
    return lines


def _reachable(host: str) -> str:
    """The address by which other devices reach `host`: of the interface with the way out when it is every address."""
    if host not in ("0.0.0.0", "::"):
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address; connecting a datagram socket sends nothing
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"

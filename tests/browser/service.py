"""The service as a browser meets it: HTTP on the loopback, in this process so that the clock can be set."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime, time
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from points import database
from points.foundation import clock
from points.upkeep import sweep
from tests import make


class Quiet(WSGIRequestHandler):
    """A handler that writes no lines between the tests' own."""

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


class Service:
    """A running service: its address, its clock, and a way to use the business's verbs beside the pages."""

    def __init__(self, app: Flask, address: str) -> None:
        self.app = app
        self.address = address
        self._time = ExitStack()
        self.set_clock(8, 0)

    def set_clock(self, hour: int, minute: int, second: int = 0, *, day: date = make.TODAY) -> datetime:
        """Let it be this time of the day of `make.NOW`, or of another one, in every thread."""
        self._time.close()
        self._time = ExitStack()
        return self._time.enter_context(clock.frozen(clock.at_local(day, time(hour, minute, second))))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session on the service's own database, committed at the end."""
        with self.app.app_context(), database.transaction() as session:
            yield session

    def sweep(self) -> None:
        """Do what is due at this time."""
        with self.app.app_context():
            sweep.run(database.transaction, at=clock.now())

    def forget_time(self) -> None:
        """Give the clock back."""
        self._time.close()


@contextmanager
def running(app: Flask) -> Iterator[Service]:
    """`app` behind a real port of the loopback, one thread for each connection."""
    app.extensions.pop("points_pages", None)  # what the pages remember for a minute is of another database
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    service = Service(app, f"http://127.0.0.1:{server.server_port}")
    try:
        yield service
    finally:
        service.forget_time()
        server.shutdown()
        thread.join()
        server.server_close()


def _whole(app: Flask) -> Any:
    """`app` with answers complete before they are sent: this server forgets a file of which a browser tires."""

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as parts:
            return [b"".join(parts)]

    return answer

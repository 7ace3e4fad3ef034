"""An empty Flask view: what the server, Flask and the client cost without any of our work."""

import multiprocessing
import sys

from flask import Flask

from points.cli import serve


def create_app() -> Flask:
    """An application that answers `{}`."""
    app = Flask("empty")
    app.add_url_rule("/", view_func=lambda: {})
    return app


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn", force=True)
    serve.server(
        "tests.benchmarks.empty:create_app", host="127.0.0.1", port=int(sys.argv[1]), workers=serve.usual_workers()
    ).serve()

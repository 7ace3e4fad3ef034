"""What machines ask about the service itself: does it live, is it ready, what are its figures."""

from flask import Blueprint, Response, json
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from points import __version__, http, migrations
from points.api import problems
from points.database import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return _json({"status": "alive", "version": __version__}, 200)


@bp.get("/readyz")
def readyz() -> Response:
    """The database answers and its tables are those of this version; 503 otherwise."""
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            current = migrations.is_current(connection)
    except SQLAlchemyError as error:
        http.log.error("not ready", exc_info=error)
        return _json({"status": "not ready", "database": "does not answer"}, 503)
    if not current:
        return _json({"status": "not ready", "database": "ok", "migrations": "run: points init"}, 503)
    return _json({"status": "ready", "database": "ok", "migrations": "at head"}, 200)


@bp.get("/metrics")
def metrics() -> Response:
    """This process's figures for Prometheus; to this machine itself, or to whoever may prove the books."""
    actor = None if http.from_here() else http.current_actor()
    if actor is not None and not actor.reaches("books.check"):
        return problems.problem(403)
    return Response(generate_latest(http.registry), content_type=CONTENT_TYPE_LATEST)


def _json(body: dict[str, str], status: int) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")

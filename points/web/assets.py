"""Static files, under addresses that change with what stands in them, so that browsers keep them for good."""

import hashlib
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Response, request, url_for

STATIC = Path(__file__).parent / "static"
KEPT = "public, max-age=31536000, immutable"

bp = Blueprint("assets", __name__, static_folder="static", static_url_path="/static")
# a service worker reaches no further than the folder it comes from
bp.add_url_rule("/staff/worker.js", "worker", lambda: bp.send_static_file("worker.js"))


def address(path: str) -> str:
    """The address of a static file, with what it holds as part of it."""
    return _address(request.script_root, path)


@bp.after_request
def keep(response: Response) -> Response:
    """A file asked for by what it holds never changes; any other is asked for again each time."""
    named, given = (request.view_args or {}).get("filename", ""), request.args.get("v")
    if given and response.status_code in (200, 206, 304) and given == _version(named):
        response.headers["Cache-Control"] = KEPT
    return response


@lru_cache(maxsize=1000)  # a page of lists asks for one address some hundred times
def _address(_below: str, path: str) -> str:
    return url_for("assets.static", filename=path, v=_version(path))


@cache
def _version(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]

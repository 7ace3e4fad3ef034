"""Static files, under addresses that change with what stands in them, so that browsers keep them for good.

Our scripts are modules that name each other by where they lie, so all of them share one version, which stands in the
path: `/static/<version>/js/roster.js` imports `/static/<version>/js/roster/list.js`.
"""

import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, request, url_for
from markupsafe import Markup

STATIC = Path(__file__).parent / "static"
SCRIPTS = STATIC / "js"
KEPT = "public, max-age=31536000, immutable"
_NOT_RUN = re.compile(r"^\s*/\*(?:[^*]|\*(?!/))*\*/$|^\s*//.*$|^[ \t]+|[ \t]+// .*$", re.MULTILINE)

bp = Blueprint("assets", __name__, static_folder="static", static_url_path="/static")
# a service worker reaches no further than the folder it comes from
bp.add_url_rule("/staff/worker.js", "worker", lambda: bp.send_static_file("worker.js"))


@bp.get("/static/<version>/js/<path:name>")
def module(version: str, name: str) -> Response:
    """One of our scripts, of whatever version: a page of yesterday goes on with the scripts of today."""
    known = _scripts().get(name)
    if known is None:
        abort(404)
    return Response(known, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


def address(path: str) -> str:
    """The address of a static file, with what it holds as part of it."""
    return _address(request.script_root, path)


def script(name: str) -> Markup:
    """The element with which a page runs one of our scripts."""
    there = url_for("assets.module", version=_version_of_scripts(), name=name)
    return Markup('<script type="module" src="{}"></script>').format(there)


def early_script(name: str) -> Markup:
    """The element of one of our scripts that is no module and runs before the page is there."""
    there = url_for("assets.module", version=_version_of_scripts(), name=name)
    return Markup('<script src="{}"></script>').format(there)


@bp.after_request
def keep(response: Response) -> Response:
    """A file asked for by what it holds never changes; any other is asked for again each time."""
    seen = request.view_args or {}
    given = seen.get("version") or request.args.get("v")
    if given and response.status_code in (200, 206, 304) and given == _current(seen):
        response.headers["Cache-Control"] = KEPT
    return response


@lru_cache(maxsize=1000)  # a page of lists asks for one address some hundred times
def _address(_below: str, path: str) -> str:
    return url_for("assets.static", filename=path, v=_version(path))


@cache
def _scripts() -> dict[str, bytes]:
    """Our scripts by their names, as they are sent."""
    return {path.relative_to(SCRIPTS).as_posix(): _sent(path) for path in sorted(SCRIPTS.rglob("*.js"))}


def _sent(path: Path) -> bytes:
    """A script without its comments and indents, each line where it was: a quarter less for the roster to load."""
    written = path.read_text(encoding="utf-8")
    return _NOT_RUN.sub(lambda found: "\n" * found[0].count("\n"), written).encode()


def _current(seen: dict[str, str]) -> str:
    return _version_of_scripts() if "version" in seen else _version(seen.get("filename", ""))


@cache
def _version(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


@cache
def _version_of_scripts() -> str:
    return hashlib.sha256(repr(_scripts()).encode()).hexdigest()[:12]

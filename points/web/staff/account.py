"""One's own sign-ins."""

from werkzeug import Response

from points.web import sign_in_list
from points.web.staff import bp


@bp.get("/sign-ins")
def sign_ins() -> Response:
    """The devices on which I am signed in."""
    return sign_in_list.listed("staff/sign_ins.html")


@bp.post("/sign-ins/end")
def end_sign_in() -> Response:
    """End one of them, or all."""
    return sign_in_list.end("staff/sign_ins.html")

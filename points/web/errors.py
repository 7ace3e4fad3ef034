"""The page for an error: what happened in one sentence, and what to do next."""

import traceback

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from points import database, http
from points.database import db
from points.foundation.errors import N_, Refusal

WORDS = {
    400: (
        N_("This form could not be read"),
        N_("Go back, open the page again and send the form once more."),
    ),
    404: (N_("This page does not exist"), N_("Check the address, or start again from the first page.")),
    405: (N_("This address cannot be opened like that"), N_("Start again from the first page.")),
    413: (N_("That was too much at once"), N_("Send less, or ask at the station.")),
    429: (N_("Too many tries"), N_("Wait a few minutes and try again.")),
    503: (N_("The service is busy"), N_("Wait a moment and try again. Nothing was lost.")),
}
OTHER = (N_("Something went wrong here"), N_("Try again. If it happens again, tell the station this number."))


def answer(error: Exception) -> ResponseReturnValue:
    """The page that answers `error`, with its status."""
    if isinstance(error, Refusal):
        return (
            _page(
                code=error.code,
                title=http.title_of(error),
                detail=http.detail_of(error),
                next_step=http.next_step_of(error),
            ),
            http.status_of(error),
        )
    if isinstance(error, CSRFError):
        return (
            _page(
                code=http.FORM_EXPIRED,
                title=gettext("Please send the form again"),
                detail=gettext("This page had been open for long, or cookies are switched off."),
                next_step=gettext("Go back, open the page again and send the form once more."),
            ),
            400,
        )
    if isinstance(error, HTTPException):
        if error.response is not None:
            return error.get_response()
        status = error.code or 500
        if status == 405 and request.method == "GET" and (page := _page_above(request.path)):
            return redirect(page)
        title, next_step = WORDS.get(status, OTHER)
        return _page(code=str(status), title=gettext(title), detail="", next_step=gettext(next_step)), status
    if isinstance(error, database.OutcomeUnknown):
        said = {name: gettext(text) for name, text in http.OUTCOME_UNKNOWN.items()}
        return _broken(error, 503, code="outcome-unknown", **said)
    if database.is_unavailable(error):
        title, next_step = WORDS[503]
        return _broken(error, 503, code="503", title=gettext(title), next_step=gettext(next_step))
    title, next_step = OTHER
    return _broken(error, 500, code="500", title=gettext(title), next_step=gettext(next_step))


def _page_above(path: str) -> str:
    """The page from which a form was sent to this address, which reads nothing by itself: the next one above it."""
    known = current_app.url_map.bind_to_environ(request.environ)
    parts = path.strip("/").split("/")
    above = ("/" + "/".join(parts[:count]) + end for count in range(len(parts) - 1, 0, -1) for end in ("", "/"))
    return next((address for address in above if known.test(address, "GET")), "")


def _broken(error: Exception, status: int, **said: str) -> ResponseReturnValue:
    """A fault of ours, or no database: logged with its reference, told without its insides."""
    http.log.error("failed", error="".join(traceback.format_exception(error)))
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    try:
        db.session.rollback()
        return _page(**{"detail": "", **said}), status
    except Exception:  # the database is down, or what every page shows is broken: a page that needs neither
        bare = current_app.jinja_env.get_template("errors/bare.html")
        shown = bare.render(
            language=str(get_locale()).replace("_", "-"),
            title=said["title"],
            next_step=said["next_step"],
            reference=_reference(),
        )
        return shown, status


def _page(*, code: str, title: str, detail: str, next_step: str) -> str:
    return render_template(
        "errors/error.html",
        code=code,
        title=title,
        detail=detail,
        next_step=next_step,
        reference=_reference() if code in ("500", "outcome-unknown") else "",
    )


def _reference() -> str:
    """The end of the request's number: short enough to be told on the phone, and found in the log."""
    return http.request_id()[-8:]

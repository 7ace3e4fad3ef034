"""The reader's choices, remembered by this browser: language and large print."""

from typing import Any

from flask import redirect, request

from points import http
from points.web import pages
from points.web.public import bp


@bp.post("/language")
def language() -> Any:
    """Show the pages in the other language from now on."""
    return _remember(http.LOCALE_COOKIE, request.form.get("to", ""), allowed=http.LOCALES)


@bp.post("/elder")
def elder() -> Any:
    """Large print (关怀版), larger print (特大字), or off."""
    return _remember(pages.ELDER_COOKIE, request.form.get("on", ""), allowed=(*pages.LARGE, ""))


def _remember(cookie: str, value: str, *, allowed: tuple[str, ...]) -> Any:
    answer = redirect(pages.our_page(request.form.get("back", ""), "/"), 303)
    if value in allowed:
        pages.remember(answer, cookie, value)
    return answer

"""The reader's choices, remembered by this browser: language and large print."""

from dataclasses import dataclass
from typing import Annotated

from flask import redirect
from werkzeug import Response

from points import http
from points.shapes.fields import Word
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.public import bp
from points.web.usual import Onward


@dataclass(frozen=True, kw_only=True)
class Language(Form):
    """Which language."""

    to: Annotated[str, Word(*http.LOCALES)] = ""


@dataclass(frozen=True, kw_only=True)
class Print(Form):
    """How large the print; empty for the normal size."""

    on: Annotated[str, Word(*pages.LARGE)] = ""


@bp.post("/language")
def language() -> Response:
    """Show the pages in the other language from now on."""
    return _remember(http.LOCALE_COOKIE, forms.asked(Language).to or None)


@bp.post("/elder")
def elder() -> Response:
    """Large print (关怀版), larger print (特大字), or off."""
    chosen, unreadable = forms.search(Print)
    return _remember(pages.ELDER_COOKIE, None if unreadable else chosen.on)


def _remember(cookie: str, value: str | None) -> Response:
    answer = redirect(pages.our_page(forms.asked(Onward).back, "/"), 303)
    if value is not None:
        pages.remember(answer, cookie, value)
    return answer

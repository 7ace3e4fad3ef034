"""A list that an office kept elsewhere comes in: read in memory, shown row by row, taken in by a second press.

The one page that takes a file: it replaces typing a list anew, and asks nobody for a photo or a proof. The file is kept
nowhere; until the second press the page itself carries it.
"""

import base64
import binascii
import zlib
from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Invalid, Refusal, RowsRefused
from points.shapes.fields import Address, Text, Word
from points.shapes.forms import Form
from points.shapes.lists import known, sheets
from points.shapes.lists.known import LISTS, Act
from points.shapes.lists.sheets import Read
from points.web import forms, pages
from points.web.staff import bp

LISTED = {
    "volunteers": N_("Volunteers with consents on paper"),
    "households": N_("Households with their members"),
    "goods": N_("Goods, as drafts"),
}
"""The lists that come in by a page; the others are a command's."""
LARGEST = 700_000
"""How many bytes a list may have, so that the page can carry it to the second press."""


class ListTooLarge(Invalid):
    """A list that a page cannot carry."""

    code = "list-too-large"
    title = N_("The list is too large for this page")
    detail = N_("A page takes a list of up to 700 kB.")
    next_step = N_("Take it in parts, or ask whoever runs the computer for points import.")


class NoListChosen(Invalid):
    """The form came without a list, or with what was no list of ours."""

    code = "no-list-chosen"
    title = N_("No list was chosen")
    detail = N_("Nothing was read.")
    next_step = N_("Choose the list again.")


@dataclass(frozen=True, kw_only=True)
class Which(Form):
    """Which list it is."""

    name: Annotated[str, Word(*LISTED, data_key="list")]


@dataclass(frozen=True, kw_only=True)
class Kept(Which):
    """The list that was looked through before, as the page carried it."""

    called: Annotated[str, Text(200, least=1)]
    content: Annotated[str, Address(1_000_000)]


@dataclass(frozen=True)
class Line:
    """A row of the list as it was read, and why it cannot be taken, if so."""

    number: int
    told: str
    refusal: Refusal | None


@bp.get("/lists/in")
def list_in() -> Response:
    """Choose a list and its kind; what each kind has for columns."""
    return _chosen()


@bp.post("/lists/in/try")
def list_in_try() -> Response:
    """Read the list and say row by row what would happen; nothing is kept."""
    sent = request.files.get("sheet")
    try:
        name = forms.read(Which).name
        if sent is None or not sent.filename:
            raise NoListChosen()
        content = sent.stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ListTooLarge()
        return _tried(name, content, called=sent.filename[:200])
    except Refusal as refusal:
        return _chosen(refusal=refusal)
    finally:
        if sent is not None:
            sent.close()


@bp.post("/lists/in")
def list_in_take() -> Response:
    """Take in the list that was looked through: all of it or nothing."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(Kept)
        _require(form.name, by)
        listed = sheets.read(_unpacked(form.content), LISTS[form.name].columns, file=form.called)

        def take(session: Session) -> str:
            known.take_in(session, name=form.name, listed=listed, act=Act(by, at))
            return str(len(listed.rows))

        count = forms.once(take)
    except Refusal as refusal:
        return _chosen(refusal=refusal)
    flash(gettext("%(rows)s rows were taken.", rows=count))
    return redirect(url_for(".list_in"), 303)


def _tried(name: str, content: bytes, *, called: str) -> Response:
    by, at = http.current_actor(), clock.now()
    _require(name, by)
    listed = sheets.read(content, LISTS[name].columns, file=called)
    refused = dict(listed.refused)
    try:
        with transaction() as session:
            known.take_in(session, name=name, listed=listed, act=Act(by, at), dry_run=True)
    except RowsRefused as rows:
        refused |= rows.refused
    return pages.show(
        "staff/list_tried.html",
        name=name,
        title=gettext(LISTED[name]),
        called=called,
        listed=listed,
        lines=_lines(listed, refused),
        refused=len(refused),
        content=base64.b64encode(zlib.compress(content)).decode() if not refused else "",
    )


def _lines(listed: Read, refused: dict[int, Refusal]) -> list[Line]:
    return [
        Line(number, " · ".join(str(value) for value in listed.rows.get(number, {}).values()), refused.get(number))
        for number in sorted(listed.rows.keys() | refused.keys())
    ]


def _unpacked(content: str) -> bytes:
    unpack = zlib.decompressobj()
    try:
        found = unpack.decompress(base64.b64decode(content, validate=True), LARGEST + 1)
    except (binascii.Error, zlib.error) as error:
        raise NoListChosen() from error
    if len(found) > LARGEST:
        raise ListTooLarge()
    return found


def may_take_in(by: Actor) -> bool:
    """Whether there is any list that this person may take in, as an office and not one row at a time."""
    return bool(by.reaches("list.export"))


def _require(name: str, by: Actor) -> None:
    if not may_take_in(by):
        raise NotPermitted(action="list.export")
    by.require_somewhere(LISTS[name].action)


def _chosen(*, refusal: Refusal | None = None) -> Response:
    by = http.current_actor()
    if not may_take_in(by):
        raise NotPermitted(action="list.export")
    db.session()
    return pages.show(
        "staff/list_in.html",
        refusal=refusal,
        form=forms.shown(Which),
        lists=[(name, gettext(title)) for name, title in LISTED.items() if by.reaches(LISTS[name].action)],
        columns={
            gettext(title): [(column.names[0], column.needed, column.example) for column in LISTS[name].columns]
            for name, title in LISTED.items()
            if by.reaches(LISTS[name].action)
        },
    )

"""Lists that are taken out as files: what of, for which area and what for; who took which is in the audit log."""

import tempfile
from dataclasses import dataclass
from typing import Annotated

from flask import send_file
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db, one_moment, transaction
from points.foundation import clock
from points.foundation.actors import NotPermitted
from points.foundation.errors import Refusal
from points.reports import lists
from points.shapes.fields import Code, Text, Word
from points.shapes.forms import Form
from points.web import forms, pages, spreadsheet, words
from points.web.staff import bp

FORMATS = ("xlsx", "csv")
HELD_IN_MEMORY = 1_000_000
"""A file longer than this many bytes waits on the disk until it is sent."""


@dataclass(frozen=True, kw_only=True)
class Take(Form):
    """Which list, of which area, as which kind of file, and what for."""

    table: Annotated[str, Word(*words.LIST, data_key="list")]
    area: Annotated[str, Code()]
    ending: Annotated[str, Word(*FORMATS, data_key="format")]
    reason: Annotated[str, Text(200, least=2)]


@bp.get("/lists", endpoint="lists")
def lists_page() -> Response:
    """Choose a list, an area and a kind of file."""
    return _lists()


@bp.post("/lists")
def list_take() -> Response:
    """Take a list out as a file; why is noted."""
    try:
        return _file()
    except Refusal as refusal:
        return _lists(refusal=refusal)


def _file() -> Response:
    by, at, form = http.current_actor(), clock.now(), forms.read(Take)
    table, area, ending = form.table, form.area, form.ending
    file = tempfile.SpooledTemporaryFile(max_size=HELD_IN_MEMORY)  # noqa: SIM115 – it is closed when it is sent
    try:
        with one_moment() as session:
            listed = lists.listed(session, table=table, area=area, by=by, at=at)
            write = spreadsheet.writer(f"{table}.{ending}", rows=listed.count)
            rows = spreadsheet.body(listed.columns, listed.rows)
            count = write(file, spreadsheet.head(listed.columns), rows)
        with transaction() as session:
            lists.note(session, table=table, area=area, rows=count, by=by, at=at, reason=form.reason)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"{area} {gettext(words.LIST[table])} {clock.local_date(at)}.{ending}"
    answer = send_file(file, as_attachment=True, download_name=name)
    answer.call_on_close(file.close)
    return answer


def _lists(*, refusal: Refusal | None = None) -> Response:
    areas = lists.areas_of(db.session(), by=http.current_actor())
    if not areas:
        raise NotPermitted(action="list.export")
    return pages.show(
        "staff/lists.html",
        refusal=refusal,
        form=forms.shown(Take),
        lists=[(name, gettext(title)) for name, title in words.LIST.items()],
        areas=[(one.code, one.name) for one in areas],
        formats=[
            (one, gettext("Excel (.xlsx)") if one == "xlsx" else gettext("Plain table (.csv)")) for one in FORMATS
        ],
    )

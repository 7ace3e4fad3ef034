"""Tables as a file that a spreadsheet opens as it is, xlsx or csv, with no cell that is a formula (A21)."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO
from urllib.parse import quote

import xlsxwriter
from flask import Response
from flask_babel import get_locale, gettext

from points.foundation import clock
from points.foundation.errors import N_, Invalid
from points.foundation.progress import Progress, unheard
from points.reports.lists import Column
from points.web import pages

FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that a program might take for a formula, also one that has its quote already."""
MOST_ROWS = 1_048_575
"""How many rows a sheet of xlsx has below its head."""
WIDTH = 16

Rows = Iterable[Sequence[object]]
Write = Callable[[IO[bytes], Sequence[str], Rows], int]

# --- what is refused


@dataclass(eq=False)
class NotASpreadsheet(Invalid):
    """A list is written as xlsx or csv, which the ending of the name says."""

    code = "not-a-spreadsheet"
    title = N_("Which kind of file?")
    detail = N_("A list is written as .xlsx or .csv, not as “%(file)s”.")
    next_step = N_("End the name in .xlsx or .csv.")
    file: str


@dataclass(eq=False)
class SheetFull(Invalid):
    """More rows than a sheet of xlsx has."""

    code = "sheet-full"
    title = N_("Too many rows for one sheet")
    detail = N_("The list has %(count)s rows; a sheet of .xlsx has %(most)s.")
    next_step = N_("Choose a smaller area, or end the name in .csv.")
    count: int
    most: int = MOST_ROWS


# --- what can be asked


def answer(name: str, head: Sequence[str], rows: Rows) -> Response:
    """The table as a CSV file called `name`."""
    file = io.BytesIO()
    write_csv(file, head, rows)
    response = Response(file.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.csv"
    return response


def writer(file: str, *, rows: int) -> Write:
    """How `rows` rows are written to a file of this name. Raises NotASpreadsheet or SheetFull."""
    write = WRITERS.get(file.lower().rpartition(".")[2])
    if write is None:
        raise NotASpreadsheet(file=file)
    if write is write_xlsx and rows > MOST_ROWS:
        raise SheetFull(count=rows)
    return write


def write_csv(file: IO[bytes], head: Sequence[str], rows: Rows) -> int:
    """UTF-8 with a mark, CRLF; how many rows. Numbers stay numbers; text that begins like a formula gets a quote."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([cell(one) for one in head])
    count = 0
    for row in rows:
        table.writerow([cell(one) for one in row])
        count += 1
    text.detach()
    return count


def write_xlsx(file: IO[bytes], head: Sequence[str], rows: Rows) -> int:
    """A workbook of one sheet, a row at a time; how many. Text is text and never a formula or a link."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    bold = book.add_format({"bold": True})
    days, times = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(head) - 1, WIDTH)
    for place, title in enumerate(head):
        sheet.write_string(0, place, title, bold)
    number = 0
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            match value:
                case None | "":
                    continue
                case int() | float() | Decimal():
                    sheet.write_number(number, place, value)
                case datetime():
                    sheet.write_datetime(number, place, value, times)
                case date():
                    sheet.write_datetime(number, place, value, days)
                case _:
                    sheet.write_string(number, place, str(value))
    book.close()
    return number


WRITERS: Mapping[str, Write] = {"csv": write_csv, "xlsx": write_xlsx}


def cell(value: object) -> int | Decimal | str:
    """What stands in one cell of CSV."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal):
        return value
    text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
    return f"'{text}" if FORMULA.match(text) else text


def head(columns: Sequence[Column]) -> list[str]:
    """The names of a list's columns: in Chinese, or those for programs."""
    chinese = str(get_locale()).startswith("zh")
    return [column.title if chinese else column.name for column in columns]


def body(columns: Sequence[Column], rows: Rows, *, progress: Progress = unheard) -> Rows:
    """The rows of a list in the reader's words: yes and no, states and kinds, local times, yuan."""
    shown = _Words()
    for row in rows:
        yield [shown(value, column.words) for value, column in zip(row, columns, strict=True)]
        progress(1)


class _Words:
    """A value in words, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, str], object] = {}
        self._never, self._online = gettext("never"), gettext("agreed online")
        self._yes_no = {True: gettext("yes"), False: gettext("no")}

    def __call__(self, value: object, words: str) -> object:
        if isinstance(value, bool):
            return self._yes_no[value]
        if isinstance(value, datetime):
            return clock.local(value).replace(tzinfo=None)
        match words:
            case "":
                return value
            case "fen":
                return Decimal(str(value)) / 100
            case "until":
                return self._never if value is None else value
            case "paper":
                return self._online if value == "" else value
        if value is None:
            return None
        if (value, words) not in self._known:
            self._known[value, words] = pages.shown_words(str(value), "" if words == "state" else words)
        return self._known[value, words]

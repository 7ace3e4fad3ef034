"""Tables that an office keeps: xlsx, or csv as Excel writes it (UTF-8 or GBK; commas, semicolons or tabs).

A sheet's first row names its columns, in Chinese or English, in any order; what is read out of a cell is said once, by
its `Column`.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from pathlib import Path
from typing import TypeVar

from python_calamine import CalamineError, CalamineWorkbook

from points.foundation.errors import N_, Invalid, Refusal
from points.foundation.progress import Progress, unheard

YES_NO = {
    **dict.fromkeys(("是", "有", "√", "y", "yes", "true", "1"), True),
    **dict.fromkeys(("否", "无", "×", "n", "no", "false", "0"), False),
}

NEVER = ("永久", "never")
DIGITS = 9
"""What every number column of the database holds."""
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How xlsx and xls begin, whatever the file is called."""

Cell = str | float | bool | date | datetime | None

# --- what is refused


@dataclass(eq=False)
class NotASheet(Invalid):
    """The file is neither xlsx nor csv, or it is empty."""

    code = "not-a-sheet"
    title = N_("This file cannot be read")
    detail = N_("%(file)s is not a table, or it is empty.")
    next_step = N_("Save it as .xlsx or .csv, with the names of the columns in the first row.")
    file: str


@dataclass(eq=False)
class UnknownColumns(Invalid):
    """Columns that would be lost."""

    code = "unknown-columns"
    title = N_("Unknown columns")
    detail = N_("The columns %(columns)s are not known here.")
    next_step = N_("Name them as one of %(known)s, or delete them.")
    columns: str
    known: str


@dataclass(eq=False)
class MissingColumns(Invalid):
    """Columns without which no row can be taken."""

    code = "missing-columns"
    title = N_("Columns are missing")
    detail = N_("The columns %(columns)s are missing.")
    next_step = N_("Add them to the first row.")
    columns: str


@dataclass(eq=False)
class BadCell(Invalid):
    """A cell that does not say what its column asks for."""

    code = "bad-cell"
    title = N_("Please check this cell")
    detail = N_("“%(column)s” cannot be “%(text)s”.")
    next_step = N_("Write it as in this example: %(example)s.")
    column: str
    text: str
    example: str


@dataclass(eq=False)
class TooLong(Invalid):
    """More in a cell than can be kept."""

    code = "too-long"
    title = N_("Too long")
    detail = N_("“%(column)s” has %(length)s characters.")
    next_step = N_("Shorten it to %(longest)s.")
    column: str
    length: int
    longest: int


# --- what there is


Row = dict[str, object]
"""The cells of a row by the fields that they fill."""
Filled = TypeVar("Filled")


@dataclass(frozen=True)
class Column:
    """A column: the field it fills, its names (the first is shown), how a cell is read, and an example.

    `longest` is how many characters of text are kept.
    """

    field: str
    names: tuple[str, ...]
    read: Callable[[Cell], object]
    example: str
    needed: bool = False
    longest: int = 60


# --- what can be asked


def read(
    file: Path, columns: Sequence[Column], *, progress: Progress = unheard
) -> tuple[dict[int, Row], dict[int, Refusal]]:
    """The rows of the first sheet by their numbers in the file, and why some cannot be read; empty rows are left out.

    A row holds the fields of the cells that are not empty. Raises NotASheet, UnknownColumns or MissingColumns.
    """
    numbered = enumerate(_cells(file), start=1)
    heads = _heads(next(numbered, (0, []))[1], columns, file)
    rows: dict[int, Row] = {}
    refused: dict[int, Refusal] = {}
    for number, cells in numbered:
        if all(_empty(cell) for cell in cells):
            continue
        try:
            rows[number] = _row(heads, cells)
        except Refusal as refusal:
            refused[number] = refusal
        progress(1)
    return rows, refused


def text(cell: Cell) -> str:
    """A cell as written; a whole number without its point, so that a phone number stays one."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def day(cell: Cell) -> date:
    """A date: a cell of that kind, or 2026-05-09, 2026/5/9, 2026.5.9, 2026年5月9日, 20260509."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    written = text(cell)
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", written) or re.fullmatch(
        r"(\d{4})(\d\d)(\d\d)", written
    )
    if parts is None:
        raise ValueError(written)
    return date(*map(int, parts.groups()))


def until(cell: Cell) -> date:
    """The last day of something; the last of all days where there is none (永久)."""
    return date.max if text(cell).lower() in NEVER else day(cell)


def whole(cell: Cell) -> int:
    """A whole number, 0 or more, of up to nine digits."""
    written = text(cell)
    if not written.isascii() or not written.isdigit() or len(written) > DIGITS:
        raise ValueError(written)
    return int(written)


def fen(cell: Cell) -> int:
    """An amount of yuan, as fen."""
    try:
        amount = Decimal(text(cell)) * 100
    except InvalidOperation:
        raise ValueError(cell) from None
    if not amount.is_finite() or amount != int(amount) or not 0 <= amount < 10**DIGITS:
        raise ValueError(cell)
    return int(amount)


def yes(cell: Cell) -> bool:
    """Yes or no, as an office writes it."""
    return one_of(YES_NO)(cell) is True


def one_of(words: Mapping[str, object]) -> Callable[[Cell], object]:
    """A reader of one of these words, whatever their case."""

    def known(cell: Cell) -> object:
        word = text(cell).lower()
        if word not in words:
            raise ValueError(word)
        return words[word]

    return known


def filled(made: Callable[..., Filled], row: Row) -> Filled:
    """What `made` takes out of a row; its columns are called and read as `made` wants them."""
    return made(**row)


def _cells(file: Path) -> Iterator[Sequence[Cell]]:
    with file.open("rb") as content:
        begins, _ = content.read(4), content.seek(0)
        if begins not in WORKBOOKS:
            yield from _csv(file)
            return
        try:
            yield from CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).iter_rows()  # type: ignore[misc]
        except (CalamineError, IndexError):
            raise NotASheet(file=file.name) from None


def _csv(file: Path) -> Iterator[Sequence[Cell]]:
    content = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            written = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in written:
            break
    else:
        raise NotASheet(file=file.name)
    first = written.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(StringIO(written, newline=""), delimiter=delimiter, strict=True)
    except csv.Error:
        raise NotASheet(file=file.name) from None


def _heads(cells: Sequence[Cell], columns: Sequence[Column], file: Path) -> list[Column | None]:
    if all(_empty(cell) for cell in cells):
        raise NotASheet(file=file.name)
    known = {name.lower(): column for column in columns for name in column.names}
    written = [re.sub(r"[\s*＊:：]", "", text(cell)).lower() if not _empty(cell) else "" for cell in cells]
    strangers = [text(cell) for cell, word in zip(cells, written, strict=True) if word and word not in known]
    if strangers:
        raise UnknownColumns(columns="、".join(strangers), known="、".join(column.names[0] for column in columns))
    heads = [known.get(word) for word in written]
    missing = [column.names[0] for column in columns if column.needed and column not in heads]
    if missing:
        raise MissingColumns(columns="、".join(missing))
    return heads


def _row(heads: Sequence[Column | None], cells: Sequence[Cell]) -> Row:
    row: Row = {}
    for column, cell in zip(heads, cells, strict=False):
        if column is None or _empty(cell):
            continue
        try:
            row[column.field] = column.read(_plain(cell))
        except (ValueError, TypeError):
            raise BadCell(column=column.names[0], text=text(cell)[:60], example=column.example) from None
        value = row[column.field]
        if isinstance(value, str) and len(value) > column.longest:
            raise TooLong(column=column.names[0], length=len(value), longest=column.longest)
    for column in heads:
        if column is not None and column.needed and column.field not in row:
            raise BadCell(column=column.names[0], text="", example=column.example)
    return row


def _plain(cell: Cell) -> Cell:
    """Without the apostrophe that keeps a program from taking text for a formula."""
    return cell[1:] if isinstance(cell, str) and re.match(r"'+[=+\-@\t\r]", cell) else cell


def _empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())

"""A list read from a file: every sheet, row, column and cell is taken, left out with a reason, or refused by its name.

One of a sheet's first rows names its columns, in Chinese or English, in any order; what is read out of a cell is said
once, by its `Column`. Nothing is guessed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from points.foundation import typed
from points.foundation.errors import N_, Refusal
from points.foundation.progress import Progress, unheard
from points.shapes.lists import workbooks
from points.shapes.lists.refusals import (
    BadCell,
    CellsWithoutName,
    DigitsLost,
    ErrorCell,
    MergedCells,
    MissingColumns,
    NoColumnsNamed,
    NotASheet,
    NothingReckoned,
    SeveralSheets,
    ShownOtherwise,
    TooLong,
    TwoForOne,
    UnknownColumns,
)
from points.shapes.lists.workbooks import Cell, Mark, Sheet, cell_name, column_name, is_empty

YES_NO = {
    **dict.fromkeys(("是", "有", "√", "✓", "y", "yes", "true", "1"), True),
    **dict.fromkeys(("否", "无", "×", "n", "no", "false", "0"), False),
}
NEVER = ("永久", "never")
DIGITS = 9
"""What every number column of the database holds."""
HEADS_WITHIN = 3
"""Among how many rows that are not empty the names of the columns are looked for."""
RUNNING = {"序号", "行号", "序", "no", "no.", "#"}
"""Columns that only count the rows."""
MOST_NAMED = 6
SHORTENED = re.compile(r"[0-9]\.[0-9]+[eE]\+?[0-9]{1,3}|[0-9]+[eE]\+[0-9]{1,3}")

HIDDEN_SHEET = N_("The sheet is hidden.")
NOT_THIS_LIST = N_("Its first rows name no columns of this list.")
EMPTY_SHEET = N_("The sheet is empty.")
ABOVE_THE_NAMES = N_("It stands above the names of the columns.")
ONLY_COUNTS = N_("It only counts the rows.")
EMPTY_COLUMN = N_("Nothing stands in it.")
ONLY_A_NUMBER = N_("There is only a running number.")

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


@dataclass(frozen=True)
class LeftOut:
    """A sheet, row or column that is not taken, and why: a message id."""

    what: str
    why: str


@dataclass(frozen=True)
class Taken:
    """A column that is taken: its place, what it is called in the file, and what it is here."""

    place: str
    heading: str
    column: str


@dataclass(frozen=True)
class Read:
    """A list as it was read: its rows and why some cannot be read, by their numbers in the file; and the account."""

    rows: Mapping[int, Row]
    refused: Mapping[int, Refusal]
    taken: Sequence[Taken]
    left_out: Sequence[LeftOut]

    def cell(self, row: int, column: Column) -> str:
        """The name of the cell of this column in a row."""
        return next((f"{one.place}{row}" for one in self.taken if one.column == column.names[0]), str(row))


# --- what can be asked


def read(content: bytes, columns: Sequence[Column], *, file: str, progress: Progress = unheard) -> Read:
    """The rows of the one sheet that is this list; a row holds the fields of the cells that are not empty.

    Raises NotASheet, SheetTooLarge, SeveralSheets, NoColumnsNamed, UnknownColumns, MissingColumns, TwoForOne,
    CellsWithoutName or MergedCells.
    """
    left_out: list[LeftOut] = []
    sheet, top = _the_list(workbooks.opened(content, file=file), columns, left_out, file=file)
    left_out += [
        LeftOut(str(number + 1), ABOVE_THE_NAMES) for number in range(top) if not all(map(is_empty, sheet.rows[number]))
    ]
    heads, taken = _heads(sheet, top, columns, left_out)
    below = [(number, cells) for number, cells in enumerate(sheet.rows) if number > top]
    _refuse_strays(sheet, below, heads)
    rows: dict[int, Row] = {}
    refused: dict[int, Refusal] = {}
    for number, cells in below:
        if not any(column and not _nothing(sheet, number, place, cells) for place, column in heads.items()):
            if not all(map(is_empty, cells)):
                left_out.append(LeftOut(str(number + 1), ONLY_A_NUMBER))
            continue
        try:
            rows[number + 1] = _row(sheet, number, cells, heads)
        except Refusal as refusal:
            refused[number + 1] = refusal
        progress(1)
    return Read(rows, refused, taken, left_out)


def filled(made: Callable[..., Filled], row: Row) -> Filled:
    """What `made` makes of the fields of a row, each read by its Column as the field there asks for."""
    return made(**row)


# --- how a cell is read


def text(cell: Cell) -> str:
    """A cell as written; a whole number without its point, so that a phone number stays one."""
    if isinstance(cell, bool | datetime | date):
        raise TypeError(cell)  # a spreadsheet has made it of what was typed: of 3-2 a day in March
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return typed.one_line(str(cell))


def day(cell: Cell) -> date:
    """A date: a cell of that kind, or 2026-05-09, 2026/5/9, 2026.5.9, 2026年5月9日, 20260509."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    parts = re.fullmatch(
        r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d\d)(\d\d)", typed.figures(text(cell)), re.ASCII
    )
    if parts is None:
        raise ValueError(cell)
    return date(*(int(part) for part in parts.groups() if part))


def until(cell: Cell) -> date:
    """The last day of something; the last of all days where there is none (永久)."""
    if isinstance(cell, str) and typed.plain(cell).lower() in NEVER:
        return date.max
    return day(cell)


def whole(cell: Cell) -> int:
    """A whole number, 0 or more, of up to nine digits."""
    written = typed.figures(text(cell))
    if not re.fullmatch(rf"[0-9]{{1,{DIGITS}}}", written):
        raise ValueError(written)
    return int(written)


def fen(cell: Cell) -> int:
    """An amount of yuan, as fen."""
    try:
        amount = Decimal(typed.figures(text(cell)).removeprefix("¥").removesuffix("元").strip()) * 100
    except InvalidOperation:
        raise ValueError(cell) from None
    if not amount.is_finite() or amount != int(amount) or not 0 <= amount < 10**DIGITS:
        raise ValueError(cell)
    return int(amount)


def yes(cell: Cell) -> bool:
    """Yes or no, as an office writes it."""
    if isinstance(cell, bool):
        return cell
    return one_of(YES_NO)(cell) is True


def one_of(words: Mapping[str, object]) -> Callable[[Cell], object]:
    """A reader of one of these words, whatever their case."""

    def known(cell: Cell) -> object:
        word = typed.plain(text(cell)).lower()
        if word not in words:
            raise ValueError(word)
        return words[word]

    return known


# --- which sheet, and which columns


def _the_list(
    sheets: Sequence[Sheet], columns: Sequence[Column], left_out: list[LeftOut], *, file: str
) -> tuple[Sheet, int]:
    """The one visible sheet whose first rows name columns of this list, and which row does."""
    known = _known(columns)
    shown = [sheet for sheet in sheets if not sheet.hidden and any(not is_empty(c) for row in sheet.rows for c in row)]
    if not shown:
        raise NotASheet(file=file)
    found = [(sheet, top) for sheet in shown if (top := _top(sheet, known)) is not None]
    if len(found) > 1:
        raise SeveralSheets(sheets=_listed([sheet.name for sheet, _ in found]))
    if not found:
        needed = [column.names[0] for column in columns if column.needed]
        others = [column.names[0] for column in columns if not column.needed]
        raise NoColumnsNamed(file=file, needed="、".join(needed), others="、".join(others))
    for sheet in sheets:
        if sheet is not found[0][0]:
            why = HIDDEN_SHEET if sheet.hidden else NOT_THIS_LIST if sheet in shown else EMPTY_SHEET
            left_out.append(LeftOut(sheet.name, why))
    return found[0]


def _top(sheet: Sheet, known: Mapping[str, Column]) -> int | None:
    """Which row names the columns: of the first ones that are not empty the one that names most, at least one."""
    filled_rows = [number for number, cells in enumerate(sheet.rows) if not all(map(is_empty, cells))][:HEADS_WITHIN]
    named = {number: sum(_word(cell) in known for cell in sheet.rows[number]) for number in filled_rows}
    best = max(filled_rows, key=lambda number: named[number])
    return best if named[best] >= 1 else None


def _heads(
    sheet: Sheet, top: int, columns: Sequence[Column], left_out: list[LeftOut]
) -> tuple[dict[int, Column | None], list[Taken]]:
    """The columns by their places; None for those that only count the rows."""
    known = _known(columns)
    heads: dict[int, Column | None] = {}
    taken: list[Taken] = []
    strangers: list[str] = []
    for place, cell in enumerate(sheet.rows[top]):
        word = _word(cell)
        if not word:
            continue
        heading = typed.one_line(str(cell))[:20]
        if word in RUNNING:
            heads[place] = None
            left_out.append(LeftOut(f"{column_name(place)} {heading}", ONLY_COUNTS))
        elif word in known:
            heads[place] = known[word]
            taken.append(Taken(column_name(place), heading, known[word].names[0]))
        elif all(is_empty(row[place]) for row in sheet.rows[top + 1 :] if place < len(row)):
            left_out.append(LeftOut(f"{column_name(place)} {heading}", EMPTY_COLUMN))
        else:
            strangers.append(heading)
    if strangers:
        raise UnknownColumns(columns=_listed(strangers), known="、".join(column.names[0] for column in columns))
    used = [column for column in heads.values() if column]
    for column in used:
        if used.count(column) > 1:
            places = [place for place, one in heads.items() if one is column]
            raise TwoForOne(columns=_listed([f"{column_name(at)} {_heading(sheet, top, at)}" for at in places]))
    missing = [column.names[0] for column in columns if column.needed and column not in used]
    if missing:
        raise MissingColumns(columns="、".join(missing))
    return heads, taken


def _refuse_strays(
    sheet: Sheet, below: Sequence[tuple[int, Sequence[Cell]]], heads: Mapping[int, Column | None]
) -> None:
    """Raises CellsWithoutName for what stands under no name, MergedCells for what is joined over several rows."""
    strays = [
        cell_name(number, place)
        for number, cells in below
        for place, cell in enumerate(cells)
        if place not in heads and not is_empty(cell)
    ]
    if strays:
        raise CellsWithoutName(cells=_listed(strays))
    top = min((number for number, _ in below), default=0)
    joined = [one for one in sheet.joined if int(re.sub(r".*[A-Z]", "", one)) > top]
    if joined:
        raise MergedCells(cells=_listed(joined))


def _heading(sheet: Sheet, top: int, place: int) -> str:
    return typed.one_line(str(sheet.rows[top][place]))[:20]


def _known(columns: Sequence[Column]) -> dict[str, Column]:
    return {name.lower(): column for column in columns for name in column.names}


def _word(cell: Cell) -> str:
    """A heading without what is put around it: 手机号（必填）: is 手机号."""
    if is_empty(cell) or not isinstance(cell, str):
        return ""
    return re.sub(r"\s|[*:：]|\((必填|选填|可不填)\)", "", typed.plain(cell)).lower()


def _listed(words: Sequence[str]) -> str:
    more = len(words) - MOST_NAMED
    return "、".join(words[:MOST_NAMED]) + (f" …（{len(words)}）" if more > 0 else "")


# --- rows


def _row(sheet: Sheet, number: int, cells: Sequence[Cell], heads: Mapping[int, Column | None]) -> Row:
    row: Row = {}
    for place, column in heads.items():
        if column is None or _nothing(sheet, number, place, cells):
            continue
        cell, name, title = cells[place] if place < len(cells) else None, cell_name(number, place), column.names[0]
        _refuse_marked(sheet.marks.get((number, place)), cell, name, title)
        try:
            value = column.read(_plain(cell))
        except (ValueError, TypeError):
            raise BadCell(cell=name, column=title, text=_shown(cell), example=column.example) from None
        if isinstance(value, str) and SHORTENED.fullmatch(value):
            raise DigitsLost(cell=name, column=title)
        if isinstance(value, str) and len(value) > column.longest:
            raise TooLong(cell=name, column=title, length=len(value), longest=column.longest)
        row[column.field] = value
    for place, column in heads.items():
        if column is not None and column.needed and row.get(column.field, "") == "":
            name = cell_name(number, place)
            raise BadCell(cell=name, column=column.names[0], text="", example=column.example)
    return row


def _refuse_marked(mark: Mark | None, cell: Cell, name: str, column: str) -> None:
    if mark == Mark.ERROR or (isinstance(cell, str) and workbooks.ERRORS.fullmatch(cell.strip())):
        raise ErrorCell(cell=name, column=column, text=_shown(cell))
    if mark == Mark.NOT_RECKONED:
        raise NothingReckoned(cell=name, column=column)
    if mark == Mark.DIGITS_LOST or (isinstance(cell, float) and abs(cell) >= workbooks.EXACT):
        raise DigitsLost(cell=name, column=column)
    if mark == Mark.SHOWN_OTHERWISE:
        raise ShownOtherwise(cell=name, column=column, text=_shown(cell))


def _nothing(sheet: Sheet, number: int, place: int, cells: Sequence[Cell]) -> bool:
    """Whether a cell is empty; one without a value that should have one is not."""
    if (number, place) in sheet.marks:
        return False
    return place >= len(cells) or is_empty(cells[place]) or not typed.one_line(str(cells[place]))


def _plain(cell: Cell) -> Cell:
    """Without the apostrophe that keeps a program from taking text for a formula."""
    return cell[1:] if isinstance(cell, str) and re.match(r"'+[=+\-@\t\r]", cell) else cell


def _shown(cell: Cell) -> str:
    whole_number = isinstance(cell, float) and cell.is_integer()
    return typed.one_line(str(int(cell) if isinstance(cell, float) and whole_number else cell))[:60]

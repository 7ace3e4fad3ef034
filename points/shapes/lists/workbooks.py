"""A file of an office as sheets of cells: xlsx or xls, or csv as Excel writes it (UTF-8, UTF-16 or GBK; commas,
semicolons or tabs), with what a cell's value alone does not tell: that it is an error, a formula without a result, a
number that lost digits, one that its format fills up, or joined with others.
"""

import csv
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from io import BytesIO, StringIO
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum, ZipError

from points.shapes.lists.refusals import NotASheet, SheetTooLarge

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How xlsx and xls begin, whatever the file is called."""
MOST_CELLS = 5_000_000
MOST_BYTES = 200_000_000
"""How large the parts of a workbook may be when they are unpacked."""
EXACT = 10**15
"""From here on a spreadsheet does not keep every digit of a number."""
ERRORS = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|BUSY!)")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Cell = str | float | bool | date | datetime | time | timedelta | None


class Mark(StrEnum):
    """What is wrong with a cell, whatever its value."""

    ERROR = "error"
    NOT_RECKONED = "not_reckoned"
    DIGITS_LOST = "digits_lost"
    SHOWN_OTHERWISE = "shown_otherwise"


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet, and the marks of some by row and column, from 0; `joined` are ranges over several rows."""

    name: str
    hidden: bool
    rows: Sequence[Sequence[Cell]]
    marks: Mapping[tuple[int, int], Mark] = field(default_factory=dict)
    joined: Sequence[str] = ()


@dataclass(frozen=True)
class _Marked:
    marks: dict[tuple[int, int], Mark]
    errors: dict[tuple[int, int], str]
    filled_up: dict[tuple[int, int], int]
    reach: list[int]
    """The last row and the last column that hold a cell."""


# --- what can be asked


def opened(content: bytes, *, file: str) -> list[Sheet]:
    """The sheets of a file in their order; a csv is one. Raises NotASheet or SheetTooLarge."""
    if content[:4] not in WORKBOOKS:
        return [Sheet("", hidden=False, rows=list(_csv(content, file)))]
    try:
        return list(_workbook(content, file))
    except (CalamineError, ZipError, zipfile.BadZipFile, ElementTree.ParseError, KeyError, IndexError, ValueError):
        raise NotASheet(file=file) from None


def column_name(number: int) -> str:
    """What a spreadsheet calls a column, counted from 0: A, B, … Z, AA."""
    name = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def cell_name(row: int, column: int) -> str:
    """What a spreadsheet calls a cell, both counted from 0: B7."""
    return f"{column_name(column)}{row + 1}"


def is_empty(cell: Cell) -> bool:
    """Whether there is nothing in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


# --- workbooks


def _workbook(content: bytes, file: str) -> Iterator[Sheet]:
    parts = _Parts(content, file) if content[:2] == b"PK" else None
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    for about in book.sheets_metadata:
        marked = parts.marked(about.name) if parts else _Marked({}, {}, {}, [0, 0])
        if (marked.reach[0] + 1) * (marked.reach[1] + 1) > MOST_CELLS:
            raise SheetTooLarge(file=file)  # before every cell in between is made room for
        sheet = book.get_sheet_by_name(about.name)
        rows: list[list[Cell]] = [list(row) for row in sheet.iter_rows()]
        for (row, column), text in marked.errors.items():
            _put(rows, row, column, text)
        for (row, column), length in marked.filled_up.items():
            if row < len(rows) and column < len(rows[row]) and isinstance(value := rows[row][column], int | float):
                rows[row][column] = str(int(value)).zfill(length)
        joined = [
            f"{cell_name(*first)}:{cell_name(*last)}"
            for first, last in (sheet.merged_cell_ranges or [])
            if first[0] != last[0]
        ]
        yield Sheet(about.name, about.visible != SheetVisibleEnum.Visible, rows, marked.marks, joined)


def _put(rows: list[list[Cell]], row: int, column: int, value: Cell) -> None:
    while len(rows) <= row:
        rows.append([])
    rows[row] += [""] * (column + 1 - len(rows[row]))
    rows[row][column] = value


class _Parts:
    """The XML inside an xlsx, which says of a cell what its value does not."""

    def __init__(self, content: bytes, file: str) -> None:
        self._archive = zipfile.ZipFile(BytesIO(content))
        if sum(part.file_size for part in self._archive.infolist()) > MOST_BYTES:
            raise SheetTooLarge(file=file)
        names = set(self._archive.namelist())
        self._paths: dict[str, str] = {}
        if {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            links = ElementTree.fromstring(self._archive.read("xl/_rels/workbook.xml.rels"))
            targets = {one.get("Id", ""): one.get("Target", "") for one in links}
            book = ElementTree.fromstring(self._archive.read("xl/workbook.xml"))
            for sheet in book.iter(f"{_MAIN}sheet"):
                target = targets.get(sheet.get(_LINK, ""), "")
                path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                if path in names:
                    self._paths[sheet.get("name", "")] = path
        self._formats = self._read_formats() if "xl/styles.xml" in names else []

    def marked(self, name: str) -> _Marked:
        """What there is to say of the cells of this sheet."""
        found = _Marked({}, {}, {}, [0, 0])
        if name not in self._paths:
            return found
        with self._archive.open(self._paths[name]) as part:
            for _, cell in ElementTree.iterparse(part):
                if cell.tag == f"{_MAIN}c":
                    self._mark(cell, found)
                elif cell.tag == f"{_MAIN}row":
                    cell.clear()
        return found

    def _mark(self, cell: ElementTree.Element, found: _Marked) -> None:
        place, kind = _place(cell.get("r", "")), cell.get("t", "n")
        written = cell.findtext(f"{_MAIN}v") or ""
        if place is None:
            return
        found.reach[:] = [max(far) for far in zip(found.reach, place, strict=True)]
        if kind == "e":
            found.marks[place] = Mark.ERROR
            found.errors[place] = written
        elif cell.find(f"{_MAIN}f") is not None and not written and kind != "str":
            found.marks[place] = Mark.NOT_RECKONED
        elif kind == "n" and written:
            form = self._formats[int(cell.get("s", 0))] if int(cell.get("s", 0)) < len(self._formats) else ""
            if abs(float(written)) >= EXACT:
                found.marks[place] = Mark.DIGITS_LOST
            elif re.fullmatch("0{2,}", form):
                found.filled_up[place] = len(form)
            elif re.search(r'"[^"]*[^"\s元¥][^"]*"', form) and not re.search("[ymdhs年月日]", form, re.IGNORECASE):
                found.marks[place] = Mark.SHOWN_OTHERWISE

    def _read_formats(self) -> list[str]:
        """The number format of each style; empty for those that come with the program."""
        styles = ElementTree.fromstring(self._archive.read("xl/styles.xml"))
        own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in styles.iter(f"{_MAIN}numFmt")}
        used = styles.find(f"{_MAIN}cellXfs")
        return [own.get(one.get("numFmtId", ""), "") for one in used] if used is not None else []


def _place(name: str) -> tuple[int, int] | None:
    if not (parts := re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", name)):
        return None
    column = 0
    for letter in parts[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(parts[2]) - 1, column - 1


# --- csv


def _csv(content: bytes, file: str) -> Iterator[list[str]]:
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            written = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in written:
            break
    else:
        raise NotASheet(file=file)
    first = "\n".join(written.split("\n", 3)[:3])
    try:
        yield from csv.reader(StringIO(written, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    except csv.Error:
        raise NotASheet(file=file) from None

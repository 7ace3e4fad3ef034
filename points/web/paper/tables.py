"""Lists to be written on with a pen: the roster of an activity, the hand-overs of an exchange session."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from points.web.paper import fonts, sheet
from points.web.paper.sheet import Align, Pen, Sheet

ROWS = 25
ROW = 8.4 * mm
TICK = "☐"
"""As a cell: an empty box to tick."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, its share of the width, and how its cells stand."""

    heading: str
    share: float
    align: Align = "left"
    bold: bool = False


@dataclass(frozen=True)
class List:
    """A list of any length. `facts` stand under the title, `foot` at the end of every page, `to_fill` are labels of
    boxes there for what is written by hand; `page` has the facts %(page)d and %(pages)d. At least `spare` rows stay
    blank for who comes along.
    """

    title: str
    facts: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    blank: Sequence[str]
    foot: str
    to_fill: Sequence[str]
    page: str
    spare: int = 0


def pdf(made_of: List, *, language: str, note: str = "") -> bytes:
    """The pages, 25 rows each; the last is filled up with blank rows."""
    made = Sheet(title=made_of.title, language=language, note=note)
    pages = max(1, -(-(len(made_of.rows) + made_of.spare) // ROWS))
    rows = [*made_of.rows, *[made_of.blank] * (pages * ROWS - len(made_of.rows))]
    for page in range(pages):
        _page(made, made_of, rows, page, pages)
        made.end_page()
    return made.pdf()


def _page(made: Sheet, made_of: List, rows: Sequence[Sequence[str]], page: int, pages: int) -> None:
    left, room = sheet.MARGIN, sheet.WIDTH - 2 * sheet.MARGIN
    made.text(left, sheet.HEIGHT - 19 * mm, made_of.title, Pen(18, bold=True, least=11), room=room)
    y = sheet.HEIGHT - 26.5 * mm
    for fact in made_of.facts:
        made.text(left, y, fact, Pen(10.5, least=8), room=room)
        y -= 5.6 * mm
    top = sheet.HEIGHT - 42 * mm
    edges = [left]
    for column in made_of.columns:
        edges.append(edges[-1] + room * column.share / sum(one.share for one in made_of.columns))
    for column, start, end in zip(made_of.columns, edges, edges[1:], strict=False):
        _cell(made, column.heading, start, end, top, Column("", 0, column.align), 9.5)
    for number, row in enumerate(rows[page * ROWS : (page + 1) * ROWS]):
        y = top - (number + 1) * ROW
        cells = (str(page * ROWS + number + 1), *row)
        for column, start, end, cell in zip(made_of.columns, edges, edges[1:], cells, strict=False):
            _cell(made, cell, start, end, y, column, 12)
    bottom = top - ROWS * ROW
    made.lines([(left, top - n * ROW, left + room, top - n * ROW) for n in range(ROWS + 1)], color=sheet.LINE)
    made.lines([(x, bottom, x, top + ROW * 0.85) for x in edges], width=0.4, color=sheet.LINE)
    made.lines([(left, top + ROW * 0.85, left + room, top + ROW * 0.85), (left, top, left + room, top)], width=1)
    x, labels = left, sum(fonts.width(fonts.printable(label), 10.5) + 8 * mm for label in made_of.to_fill)
    wide = min(45 * mm, (room - labels) / max(1, len(made_of.to_fill)))  # room for a name written by hand
    for label in made_of.to_fill:
        made.text(x, bottom - 9.5 * mm, label, Pen(10.5))
        x += fonts.width(fonts.printable(label), 10.5) + 2 * mm
        made.box(x, bottom - 11.5 * mm, wide, 8 * mm, round_by=1 * mm)
        x += wide + 6 * mm
    made.text(left, 10 * mm, made_of.foot, Pen(9, least=7, color=sheet.SOFT), room=room - 30 * mm)
    told = made_of.page % {"page": page + 1, "pages": pages}
    made.text(left + room, 10 * mm, told, Pen(9, align="right", color=sheet.SOFT))


def _cell(made: Sheet, text: str, start: float, end: float, y: float, column: Column, size: float) -> None:
    room, pad = end - start - 3 * mm, 1.5 * mm
    if text.startswith(TICK):  # drawn, with what belongs beside it
        side, rest = 4.6 * mm, text.removeprefix(TICK).strip()
        made.box(start + pad, y + (ROW - side) / 2, side, side)
        made.text(start + pad + side + 1.2 * mm, y + 2.5 * mm, rest, Pen(9.5, least=7), room=room - side)
        return
    at = {"left": start + pad, "center": (start + end) / 2, "right": end - pad}[column.align]
    made.text(at, y + 2.5 * mm, text, Pen(size, bold=column.bold, align=column.align, least=7), room=room)

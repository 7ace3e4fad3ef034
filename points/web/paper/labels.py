"""Labels for the shelf: 24 on A4 (70 × 37 mm, as sold to stick on), each with its code, name and points."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from points.web.paper import sheet
from points.web.paper.sheet import Pen, Sheet

COLUMNS, ROWS = 3, 8
PER_PAGE = COLUMNS * ROWS
LABEL_WIDTH, LABEL_HEIGHT = sheet.WIDTH / COLUMNS, sheet.HEIGHT / ROWS
PAD = 5 * mm
QR = 27 * mm
CROSS = 1.5 * mm
NOTE = 4 * mm
"""The upper row of labels begins at the edge: the note stands above their names."""


@dataclass(frozen=True)
class Label:
    """What stands on a label; `points` in words, with the unit."""

    name: str
    spec: str
    points: str
    code: str
    address: str


def pdf(labels: Sequence[Label], *, title: str, language: str, note: str = "") -> bytes:
    """The sheets of `labels` in their order."""
    made = Sheet(title=title, language=language, note=note, note_below=NOTE)
    for first in range(0, len(labels), PER_PAGE):
        _crosses(made)
        for place, label in enumerate(labels[first : first + PER_PAGE]):
            row, column = divmod(place, COLUMNS)
            _label(made, column * LABEL_WIDTH, sheet.HEIGHT - (row + 1) * LABEL_HEIGHT, label)
        made.end_page()
    return made.pdf()


def _crosses(made: Sheet) -> None:
    parts = []
    for x in (column * LABEL_WIDTH for column in range(1, COLUMNS)):
        for y in (row * LABEL_HEIGHT for row in range(1, ROWS)):
            parts += [(x - CROSS, y, x + CROSS, y), (x, y - CROSS, x, y + CROSS)]
    made.lines(parts, width=0.3, color=sheet.LINE)


def _label(made: Sheet, x: float, y: float, label: Label) -> None:
    made.qr(x + PAD - 1.5 * mm, y + (LABEL_HEIGHT - QR) / 2, label.address, QR)
    left = x + PAD + QR
    room = x + LABEL_WIDTH - PAD - left
    size = 14 if sheet.fits(label.name, 14, room) else 11.5 if sheet.fits(label.name, 11.5, room * 1.9) else 9.5
    under = made.paragraph(
        left, y + LABEL_HEIGHT - 10 * mm, label.name, Pen(size, bold=True), room=room, lines=2, leading=1.2
    )
    made.text(left, under + 1 * mm, label.spec, Pen(9, least=6.5, color=sheet.SOFT), room=room)
    made.text(left, y + 9.6 * mm, label.points, Pen(18, bold=True, least=10, color=sheet.BRAND), room=room)
    made.text(left, y + 5.6 * mm, label.code, Pen(7, color=sheet.SOFT), room=room)

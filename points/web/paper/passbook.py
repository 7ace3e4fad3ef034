"""The passbook (积分存折): what is there, what came and went in words, what expires when – in large print."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from points.web.paper import sheet
from points.web.paper.sheet import Pen, Sheet

LEFT = 16 * mm
ROOM = sheet.WIDTH - 2 * LEFT
FLOOR = 24 * mm
SIZE = 17


@dataclass(frozen=True)
class Line:
    """One booking: the day, what it was in words, the points with their sign."""

    day: str
    words: str
    points: str


@dataclass(frozen=True)
class Passbook:
    """A person's points on one day. `asides` are sentences under the balance, `expiries` what goes when."""

    title: str
    name: str
    code: str
    day: str
    balance: str
    asides: Sequence[str]
    lines_title: str
    lines: Sequence[Line]
    no_lines: str
    expiries_title: str
    expiries: Sequence[str]
    foot: str


def pdf(book: Passbook, *, language: str, note: str = "") -> bytes:
    """As many pages as the lines need, mostly one; nothing is smaller than 14 points but the foot."""
    writer = _Writer(book, language=language, note=note)
    made = writer.made
    made.text(LEFT, writer.y, book.balance, Pen(44, bold=True, least=26, color=sheet.BRAND), room=ROOM)
    writer.y -= 11 * mm
    for aside in book.asides:
        writer.y = made.paragraph(LEFT, writer.y, aside, Pen(15), room=ROOM, lines=3)
    writer.heading(book.lines_title)
    for line in book.lines:
        writer.line(line)
    if not book.lines:
        writer.sentence(book.no_lines)
    if book.expiries:
        writer.heading(book.expiries_title)
        for sentence in book.expiries:
            writer.sentence(sentence)
    writer.end()
    return made.pdf()


class _Writer:
    """Where the next line goes, and a new page when it has no place."""

    def __init__(self, book: Passbook, *, language: str, note: str) -> None:
        self.book = book
        self.y: float = 0
        self.made = Sheet(title=book.title, language=language, note=note)
        self._begin()
        self.y -= 15 * mm

    def heading(self, text: str) -> None:
        self._need(26 * mm)
        self.y -= 5 * mm
        self.made.text(LEFT, self.y, text, Pen(19, bold=True, least=14), room=ROOM)
        self.y -= 3 * mm
        self.made.lines([(LEFT, self.y, LEFT + ROOM, self.y)], width=1.2)
        self.y -= 7.5 * mm

    def line(self, line: Line) -> None:
        room = ROOM - 27 * mm
        parts = sheet.wrapped(f"{line.day}  {line.words}", SIZE, room=room, lines=2)
        self._need(len(parts) * 8 * mm + 2 * mm)
        self.made.text(LEFT + ROOM, self.y, line.points, Pen(20, bold=True, align="right", least=12), room=26 * mm)
        for part in parts:
            self.made.text(LEFT, self.y, part, Pen(SIZE), room=room)
            self.y -= 7.6 * mm
        self.made.lines([(LEFT, self.y + 4.6 * mm, LEFT + ROOM, self.y + 4.6 * mm)], width=0.3, color=sheet.LINE)
        self.y -= 2.4 * mm

    def sentence(self, text: str) -> None:
        self._need(8 * mm)
        self.y = self.made.paragraph(LEFT, self.y, text, Pen(SIZE), room=ROOM, lines=2) - 0.8 * mm

    def end(self) -> None:
        self.made.paragraph(LEFT, 15 * mm, self.book.foot, Pen(11, color=sheet.SOFT), room=ROOM, lines=2)
        self.made.end_page()

    def _need(self, height: float) -> None:
        if self.y - height < FLOOR - 6 * mm:
            self.end()
            self._begin()

    def _begin(self) -> None:
        top = sheet.HEIGHT - 20 * mm
        self.made.text(LEFT, top, self.book.title, Pen(22, bold=True, least=15), room=ROOM * 0.55)
        self.made.text(LEFT + ROOM, top, self.book.day, Pen(14, align="right"), room=ROOM * 0.42)
        self.made.bar(LEFT, top - 4 * mm, ROOM, 0.8 * mm)
        self.made.text(LEFT, top - 13.5 * mm, self.book.name, Pen(22, bold=True, least=15), room=ROOM * 0.6)
        self.made.text(LEFT + ROOM, top - 13.5 * mm, self.book.code, Pen(15, align="right"), room=ROOM * 0.38)
        self.y = top - 22 * mm

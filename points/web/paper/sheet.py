"""A document in the making: pages of A4, text that fits its place, QR codes as drawn modules, lines and boxes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from points.foundation import qr
from points.web.paper import fonts

WIDTH, HEIGHT = A4
MARGIN = 14 * mm
INK = HexColor("#000000")
SOFT = HexColor("#4d4d4d")
LINE = HexColor("#808080")
BRAND = HexColor("#a5301b")
ELLIPSIS = "…"
Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Pen:
    """How a text is written: its size in points, down to `least` where there is too little room for it."""

    size: float
    bold: bool = False
    align: Align = "left"
    color: Color = INK
    least: float | None = None


class _Line(Protocol):
    def setFont(self, name: str, size: float) -> None: ...
    def setFillColor(self, color: Color) -> None: ...
    def setTextRenderMode(self, mode: int) -> None: ...
    def textOut(self, text: str) -> None: ...


class _Canvas(Protocol):
    """What is used of a canvas of reportlab, which has no types."""

    def setTitle(self, title: str) -> None: ...
    def setCreator(self, creator: str) -> None: ...
    def showPage(self) -> None: ...
    def save(self) -> None: ...
    def saveState(self) -> None: ...
    def restoreState(self) -> None: ...
    def beginText(self, x: float, y: float) -> _Line: ...
    def drawText(self, text: _Line) -> None: ...
    def setLineWidth(self, width: float) -> None: ...
    def setStrokeColor(self, color: Color) -> None: ...
    def setFillColor(self, color: Color) -> None: ...
    def translate(self, dx: float, dy: float) -> None: ...
    def scale(self, x: float, y: float) -> None: ...
    def addLiteral(self, written: str) -> None: ...
    def lines(self, parts: Sequence[tuple[float, float, float, float]]) -> None: ...
    def rect(self, x: float, y: float, width: float, height: float, *, stroke: int, fill: int) -> None: ...
    def circle(self, x: float, y: float, radius: float, *, stroke: int, fill: int) -> None: ...
    def roundRect(
        self, x: float, y: float, width: float, height: float, radius: float, *, stroke: int, fill: int
    ) -> None: ...


class Sheet:
    """One PDF. `note` stands small `note_below` the upper edge of every page (demo data says so there)."""

    def __init__(self, *, title: str, language: str, note: str = "", note_below: float = 6 * mm) -> None:
        pdfmetrics.registerFont(fonts.face())
        self._buffer = io.BytesIO()
        self._canvas: _Canvas = Canvas(self._buffer, pagesize=A4, pageCompression=1, lang=language)
        self._canvas.setTitle(fonts.printable(title))
        self._canvas.setCreator("湘妹子能量家 Points")
        self._note, self._note_below = note, note_below

    def end_page(self) -> None:
        """The page is done; what is drawn next stands on the next one."""
        if self._note:
            self.text(WIDTH / 2, HEIGHT - self._note_below, self._note, Pen(8, align="center", color=SOFT))
        self._canvas.showPage()

    def pdf(self) -> bytes:
        """The document; every page was ended before."""
        self._canvas.save()
        return self._buffer.getvalue()

    # --- text

    def text(
        self,
        x: float,
        y: float,
        text: str,
        pen: Pen,
        *,
        room: float | None = None,
    ) -> None:
        """One line with its baseline at `y`. In a `room` too narrow it gets as small as the pen allows, then is cut."""
        shown, size = fonts.printable(text), pen.size
        if room is not None:
            size = _fitting(shown, size, pen.least or size, room)
            shown = _cut(shown, size, room)
        if pen.align != "left":
            x -= fonts.width(shown, size) / (2 if pen.align == "center" else 1)
        line = self._canvas.beginText(x, y)
        line.setFont(fonts.NAME, size)
        line.setFillColor(pen.color)
        if pen.bold:  # the regular face with a thin outline: one typeface of 10 MB in the package instead of two
            self._canvas.saveState()
            self._canvas.setLineWidth(size / 38)
            self._canvas.setStrokeColor(pen.color)
            line.setTextRenderMode(2)
        line.textOut(shown)
        self._canvas.drawText(line)
        if pen.bold:
            self._canvas.restoreState()

    def paragraph(
        self, x: float, y: float, text: str, pen: Pen, *, room: float, lines: int, leading: float = 1.4
    ) -> float:
        """`text` broken over at most `lines` lines, the first with its baseline at `y`; the baseline after the last."""
        for part in wrapped(text, pen.size, room=room, lines=lines):
            at = x if pen.align == "left" else x + room / 2 if pen.align == "center" else x + room
            self.text(at, y, part, pen, room=room)
            y -= pen.size * leading
        return y

    # --- drawing

    def qr(self, x: float, y: float, address: str, side: float) -> None:
        """The QR of `address` in a square of `side`, quiet zone included, as one filled path of its modules."""
        modules = qr.matrix(address, mask=qr.PRINTED_MASK)
        module = side / (len(modules) + 2 * qr.QUIET_ZONE)
        self._canvas.saveState()
        self._canvas.translate(x + qr.QUIET_ZONE * module, y + side - qr.QUIET_ZONE * module)
        self._canvas.scale(module, -module)
        self._canvas.setFillColor(INK)
        path = [f"{start} {row} {run} 1 re" for row, cells in enumerate(modules) for start, run in qr.runs(cells)]
        self._canvas.addLiteral(" ".join(path) + " f")  # whole numbers as they are; formatting floats took a third
        self._canvas.restoreState()

    def lines(
        self, parts: Sequence[tuple[float, float, float, float]], *, width: float = 0.5, color: Color = INK
    ) -> None:
        """Straight lines (x1, y1, x2, y2)."""
        self._canvas.setLineWidth(width)
        self._canvas.setStrokeColor(color)
        self._canvas.lines(parts)

    def box(self, x: float, y: float, width: float, height: float, *, line: float = 0.8, round_by: float = 0) -> None:
        """An empty box, for a tick or a number."""
        self._canvas.setLineWidth(line)
        self._canvas.setStrokeColor(INK)
        self._canvas.roundRect(x, y, width, height, round_by, stroke=1, fill=0)

    def bar(self, x: float, y: float, width: float, height: float, *, color: Color = BRAND) -> None:
        """A filled bar."""
        self._canvas.setFillColor(color)
        self._canvas.rect(x, y, width, height, stroke=0, fill=1)

    def disc(self, x: float, y: float, radius: float, *, color: Color = BRAND) -> None:
        """A filled circle round (x, y)."""
        self._canvas.setFillColor(color)
        self._canvas.circle(x, y, radius, stroke=0, fill=1)


def fits(text: str, size: float, room: float) -> bool:
    """Whether `text` stands on one line of `room` at `size`."""
    return fonts.width(fonts.printable(text), size) <= room


def wrapped(text: str, size: float, *, room: float, lines: int) -> list[str]:
    """`text` in at most `lines` lines of `room`: broken between signs, not inside a Latin word; the rest is cut."""
    parts, line = [], ""
    for word in _words(fonts.printable(text)):
        if line and fonts.width((line + word).rstrip(), size) > room:
            parts.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    parts.append(line.rstrip())
    if len(parts) > lines:
        parts[lines - 1 :] = [_cut("".join(parts[lines - 1 :]), size, room)]
    return [part for part in parts if part]


def _words(text: str) -> list[str]:
    words: list[str] = []
    for sign in text:
        joins = bool(words) and (
            (sign.isascii() and sign != " " and words[-1][-1].isascii() and words[-1][-1] != " ")
            or sign in "，。；：！？、）》」』”’…"
            or words[-1][-1] in "（《「『“‘"
        )
        if joins:
            words[-1] += sign
        else:
            words.append(sign)
    return words


def _fitting(text: str, size: float, least: float, room: float) -> float:
    wide = fonts.width(text, size)
    return size if wide <= room else max(least, size * room / wide * 0.999)


def _cut(text: str, size: float, room: float) -> str:
    if fonts.width(text, size) <= room:
        return text
    while text and fonts.width(text + ELLIPSIS, size) > room:
        text = text[:-1]
    return text + ELLIPSIS

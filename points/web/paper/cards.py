"""Sheets of service cards (便民服务卡): ten on A4, in the size of a bank card, with marks to cut along."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from points.web.paper import sheet
from points.web.paper.sheet import Pen, Sheet

CARD_WIDTH, CARD_HEIGHT = 85.6 * mm, 54 * mm
COLUMNS, ROWS = 2, 5
PER_PAGE = COLUMNS * ROWS
LEFT = (sheet.WIDTH - COLUMNS * CARD_WIDTH) / 2
BOTTOM = (sheet.HEIGHT - ROWS * CARD_HEIGHT) / 2
MARK, MARK_OFF = 5 * mm, 2 * mm
QR = 33 * mm
PAD = 4.5 * mm
LEAST_NAME = 16
"""A name that would be smaller than this on one line stands on two."""


@dataclass(frozen=True)
class Card:
    """What stands on a card; nothing else about its holder does."""

    name: str
    serial: str
    address: str
    found: str


def pdf(cards: Sequence[Card], *, title: str, heading: str, language: str, note: str = "") -> bytes:
    """The sheets of `cards` in their order; `heading` stands on each card, `title` names the document."""
    made = Sheet(title=title, language=language, note=note)
    for first in range(0, len(cards), PER_PAGE):
        _marks(made)
        for place, card in enumerate(cards[first : first + PER_PAGE]):
            row, column = divmod(place, COLUMNS)
            _card(made, LEFT + column * CARD_WIDTH, BOTTOM + (ROWS - 1 - row) * CARD_HEIGHT, card, heading)
        made.end_page()
    return made.pdf()


def marks() -> list[tuple[float, float, float, float]]:
    """The marks to cut along, all outside the cards and inside the page."""
    across = [LEFT + column * CARD_WIDTH for column in range(COLUMNS + 1)]
    up = [BOTTOM + row * CARD_HEIGHT for row in range(ROWS + 1)]
    right, top = across[-1] + MARK_OFF, up[-1] + MARK_OFF
    left, bottom = across[0] - MARK_OFF, up[0] - MARK_OFF
    return [
        *((x, y, x, y + MARK) for x in across for y in (top, bottom - MARK)),
        *((x, y, x + MARK, y) for y in up for x in (right, left - MARK)),
    ]


def _marks(made: Sheet) -> None:
    made.lines(marks(), width=0.4)


def _card(made: Sheet, x: float, y: float, card: Card, heading: str) -> None:
    right = x + CARD_WIDTH - PAD
    made.bar(x + PAD, y + CARD_HEIGHT - 9.2 * mm, CARD_WIDTH - 2 * PAD, 0.5 * mm)
    made.text(
        x + PAD, y + CARD_HEIGHT - 7.2 * mm, heading, Pen(10, least=7, color=sheet.BRAND), room=CARD_WIDTH - 2 * PAD
    )
    room = CARD_WIDTH - QR - 2 * PAD + 3 * mm
    if sheet.fits(card.name, LEAST_NAME, room):
        made.text(x + PAD, y + 27 * mm, card.name, Pen(34, bold=True, least=LEAST_NAME), room=room)
    else:
        made.paragraph(x + PAD, y + 33.5 * mm, card.name, Pen(LEAST_NAME, bold=True), room=room, lines=2, leading=1.3)
    made.text(x + PAD, y + 17 * mm, card.serial, Pen(12, least=8), room=room)
    made.qr(right - QR + 3 * mm, y + 9.6 * mm, card.address, QR)
    made.paragraph(x + PAD, y + 6.6 * mm, card.found, Pen(7.5), room=CARD_WIDTH - 2 * PAD, lines=2, leading=1.3)

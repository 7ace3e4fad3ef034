"""The poster of an activity: what, when, where, a large QR, and how to use it in three words."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

from points.web.paper import fonts, sheet
from points.web.paper.sheet import Pen, Sheet

QR = 152 * mm
BETWEEN = 12 * mm
"""Between one step and the next."""


@dataclass(frozen=True)
class Poster:
    """What a poster says. `steps` are the three words under the code, `foot` whom to ask."""

    title: str
    when: str
    place: str
    address: str
    steps: Sequence[str]
    foot: str


def pdf(poster: Poster, *, heading: str, language: str, note: str = "") -> bytes:
    """One page to hang up; readable from across a room, scanned from two steps away."""
    made, room, middle = Sheet(title=poster.title, language=language, note=note), sheet.WIDTH - 36 * mm, sheet.WIDTH / 2
    made.bar(0, sheet.HEIGHT - 24 * mm, sheet.WIDTH, 14 * mm)
    made.text(middle, sheet.HEIGHT - 19 * mm, heading, Pen(17, align="center", color=HexColor("#ffffff")), room=room)
    size = 46 if len(sheet.wrapped(poster.title, 46, room=room, lines=9)) == 1 else 34
    y = made.paragraph(
        18 * mm,
        sheet.HEIGHT - 46 * mm,
        poster.title,
        Pen(size, bold=True, align="center"),
        room=room,
        lines=2,
        leading=1.25,
    )
    y = min(y, sheet.HEIGHT - 62 * mm) + (size - 30) * 0.6
    made.text(middle, y, poster.when, Pen(24, align="center", least=14), room=room)
    made.text(middle, y - 12.5 * mm, poster.place, Pen(24, align="center", least=14), room=room)
    bottom = 43 * mm
    made.qr(middle - QR / 2, bottom, poster.address, QR)
    third = room / 3
    words = [min(fonts.width(word, 28), third - 14 * mm) for word in poster.steps]
    x = middle - (sum(words) + 13 * mm * len(words) + BETWEEN * (len(words) - 1)) / 2
    for number, (word, width) in enumerate(zip(poster.steps, words, strict=True), 1):
        made.disc(x + 5 * mm, 37 * mm, 5 * mm)
        made.text(x + 5 * mm, 34.8 * mm, str(number), Pen(18, align="center", color=HexColor("#ffffff")))
        made.text(x + 13 * mm, 33.6 * mm, word, Pen(28, bold=True, least=12), room=third - 14 * mm)
        x += 13 * mm + width + BETWEEN
    made.paragraph(18 * mm, 20 * mm, poster.foot, Pen(13, align="center", color=sheet.SOFT), room=room, lines=2)
    made.end_page()
    return made.pdf()

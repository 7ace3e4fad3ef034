"""The one typeface of everything printed: Noto Sans SC, embedded, so that a name looks the same from every printer."""

import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

from reportlab.pdfbase.ttfonts import TTFont

FILE = Path(__file__).parent / "fonts/noto-sans-sc-0.4.3/NotoSansSC_400Regular.ttf"
NAME = "NotoSansSC"
STAND_IN = "□"
"""Printed where the typeface lacks a character: an empty box, to write it in by hand."""
_ONE_AT_A_TIME = threading.Lock()


class _Table(Protocol):
    content: str


class Document(Protocol):
    """What is asked of a document of reportlab, which has no types: its parts by name."""

    idToObject: Mapping[str, _Table]


class Face(TTFont):  # type: ignore[misc]  # reportlab has no types
    """The typeface, with text that can be searched and copied beyond U+FFFF too.

    reportlab writes such a character's code point into the table from glyphs to text, where PDF wants its two halves
    in UTF-16; without this a name such as 𬱖 prints right and is copied as something else.
    """

    def addObjects(self, doc: Document) -> None:
        """Add the subsets in use to the document, and put their tables right."""
        with _ONE_AT_A_TIME:  # cutting a subset moves a position in the one open file
            super().addObjects(doc)
        for name, table in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                table.content = re.sub(r"(<..>) <([0-9A-F]{5,6})>", _in_halves, table.content)


@cache
def face() -> Face:
    """The typeface, read once."""
    return Face(NAME, str(FILE))


def lacking(text: str) -> str:
    """The characters of `text` that the typeface lacks, each once."""
    known = face().face.charToGlyph
    return "".join(dict.fromkeys(sign for sign in _visible(text) if ord(sign) not in known))


def printable(text: str) -> str:
    """`text` as it can be printed: on one line, with a stand-in for what the typeface lacks."""
    known = face().face.charToGlyph
    return "".join(sign if ord(sign) in known else STAND_IN for sign in _visible(text))


def width(text: str, size: float) -> float:
    """How wide printable `text` is at `size`."""
    return float(face().stringWidth(text, size))


def _visible(text: str) -> str:
    signs = (" " if sign.isspace() else sign for sign in text)
    return "".join(sign for sign in signs if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Mn"))


def _in_halves(found: re.Match[str]) -> str:
    return f"{found[1]} <{chr(int(found[2], 16)).encode('utf-16-be').hex().upper()}>"

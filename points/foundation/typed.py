"""What people type and scan: the one place that reads it.

Fields of pages, lists of an office, searches, the desk, sign-in, the API and the commands all read through here, so
that what works in one of them works in all. Nothing here asks the database, and nothing is guessed: what can be read in
two ways is left as it stands, for its verb to refuse.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

REGION = "CN"
ADDRESS = re.compile(r"(?:^|/)(?P<kind>[A-Za-z])/(?P<value>[^/?#\s]+)/?(?:[?#].*)?$")
"""An address of ours, as a QR holds it or somebody copies it: what kind of thing, and its code (design §4)."""
CODE = r"[0-9A-Za-z][0-9A-Za-z_.\-]{0,39}"
"""A code that can stand in an address."""
NUMBER = re.compile(r"^[A-Z]{1,6}[0-9]{6,12}$")
"""A volunteer's number."""
MIDDLE_DOT = "·"
DOTS = "•・･‧∙⋅◦⸱ꞏ᛫."
"""What people type for the middle dot of a name."""
DASHES = "‐‑‒–—―−﹣－"
LOOKALIKES = {"O": "0", "I": "1", "L": "1"}
"""What people type for a digit of a code."""
BETWEEN = {" ": "", "-": "", MIDDLE_DOT: ""}
"""What people put between the signs of a code."""
INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Signs without a shape that Unicode does not count among the format signs; so do the selectors of variants."""
_DROPPED = {"Cf", "Co", "Cn", "Cs"}
_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_PHONE = re.compile(r"(?P<dialled>[+0-9 ()/.·-]+)(?:(?:转接?|#|ext\.?|x) ?[0-9]{1,6})?", re.IGNORECASE)
_DIGITS_OF = re.compile(r"([A-Z]{1,6}?)([0-9OIL]{6,12})")


class PhoneKind(StrEnum):
    """What a phone is: only a mobile is one person's."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone of the mainland: `number` as it is kept, digits only, a landline's with the 0 of its area."""

    number: str
    kind: PhoneKind


# --- prose: what is shown again as it was written


def one_line(text: str) -> str:
    """`text` trimmed and in one line: several blanks count as one, what has no shape as none."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(_shown(one) for one in _SELECTORS.sub("", text)).split())


def lines(text: str) -> str:
    """The same of a text of several lines."""
    return "\n".join(one_line(line) for line in text.splitlines()).strip()


# --- words, numbers and codes: what is looked up


def plain(text: str) -> str:
    """One line of Latin letters, digits and signs as a keyboard has them: １２：００ is 12:00."""
    kept = one_line(text)
    while not kept.isascii() and (again := one_line(unicodedata.normalize("NFKC", kept))) != kept:
        kept = again
    return kept


def figures(text: str) -> str:
    """A number, a day or an hour: as `plain`, with every dash a hyphen."""
    kept = plain(text)
    for dash in DASHES:
        kept = kept.replace(dash, "-")
    return kept


def code(text: str) -> str:
    """A code as it stands in addresses: without blanks, its dashes hyphens; of an address its last part."""
    kept = plain(figures(text).replace(" ", ""))
    return kept.rstrip("/").rsplit("/", 1)[-1].partition("?")[0] if "://" in kept else kept


def login(text: str) -> str:
    """The login of an account: in small letters."""
    return figures(text).lower()


def number(text: str) -> str:
    """A volunteer's number: YD 000008, yd000008 and YDOOOOO8 are YD000008. Another word in capitals."""
    kept = plain(code(text).upper().replace(MIDDLE_DOT, ""))
    if NUMBER.match(kept):
        return kept
    joined = kept.replace("-", "")
    if (parts := _DIGITS_OF.fullmatch(joined)) and any(one.isdigit() for one in parts[2]):
        return parts[1] + _as_digits(parts[2])
    return kept


def digits(text: str) -> str:
    """Digits that are read from a screen in groups: 519 835 is 519835; anything else as it was typed."""
    kept = code(text).replace("-", "")
    return kept if kept.isascii() and kept.isdigit() else plain(text)


def random_code(text: str) -> str:
    """A code of ours (points.foundation.codes) as it is kept: capitals, look-alikes and groups read, of an address
    its code."""
    found = address(text)
    kept = (found[1] if found else figures(text)).upper()
    for typed, meant in (BETWEEN | LOOKALIKES).items():
        kept = kept.replace(typed, meant)
    return plain(kept)


def address(text: str) -> tuple[str, str] | None:
    """The kind and the code of an address of ours, whole or in part: /c/CODE, https://…/g/CODE; None for another."""
    found = ADDRESS.search(plain(text))
    return (found["kind"].lower(), found["value"]) if found else None


# --- names


def name(text: str) -> str:
    """A name as it is kept: without what has no shape, every dot between two signs a middle dot, and two signs that
    were set apart to stand under three (王 芳) together. What else does not belong in it stays to be refused."""
    kept = plain(text)
    for dot in DOTS:
        kept = re.sub(rf"(?<=\S) ?{re.escape(dot)} ?(?=\S)", MIDDLE_DOT, kept)
    kept = re.sub(rf"(?<=\S) ?{MIDDLE_DOT} ?(?=\S)", MIDDLE_DOT, kept)
    alone = kept.split(" ")
    return "".join(alone) if len(alone) == 2 and all(len(one) == 1 and is_han(one) for one in alone) else kept


def stranger_in(kept: str) -> str:
    """The first sign of a name that cannot stand where it stands; empty when every sign can."""
    for before, one, after in zip(f" {kept}", kept, f"{kept[1:]} ", strict=False):
        if one == MIDDLE_DOT:
            if not (before.isalpha() or before == "〇") or not (after.isalpha() or after == "〇"):
                return one
        elif not (one.isalpha() or one == "〇"):
            return one
    return ""


def is_han(sign: str) -> bool:
    """Whether it is a Chinese character."""
    return sign == "〇" or unicodedata.name(sign, "").startswith("CJK UNIFIED")


# --- phones


def phone(text: str) -> Phone | None:
    """The phone of the mainland that is meant, with or without 86, +86 or 0086; None where there can be none."""
    if not (found := _PHONE.fullmatch(figures(text))):
        return None
    try:
        meant = phonenumbers.parse(found["dialled"], REGION)
    except NumberParseException:
        return None
    if meant.country_code != 86 or not phonenumbers.is_valid_number(meant):
        return None
    kind = _KINDS.get(phonenumbers.number_type(meant), PhoneKind.SERVICE)
    national = phonenumbers.national_significant_number(meant)
    return Phone(f"0{national}" if kind == PhoneKind.LANDLINE else national, kind)


def contact_phone(text: str) -> str | None:
    """A phone to be given out, as it is read aloud and dialled: 13900000001, 0744-8223456, 0744-8223456转12.

    None where there can be none.
    """
    meant = phone(text)
    if meant is None:
        return None
    number = meant.number
    if meant.kind == PhoneKind.LANDLINE:
        area = phonenumbers.length_of_geographical_area_code(phonenumbers.parse(number, REGION)) + 1
        number = f"{number[:area]}-{number[area:]}"
    found = _PHONE.fullmatch(figures(text))
    inside = re.sub(r"\D", "", figures(text)[found.end("dialled") :]) if found else ""
    return f"{number}转{inside}" if inside else number


def phone_digits(text: str) -> str:
    """What a phone is looked up by: as it is kept, or its bare digits where it is none; empty if it has others."""
    if meant := phone(text):
        return meant.number
    bare = re.sub(r"[ ()/.+-]", "", code(text) if "://" not in text else "")
    return bare if bare.isascii() and bare.isdigit() else ""


_KINDS = {
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
}


def _shown(sign: str) -> str:
    if sign in INVISIBLE or unicodedata.category(sign) in _DROPPED:
        return ""
    return sign if sign.isprintable() else " "


def _as_digits(text: str) -> str:
    for typed, meant in LOOKALIKES.items():
        text = text.replace(typed, meant)
    return text

"""Codes: short random identifiers that people read, type and scan.

A code is ten characters of Crockford's base 32 (no I, L, O, U), the last a Luhn-mod-32 check character, so that a
mistyped code is told from an unknown one. Codes carry no personal data and no order.
"""

import hashlib
import hmac
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
STEP_SECONDS = 30
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_source: random.Random = secrets.SystemRandom()


def new(length: int = LENGTH) -> str:
    """A new random code of `length` characters, the last a check character."""
    body = "".join(_source.choices(ALPHABET, k=length - 1))
    return body + _check_character(body)


def new_secret() -> str:
    """256 random bits as hex: the key of a rotating code."""
    return f"{_source.getrandbits(256):064x}"


def digits(count: int) -> str:
    """`count` random decimal digits, for a PIN printed with a card or a pick-up number."""
    return "".join(_source.choice("0123456789") for _ in range(count))


@contextmanager
def drawn_from(source: random.Random) -> Iterator[None]:
    """Draw codes from `source` inside the block, so that the demo street is the same every time."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


def is_code(text: str, length: int = LENGTH) -> bool:
    """Whether `text`, read by `typed.random_code`, has the right length, alphabet and check character."""
    return (
        len(text) == length
        and all(character in _VALUES for character in text)
        and _check_character(text[:-1]) == text[-1]
    )


def rotating(secret: str, at: datetime, *, steps_ago: int = 0) -> str:
    """The eight characters that a screen shows at `at`: HMAC(secret, floor(at / 30 s)), design §4."""
    number = int.from_bytes(_digest(secret, at, steps_ago)[:5], "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))


def rotating_digits(secret: str, at: datetime, *, steps_ago: int = 0) -> str:
    """The six digits shown beside the rotating QR, for people who cannot scan; as short-lived as it."""
    return f"{int.from_bytes(_digest(secret, at, steps_ago)[5:13], 'big') % 1_000_000:06d}"


def _digest(secret: str, at: datetime, steps_ago: int) -> bytes:
    step = int(at.timestamp()) // STEP_SECONDS - steps_ago
    return hmac.digest(bytes.fromhex(secret), step.to_bytes(8, "big"), hashlib.sha256)


def _check_character(body: str) -> str:
    total = 0
    for position, character in enumerate(reversed(body)):
        value = _VALUES[character] * (2 if position % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]

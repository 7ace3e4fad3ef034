"""Which PINs others guess. A pure rule."""

from datetime import date
from itertools import pairwise

COLUMNS = ("2580", "0852", "1470", "0741", "3690", "0963", "147258", "258369", "147369", "159357", "357159")
"""Lines that a finger draws on the keys."""
CORNERS = frozenset("1379")
SAID_IN_NUMBERS = ("1314", "5200", "5201", "5211", "201314", "521314", "9420")
"""What young people say in numbers, and therefore type."""
YEARS = range(1900, 2100)

# --- what can be asked


def is_weak(pin: str, *, birth_date: date | None = None, phone: str | None = None) -> bool:
    """Whether `pin` is a row, repeats, is a year, of the birthday, of the phone, or a line on the keys."""
    return (
        len(set(pin)) == 1
        or _is_row(pin)
        or _repeats(pin)
        or _is_drawn(pin)
        or (len(pin) == 4 and int(pin) in YEARS)
        or (birth_date is not None and pin in _of_birthday(birth_date))
        or bool(phone and pin in (phone[-len(pin) :], phone[: len(pin)]))
    )


def _is_row(pin: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})


def _repeats(pin: str) -> bool:
    """1212, 123123, 121212, 1122, 112233, 1221 and the like: half of it says the rest, or it is all pairs."""
    half, odd = divmod(len(pin), 2)
    if odd:
        return len(set(pin)) < 3
    pairs = all(pin[at] == pin[at + 1] for at in range(0, len(pin), 2))
    return (
        pairs or pin[:half] in (pin[half:], pin[: half - 1 : -1]) or len(set(pin)) < 3 <= half or pin[:2] * half == pin
    )


def _is_drawn(pin: str) -> bool:
    corners = len(pin) == 4 and set(pin) == CORNERS
    return corners or pin in COLUMNS or pin[::-1] in COLUMNS or pin in SAID_IN_NUMBERS


def _of_birthday(born: date) -> set[str]:
    forms = ("%Y", "%m%d", "%d%m", "%y%m", "%Y%m", "%y%m%d", "%d%m%y", "%m%d%y")
    return {born.strftime(form) for form in forms} | {
        f"{born.month}{born.day}{born:%y}",
        f"{born:%y}{born.month}{born.day}",
    }

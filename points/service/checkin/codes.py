"""What a scanned or typed code stands for: an activity's screen, its poster, its six digits, a card, a person."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from points.foundation import codes
from points.service.checkin.refusals import CodeExpired, InvalidCode
from points.service.tables import Activity

ADDRESS = re.compile(r"(?:^|/)(?P<kind>[a-z])/(?P<value>[^/?#\s]+)/?(?:[?#].*)?$")
VOLUNTEER = re.compile(r"^[A-Z]{1,6}\d{6,12}$")
LONGEST = 500
"""How long a text may be that is read as a code."""
_DIGITS = re.compile(r"^\d{6}$")
_SCREEN = codes.LENGTH + 8

# --- what there is


@dataclass(frozen=True)
class Reading:
    """A code as read. `kind`: screen, poster, digits, card, person; `proof` is the part that rotates."""

    kind: str
    value: str
    proof: str = ""


# --- what can be asked


def screen_token(activity: Activity, at: datetime) -> str:
    """What the leader's screen shows at `at`, the <code> of /s/<code>: "SCREENCODE-XXXXXXXX"."""
    return f"{activity.screen_code}-{codes.rotating(activity.secret, at)}"


def screen_digits(activity: Activity, at: datetime) -> str:
    """The six digits beside the QR, for people who cannot scan."""
    return codes.rotating_digits(activity.secret, at)


def poster_token(activity: Activity) -> str:
    """The <code> of the printed /s/<code>."""
    return activity.poster_code


def read(text: str, *, with_activity: bool) -> Reading:
    """What `text` stands for; `with_activity` says that the activity is known, so a bare code is a person's card.

    Raises InvalidCode.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise InvalidCode(reason="too-long")
    kind = ""
    if address := ADDRESS.search(text):
        kind, text = address["kind"], address["value"]
        if kind not in "sc":
            raise InvalidCode(reason="not-for-check-in")
    code = codes.normalise(text)
    if kind == "c":
        return Reading("card", _checked(code))
    if len(code) == _SCREEN and codes.is_code(code[: codes.LENGTH]):
        return Reading("screen", code[: codes.LENGTH], code[codes.LENGTH :])
    if kind == "s":
        return Reading("poster", _checked(code))
    if _DIGITS.match(text):
        return Reading("digits", "", text)
    if VOLUNTEER.match(text.upper()) and not codes.is_code(code):
        return Reading("person", text.upper())
    return Reading("card" if with_activity else "poster", _checked(code))


def refuse_stale(secret: str, reading: Reading, at: datetime) -> None:
    """Refuse a rotating code or six digits that the screen showed neither now nor one step ago.

    Raises CodeExpired.
    """
    if reading.kind not in ("screen", "digits"):
        return
    shown = codes.rotating if reading.kind == "screen" else codes.rotating_digits
    if not any(
        hmac.compare_digest(shown(secret, at, steps_ago=steps).encode(), reading.proof.encode()) for steps in (0, 1)
    ):
        raise CodeExpired()


def method_of(reading: Reading) -> str:
    """How a stay is noted that this code opens; a card or a volunteer's code is read by staff."""
    return {"screen": "scan_dynamic", "digits": "code6", "poster": "scan_static"}.get(reading.kind, "staff_scan")


def _checked(code: str) -> str:
    if not codes.is_code(code):
        raise InvalidCode(reason="mistyped")
    return code

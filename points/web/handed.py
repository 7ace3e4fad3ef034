"""What our scripts go by: rules that stand once, in the business, and are handed over with the page."""

from points import http
from points.foundation import codes, typed
from points.foundation.actors import NotPermitted
from points.service import checkin
from points.service.statuses import ASKED
from points.shapes import fields, scans

MENDS: dict[str, tuple[str, ...]] = {
    checkin.NotSignedUp.code: ("walk_in",),
    checkin.TooEarly.code: ("anyway",),
    checkin.TooLate.code: ("anyway",),
    checkin.AlreadyIn.code: ("needless", "is_out"),
    checkin.NotIn.code: ("is_in", "again"),
    checkin.NeedsGuardian.code: ("guardian",),
    checkin.CodeRevoked.code: ("theirs",),
    checkin.InvalidCode.code: ("theirs",),
    checkin.AmbiguousCode.code: ("theirs",),
    checkin.OnDuty.code: (),
    checkin.PersonSuspended.code: (),
}
"""What may help a scan that was refused when it was sent, the first way first; of another refusal, to try again."""


def for_sending() -> dict[str, object]:
    """Which refusals speak of who sends and not of what is sent: another person is signed in, or a page is too old."""
    return {"of_sender": [http.FORM_EXPIRED, NotPermitted.code]}


def for_the_roster() -> dict[str, object]:
    """How codes are read, when a scan is the same once more, what mends a refusal, and what a saved text may hold."""
    return {
        "same_scan_seconds": int(checkin.SAME_SCAN.total_seconds()),
        "alphabet": codes.ALPHABET,
        "length": codes.LENGTH,
        "lookalikes": typed.LOOKALIKES,
        "dropped": typed.BETWEEN,
        "address": typed.ADDRESS.pattern.replace("(?P<", "(?<"),
        "card": "c",
        "volunteer": typed.NUMBER.pattern,
        "mends": MENDS,
        "saved": {
            "nonce": scans.NONCE,
            "code": fields.CODE,
            "directions": ASKED,
            "text": checkin.LONGEST,
        },
    }

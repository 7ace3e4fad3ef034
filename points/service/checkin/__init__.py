"""Check-in: from a scanned code to an attendance session, or to a refusal that helps (design §4, §5)."""

from points.service.checkin.codes import ADDRESS, LONGEST, VOLUNTEER, poster_token, screen_digits, screen_token
from points.service.checkin.in_and_out import ScanAnswer
from points.service.checkin.queries import Refused, refused
from points.service.checkin.refusals import (
    ActivityCancelled,
    AlreadyIn,
    AmbiguousCode,
    CodeExpired,
    CodeRevoked,
    DeviceRevoked,
    Full,
    InvalidCode,
    NeedsGuardian,
    NonceReused,
    NotIn,
    NotSignedUp,
    OnDuty,
    OtherSessionOpen,
    PersonSuspended,
    ScanRefusal,
    SessionsUsedUp,
    TooEarly,
    TooLate,
    UndoTooLate,
)
from points.service.checkin.rules import SAME_SCAN
from points.service.checkin.scan import DIRECTIONS, Preview, preview, roster_tick, scan
from points.service.checkin.tickets import ticket
from points.service.checkin.undo import undo

__all__ = [
    "ADDRESS",
    "DIRECTIONS",
    "LONGEST",
    "SAME_SCAN",
    "VOLUNTEER",
    "ActivityCancelled",
    "AlreadyIn",
    "AmbiguousCode",
    "CodeExpired",
    "CodeRevoked",
    "DeviceRevoked",
    "Full",
    "InvalidCode",
    "NeedsGuardian",
    "NonceReused",
    "NotIn",
    "NotSignedUp",
    "OnDuty",
    "OtherSessionOpen",
    "PersonSuspended",
    "Preview",
    "Refused",
    "ScanAnswer",
    "ScanRefusal",
    "SessionsUsedUp",
    "TooEarly",
    "TooLate",
    "UndoTooLate",
    "poster_token",
    "preview",
    "refused",
    "roster_tick",
    "scan",
    "screen_digits",
    "screen_token",
    "ticket",
    "undo",
]

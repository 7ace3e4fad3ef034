"""The states and kinds of service: what its columns hold, what the API takes and what pages put into words."""

from enum import StrEnum


class ActivityStatus(StrEnum):
    """Where an activity stands, from draft to archive (domain §3.3)."""

    DRAFT = "draft"
    PENDING_REVIEW = "pending_review"
    PUBLISHED = "published"
    IN_PROGRESS = "in_progress"
    ENDED = "ended"
    SETTLED = "settled"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


JOINABLE = (ActivityStatus.PUBLISHED, ActivityStatus.IN_PROGRESS)
"""The states in which one signs up, is changed in part, or is extended."""
NOT_OVER = (ActivityStatus.DRAFT, ActivityStatus.PENDING_REVIEW, *JOINABLE)
"""The states from which an activity may be called off."""
SETTLED = (ActivityStatus.SETTLED, ActivityStatus.ARCHIVED)
"""The states in which its hours were settled."""
OVER = (ActivityStatus.ENDED, *SETTLED)
"""The states in which it was held and is over."""
RUNNING = (*JOINABLE, ActivityStatus.ENDED)
"""The states in which its leader still runs it."""
HELD = (ActivityStatus.IN_PROGRESS, *OVER)
"""The states in which somebody may have been there."""
PUBLIC = (*JOINABLE, *OVER)
"""The states in which everybody may see an activity."""


class ChangeKind(StrEnum):
    """What became of a published activity that everybody signed up must hear of."""

    CHANGED = "changed"
    CANCELLED = "cancelled"


class ActivityOrigin(StrEnum):
    """What an activity came from."""

    PLANNED = "planned"
    REQUEST = "request"
    WISH = "wish"
    PAIR_VISIT = "pair_visit"
    BACKFILL = "backfill"


class CheckMode(StrEnum):
    """How people are checked in: rotating code, poster, by staff, on the roster."""

    DYNAMIC = "dynamic"
    STATIC = "static"
    STAFF = "staff"
    ROSTER = "roster"


class SignupStatus(StrEnum):
    """What became of a sign-up."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


HOLDING = (SignupStatus.PENDING, SignupStatus.APPROVED, SignupStatus.WAITLISTED)
"""The sign-ups with which somebody means to come."""
COMING = (SignupStatus.APPROVED, SignupStatus.ATTENDED, SignupStatus.WAITLISTED)
"""The sign-ups with which somebody may come to the place."""
WITHDRAWN = (SignupStatus.CANCELLED, SignupStatus.REJECTED)
"""The sign-ups with which nobody comes."""


class MakeupReason(StrEnum):
    """Why attendance was not scanned."""

    FORGOT_OUT = "forgot_out"
    FORGOT_IN = "forgot_in"
    NO_PHONE = "no_phone"
    NETWORK = "network"
    ROSTER = "roster"
    OTHER = "other"


class MakeupStatus(StrEnum):
    """What was decided of a make-up."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"


class Assurance(StrEnum):
    """How sure a record is: both ends scanned, one from a poster or digits, or neither."""

    A = "A"
    B = "B"
    C = "C"


SCANNED = (Assurance.A, Assurance.B)
"""What the leader confirms; the rest is the community's."""


class RecordSource(StrEnum):
    """What a record was made of."""

    ATTENDANCE = "attendance"
    MAKEUP = "makeup"
    BACKFILL = "backfill"
    TRANSFER = "transfer"


MADE_UP = (RecordSource.MAKEUP, RecordSource.BACKFILL)
"""What was noted after the fact."""


class RecordStatus(StrEnum):
    """Where a version of a record stands."""

    COMPUTED = "computed"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    AMENDED = "amended"
    REJECTED = "rejected"
    VOIDED = "voided"


STANDING = (RecordStatus.COMPUTED, RecordStatus.CONFIRMED, RecordStatus.DISPUTED)
"""The states of a latest version that the rules may still compute anew."""
CONFIRMED = (RecordStatus.CONFIRMED, RecordStatus.DISPUTED)
"""The records that earn, and that may be corrected. A disputed one keeps its points, frozen, until it is decided."""


class NationalSync(StrEnum):
    """Whether the national register has the record; hours taken over are none of its."""

    NONE = "none"
    EXPORTED = "exported"
    DONE = "done"
    NA = "na"


class Grade(StrEnum):
    """How the service was done."""

    EXCELLENT = "excellent"
    GOOD = "good"
    OK = "ok"
    POOR = "poor"


class Direction(StrEnum):
    """What a scan is: in, out, whichever comes next, or an earlier scan taken back."""

    IN = "in"
    OUT = "out"
    AUTO = "auto"
    UNDO = "undo"


ASKED = (Direction.IN, Direction.OUT, Direction.AUTO)
"""What a scan may ask for."""
NOTED = (Direction.IN, Direction.OUT, Direction.UNDO)
"""What a scan was."""


class Method(StrEnum):
    """How a stay was begun or ended."""

    SCAN_DYNAMIC = "scan_dynamic"
    SCAN_STATIC = "scan_static"
    CODE6 = "code6"
    STAFF_SCAN = "staff_scan"
    ROSTER = "roster"
    MAKEUP = "makeup"


OF_A_CODE = (Method.SCAN_DYNAMIC, Method.SCAN_STATIC, Method.CODE6)
"""How an activity's code is read: from the screen, from the poster, as six digits typed."""


class StayStatus(StrEnum):
    """Where a stay stands.

    Open until the way out is seen, then closed; closed by the clock it credits nothing (auto_closed) until a make-up
    is approved (corrected); annulled: undone within 15 minutes; voided: struck out by two persons.
    """

    OPEN = "open"
    CLOSED = "closed"
    AUTO_CLOSED = "auto_closed"
    CORRECTED = "corrected"
    ANNULLED = "annulled"
    VOIDED = "voided"


COUNTED = (StayStatus.CLOSED, StayStatus.AUTO_CLOSED, StayStatus.CORRECTED)
"""The states of a stay that is over and stands."""
STRUCK_OUT = (StayStatus.ANNULLED, StayStatus.VOIDED)
"""The states of a stay that counts no more."""


class StayFlag(StrEnum):
    """What somebody should look at afterwards; a flag never punishes (domain §3.4 rule 10)."""

    STATIC = "static"
    ROSTER = "roster"
    OWN_HAND = "own_hand"
    LATE = "late"
    FORCED = "forced"
    BURST = "burst"
    SHORT = "short"
    MAKEUP_SHARE = "makeup_share"


class RecordFlag(StrEnum):
    """Why a record's minutes are what they are (H1–H8), for whoever confirms it."""

    SHORT = "short"
    OVER_8H = "over_8h"
    OVER_12H = "over_12h"
    BELOW_RATIO = "below_ratio"
    AUTO_CLOSED = "auto_closed"
    NOT_ELIGIBLE = "not_eligible"
    NO_STAY = "no_stay"

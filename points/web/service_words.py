"""What states and kinds of activities, sign-ups, stays, make-ups and records are called on pages."""

from points.foundation.errors import N_
from points.service.statuses import (
    ActivityStatus,
    Assurance,
    CheckMode,
    MakeupReason,
    MakeupStatus,
    Method,
    RecordFlag,
    RecordStatus,
    SignupStatus,
    StayFlag,
    StayStatus,
)

ACTIVITY: dict[str, str] = {
    ActivityStatus.DRAFT: N_("Draft"),
    ActivityStatus.PENDING_REVIEW: N_("Waiting for approval"),
    ActivityStatus.PUBLISHED: N_("Open to join"),
    ActivityStatus.IN_PROGRESS: N_("Going on"),
    ActivityStatus.ENDED: N_("Over, to be settled"),
    ActivityStatus.SETTLED: N_("Settled"),
    ActivityStatus.ARCHIVED: N_("Archived"),
    ActivityStatus.CANCELLED: N_("Cancelled"),
}
SIGNUP: dict[str, str] = {
    SignupStatus.PENDING: N_("Waiting for the leader"),
    SignupStatus.APPROVED: N_("You have a place"),
    SignupStatus.REJECTED: N_("Declined"),
    SignupStatus.WAITLISTED: N_("On the waiting list"),
    SignupStatus.CANCELLED: N_("Cancelled"),
    SignupStatus.ATTENDED: N_("Took part"),
    SignupStatus.NO_SHOW: N_("Did not come"),
}
RECORD: dict[str, str] = {
    RecordStatus.COMPUTED: N_("Waiting for confirmation"),
    RecordStatus.CONFIRMED: N_("Confirmed"),
    RecordStatus.DISPUTED: N_("Being looked at"),
    RecordStatus.AMENDED: N_("Corrected"),
    RecordStatus.REJECTED: N_("Not accepted"),
    RecordStatus.VOIDED: N_("Cancelled"),
}
ASSURANCE: dict[str, str] = {
    Assurance.A: N_("A: both times scanned from the screen or by staff"),
    Assurance.B: N_("B: at least one time from a printed code or six digits"),
    Assurance.C: N_("C: ticked on the roster or made up later, then confirmed by the community"),
}
PROOF: dict[str, str] = {
    Assurance.A: N_("Grade A: scanned both times"),
    Assurance.B: N_("Grade B: printed code or six digits"),
    Assurance.C: N_("Grade C: roster, confirmed by the community"),
}
"""The grade of a record's evidence in few words; `ASSURANCE` says all of it."""
FLAG: dict[str, str] = {
    StayFlag.STATIC: N_("Printed code"),
    StayFlag.ROSTER: N_("Ticked on the roster"),
    StayFlag.OWN_HAND: N_("Ticked by the person themselves"),
    StayFlag.LATE: N_("Recorded late"),
    StayFlag.FORCED: N_("Let in by the leader"),
    StayFlag.BURST: N_("Many check-ins from one phone"),
    StayFlag.SHORT: N_("Shorter than the least time"),
    StayFlag.MAKEUP_SHARE: N_("Many make-ups at this activity"),
    RecordFlag.OVER_8H: N_("More than eight hours in a day"),
    RecordFlag.OVER_12H: N_("More than twelve hours in a day"),
    RecordFlag.BELOW_RATIO: N_("Less than the required share of the planned time"),
    RecordFlag.AUTO_CLOSED: N_("No check-out"),
    RecordFlag.NOT_ELIGIBLE: N_("This kind of activity gives no hours"),
    RecordFlag.NO_STAY: N_("The stay was struck out"),
}
"""What somebody should look at, of a stay and of a record; `short` is one word for both."""
STAY: dict[str, str] = {
    StayStatus.OPEN: N_("Here"),
    StayStatus.CLOSED: N_("Left"),
    StayStatus.AUTO_CLOSED: N_("No check-out"),
    StayStatus.CORRECTED: N_("Made up"),
    StayStatus.ANNULLED: N_("Undone"),
    StayStatus.VOIDED: N_("Cancelled"),
}
CHECK_MODE: dict[str, str] = {
    CheckMode.DYNAMIC: N_("Code on the leader's screen"),
    CheckMode.STATIC: N_("Printed poster"),
    CheckMode.STAFF: N_("The leader scans the cards"),
    CheckMode.ROSTER: N_("Ticks on the roster"),
}
METHOD: dict[str, str] = {
    Method.SCAN_DYNAMIC: N_("scanned from the screen"),
    Method.SCAN_STATIC: N_("scanned from the poster"),
    Method.CODE6: N_("six digits typed"),
    Method.STAFF_SCAN: N_("card scanned by the leader"),
    Method.ROSTER: N_("ticked on the roster"),
    Method.MAKEUP: N_("made up later"),
}
MAKEUP_REASON: dict[str, str] = {
    MakeupReason.FORGOT_OUT: N_("Forgot to check out"),
    MakeupReason.FORGOT_IN: N_("Forgot to check in"),
    MakeupReason.NO_PHONE: N_("Had no phone"),
    MakeupReason.NETWORK: N_("No network"),
    MakeupReason.ROSTER: N_("Was on the paper roster"),
    MakeupReason.OTHER: N_("Another reason"),
}
CLAIM: dict[str, str] = {
    MakeupStatus.OPEN: N_("The community decides"),
    MakeupStatus.APPROVED: N_("Accepted"),
    MakeupStatus.DECLINED: N_("Not accepted"),
}

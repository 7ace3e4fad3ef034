"""What is claimed when attendance was not (fully) scanned, and what its reason and its times must satisfy."""

from dataclasses import dataclass
from datetime import date, datetime

from points.foundation import clock
from points.foundation.errors import N_
from points.service.makeups.refusals import ClaimInvalid, MakeupTooLate
from points.service.statuses import HELD, MakeupReason
from points.service.tables import Activity

REASONS = tuple(MakeupReason)

# --- what there is


@dataclass(frozen=True)
class Claim:
    """That `volunteer` was at `activity` from `claimed_in` to `claimed_out`, both by code; why it was not scanned."""

    activity: str
    volunteer: str
    claimed_in: datetime
    claimed_out: datetime
    reason: str
    note: str = ""


# --- what is refused


def refuse_impossible(claim: Claim, activity: Activity, *, until: date, at: datetime) -> None:
    """A claim lies within [start, end] of an activity that is over, and is made by the day `until` (A6).

    Raises ClaimInvalid, MakeupTooLate.
    """
    if claim.reason not in REASONS or len(claim.note) > 100:
        raise ClaimInvalid(field="reason", why=N_("Choose one of the reasons; the note is short."))
    if activity.status not in HELD or at < claim.claimed_out:
        raise ClaimInvalid(field="claimed_out", why=N_("The activity is not over, or was never held."))
    if not activity.start_at <= claim.claimed_in < claim.claimed_out <= activity.end_at:
        raise ClaimInvalid(field="claimed_in", why=N_("The times lie within the activity, one after the other."))
    if clock.local_date(at) > until:
        raise MakeupTooLate(activity=activity.code, until=until)

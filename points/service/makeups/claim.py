"""What is claimed when attendance was not (fully) scanned."""

from dataclasses import dataclass
from datetime import datetime

from points.service.statuses import MakeupReason

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

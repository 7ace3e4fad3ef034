"""Make-ups (补录): attendance after the fact, by two people, within ten working days.

`claim` is what is claimed and what its times must satisfy; `lifecycle` proposes and decides, `queries` answers. They
are proposed and decided through `rewards.settlement`, which gives the points that follow.
"""

from points.service.makeups.claim import REASONS, Claim
from points.service.makeups.queries import by_code, listing, mine, of_activity, seen
from points.service.makeups.refusals import ClaimInvalid, MakeupState, MakeupTooLate, OwnMakeup

__all__ = [
    "REASONS",
    "Claim",
    "ClaimInvalid",
    "MakeupState",
    "MakeupTooLate",
    "OwnMakeup",
    "by_code",
    "listing",
    "mine",
    "of_activity",
    "seen",
]

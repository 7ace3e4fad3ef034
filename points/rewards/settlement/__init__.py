"""Settlement: the hours of an activity become confirmed records, and those become points (domain §3.3, §3.6).

The one path that settles. Each verb is one use case that touches the service's records and then earns again for the
people and dates concerned; the verbs of `service` that it stands on are reached from nowhere above (setup.cfg).

`settle` an activity · `makeups` · `corrections` of one stay or record · `auto_close`, what the clock does
"""

from points.rewards.settlement.auto_close import close_forgotten, compute_ended
from points.rewards.settlement.corrections import (
    amend_record,
    approve_pending,
    confirm_record,
    dispute_record,
    evaluate,
    reject_record,
    void_record,
    void_stay,
)
from points.rewards.settlement.follow_up import Earned
from points.rewards.settlement.makeups import decide_makeup, propose_makeup
from points.rewards.settlement.settle import FlagsUndecided, Settled, SomeoneIsStillIn, confirm_c, settle

__all__ = [
    "Earned",
    "FlagsUndecided",
    "Settled",
    "SomeoneIsStillIn",
    "amend_record",
    "approve_pending",
    "close_forgotten",
    "compute_ended",
    "confirm_c",
    "confirm_record",
    "decide_makeup",
    "dispute_record",
    "evaluate",
    "propose_makeup",
    "reject_record",
    "settle",
    "void_record",
    "void_stay",
]

"""Sign-up: places, the waiting list that moves up by itself, who an activity is for."""

from points.service.signups.given import places_given
from points.service.signups.lifecycle import cancel, decide, reject, sign_up
from points.service.signups.minors import show_minors
from points.service.signups.queries import (
    News,
    RosterLine,
    coming,
    expected,
    held,
    mine,
    news,
    of,
    of_today,
    roster,
    standing,
    statuses,
)
from points.service.signups.refusals import (
    AlreadyRejected,
    GuardianNeeded,
    NotOpenForSignup,
    NotSuitable,
    PersonNotActive,
    SignupState,
)
from points.service.signups.series import join, leave
from points.service.signups.suitability import ADULT, ALONE_FROM, refuse_unsuitable
from points.service.statuses import HOLDING
from points.service.waiting_list import free_place, move_up, take_place

__all__ = [
    "ADULT",
    "ALONE_FROM",
    "HOLDING",
    "AlreadyRejected",
    "GuardianNeeded",
    "News",
    "NotOpenForSignup",
    "NotSuitable",
    "PersonNotActive",
    "RosterLine",
    "SignupState",
    "cancel",
    "coming",
    "decide",
    "expected",
    "free_place",
    "held",
    "join",
    "leave",
    "mine",
    "move_up",
    "news",
    "of",
    "of_today",
    "places_given",
    "refuse_unsuitable",
    "reject",
    "roster",
    "show_minors",
    "sign_up",
    "standing",
    "statuses",
    "take_place",
]

"""The states and kinds of the books: what their columns hold and what pages put into words."""

from enum import StrEnum


class AccountKind(StrEnum):
    """Whose an account is: a volunteer's, or one of a street's counted accounts that the points come from or go to."""

    VOLUNTEER = "volunteer"
    ISSUED = "issued"
    HELD = "held"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"
    OPENING = "opening"


SYSTEM_KINDS = tuple(kind for kind in AccountKind if kind is not AccountKind.VOLUNTEER)
"""The counted accounts that every street has."""


class Purpose(StrEnum):
    """What a transfer is for; unique together with its reference."""

    EARN = "earn"
    OPENING = "opening"
    RESERVE = "reserve"
    RELEASE = "release"
    SPEND = "spend"
    RETURN = "return"
    EXPIRE = "expire"
    REVERSE = "reverse"
    ADJUST = "adjust"


class LotSource(StrEnum):
    """What a lot was earned by."""

    SERVICE = "service"
    ROLE_BONUS = "role_bonus"
    CIVIC = "civic"
    ADJUST_PLUS = "adjust_plus"
    RETURN = "return"
    OPENING = "opening"


class BalancePart(StrEnum):
    """What stands beside the points that can be spent today, each with its own reason."""

    HELD = "held"
    FROZEN = "frozen"
    LAPSED = "lapsed"
    OWED = "owed"


class LotStatus(StrEnum):
    """Whether the points of a lot can be spent; only an active one can."""

    ACTIVE = "active"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    REVERSED = "reversed"
    FROZEN = "frozen"

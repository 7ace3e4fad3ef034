"""The states of rules and adjustments: what their columns hold, what the API takes and what pages put into words."""

from enum import StrEnum


class RuleSetStatus(StrEnum):
    """Where a rule set stands; a published one is frozen."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class AdjustmentStatus(StrEnum):
    """What was decided of a plus or minus by hand."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"


class WithdrawalStatus(StrEnum):
    """What was decided of withdrawing a rule set that has not begun."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"

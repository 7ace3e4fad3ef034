"""The kinds of people's doings: what columns hold, what the API takes and what pages put into words."""

from enum import StrEnum


class LookReason(StrEnum):
    """Why somebody of the staff looks at a minor's details."""

    COUNTER = "counter"
    GUARDIAN = "guardian"
    ACTIVITY = "activity"
    CORRECTION = "correction"
    SAFETY = "safety"

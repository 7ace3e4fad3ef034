"""The kinds of help: what columns hold, what forms take and what pages put into words."""

from enum import StrEnum


class FeedbackKind(StrEnum):
    """What somebody writes."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    PRAISE = "praise"

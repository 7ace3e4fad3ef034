"""The words of accounts that are kept, each with what it means."""

from enum import StrEnum


class HandKind(StrEnum):
    """What somebody did to an account, by which they might sign in with it."""

    MADE = "made"
    LINK = "link"
    GRANT = "grant"
    PERSON = "person"
    ENABLED = "enabled"

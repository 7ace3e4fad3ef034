"""Refusals: how the business says no.

A refusal is raised by the verb it belongs to and defined beside it. It carries facts as fields, and English message
ids for a title, a sentence and the next step. The edges translate and render it; nothing here knows of HTTP.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, TypeVar

from points.foundation.progress import Progress, unheard

Row = TypeVar("Row")


def N_(message: str) -> str:
    """Mark `message` for translation without translating it; rendering does that."""
    return message


@dataclass(eq=False)
class Refusal(Exception):
    """A typed, expected no. Nothing changed.

    `code` is stable and public (kebab-case), `detail` and `next_step` are %-formatted with the facts,
    `spoken` is the short phrase a check-in page says aloud (empty: the title is spoken).
    `keeps_writes`: what the verb wrote before refusing is committed, for a wrong PIN that must be counted and a
    refused scan that must be journalled; such a verb writes nothing else before it refuses.
    `decided`: something was looked at before the no, so that it is the answer to the key it was asked with; not so for
    what could not be read at all.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    detail: ClassVar[str]
    next_step: ClassVar[str]
    spoken: ClassVar[str] = ""
    keeps_writes: ClassVar[bool] = False
    decided: ClassVar[bool] = True

    def facts(self) -> dict[str, object]:
        """The fields of this refusal by name, to be shown and to format its sentences."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        return f"{self.code}: {self.detail % self.facts()}"


class NotFound(Refusal):
    """There is no such thing, or not for this person. 404."""


class NotAllowed(Refusal):
    """This person may not do this here. 403."""


class Conflict(Refusal):
    """The state of things does not allow it now. 409."""


class Invalid(Refusal):
    """The request cannot mean anything sensible. 422."""


@dataclass(eq=False)
class NoSuch(NotFound):
    """No `kind` has this `key`, or it lies outside what the asking person may see."""

    code = "not-found"
    title = N_("Not found")
    detail = N_("There is no %(kind)s “%(key)s” here.")
    next_step = N_("Check the code, or ask at the station.")
    kind: str
    key: str


@dataclass(eq=False)
class RowsRefused(Invalid):
    """Some rows of a list cannot be taken, so none is; `refused` says of each, by its number, why."""

    code = "rows-refused"
    title = N_("Some rows cannot be taken")
    detail = N_("%(count)s of %(total)s rows cannot be taken. Nothing was changed.")
    next_step = N_("Correct these rows and try again.")
    count: int
    total: int
    refused: Mapping[int, Refusal]


def each(rows: Mapping[int, Row], take: Callable[[Row], object], *, progress: Progress = unheard) -> None:
    """`take` every one of the numbered `rows`, and tell `progress`. Raises RowsRefused with all that were refused."""
    refused: dict[int, Refusal] = {}
    for number, row in rows.items():
        try:
            take(row)
        except Refusal as refusal:
            refused[number] = refusal
        progress(1)
    if refused:
        raise RowsRefused(count=len(refused), total=len(rows), refused=refused)

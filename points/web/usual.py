"""Forms that many pages have: a reason, a page of a list, where to go on, a second signature."""

from dataclasses import dataclass
from typing import Annotated

from points.foundation.errors import N_, Invalid
from points.shapes.activities import WhyShape
from points.shapes.fields import Address, Code, Secret, Text, Whole
from points.shapes.forms import Form


class PasswordsDiffer(Invalid):
    """The new password was typed twice, differently."""

    code = "passwords-differ"
    title = N_("The two passwords are not the same")
    detail = N_("What you typed the second time differs from the first.")
    next_step = N_("Type the same password twice.")


@dataclass(frozen=True, kw_only=True)
class Nothing(Form):
    """A button: it is pressed, and nothing is typed."""


@dataclass(frozen=True, kw_only=True)
class Why(Form, like=WhyShape):
    """Why something is done."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Onward(Form):
    """Where to go on afterwards."""

    back: Annotated[str, Address()] = ""


@dataclass(frozen=True, kw_only=True)
class Next(Form):
    """Where a reader who signs in or registers was going."""

    next: Annotated[str, Address()] = ""


@dataclass(frozen=True, kw_only=True)
class Again(Form):
    """A form that waits until its sender is signed in: where it goes, and it itself as it was carried."""

    to: Annotated[str, Address()] = ""
    kept: Annotated[str, Address()] = ""


@dataclass(frozen=True, kw_only=True)
class Page(Form):
    """Which page of a list."""

    page: Annotated[int, Whole(least=1, most=1_000_000)] = 1


@dataclass(frozen=True, kw_only=True)
class AtStation(Form):
    """Which station."""

    station: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class Signed(Form):
    """The second person's own login and password."""

    second_login: Annotated[str, Text(40)]
    second_password: Annotated[str, Secret()]

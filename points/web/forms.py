"""What a form hands over: acts that happen once, texts of a bounded length, amounts, days."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import request
from sqlalchemy.orm import Session

from points.foundation.errors import N_, Conflict, Invalid
from points.http import once as http_once
from points.journal.idempotency import Answer, KeyReused

KEY = r"[\w-]{8,200}"
NOT_COMPARED = {"csrf_token", "key", "second_password"}


class FormIncomplete(Invalid):
    """A form that moves something came without its hidden key."""

    code = "form-incomplete"
    title = N_("The form did not arrive whole")
    detail = N_("Nothing was done, because part of the form is missing.")
    next_step = N_("Open the page again and fill it in once more.")


class FormUsed(Conflict):
    """A form that was sent and done before came again with other entries."""

    code = "form-used"
    title = N_("This form was sent before")
    detail = N_("What you sent first is done. These other entries were not done.")
    next_step = N_("Open the page again to do another one.")


class DateUnreadable(Invalid):
    """A day or time was typed that is none."""

    code = "date-unreadable"
    title = N_("Which day?")
    detail = N_("The day or the time could not be read.")
    next_step = N_("Choose the day, and write times as 09:00.")


class BirthDateUnreadable(Invalid):
    """The birth date typed is none."""

    code = "birth-date-unreadable"
    title = N_("Please check the birth date")
    detail = N_("The birth date could not be read.")
    next_step = N_("Write eight digits, for example 19500301.")


class AmountUnreadable(Invalid):
    """An amount of money was typed that is none."""

    code = "amount-unreadable"
    title = N_("How many yuan?")
    detail = N_("The amount could not be read.")
    next_step = N_("Write it as 6 or 3.50.")


@dataclass(eq=False)
class TextLength(Invalid):
    """A text is missing or longer than there is room for."""

    code = "text-length"
    title = N_("A field needs another look")
    detail = N_("A field has %(length)d characters; it takes %(least)d to %(most)d.")
    next_step = N_("Fill it in, or say it in fewer words.")
    length: int
    least: int
    most: int


class CodeUnreadable(Invalid):
    """A code was typed with characters that do not stand in addresses."""

    code = "code-unreadable"
    title = N_("Another code, please")
    detail = N_("A code has 1 to 20 letters, digits and hyphens.")
    next_step = N_("Write it as G10, for example.")


def once(act: Callable[[Session], str]) -> str:
    """Do `act` in one transaction, once per key of this form and person; what it answered, also when sent again.

    Raises FormIncomplete, FormUsed, StillRunning and what `act` raises.
    """
    key = request.form.get("key", "")
    if not re.fullmatch(KEY, key, re.ASCII):
        raise FormIncomplete()
    try:
        said = http_once.once(lambda session: Answer(303, act(session).encode()), key=key, fingerprint=_fingerprint())
    except KeyReused as reused:
        raise FormUsed() from reused
    return said.body.decode()


def text(name: str, most: int, *, least: int = 0) -> str:
    """What was typed into a field, trimmed, without control characters. Raises TextLength."""
    typed = " ".join("".join(one if one.isprintable() else " " for one in request.form.get(name, "")).split())
    if not least <= len(typed) <= most:
        raise TextLength(length=len(typed), least=least, most=most)
    return typed


def code(name: str) -> str:
    """A code as it stands in addresses, in capitals. Raises CodeUnreadable."""
    typed = request.form.get(name, "").strip().upper()
    if not re.fullmatch(r"[0-9A-Z][0-9A-Z-]{0,19}", typed):
        raise CodeUnreadable()
    return typed


def fen(name: str) -> int:
    """An amount of yuan as hundredths of a yuan. Raises AmountUnreadable."""
    typed = request.form.get(name, "").strip().removeprefix("¥")
    if not re.fullmatch(r"\d{1,6}(\.\d{1,2})?", typed, re.ASCII):
        raise AmountUnreadable()
    return int(Decimal(typed) * 100)


def day(typed: str) -> date:
    """A day as a date field sends it. Raises DateUnreadable."""
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise DateUnreadable() from error


def birth_date(name: str) -> date:
    """19500301, 1950-03-01, 1950.3.1 or 1950年3月1日. Raises BirthDateUnreadable."""
    typed = request.form.get(name, "")
    parts = re.fullmatch(r"\s*(\d{4})(?:(\d{2})(\d{2})|\D(\d{1,2})\D(\d{1,2})日?)\s*", typed, re.ASCII)
    try:
        assert parts is not None
        return date(*(int(part) for part in parts.groups() if part))
    except (AssertionError, ValueError) as error:
        raise BirthDateUnreadable() from error


def _fingerprint() -> str:
    sent = sorted((name, value) for name, value in request.form.items(multi=True) if name not in NOT_COMPARED)
    return hashlib.sha256(f"{request.path}\n{json.dumps(sent)}".encode("utf-8", "replace")).hexdigest()

"""The kinds of value that come in: strict, bounded, and never anything a database would choke on.

The API takes JSON, and takes it literally. A form has text that people typed; `from_text` makes of it what JSON would
have said, and then the same kind looks at it with the same bounds. `VALUE` is what comes out.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, TypedDict, TypeVar, Unpack

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from points.foundation import typed
from points.foundation.errors import N_

LARGEST = 2**31 - 1
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
Given = Mapping[str, Any]  # Any: each value is of the type of its field, which no type checker sees through
"""What a shape has read."""
Value = TypeVar("Value")
CODE = typed.CODE
DAY = r"(\d{4})(?:(\d{2})(\d{2})|\s?\D\s?(\d{1,2})\s?\D\s?(\d{1,2})\s?日?)"
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Options(TypedDict, total=False):
    """What every kind may be told."""

    required: bool
    allow_none: bool
    load_default: object
    data_key: str
    metadata: Mapping[str, object]


class Shape(Schema):
    """The shape of a request body, a query or an answer; a field that is not in it is refused."""

    class Meta:
        unknown = RAISE

    @classmethod
    @cache
    def names(cls) -> tuple[str, ...]:
        """The names of its fields."""
        return tuple(cls().fields)


class Typed(fields.Field[Value]):
    """A kind of value that people also type into a form."""

    VALUE: ClassVar[type]

    def from_text(self, text: str) -> object:
        """What JSON would have for the text typed, which is not empty. Raises ValidationError."""
        return typed.one_line(text)


class Text(Typed[str], fields.String):
    """Text without control characters, trimmed, of `least` to `most` characters; typed in one line or in `lines`."""

    VALUE = str

    def __init__(self, most: int, *, least: int = 0, lines: bool = False, **options: Unpack[Options]) -> None:
        self.lines, self._length = lines, validate.Length(min=least, max=most)
        super().__init__(validate=self._length, **options)

    def from_text(self, text: str) -> object:
        return typed.lines(text) if self.lines else typed.one_line(text)

    def _deserialize(self, value: object, attr: str | None, data: Given | None, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _UNPRINTABLE.search(text):
            raise ValidationError("Contains characters that cannot be printed.")
        tidied = typed.lines(text)
        if len(tidied) < len(text):
            self._length(text)  # as it was sent, since what is tidied away counts
        return tidied


class Code(Typed[str], fields.String):
    """A public code, as it stands in addresses, of at most `most` characters; typed in small letters too."""

    VALUE = str

    def __init__(self, most: int = 40, *, capitals: bool = False, **options: Unpack[Options]) -> None:
        self.most, self.capitals = most, capitals
        pattern = CODE.replace("39", str(most - 1))
        options["metadata"] = {"pattern": f"^{pattern}$", **options.get("metadata", {})}
        super().__init__(validate=validate.Regexp(rf"^{pattern}\Z"), **options)

    def from_text(self, text: str) -> object:
        code = typed.code(text)
        code = code.upper() if self.capitals else code
        if not re.fullmatch(CODE.replace("39", str(self.most - 1)), code):
            raise ValidationError(NO_CODE)
        return code


class Number(Code):
    """A volunteer's number, however it is typed: YD 000008 and yd000008 are YD000008."""

    def from_text(self, text: str) -> object:
        return super().from_text(typed.number(text))


class Login(Text):
    """The login of an account, typed in capitals too."""

    def from_text(self, text: str) -> object:
        return typed.login(text)


class Phone(Text):
    """A phone number, typed as people write it; whether there is one is for its verb to say."""

    def from_text(self, text: str) -> object:
        return typed.figures(text)


class ContactPhone(Phone):
    """A phone to be given out, mobile or landline, as `typed.contact_phone` keeps it."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__(60, least=1, **options)

    def _deserialize(self, value: object, attr: str | None, data: Given | None, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        kept = typed.contact_phone(text)
        if text and kept is None:
            raise ValidationError(NO_PHONE)
        return kept or ""


class Digits(Text):
    """Digits that are shown in groups and typed so: 519 835."""

    def from_text(self, text: str) -> object:
        return typed.digits(text)


class Word(Typed[str], fields.String):
    """One of a few words."""

    VALUE = str

    def __init__(self, *words: str, **options: Unpack[Options]) -> None:
        super().__init__(validate=validate.OneOf(words), **options)


class Whole(Typed[int], fields.Integer):
    """A whole number as JSON has it, from `least` to `most`; `"5"`, `true` and `5.5` are not one."""

    VALUE = int

    def __init__(self, *, least: int = 0, most: int = LARGEST, **options: Unpack[Options]) -> None:
        super().__init__(validate=validate.Range(least, most), **options)

    def _deserialize(self, value: object, attr: str | None, data: Given | None, **kwargs: object) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value

    def from_text(self, text: str) -> object:
        number = typed.figures(text)
        if not re.fullmatch(r"[-+]?[0-9]{1,40}", number):
            raise ValidationError(NO_NUMBER)
        return int(number)


class WholeText(fields.Integer):
    """A whole number in an address's query."""

    def __init__(self, *, least: int = 0, most: int = LARGEST, **options: Unpack[Options]) -> None:
        super().__init__(validate=validate.Range(least, most), **options)

    def _deserialize(self, value: object, attr: str | None, data: Given | None, **kwargs: object) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,10}", value):
            raise self.make_error("invalid", input=value)
        return int(value)


class Flag(Typed[bool], fields.Boolean):
    """`true` or `false`, and nothing that merely looks like it; in a form a ticked box, or a button's 1 or 0."""

    VALUE = bool

    def from_text(self, text: str) -> object:
        return {"1": True, "on": True, "0": False}.get(text.strip(), text)

    def _deserialize(self, value: object, attr: str | None, data: Given | None, **kwargs: object) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Time(fields.AwareDateTime):
    """An RFC 3339 time with its offset, in this century; without an offset it is refused."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: object, attr: str | None, data: Given | None, **kwargs: object) -> datetime:
        if not isinstance(value, str) or "T" not in value.upper() or len(value) > 40 or not value.isascii():
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        try:
            time = super()._deserialize(value.upper(), attr, data, **kwargs).astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error
        if not EARLIEST <= time < LATEST:
            raise ValidationError("Not a time of this century.")
        return time


class Day(Typed[date], fields.Date):
    """A date, from `earliest` to 2099; typed as 2026-05-09, 20260509, 2026.5.9 or 2026年5月9日."""

    VALUE = date

    def __init__(self, *, earliest: date = date(2000, 1, 1), **options: Unpack[Options]) -> None:
        super().__init__(format="iso", validate=validate.Range(earliest, date(2099, 12, 31)), **options)

    def _deserialize(self, value: object, attr: str | None, data: Given | None, **kwargs: object) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **kwargs)

    def from_text(self, text: str) -> object:
        parts = re.fullmatch(DAY, typed.figures(text), re.ASCII)
        try:
            year, month, day = (int(part) for part in parts.groups() if part) if parts else (0, 0, 0)
            return date(year, month, day).isoformat()
        except ValueError as error:
            raise ValidationError(NO_DAY) from error


class Month(Day):
    """A month as its first day, typed as 2026-05."""

    def from_text(self, text: str) -> object:
        return super().from_text(f"{typed.figures(text)}-01")


class ClockTime(Typed[time], fields.Time):
    """A time of day, typed as 09:00, 9:00 or 0900."""

    VALUE = time

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__(format="iso", **options)

    def from_text(self, text: str) -> object:
        parts = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?|(\d{2})(\d{2})", typed.figures(text), re.ASCII)
        try:
            hour, minute = (int(part) for part in parts.groups() if part) if parts else (24, 0)
            return time(hour, minute).isoformat()
        except ValueError as error:
            raise ValidationError(NO_TIME) from error


class Yuan(Typed[int], fields.Integer):
    """An amount of at most `most` hundredths of a yuan, typed in yuan: 6, 3.50 or ¥3.5."""

    VALUE = int

    def __init__(self, *, most: int, **options: Unpack[Options]) -> None:
        super().__init__(strict=True, validate=validate.Range(0, most), **options)

    def from_text(self, text: str) -> object:
        amount = typed.figures(text).removeprefix("¥").removesuffix("元").strip()
        if not re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,2})?", amount):
            raise ValidationError(NO_AMOUNT)
        return int(Decimal(amount) * 100)


class Secret(Typed[str], fields.String):
    """A password or PIN: every character counts, none is corrected, and it is never shown again."""

    VALUE = str

    def __init__(self, most: int = 200, **options: Unpack[Options]) -> None:
        super().__init__(validate=validate.Length(max=most), **options)

    def from_text(self, text: str) -> object:
        return text


class Address(Typed[str], fields.String):
    """Where to go on: every character counts, none is corrected, so that what is no page of ours is seen as such."""

    VALUE = str

    def __init__(self, most: int = 500, **options: Unpack[Options]) -> None:
        super().__init__(validate=validate.Length(max=most), **options)

    def from_text(self, text: str) -> object:
        return text


class Parameters(fields.Dict):
    """A small JSON object of rules: numbers up to a million, short texts, at most five deep."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__(keys=fields.String(), **options)

    def _deserialize(
        self, value: object, attr: str | None, data: Given | None, **kwargs: object
    ) -> dict[object, object]:
        read = super()._deserialize  # which marshmallow leaves without types
        found: dict[object, object] = read(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        if not _is_small(found, depth=5):
            raise ValidationError("Too large, too deep, or not plain.")
        return found


NO_NUMBER = N_("Write a whole number, for example 12.")
NO_DAY = N_("Write the day with eight digits, for example 20260501.")
NO_TIME = N_("Write the time as 09:00.")
NO_AMOUNT = N_("Write the amount as 6 or 3.50.")
NO_PHONE = N_("There is no such phone number on the mainland. A landline needs its area code.")
NO_MONTH = N_("Choose one of the months.")
MORE_THAN_OUT = N_("More than is still out.")
NOTHING_BACK = N_("Say how many come back.")
NO_CODE = N_("A code has letters, digits and hyphens, for example YD000123.")


def _is_small(value: object, *, depth: int) -> bool:
    if isinstance(value, Mapping):
        names = all(isinstance(name, str) and _is_small(name, depth=depth) for name in value)
        return depth > 0 and len(value) <= 100 and names and all(_is_small(v, depth=depth - 1) for v in value.values())
    if isinstance(value, list):
        return depth > 0 and len(value) <= 100 and all(_is_small(v, depth=depth - 1) for v in value)
    if isinstance(value, str):
        return len(value) <= 60 and not _UNPRINTABLE.search(value)
    if isinstance(value, float):
        return -1_000_000 <= value <= 1_000_000
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= 1_000_000)


def plain(value: object) -> object:
    """`value` as JSON has it: times and dates as text, tuples and sets as lists."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)

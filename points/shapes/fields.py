"""The kinds of value that come in: strict, bounded, and never anything a database would choke on."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

LARGEST = 2**31 - 1
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
Given = Mapping[str, Any]
"""What a shape has read. Its types are the shape's, which no type checker sees through: hence Any."""
CODE = r"[0-9A-Za-z][0-9A-Za-z_.\-]{0,39}"
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Shape(Schema):
    """The shape of a request body, a query or an answer; a field that is not in it is refused."""

    class Meta:
        unknown = RAISE

    @classmethod
    @cache
    def names(cls) -> tuple[str, ...]:
        """The names of its fields."""
        return tuple(cls().fields)


class Text(fields.String):
    """Text without control characters, trimmed, of `least` to `most` characters."""

    def __init__(self, most: int, *, least: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=least, max=most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _UNPRINTABLE.search(text):
            raise ValidationError("Contains characters that cannot be printed.")
        return text.strip()


class Code(fields.String):
    """A public code, as it stands in addresses, of at most `most` characters."""

    def __init__(self, most: int = 40, *, metadata: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        pattern = CODE.replace("39", str(most - 1))
        super().__init__(
            validate=validate.Regexp(rf"^{pattern}\Z"),
            metadata={"pattern": f"^{pattern}$", **(metadata or {})},
            **kwargs,
        )


class Word(fields.String):
    """One of a few words."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(words), **kwargs)


class Whole(fields.Integer):
    """A whole number as JSON has it, from `least` to `most`; `"5"`, `true` and `5.5` are not one."""

    def __init__(self, *, least: int = 0, most: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class WholeText(fields.Integer):
    """A whole number in an address's query."""

    def __init__(self, *, least: int = 0, most: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,10}", value):
            raise self.make_error("invalid", input=value)
        return int(value)


class Flag(fields.Boolean):
    """`true` or `false`, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Time(fields.AwareDateTime):
    """An RFC 3339 time with its offset, in this century; without an offset it is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or "T" not in value.upper() or len(value) > 40 or not value.isascii():
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        try:
            time = super()._deserialize(value.upper(), attr, data, **kwargs).astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error
        if not EARLIEST <= time < LATEST:
            raise ValidationError("Not a time of this century.")
        return time


class Day(fields.Date):
    """A date, from `earliest` to 2099."""

    def __init__(self, *, earliest: date = date(2000, 1, 1), **kwargs: Any) -> None:
        super().__init__(format="iso", validate=validate.Range(earliest, date(2099, 12, 31)), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **kwargs)


class Parameters(fields.Dict):
    """A small JSON object of rules: numbers up to a million, short texts, at most five deep."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(keys=fields.String(), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]  # marshmallow's
        if not _is_small(found, depth=5):
            raise ValidationError("Too large, too deep, or not plain.")
        return found


def _is_small(value: Any, *, depth: int) -> bool:
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


def plain(value: Any) -> Any:
    """`value` as JSON has it: times and dates as text, tuples and sets as lists."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)

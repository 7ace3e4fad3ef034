"""The shapes of lists."""

import base64
import json
from functools import cache

from marshmallow import ValidationError, fields

from points.shapes.fields import LARGEST, Given, Shape, WholeText


class Cursor(fields.Field[int | str]):
    """The `next_cursor` of the page before, read as the `kind` of key that the list has."""

    def __init__(self, kind: type[int] | type[str]) -> None:
        self.kind = kind
        super().__init__(metadata={"type": "string", "description": "The next_cursor of the page before"})

    def _deserialize(self, value: object, attr: str | None, data: Given | None, **kwargs: object) -> int | str:
        try:
            key: object = json.loads(base64.b64decode(str(value), altchars=b"-_", validate=True))
        except ValueError as error:
            raise ValidationError("Not a cursor of this list.") from error
        if not isinstance(key, int | str) or type(key) is not self.kind:
            raise ValidationError("Not a cursor of this list.")
        if isinstance(key, int) and not 0 <= key <= LARGEST:
            raise ValidationError("Not a cursor of this list.")
        if isinstance(key, str) and (len(key) > 200 or not key.isprintable()):
            raise ValidationError("Not a cursor of this list.")
        return key


class Numbered(Shape):
    """Which part of a list ordered by number."""

    cursor = Cursor(int)
    limit = WholeText(least=1, most=200, load_default=50)


class Named(Shape):
    """Which part of a list ordered by code."""

    cursor = Cursor(str)
    limit = WholeText(least=1, most=200, load_default=50)


@cache
def page_of(item: type[Shape]) -> type[Shape]:
    """The shape of one page of `item`."""
    name = item.__name__.removesuffix("Shape")
    return type(
        f"{name}PageShape",
        (Shape,),
        {
            "__doc__": f"One page of {name}.",
            "items": fields.List(fields.Nested(item), required=True),
            "next_cursor": fields.String(required=True, allow_none=True),
        },
    )

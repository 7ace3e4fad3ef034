"""Lists: `{items, next_cursor}`. A cursor is opaque to its reader; it names the last item seen, so that what is added
meanwhile moves nothing.
"""

import base64
import json
from collections.abc import Callable, Iterable
from typing import TypeVar

from points.shapes.fields import Given

Item = TypeVar("Item")


def page(items: Iterable[object], next_key: str | int | None) -> dict[str, object]:
    """One page, and the key after which the next one begins."""
    return {"items": list(items), "next_cursor": None if next_key is None else cursor(next_key)}


def cut(found: Iterable[Item], given: Given, *, key: Callable[[Item], str]) -> tuple[list[Item], str | None]:
    """The part of a short list that the cursor and limit ask for, and the key of its last item if more follow."""
    after, limit = given.get("cursor"), given["limit"]
    rest = sorted((item for item in found if after is None or key(item) > after), key=key)
    return rest[:limit], key(rest[limit - 1]) if len(rest) > limit else None


def cursor(key: str | int) -> str:
    """`key` as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()

"""A refusal as it is kept beside the key it was the answer to, and read again as the same refusal."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime

from points.foundation.errors import N_, Conflict, Refusal


class RefusedBefore(Conflict):
    """What this key was answered is a refusal that the service of today no longer knows."""

    code = "refused-before"
    title = N_("This was refused before")
    detail = N_("The same request was refused, and nothing was done.")
    next_step = N_("Open the page again, or use a new key.")


def written(refusal: Refusal) -> bytes:
    """The refusal with its facts, to be kept."""
    return json.dumps(_plain(refusal), ensure_ascii=False).encode("utf-8", "replace")


def read(kept: bytes) -> Refusal:
    """The refusal that was kept; RefusedBefore when there is none like it any more."""
    try:
        found = _read(json.loads(kept))
    except (KeyError, TypeError):
        return RefusedBefore()
    return found if isinstance(found, Refusal) else RefusedBefore()


def _plain(value: object) -> object:
    match value:
        case Refusal():
            given = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
            return {"refusal": _name(type(value)), "given": given}
        case datetime():
            return {"at": value.isoformat()}
        case date():
            return {"on": value.isoformat()}
        case Mapping():
            return {"pairs": [[key, _plain(one)] for key, one in value.items()]}
        case list() | tuple() | set() | frozenset():
            return [_plain(one) for one in value]
        case None | bool() | int() | float():
            return value
        case _:
            return str(value)


def _read(value: object) -> object:
    match value:
        case {"refusal": str(name), "given": dict(given)}:
            return _known()[name](**{field: _read(one) for field, one in given.items()})
        case {"at": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"on": str(day)}:
            return date.fromisoformat(day)
        case {"pairs": list(pairs)}:
            return {key: _read(one) for key, one in pairs}
        case list():
            return [_read(one) for one in value]
    return value


def _known() -> Mapping[str, type[Refusal]]:
    return {_name(one): one for one in _all(Refusal)}


def _all(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        yield one
        yield from _all(one)


def _name(kind: type[Refusal]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"

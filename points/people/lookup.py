"""People as a list names them: by volunteer code or by phone, many at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from points.foundation import typed
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import table_of
from points.people.tables import MergedNumber, Volunteer

CHUNK = 500
"""How many names are asked for in one statement."""

# --- what there is


@dataclass(frozen=True, slots=True)
class Found:
    """Who a name stands for, and where they belong."""

    id: int
    code: str
    street_id: int
    community_id: int
    area_path: str


class People:
    """The volunteers whom a list names, also by a number that was merged; who is no longer registered is not there."""

    def __init__(self, session: Session, names: Iterable[str]) -> None:
        keys = sorted({_key(name) for name in names})
        self._found: dict[str, Found] = {}
        for start in range(0, len(keys), CHUNK):
            some = keys[start : start + CHUNK]
            for one in session.execute(
                select(
                    Volunteer.id,
                    Volunteer.code,
                    Volunteer.street_id,
                    Volunteer.community_id,
                    Volunteer.area_path,
                    _LISTED.c.code.label("listed"),
                    _LISTED.c.phone,
                )
                .select_from(_LISTED)
                .outerjoin(MergedNumber, MergedNumber.gone_id == _LISTED.c.id)
                .join(Volunteer, Volunteer.id == func.coalesce(MergedNumber.kept_id, _LISTED.c.id))
                .where(
                    or_(_LISTED.c.code.in_(some), _LISTED.c.phone.in_(some)),
                    Volunteer.status.in_(("pending", "active", "suspended")),
                )
            ):
                found = Found(*one[:5])
                self._found[one.listed] = found
                if one.phone:
                    self._found[one.phone] = found

    def named(self, name: str) -> Found:
        """Who is called that. Raises NoSuch."""
        found = self._found.get(_key(name))
        if found is None:
            raise NoSuch(kind=N_("volunteer"), key=name)
        return found


_LISTED = table_of(Volunteer).alias()
"""Who has the number or phone that stands in the list."""


def _key(name: str) -> str:
    return typed.phone_digits(name) or typed.number(name)

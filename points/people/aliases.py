"""One person under two numbers: which number belongs to which, and which pairs are known to be two people.

What happened under a merged number stays written there; a question about the person counts both. The verbs that merge
stand in `points.registry.merging`, because a merge touches every room.
"""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    cast,
    func,
    select,
    union_all,
)
from sqlalchemy.orm import QueryableAttribute, Session

from points.people.tables import MergedNumber

# --- what there is

Number = ColumnElement[int] | QueryableAttribute[int] | QueryableAttribute[int | None]
"""A column that refers to a volunteer."""

# --- what can be asked


def of_person(column: Number, volunteer_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Whether `column` holds the number of this person, or one that was merged into it.

    `volunteer_id` is a value or a bound parameter. A list rather than an OR, so that the index on `column` answers.
    """
    merged = select(MergedNumber.gone_id).where(MergedNumber.kept_id == volunteer_id)
    found: ColumnElement[bool] = column.in_(union_all(select(cast(volunteer_id, BigInteger)), merged))
    return found


def person(column: Number) -> ColumnElement[int]:
    """The number under which the person in `column` goes on, for counting people and not numbers."""
    kept_id = select(MergedNumber.kept_id).where(MergedNumber.gone_id == column).scalar_subquery()
    return func.coalesce(kept_id, column)


def kept(session: Session, volunteer_id: int) -> int:
    """The id under which this person goes on: another one for a merged number, otherwise the same."""
    found = session.scalar(select(MergedNumber.kept_id).where(MergedNumber.gone_id == volunteer_id))
    return volunteer_id if found is None else found


def merged_into(session: Session, volunteer_id: int) -> list[int]:
    """The ids of the numbers that were merged into this one, the first merged first."""
    statement = select(MergedNumber.gone_id).where(MergedNumber.kept_id == volunteer_id)
    return list(session.scalars(statement.order_by(MergedNumber.id)))

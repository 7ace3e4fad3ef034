"""A part of a list, and how many there are of it in all: no list is cut without saying so."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session


def count(session: Session, asked: Select[*tuple[object, ...]]) -> int:
    """How many rows `asked` has, whatever part of them it asks for."""
    whole = asked.order_by(None).limit(None).offset(None).subquery()
    return session.execute(select(func.count()).select_from(whole)).scalar_one()


def count_of(session: Session, asked: Select[*tuple[object, ...]], *, found: int, offset: int, limit: int) -> int:
    """As `count`, where `found` rows after `offset` were read, at most `limit`: often that says it already."""
    if found < limit and (found or not offset):
        return offset + found
    return count(session, asked)

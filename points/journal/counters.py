"""Counters: numbers without gaps that people see, such as a receipt's."""

from sqlalchemy import BigInteger, String, case
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation.orm import Base, insert

# --- what there is


class Counter(Base):
    """The last number given out under `name`."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


# --- what happens


def next_number(session: Session, name: str) -> int:
    """The next number of `name`, starting at 1; its row stays locked to the end of the transaction."""
    return next_numbers(session, name, 1).start


def next_numbers(session: Session, name: str, count: int) -> range:
    """As `next_number`, `count` of them in a row."""
    statement = insert(session, Counter).values(name=name, value=count)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": Counter.value + count})
    last: int = session.execute(statement.returning(Counter.value)).scalar_one()
    return range(last - count + 1, last + 1)


def go_on_after(session: Session, name: str, number: int) -> None:
    """The next number of `name` will be higher than `number`, which was given out elsewhere."""
    statement = insert(session, Counter).values(name=name, value=number)
    higher = case((Counter.value < number, number), else_=Counter.value)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": higher}))

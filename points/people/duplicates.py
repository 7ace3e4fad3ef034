"""Who may have been registered twice: likely pairs, and those of whom staff has said that they are two people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import insert
from points.journal import audit
from points.people import persons
from points.people.tables import Guardian, KnownApart, MergedNumber, Volunteer
from points.places import areas

ACTION = "volunteer.merge"
MOST = 50
_LOOKED_AT = 1000

# --- what there is


@dataclass(frozen=True)
class Pair:
    """Two numbers that may be one person. `why`: same_person, same_guardian, similar_name or similar_date."""

    one: Volunteer
    other: Volunteer
    why: str


@dataclass(frozen=True)
class Pairs:
    """Some pairs, and how many there are in all; not `whole` where more of them come once these are decided."""

    pairs: tuple[Pair, ...]
    count: int
    whole: bool


# --- what happens


def say_apart(session: Session, *, one: str, other: str, by: Actor, at: datetime) -> None:
    """Remember that two numbers are two people, so that they are not proposed again; said twice, it is said.

    Raises NoSuch or NotPermitted.
    """
    pair = sorted((persons.seen(session, code, by=by) for code in (one, other)), key=lambda person: person.id)
    roles = [by.require(ACTION, area_path=person.area_path) for person in pair]
    if pair[0].id == pair[1].id:
        raise NoSuch(kind=N_("volunteer"), key=other)
    row = {"low_id": pair[0].id, "high_id": pair[1].id, "created_at": at, "created_by": by.person}
    session.execute(insert(session, KnownApart).values(**row).on_conflict_do_nothing())
    audit.write(
        session,
        by=by,
        role=roles[0],
        action="volunteer.say_apart",
        target=f"volunteer:{pair[0].code}",
        at=at,
        area_path=pair[0].area_path,
        facts={"other": pair[1].code},
    )


# --- what can be asked


def pairs(session: Session, *, by: Actor, offset: int = 0, limit: int = MOST) -> Pairs:
    """The pairs that may be one person where `by` may merge both, the likeliest first; nobody said to be two.

    A part of them, and how many there are; of one reason at most a thousand are compared at once.
    """
    whole = True
    found: dict[tuple[int, int], str] = {}
    for why, asked in (
        ("same_person", _same_birth(_ONE.name == _OTHER.name)),
        ("same_guardian", _same_guardian()),
        ("similar_name", _same_birth(and_(_ONE.name != _OTHER.name, _alike()))),
        ("similar_date", _same_name()),
    ):
        rows = session.execute(
            asked.where(*(_within(by, person) for person in (_ONE, _OTHER)), *_open()).limit(_LOOKED_AT)
        ).all()
        whole = whole and len(rows) < _LOOKED_AT
        for one, name, born, other, other_name, other_born, *_ in rows:
            if (one, other) not in found and _likely(why, (name, born), (other_name, other_born)):
                found[one, other] = why
    chosen = list(found.items())[offset : offset + limit]
    ids = {number for pair, _why in chosen for number in pair}
    people = {one.id: one for one in session.scalars(select(Volunteer).where(Volunteer.id.in_(ids)))}
    shown = tuple(Pair(people[one], people[other], why) for (one, other), why in chosen)
    return Pairs(shown, len(found), whole)


def like(
    session: Session,
    *,
    name: str,
    birth_date: date,
    phones: Iterable[str],
    by: Actor,
    home: str = "",
    limit: int = 5,
) -> list[Volunteer]:
    """Who may be the person about to be registered: the same name and birth date, or one of the phones.

    Looked for wherever `by` sees persons or serves them at a counter of their street, and at the path `home`.
    """
    there = areas.within(by.reaches("volunteer.see") + by.reaches("counter.serve"), area_path=Volunteer.area_path)
    numbers = [phone for phone in phones if phone]
    of_minors = select(Guardian.minor_id).where(Guardian.phone.in_(numbers))
    statement = select(Volunteer).where(
        or_(
            and_(Volunteer.name == name, Volunteer.birth_date == birth_date),
            Volunteer.phone.in_(numbers),
            and_(Volunteer.name == name, Volunteer.id.in_(of_minors)),
        ),
        or_(there, Volunteer.area_path.startswith(home, autoescape=True)) if home else there,
        Volunteer.status != "anonymised",
        Volunteer.id.not_in(select(MergedNumber.gone_id)),
    )
    return list(session.scalars(statement.order_by(Volunteer.code).limit(limit)))


_ONE, _OTHER = aliased(Volunteer), aliased(Volunteer)
_LOOKED_UP = select(_ONE.id, _ONE.name, _ONE.birth_date, _OTHER.id, _OTHER.name, _OTHER.birth_date)
"""What is compared of two people; the people themselves are read when they are shown."""


def _within(by: Actor, person: type[Volunteer]) -> ColumnElement[bool]:
    return areas.within(by.reaches(ACTION), area_path=person.area_path)


def _open() -> Sequence[ColumnElement[bool]]:
    """Neither is merged or anonymised, and nobody has said that they are two."""
    merged = select(MergedNumber.gone_id)
    said = select(KnownApart.id).where(KnownApart.low_id == _ONE.id, KnownApart.high_id == _OTHER.id)
    return (
        _ONE.id < _OTHER.id,
        *(person.status != "anonymised" for person in (_ONE, _OTHER)),
        *(person.id.not_in(merged) for person in (_ONE, _OTHER)),
        ~said.correlate(_ONE, _OTHER).exists(),
    )


def _same_birth(and_this: ColumnElement[bool]) -> Select[int, str, date, int, str, date]:
    joined = _LOOKED_UP.join_from(_ONE, _OTHER, and_(_OTHER.birth_date == _ONE.birth_date, and_this))
    return joined.order_by(_ONE.code, _OTHER.code)


def _same_name() -> Select[int, str, date, int, str, date]:
    joined = _LOOKED_UP.join_from(
        _ONE,
        _OTHER,
        and_(
            _OTHER.name == _ONE.name,
            _OTHER.community_id == _ONE.community_id,
            _OTHER.birth_date != _ONE.birth_date,
        ),
    )
    return joined.order_by(_ONE.code, _OTHER.code)


def _same_guardian() -> Select[int, str, date, int, str, date]:
    first, second = aliased(Guardian), aliased(Guardian)
    return (
        _LOOKED_UP.add_columns(_ONE.code, _OTHER.code)
        .join_from(_ONE, _OTHER, _OTHER.name == _ONE.name)
        .join(first, first.minor_id == _ONE.id)
        .join(second, and_(second.minor_id == _OTHER.id, second.phone == first.phone))
        .distinct()
        .order_by(_ONE.code, _OTHER.code)
    )


def _alike() -> ColumnElement[bool]:
    """Names of one length that share the first or the last character; how many differ is looked at afterwards."""
    long = func.length(_ONE.name)
    return and_(
        func.length(_OTHER.name) == long,
        or_(
            func.substr(_OTHER.name, 1, 1) == func.substr(_ONE.name, 1, 1),
            func.substr(_OTHER.name, long, 1) == func.substr(_ONE.name, long, 1),
        ),
    )


def _likely(why: str, one: tuple[str, date], other: tuple[str, date]) -> bool:
    if why == "similar_name":
        return sum(a != b for a, b in zip(one[0], other[0], strict=True)) == 1
    if why == "similar_date":
        a, b = one[1], other[1]
        return (a.year, a.month, a.day) == (b.year, b.day, b.month) or sum(
            x != y for x, y in zip((a.year, a.month, a.day), (b.year, b.month, b.day), strict=True)
        ) == 1
    return True

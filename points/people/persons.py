"""The person behind a volunteer code: the table, and how one is looked up. The verbs stand in `volunteers`."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from points.foundation import initials, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch
from points.people.tables import MergedNumber, Volunteer
from points.places import areas

# --- what there is

A_PAGE = 20
"""How many people a page holds that was not asked for another number."""


@dataclass(frozen=True)
class Found:
    """Those whom a search means, `count` in all; `people` are as many of them as a page was asked to hold."""

    people: list[Volunteer]
    count: int


NOBODY = Found([], 0)

# --- what is refused


@dataclass(eq=False)
class HasLeft(Conflict):
    """The person has left; nothing more is issued to them or changed of them."""

    code = "has-left"
    title = N_("This person has left")
    detail = N_("The registration of %(volunteer)s has ended.")
    next_step = N_("Who comes back registers anew.")
    volunteer: str


# --- what can be asked


def called(code: str | ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a volunteer is the one whom `code`, a value or a bound parameter, names.

    A merged number names the person under the kept one, so what was printed or written down goes on to work.
    """
    return Volunteer.id == id_of(code)


def id_of(code: str | ColumnElement[str]) -> ScalarSelect[int]:
    """The id under which the person whom `code` names goes on, as a part of a statement."""
    asked = aliased(Volunteer)
    return (
        select(func.coalesce(MergedNumber.kept_id, asked.id))
        .select_from(asked)
        .outerjoin(MergedNumber, MergedNumber.gone_id == asked.id)
        .where(asked.code == code)
        .scalar_subquery()
    )


def by_code(session: Session, code: str) -> Volunteer:
    """The volunteer with this code, upper or lower case, or that it was merged into. Raises NoSuch."""
    volunteer = session.scalars(_BY_CODE, {"code": typed.number(code)}).first()
    if volunteer is None:
        raise NoSuch(kind=N_("volunteer"), key=code)
    return volunteer


def refuse_left(volunteer: Volunteer) -> None:
    """Refuse what only concerns people who take part. Raises HasLeft."""
    if volunteer.status in ("closed", "anonymised"):
        raise HasLeft(volunteer=volunteer.code)


def code_of(session: Session, volunteer_id: int) -> str:
    """The code of the volunteer with this id."""
    return session.execute(select(Volunteer.code).where(Volunteer.id == volunteer_id)).scalar_one()


def seen(session: Session, code: str, *, by: Actor) -> Volunteer:
    """The volunteer with this code, if it is the actor or lies where the actor may see persons.

    Raises NoSuch otherwise, so that a stranger does not learn who exists.
    """
    volunteer = by_code(session, code)
    if volunteer.id == by.volunteer_id or by.role_for("volunteer.see", area_path=volunteer.area_path):
        return volunteer
    raise NoSuch(kind=N_("volunteer"), key=code)


def served(session: Session, code: str, *, by: Actor) -> Volunteer:
    """As `seen`, also for who serves the person at a counter of their street. Raises NoSuch."""
    volunteer = by_code(session, code)
    if volunteer.id == by.volunteer_id or role_at_counter(by, volunteer, "volunteer.see"):
        return volunteer
    raise NoSuch(kind=N_("volunteer"), key=code)


def role_at_counter(by: Actor, volunteer: Volunteer, action: str) -> str | None:
    """The role that allows `action` with this person, or that serves them at a counter of their street; or None."""
    path = volunteer.area_path
    return by.role_for(action, area_path=path) or by.role_for("counter.serve", area_path=path)


def search(
    session: Session, *, text: str, by: Actor, offset: int = 0, limit: int = A_PAGE, at_counter: bool = False
) -> Found:
    """Volunteers in reach by what is typed of them: their name or a part of it, its pinyin initials, number or phone,
    or the end of either; those whom it names whole stand first. Nobody is left out but by `offset` and `limit`.

    `at_counter`: also those whom the actor serves at a counter of their street.
    """
    if not typed.plain(text):
        return NOBODY
    condition = and_(_named(text), _in_reach(by, at_counter=at_counter), *_A_PERSON)
    whole = case((_whole(text), 0), else_=1)
    statement = select(Volunteer).where(condition).order_by(whole, Volunteer.code).offset(offset).limit(limit)
    people = list(session.scalars(statement))
    if len(people) < limit and (people or not offset):
        return Found(people, offset + len(people))
    return Found(people, session.scalar(select(func.count()).select_from(Volunteer).where(condition)) or 0)


def exactly(session: Session, *, text: str, by: Actor, at_counter: bool = False) -> Volunteer | None:
    """The one in reach whose number or phone this is; None if it is nobody's."""
    reach = _in_reach(by, at_counter=at_counter)
    return session.scalars(select(Volunteer).where(_whole(text), reach, *_A_PERSON)).first()


def _in_reach(by: Actor, *, at_counter: bool) -> ColumnElement[bool]:
    reaches = by.reaches("volunteer.see") + (by.reaches("counter.serve") if at_counter else ())
    return areas.within(reaches, area_path=Volunteer.area_path)


def listing(
    session: Session,
    *,
    by: Actor,
    area: str | None = None,
    text: str = "",
    after: str | None = None,
    limit: int = 50,
) -> list[Volunteer]:
    """Volunteers in the actor's reach by code, `limit` after the code `after`; of an area and below, or as `search`.

    Raises NoSuch for an unknown area.
    """
    statement = select(Volunteer).where(
        areas.within(by.reaches("volunteer.see"), area_path=Volunteer.area_path), *_A_PERSON
    )
    if area is not None:
        path = areas.by_code(session, area).path
        statement = statement.where(Volunteer.area_path.startswith(path, autoescape=True))
    if typed.plain(text):
        statement = statement.where(_named(text))
    if after is not None:
        statement = statement.where(Volunteer.code > after)
    return list(session.scalars(statement.order_by(Volunteer.code).limit(limit)))


def own_or(by: Actor, volunteer: Volunteer, action: str, *, at_counter: bool = False) -> str:
    """The role for the audit entry: `volunteer` for one's own affairs, else the one that allows `action` there.

    `at_counter`: who serves the person at a counter of their street may do it too.
    Raises NoSuch when the actor may not even see the person, NotPermitted when not do this.
    """
    if by.volunteer_id == volunteer.id:
        return "volunteer"
    role = role_at_counter(by, volunteer, action) if at_counter else by.role_for(action, area_path=volunteer.area_path)
    if role is None and not by.role_for("volunteer.see", area_path=volunteer.area_path):
        raise NoSuch(kind=N_("volunteer"), key=volunteer.code)
    return role or by.require(action, area_path=volunteer.area_path)


_BY_CODE = select(Volunteer).where(called(bindparam("code")))
_A_PERSON = (Volunteer.status != "anonymised", Volunteer.id.not_in(select(MergedNumber.gone_id)))
"""A person and not only a number that was theirs."""


def _whole(text: str) -> ColumnElement[bool]:
    phone = typed.phone_digits(text)
    named = called(typed.number(text))
    return or_(named, Volunteer.phone == phone) if phone else named


def _named(text: str) -> ColumnElement[bool]:
    matches = [_whole(text)]
    digits, name = typed.digits(text), typed.name(text).replace(" ", "")
    if digits.isdecimal():
        if len(digits) >= 3:
            matches.append(Volunteer.code.endswith(digits))
        if len(digits) >= 4:
            matches.append(Volunteer.phone.endswith(digits))
    else:
        matches.append(Volunteer.name.contains(name, autoescape=True))
        if letters := initials.asked(text):
            matches.append(Volunteer.initials.startswith(letters))
    return or_(*matches)

"""The person behind a volunteer code: the table, and how one is looked up. The verbs stand in `volunteers`."""

import re
import unicodedata

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people.tables import MergedNumber, Volunteer
from points.places import areas

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
    volunteer = session.scalars(_BY_CODE, {"code": code.strip().upper()}).first()
    if volunteer is None:
        raise NoSuch(kind=N_("volunteer"), key=code)
    return volunteer


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


def search(session: Session, *, text: str, by: Actor, limit: int = 20) -> list[Volunteer]:
    """Volunteers in reach whose code or phone is `text`, or ends in it (four digits), or whose name has it."""
    text = text.strip()
    if not text:
        return []
    statement = select(Volunteer).where(
        _named(text),
        areas.within(by.reaches("volunteer.see"), area_path=Volunteer.area_path),
        *_A_PERSON,
    )
    return list(session.scalars(statement.order_by(Volunteer.code).limit(limit)))


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
    if text.strip():
        statement = statement.where(_named(text.strip()))
    if after is not None:
        statement = statement.where(Volunteer.code > after)
    return list(session.scalars(statement.order_by(Volunteer.code).limit(limit)))


def tidy_phone(text: str) -> str:
    """`text` as a phone number is stored: half-width digits only, without +86."""
    return re.sub(r"^(\+|00)86|[\s()-]", "", unicodedata.normalize("NFKC", text).strip())


def own_or(by: Actor, volunteer: Volunteer, action: str) -> str:
    """The role for the audit entry: `volunteer` for one's own affairs, else the one that allows `action` there.

    Raises NoSuch when the actor may not even see the person, NotPermitted when not do this.
    """
    if by.volunteer_id == volunteer.id:
        return "volunteer"
    role = by.role_for(action, area_path=volunteer.area_path)
    if role is None and not by.role_for("volunteer.see", area_path=volunteer.area_path):
        raise NoSuch(kind=N_("volunteer"), key=volunteer.code)
    return role or by.require(action, area_path=volunteer.area_path)


_BY_CODE = select(Volunteer).where(called(bindparam("code")))
_A_PERSON = (Volunteer.status != "anonymised", Volunteer.id.not_in(select(MergedNumber.gone_id)))
"""A person and not only a number that was theirs."""


def _named(text: str) -> ColumnElement[bool]:
    matches = [called(text.upper())]
    if text.isdigit():
        matches.append(Volunteer.phone == text)
        if len(text) >= 3:
            matches.append(Volunteer.code.endswith(text))
        if len(text) == 4:
            matches.append(Volunteer.phone.endswith(text))
    else:
        matches.append(Volunteer.name.contains(text, autoescape=True))
    return or_(*matches)

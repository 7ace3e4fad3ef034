"""Whom a station serves: its whole street, where the street so chose; of another street where both agreed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session, aliased

from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid
from points.journal import audit
from points.places import areas
from points.places.areas import Number
from points.places.tables import Area, StreetAgreement, StreetServing

# --- what there is


@dataclass(frozen=True)
class Agreement:
    """Another street that this one agreed with; it `holds` once the other street has said so too."""

    street: str
    name: str
    holds: bool


@dataclass(frozen=True)
class Serving:
    """How a street serves: at every station its whole street or only the station's community, and with whom agreed.

    `asked_by` are the streets that said yes to this one and still wait for its answer, by code and name.
    """

    street: str
    name: str
    whole_street: bool
    agreements: tuple[Agreement, ...]
    asked_by: tuple[tuple[str, str], ...]


# --- what is refused


@dataclass(eq=False)
class SameStreet(Invalid):
    """A street that agrees with itself."""

    code = "same-street"
    title = N_("The same street")
    detail = N_("%(street)s cannot agree with itself.")
    next_step = N_("Choose another street.")
    street: str


# --- what happens


def choose(session: Session, *, street: str, whole_street: bool, by: Actor, at: datetime) -> Serving:
    """Say whether every station of the street serves the whole street, or only its own community.

    Raises NoSuch or NotPermitted.
    """
    found, role = _decided_by(session, street, by)
    row = session.scalars(select(StreetServing).where(StreetServing.street_id == found.id)).first()
    if row is None:
        row = StreetServing(street_id=found.id, created_at=at, created_by=by.person)
        session.add(row)
    row.whole_street = whole_street
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="street.serving",
        target=f"area:{found.code}",
        at=at,
        area_path=found.path,
        facts={"whole_street": whole_street},
    )
    return _serving(session, found)


def agree(session: Session, *, street: str, other: str, by: Actor, at: datetime) -> Serving:
    """Say for one street that the other's residents may spend their points here, and these there.

    It holds once the other street has said the same; said twice it is said once.
    Raises SameStreet, NoSuch or NotPermitted.
    """
    found, role = _decided_by(session, street, by)
    with_ = areas.street_by_code(session, other)
    if with_.id == found.id:
        raise SameStreet(street=found.name)
    if session.scalar(select(_said(found.id, with_.id))):
        return _serving(session, found)
    session.add(StreetAgreement(street_id=found.id, other_id=with_.id, created_at=at, created_by=by.person))
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="street.agree",
        target=f"area:{found.code}",
        at=at,
        area_path=found.path,
        facts={"other": with_.code},
    )
    return _serving(session, found)


def end_agreement(session: Session, *, street: str, other: str, by: Actor, at: datetime) -> Serving:
    """Take one street's yes back; what was reserved may still be fetched. Raises NoSuch or NotPermitted."""
    found, role = _decided_by(session, street, by)
    with_ = areas.street_by_code(session, other)
    session.execute(
        delete(StreetAgreement).where(StreetAgreement.street_id == found.id, StreetAgreement.other_id == with_.id)
    )
    audit.write(
        session,
        by=by,
        role=role,
        action="street.disagree",
        target=f"area:{found.code}",
        at=at,
        area_path=found.path,
        facts={"other": with_.code},
    )
    return _serving(session, found)


# --- what can be asked


def serves_whole_street(street_id: Number) -> ColumnElement[bool]:
    """Whether every station of this street serves the whole street; it does unless the street has said otherwise."""
    return ~exists().where(StreetServing.street_id == street_id, ~StreetServing.whole_street)


def agreed(one: Number, other: Number) -> ColumnElement[bool]:
    """Whether both streets have said that they serve each other's residents."""
    return _said(one, other) & _said(other, one)


def of_street(session: Session, *, street: str) -> Serving:
    """How this street serves; no secret, but shown to those who work there. Raises NoSuch."""
    return _serving(session, areas.street_by_code(session, street))


def others(session: Session) -> list[tuple[str, str]]:
    """Every street by code and name, for who looks for one to agree with."""
    rows = session.execute(select(Area.code, Area.name).where(Area.type == "street").order_by(Area.code))
    return [(code, name) for code, name in rows]


def _decided_by(session: Session, street: str, by: Actor) -> tuple[Area, str]:
    found = areas.street_by_code(session, street)
    return found, by.require("station.change", area_path=found.path)


def _said(one: Number | int, other: Number | int) -> ColumnElement[bool]:
    agreement = aliased(StreetAgreement)
    return exists().where(agreement.street_id == one, agreement.other_id == other)


def _serving(session: Session, street: Area) -> Serving:
    mine = session.execute(
        select(Area.code, Area.name, _said(Area.id, street.id))
        .join(StreetAgreement, StreetAgreement.other_id == Area.id)
        .where(StreetAgreement.street_id == street.id)
        .order_by(Area.code)
    ).all()
    theirs = session.execute(
        select(Area.code, Area.name)
        .join(StreetAgreement, StreetAgreement.street_id == Area.id)
        .where(StreetAgreement.other_id == street.id, ~_said(street.id, Area.id))
        .order_by(Area.code)
    ).all()
    whole = session.scalar(select(serves_whole_street(Area.id)).where(Area.id == street.id))
    return Serving(
        street=street.code,
        name=street.name,
        whole_street=bool(whole),
        agreements=tuple(Agreement(*row) for row in mine),
        asked_by=tuple((code, name) for code, name in theirs),
    )

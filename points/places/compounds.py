"""小区: housing estates, beside the tree of areas."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit
from points.places import areas
from points.places.tables import Compound

# --- what happens


def add(
    session: Session,
    *,
    community: str,
    name: str,
    by: Actor,
    at: datetime,
    has_party_branch: bool = False,
    has_owners_committee: bool = False,
    property_company: str = "",
) -> Compound:
    """Add a 小区 to a community. Raises NotPermitted, NoSuch or NotACommunity."""
    area = areas.community_by_code(session, community)
    role = by.require(areas.ARRANGE, area_path=area.path)
    compound = Compound(
        community_id=area.id,
        name=name,
        has_party_branch=has_party_branch,
        has_owners_committee=has_owners_committee,
        property_company=property_company,
        created_at=at,
        created_by=by.person,
    )
    session.add(compound)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="compound.add",
        target=f"compound:{community}/{name}",
        at=at,
        area_path=area.path,
    )
    return compound


# --- what can be asked


def by_name(session: Session, *, community_id: int, name: str) -> Compound:
    """The 小区 of a community by its name. Raises NoSuch."""
    found = session.scalars(
        select(Compound).where(Compound.community_id == community_id, Compound.name == name)
    ).first()
    if found is None:
        raise NoSuch(kind=N_("compound"), key=name)
    return found


def of_community(session: Session, *, community_id: int) -> list[Compound]:
    """The 小区 of a community, by name."""
    return list(session.scalars(select(Compound).where(Compound.community_id == community_id).order_by(Compound.name)))

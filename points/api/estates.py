"""Housing estates (小区) and their buildings (楼栋)."""

from sqlalchemy.orm import Session

from points import http
from points.api.room import Room
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import N_, NoSuch
from points.places import areas, compounds
from points.places.tables import Building, Compound
from points.registry import places
from points.shapes.fields import Given
from points.shapes.places import (
    BuildingNameShape,
    BuildingShape,
    ClosingShape,
    CompoundChangeShape,
    CompoundShape,
    CompoundsShape,
    NewCompoundShape,
)

room = Room("estates", __name__, description="Housing estates and their buildings.")


@room.read("/areas/<code:code>/compounds", answer=CompoundsShape)
def list_compounds(code: str) -> object:
    """The housing estates of a community, with their buildings."""
    session = db.session()
    area = areas.by_code(session, code)
    if http.current_actor().role_for("area.see", area_path=area.path) is None:
        raise NoSuch(kind=N_("area"), key=code)
    found = compounds.of_community(session, community_id=area.id)
    return {"area": area.code, "compounds": [_shown(session, one) for one in found]}


@room.act("/areas/<code:code>/compounds", body=NewCompoundShape, answer=CompoundShape, status=201)
def add_compound(given: Given, code: str) -> object:
    """Add a housing estate to a community."""
    with transaction() as session:
        by, at = http.current_actor(), clock.now()
        return _shown(session, compounds.add(session, community=code, **given, by=by, at=at))


@room.act("/compounds/<code:code>/correct", body=CompoundChangeShape, answer=CompoundShape)
def correct_compound(given: Given, code: str) -> object:
    """Correct a housing estate."""
    with transaction() as session:
        by, at = http.current_actor(), clock.now()
        return _shown(session, compounds.change(session, compound=code, to=compounds.Estate(**given), by=by, at=at))


@room.act("/compounds/<code:code>/close", body=ClosingShape, answer=CompoundShape)
def close_compound(given: Given, code: str) -> object:
    """Close a housing estate where nobody lives any more."""
    with transaction() as session:
        by, at = http.current_actor(), clock.now()
        return _shown(session, places.close_compound(session, compound=code, **given, by=by, at=at))


@room.act("/compounds/<code:code>/reopen", answer=CompoundShape)
def reopen_compound(given: Given, code: str) -> object:
    """Take a closed housing estate into use again."""
    with transaction() as session:
        by, at = http.current_actor(), clock.now()
        return _shown(session, places.reopen_compound(session, compound=code, by=by, at=at))


@room.act("/compounds/<code:code>/buildings", body=BuildingNameShape, answer=BuildingShape, status=201)
def add_building(given: Given, code: str) -> object:
    """Add a building to a housing estate."""
    with transaction() as session:
        by, at = http.current_actor(), clock.now()
        return _building(compounds.add_building(session, compound=code, **given, by=by, at=at))


@room.act("/buildings/<code:code>/rename", body=BuildingNameShape, answer=BuildingShape)
def rename_building(given: Given, code: str) -> object:
    """Give a building another name."""
    with transaction() as session:
        by, at = http.current_actor(), clock.now()
        return _building(compounds.rename_building(session, building=code, **given, by=by, at=at))


@room.act("/buildings/<code:code>/close", body=ClosingShape, answer=BuildingShape)
def close_building(given: Given, code: str) -> object:
    """Close a building where nobody lives any more."""
    with transaction() as session:
        by, at = http.current_actor(), clock.now()
        return _building(places.close_building(session, building=code, **given, by=by, at=at))


@room.act("/buildings/<code:code>/reopen", answer=BuildingShape)
def reopen_building(given: Given, code: str) -> object:
    """Take a closed building into use again."""
    with transaction() as session:
        by, at = http.current_actor(), clock.now()
        return _building(places.reopen_building(session, building=code, by=by, at=at))


def _shown(session: Session, one: Compound) -> dict[str, object]:
    return {
        "code": one.code,
        "name": one.name,
        "has_party_branch": one.has_party_branch,
        "has_owners_committee": one.has_owners_committee,
        "property_company": one.property_company,
        "active": one.active,
        "buildings": [_building(building) for building in compounds.buildings(session, compound_id=one.id)],
    }


def _building(one: Building) -> dict[str, object]:
    return {"code": one.code, "name": one.name, "active": one.active}

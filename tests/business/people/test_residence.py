"""Where people live: 邻, 小区 and 楼栋 of persons and households, and places that close once nobody lives there."""

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import NotPermitted
from points.foundation.errors import NoSuch
from points.people import residence
from points.people.households import NotInHousehold
from points.people.residence import Home
from points.people.tables import Household, Volunteer
from points.people.volunteers import WrongNeighbourGroup
from points.places import compounds
from points.places.areas import CodeTaken, PlaceClosed
from points.places.tables import Building, Compound
from points.registry import places
from points.registry.places import StillInUse
from tests import make
from tests.make import NOW


@pytest.fixture
def estate(session: Session) -> tuple[Compound, Building]:
    make.street(session)
    by = make.staff(session, role="community_admin")
    compound = compounds.add(session, community="BZ", name="示例花园", by=by, at=NOW)
    return compound, compounds.add_building(session, compound=compound.code, name="3栋", by=by, at=NOW)


def place(session: Session, person: Volunteer, *home: str, by: make.Actor | None = None) -> Volunteer:
    by = by or make.staff(session, role="community_admin")
    return residence.place_person(session, volunteer=person.code, home=Home(*home), by=by, at=NOW)


def test_a_person_lives_in_a_group_an_estate_and_a_building(
    session: Session, estate: tuple[Compound, Building]
) -> None:
    compound, building = estate
    person = make.volunteer(session)
    place(session, person, "BZ-1-1-1", building.code)
    assert residence.of(session, person) == (Home("BZ-1-1-1", building.code), "北正第一邻 · 示例花园 · 3栋")
    assert person.area_path == make.street(session).neighbour_group.path
    place(session, person, "", compound.code)
    assert residence.of(session, person) == (Home("", compound.code), "示例花园")
    assert person.area_path == make.street(session).a.path


def test_a_household_lives_somewhere_with_or_without_its_members(
    session: Session, estate: tuple[Compound, Building]
) -> None:
    head, member = make.volunteer(session), make.volunteer(session)
    household = make.household(session, head, member)
    clerk = make.clerk(session)
    home = Home("BZ-1-1-1", estate[1].code)
    residence.place_household(session, volunteer=member.code, home=home, by=clerk, at=NOW)
    assert residence.of(session, session.get_one(Household, household.id))[0] == home
    assert residence.of(session, head)[0] == Home()
    residence.place_household(session, volunteer=member.code, home=home, members=True, by=clerk, at=NOW)
    assert {residence.of(session, one)[0] for one in (head, member)} == {home}
    with pytest.raises(NotInHousehold):
        residence.place_household(session, volunteer=make.volunteer(session).code, home=home, by=clerk, at=NOW)


def test_only_places_of_the_own_community_and_by_who_may(session: Session, estate: tuple[Compound, Building]) -> None:
    stranger = make.volunteer(session, community="CS")
    admin = make.street_admin(session)
    with pytest.raises(WrongNeighbourGroup):
        place(session, stranger, "BZ-1-1-1", by=admin)
    with pytest.raises(NoSuch):
        place(session, stranger, "", estate[0].code, by=admin)
    with pytest.raises(NotPermitted):
        place(session, make.volunteer(session), "BZ-1-1-1", by=make.clerk(session))
    with pytest.raises(NotPermitted):
        compounds.add(session, community="CS", name="别苑", by=make.staff(session, role="community_admin"), at=NOW)


def test_names_are_told_apart_and_corrected(session: Session, estate: tuple[Compound, Building]) -> None:
    compound, building = estate
    by = make.street_admin(session)
    for refused in (
        lambda: compounds.add(session, community="BZ", name="示例花园", by=by, at=NOW),
        lambda: compounds.add_building(session, compound=compound.code, name="3栋", by=by, at=NOW),
    ):
        with pytest.raises(CodeTaken):
            refused()
    to = compounds.Estate(name="示例家园", property_company="示例物业")
    changed = compounds.change(session, compound=compound.code, to=to, by=by, at=NOW)
    assert (changed.name, changed.property_company, changed.code) == ("示例家园", "示例物业", "BZ-X1")
    assert compounds.rename_building(session, building=building.code, name="3号楼", by=by, at=NOW).name == "3号楼"
    assert compounds.offered(session, community_id=compound.community_id) == [
        ("BZ-X1", "示例家园"),
        ("BZ-X1-1", "示例家园 3号楼"),
    ]


def test_what_is_lived_in_does_not_close_and_what_is_closed_takes_nobody(
    session: Session, estate: tuple[Compound, Building]
) -> None:
    compound, building = estate
    by, person = make.street_admin(session), make.volunteer(session)
    place(session, person, "", building.code)
    for refused in (
        lambda: places.close_building(session, building=building.code, reason="拆迁", by=by, at=NOW),
        lambda: places.close_compound(session, compound=compound.code, reason="拆迁", by=by, at=NOW),
    ):
        with pytest.raises(StillInUse) as refusal:
            refused()
        assert refusal.value.left == {"residents": 1}
    place(session, person)
    places.close_building(session, building=building.code, reason="拆迁", by=by, at=NOW)
    with pytest.raises(PlaceClosed):
        place(session, person, "", building.code)
    places.close_compound(session, compound=compound.code, reason="拆迁", by=by, at=NOW)
    with pytest.raises(PlaceClosed):
        places.reopen_building(session, building=building.code, by=by, at=NOW)
    assert places.reopen_compound(session, compound=compound.code, by=by, at=NOW).active
    assert places.reopen_building(session, building=building.code, by=by, at=NOW).active

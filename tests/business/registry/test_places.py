"""Areas as a whole: closed once nothing hangs on them, corrected where nothing contradicts, by who may."""

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import NotPermitted
from points.foundation.errors import NoSuch
from points.people import households, volunteers
from points.places import areas
from points.places.areas import PlaceClosed, WrongParent
from points.registry import places
from points.registry.places import Contradicted, Correction, StillInUse, WrongBelow
from tests import make
from tests.make import NOW


def close(session: Session, area: str, **facts: object) -> areas.Area:
    by = facts.pop("by", None) or make.street_admin(session)
    return places.close_area(session, area=area, reason="撤并", by=by, at=NOW)  # type: ignore[arg-type]


def correct(session: Session, area: str, by: make.Actor | None = None, **to: object) -> areas.Area:
    correction = Correction(**to)  # type: ignore[arg-type]
    return places.correct_area(session, area=area, to=correction, by=by or make.street_admin(session), at=NOW)


def test_a_place_closes_from_below_and_nothing_new_begins_there(session: Session) -> None:
    make.street(session)
    with pytest.raises(StillInUse) as refusal:
        close(session, "BZ-1-1")
    assert refusal.value.left == {"areas": 1}
    assert not close(session, "BZ-1-1-1").active
    assert not close(session, "BZ-1-1").active
    assert close(session, "BZ-1-1") is areas.by_code(session, "BZ-1-1")
    with pytest.raises(PlaceClosed):
        make.volunteer(session, neighbour_group="BZ-1-1-1")
    with pytest.raises(PlaceClosed):
        make.area(session, "neighbour_group", "BZ-1-1-2", "北正第二邻", "BZ-1-1")
    with pytest.raises(PlaceClosed):
        places.reopen_area(session, area="BZ-1-1-1", by=make.street_admin(session), at=NOW)
    places.reopen_area(session, area="BZ-1-1", by=make.street_admin(session), at=NOW)
    assert places.reopen_area(session, area="BZ-1-1-1", by=make.street_admin(session), at=NOW).active
    assert make.volunteer(session, neighbour_group="BZ-1-1-1")


def test_a_community_is_not_closed_while_anything_hangs_on_it(session: Session) -> None:
    make.street(session)
    admin = make.street_admin(session)
    for code in ("BZ-1-1-1", "BZ-1-1", "BZ-1"):
        close(session, code)
    person = make.volunteer(session)
    make.household(session, person)
    make.station(session)
    team = make.team(session, leader=person)
    make.activity(session, team=team)
    make.staff(session, role="community_admin")
    with pytest.raises(StillInUse) as refusal:
        close(session, "BZ", by=admin)
    assert refusal.value.left.keys() == {"stations", "residents", "households", "teams", "accounts", "activities"}
    assert refusal.value.count == sum(refusal.value.left.values())
    assert areas.by_code(session, "BZ").active


def test_a_closed_community_takes_nobody_and_nothing(session: Session) -> None:
    make.street(session)
    person = make.volunteer(session)
    close(session, "CS")
    for refused in (
        lambda: make.volunteer(session, community="CS"),
        lambda: make.station(session, "CS-1", area="CS"),
        lambda: make.staff(session, role="community_admin", place="CS"),
        lambda: households.found(session, head=person.code, community="CS", by=make.street_admin(session), at=NOW),
    ):
        with pytest.raises(PlaceClosed):
            refused()


def test_a_group_moves_within_its_community_and_its_residents_with_it(session: Session) -> None:
    make.street(session)
    make.area(session, "microgrid", "BZ-1-2", "北正第一片第二组", "BZ-1")
    person = make.volunteer(session, neighbour_group="BZ-1-1-1")
    moved = correct(session, "BZ-1-1-1", parent="BZ-1-2", name="北正邻里一家")
    session.refresh(person)
    assert moved.path.startswith(areas.by_code(session, "BZ-1-2").path)
    assert (person.area_path, person.neighbour_group_id, moved.name) == (moved.path, moved.id, "北正邻里一家")
    moved = correct(session, "BZ-1-2", parent="BZ-1")
    session.refresh(person)
    assert person.area_path == areas.by_code(session, "BZ-1-1-1").path


def test_a_level_that_was_chosen_wrongly_is_corrected(session: Session) -> None:
    make.street(session)
    make.area(session, "grid", "CS-1", "崇实第一邻", "CS")
    assert correct(session, "CS-1", type="neighbour_group").type == "neighbour_group"
    person = make.volunteer(session, community="CS", neighbour_group="CS-1")
    with pytest.raises(Contradicted) as refusal:
        correct(session, "CS-1", type="grid")
    assert refusal.value.left == {"residents": 1}
    session.rollback()
    assert person is not None


@pytest.mark.parametrize(
    ("area", "to", "refused"),
    [
        ("BZ-1-1-1", {"parent": "CS"}, None),
        ("BZ-1-1-1", {"type": "microgrid"}, WrongParent),
        ("BZ-1-1-1", {"parent": "BZ"}, WrongParent),
        ("BZ-1", {"type": "microgrid"}, WrongParent),
        ("BZ-1", {"type": "neighbour_group"}, WrongBelow),
        ("BZ", {"parent": "NZP"}, None),
        ("BZ", {"parent": "NOWHERE"}, NoSuch),
    ],
)
def test_only_what_fits_is_corrected(
    session: Session, area: str, to: dict[str, str], refused: type[Exception] | None
) -> None:
    make.street(session)
    by = make.Actor(person="system", omnipotent=True)
    if refused is None:
        assert correct(session, area, by=by, **to)
    else:
        with pytest.raises(refused):
            correct(session, area, by=by, **to)


def test_what_has_residents_does_not_come_to_another_community_or_street(session: Session) -> None:
    make.street(session)
    person = make.volunteer(session, neighbour_group="BZ-1-1-1")
    volunteers.suspend(session, volunteer=person.code, reason="核实", by=make.street_admin(session), at=NOW)
    by = make.Actor(person="system", omnipotent=True)
    for area, parent in (("BZ-1-1-1", "CS"), ("BZ", "NZP")):
        with pytest.raises(Contradicted):
            correct(session, area, by=by, parent=parent)


def test_a_community_administrator_arranges_the_own_community_and_no_more(session: Session) -> None:
    make.street(session)
    admin = make.staff(session, role="community_admin")
    areas.add(session, type="grid", code="BZ-2", name="北正第二片", parent="BZ", by=admin, at=NOW)
    assert correct(session, "BZ-2", by=admin, name="北正二片").name == "北正二片"
    assert not close(session, "BZ-2", by=admin).active
    for refused in (
        lambda: areas.add(session, type="grid", code="CS-1", name="崇实第一片", parent="CS", by=admin, at=NOW),
        lambda: correct(session, "BZ", by=admin, name="别名"),
        lambda: close(session, "CS", by=admin),
    ):
        with pytest.raises(NotPermitted):
            refused()

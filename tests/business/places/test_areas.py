"""The area tree and its checks (domain §3.2)."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM, Actor, NotPermitted
from points.foundation.errors import NoSuch
from points.places import areas, compounds
from points.places.areas import CodeTaken, NotACommunity, WrongParent
from points.places.tables import Area
from tests import make


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Area)) or 0


def add(session: Session, type: str, parent: str | None, code: str = "NEW", by: Actor = SYSTEM) -> Area:
    return areas.add(session, type=type, code=code, name="新", parent=parent, by=by, at=make.NOW)


def test_a_node_lies_on_the_path_of_its_parent(session: Session) -> None:
    ground = make.street(session)
    assert ground.a.path == f"{ground.street.path}{ground.a.id}/"
    assert ground.neighbour_group.path.startswith(ground.a.path)
    assert not ground.b.path.startswith(ground.a.path)


@pytest.mark.parametrize(
    ("type", "parent"),
    [
        ("community", "ZJJ"),
        ("community", "YDQ"),
        ("street", "YD"),
        ("grid", "YD"),
        ("microgrid", "BZ"),
        ("neighbour_group", "BZ-1"),
        ("city", "ZJJ"),
        ("village", "YD"),
    ],
)
def test_the_parent_is_of_the_next_higher_type(session: Session, type: str, parent: str) -> None:
    make.street(session)
    before = count(session)
    with pytest.raises(WrongParent) as refusal:
        add(session, type, parent)
    assert refusal.value.parent == parent
    assert count(session) == before


def test_a_neighbour_group_stands_below_a_community_only_where_there_are_no_grids(session: Session) -> None:
    ground = make.street(session)
    group = add(session, "neighbour_group", "CS")
    assert group.parent_id == ground.b.id
    with pytest.raises(WrongParent):
        add(session, "neighbour_group", "BZ", "OTHER")


@pytest.mark.parametrize("type", ["city", "district", "street"])
def test_a_tree_may_begin_at_a_street(session: Session, type: str) -> None:
    assert add(session, type, None).parent_id is None


def test_a_tree_does_not_begin_at_a_community(session: Session) -> None:
    with pytest.raises(WrongParent):
        add(session, "community", None)


def test_only_the_system_adds_a_root(session: Session) -> None:
    admin = make.street_admin(session, "ZJJ")
    with pytest.raises(NotPermitted):
        add(session, "city", None, by=admin)


def test_a_code_stands_for_one_area(session: Session) -> None:
    make.street(session)
    with pytest.raises(CodeTaken):
        add(session, "community", "YD", "BZ")


def test_a_street_changes_its_own_tree_only(session: Session) -> None:
    make.street(session)
    assert add(session, "community", "YD", by=make.street_admin(session)).name == "新"
    with pytest.raises(NotPermitted):
        add(session, "community", "YD", "OTHER", by=make.stranger(session))
    with pytest.raises(NotPermitted):
        areas.change(session, area="BZ", name="别名", by=make.stranger(session), at=make.NOW)


@pytest.mark.parametrize(("households", "warned"), [(4, True), (5, False), (15, False), (16, True), (None, False)])
def test_a_neighbour_group_outside_5_to_15_households_warns(
    session: Session, households: int | None, warned: bool
) -> None:
    ground = make.street(session)
    group = make.area(session, "neighbour_group", "G", "邻", "BZ-1-1", households=households)
    assert areas.warnings(session, path=ground.street.path) == ([group] if warned else [])
    assert areas.warnings(session, path=ground.b.path) == []


def test_every_node_knows_its_street(session: Session) -> None:
    ground = make.street(session)
    for node in (ground.street, ground.a, ground.neighbour_group):
        assert areas.street_of(session, node) is ground.street
    with pytest.raises(NoSuch):
        areas.street_of(session, ground.district)


def test_the_subtree_ends_at_the_actors_reach(session: Session) -> None:
    ground = make.street(session)
    admin = make.community_admin(session, "BZ")
    seen = areas.subtree(session, path=ground.city.path, by=admin)
    assert [area.code for area in seen] == ["BZ", "BZ-1", "BZ-1-1", "BZ-1-1-1"]
    assert areas.subtree(session, path=ground.b.path, by=admin) == []
    assert [area.code for area in areas.subtree(session, path=ground.street.path, types=["community"])] == ["BZ", "CS"]


def test_a_compound_belongs_to_a_community(session: Session) -> None:
    ground = make.street(session)
    compound = compounds.add(session, community="BZ", name="示例花园", by=SYSTEM, at=make.NOW)
    assert compounds.by_name(session, community_id=ground.a.id, name="示例花园") is compound
    with pytest.raises(NotACommunity):
        compounds.add(session, community="YD", name="示例老院", by=SYSTEM, at=make.NOW)
    with pytest.raises(NoSuch):
        compounds.by_name(session, community_id=ground.b.id, name="示例花园")

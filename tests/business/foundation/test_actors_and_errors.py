"""Who may what where; and how a refusal reads."""

from dataclasses import dataclass

import pytest

from points.foundation.actors import SYSTEM, Actor, NotPermitted, Reach
from points.foundation.errors import N_, Conflict, NoSuch

HERE = Actor(person="a", permits={"do": (Reach(role="lead", team_id=7), Reach(role="admin", area_path="/1/2/"))})


@pytest.mark.parametrize(
    ("place", "role"),
    [
        ({"area_path": "/1/2/"}, "admin"),
        ({"area_path": "/1/2/3/"}, "admin"),
        ({"area_path": "/1/20/"}, None),
        ({"area_path": "/1/"}, None),
        ({"team_id": 7}, "lead"),
        ({"team_id": 8}, None),
        ({"team_id": 7, "area_path": "/1/2/"}, "lead"),
        ({"station_id": 7}, None),
        ({"unit_id": 7}, None),
        ({}, None),
    ],
)
def test_a_role_reaches_its_place_and_below(place: dict[str, object], role: str | None) -> None:
    assert HERE.role_for("do", **place) == role  # type: ignore[arg-type]
    assert HERE.role_for("other", **place) is None  # type: ignore[arg-type]


def test_what_is_required_and_missing_is_refused_with_the_action() -> None:
    assert HERE.require("do", team_id=7) == "lead"
    with pytest.raises(NotPermitted) as refusal:
        HERE.require("do", team_id=9)
    assert refusal.value.facts() == {"action": "do"}


def test_the_system_may_everything_everywhere() -> None:
    assert SYSTEM.require("anything", area_path="/9/") == "system"


def test_a_refusal_formats_its_facts_and_can_be_pickled_into_a_log_line() -> None:
    @dataclass(eq=False)
    class Short(Conflict):
        code = "short"
        title = N_("Short")
        detail = N_("%(missing)s points are missing.")
        next_step = N_("Earn %(missing)s more.")
        missing: int

    refusal = Short(missing=12)
    assert str(refusal) == "short: 12 points are missing."
    assert refusal.next_step % refusal.facts() == "Earn 12 more."
    assert not refusal.keeps_writes
    assert NoSuch(kind="team", key="T1").facts() == {"kind": "team", "key": "T1"}

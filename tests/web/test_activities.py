"""Finding an activity: by kind, by community and by day, with the places left and what to bring."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from points.service import activities
from tests import make
from tests.web.conftest import Browser, Street


@pytest.fixture
def two(ground: Session, street: Street) -> None:
    """Two more activities: one in 崇实 tomorrow, one elsewhere that no filter may find."""
    team = make.team(ground, area="CS")
    make.activity(
        ground,
        team=team,
        area="CS",
        kind="elderly_disabled",
        title="崇实敬老助餐",
        start=make.NOW + timedelta(days=1, hours=2),
        capacity=7,
        content="给老人送餐，请带保温袋和水杯。",
    )
    far = make.team(ground, area="NZ")
    start, planned = make.NOW + timedelta(days=1, hours=2), make.NOW - timedelta(hours=2)
    made = make.activity(ground, team=far, area="NZ", title="别处的活动", start=start, published=False)
    activities.submit(ground, activity=made.code, by=make.leader_actor(ground, far), at=planned)
    activities.approve(ground, activity=made.code, by=make.street_admin(ground, "NZP"), at=planned)
    ground.commit()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", True),
        ("?place=CS", True),
        ("?place=BZ", False),
        ("?kind=elderly_disabled", True),
        ("?kind=environment", False),
        ("?day=2026-05-10", True),
        ("?day=2026-05-12", False),
        ("?place=CS&kind=elderly_disabled&day=2026-05-10", True),
        ("?day=soon&place=NOWHERE", True),
        ("?when=today", False),
    ],
)
def test_activities_are_found_by_kind_community_and_day(
    two: None, street: Street, phone_of: Callable[[str], Browser], asked: str, found: bool
):
    answer = phone_of(street.volunteer).get(f"/my/activities{asked}")
    assert answer.status_code == 200
    assert ("崇实敬老助餐" in answer.text) is found


def test_a_line_says_how_many_places_are_left_and_what_to_bring(
    two: None, street: Street, phone_of: Callable[[str], Browser]
):
    page = phone_of(street.volunteer).get("/my/activities?place=CS").text
    assert "7 places left" in page
    assert "请带保温袋和水杯" in page
    assert '<option value="CS" selected>' in page


def test_another_streets_activities_are_not_offered(two: None, street: Street, phone_of: Callable[[str], Browser]):
    phone = phone_of(street.volunteer)
    for asked in ("", "?place=NZ"):
        page = phone.get(f"/my/activities{asked}").text
        assert "别处的活动" not in page
        assert '<option value="NZ"' not in page


def test_when_nothing_fits_the_page_leads_back_to_everything(
    two: None, street: Street, phone_of: Callable[[str], Browser]
):
    page = phone_of(street.volunteer).get("/my/activities?place=CS&day=2026-05-12").text
    assert "Nothing fits what you chose" in page
    assert "Show everything" in page
    assert 'value="2026-05-12"' in page

"""The figures and their definitions (§3.12) on a day whose numbers are known."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from points.exchange import redemption
from points.foundation.actors import SYSTEM
from points.foundation.errors import NoSuch
from points.reports import figures
from points.rewards import settlement
from tests import make
from tests.business.day import Day, lived
from tests.business.rewards.ground import TODAY, local


@pytest.fixture
def day(session: Session) -> Day:
    return lived(session)


def test_a_day_is_counted_by_the_definitions(session: Session, day: Day):
    assert figures.figures(session, area="YD") == {
        "occasions": 1,
        "person_times": 2,
        "persons": 2,
        "minutes": 240,
        "beneficiaries": 0,
        "c_records": 0,
        "makeups": 0,
        "sessions": 0,  # the hand-over was at the counter
        "redemptions": 1,
        "items": 2,
        "points_redeemed": 40,
        "balance_before": 0,
        "points_issued": 40,
        "points_brought": 60,
        "points_adjusted": 0,
        "points_spent": 40,
        "points_expired": 0,
        "balance_open": 60,  # 40 earned + 60 brought − 40 spent; the 20 reserved are still the volunteer's
        "teams": 1,
        "stations": 1,
        "volunteers": 3,
    }


def test_everything_is_counted_without_an_area(session: Session, day: Day):
    assert figures.figures(session, area=None) == figures.figures(session, area="ZJJ")


def test_another_street_has_none_of_it(session: Session, day: Day):
    assert set(figures.figures(session, area="NZP").values()) == {0}


def test_nothing_is_ranked(session: Session, day: Day):
    """What was served most stands where its code stands, neither first nor last (A26)."""
    for code, came, left in (("child", "13:00", "13:40"), ("patrol", "14:00", "14:40")):
        make.category(session, code)
        day.ground.served(code, came, left, day.person)
    given = figures.by_category(session, area="YD")
    assert [one.category for one in given] == ["child", "environment", "patrol"]
    assert given[1].minutes > max(given[0].minutes, given[2].minutes) > 0


def test_a_date_range_includes_both_ends(session: Session, day: Day):
    def counted(date_from: date | None, date_to: date | None) -> tuple[int, int]:
        found = figures.figures(session, area="YD", date_from=date_from, date_to=date_to)
        return found["person_times"], found["points_redeemed"]

    assert counted(TODAY, TODAY) == (2, 40)
    assert counted(None, TODAY - timedelta(days=1)) == (0, 0)
    assert counted(TODAY + timedelta(days=1), None) == (0, 0)


def test_a_return_counts_on_its_own_day_and_never_changes_the_day_before(session: Session, day: Day):
    tomorrow = TODAY + timedelta(days=1)
    redemption.give_back(
        session,
        redemption=day.redemption,
        to_stock=True,
        reason="包装破损",
        by=day.clerk,
        second=make.clerk(session),
        at=local("10:00", tomorrow),
    )
    before = figures.figures(session, area="YD", date_to=TODAY)
    after = figures.figures(session, area="YD", date_from=tomorrow)
    whole = figures.figures(session, area="YD")
    assert (before["points_redeemed"], after["points_redeemed"], whole["points_redeemed"]) == (40, -40, 0)
    assert (before["items"], after["items"], whole["items"]) == (2, -2, 0)
    assert whole["balance_open"] == 100


def test_a_voided_record_is_counted_nowhere_and_its_points_are_taken_back(session: Session, day: Day):
    settlement.void_record(
        session,
        record=day.record,
        reason="未参加服务",
        by=day.ground.admin,
        second=day.ground.second,
        at=local("22:00"),
    )
    found = figures.figures(session, area="YD")
    assert (found["person_times"], found["persons"], found["minutes"], found["points_issued"]) == (1, 1, 120, 20)


def test_the_points_of_any_days_add_up(session: Session, day: Day):
    """R7: what was there before, and what came and went, is what is there at the end."""
    for first in (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)):
        for last in (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)):
            found = figures.figures(session, area="YD", date_from=first, date_to=last)
            came = found["points_issued"] + found["points_brought"] + found["points_adjusted"]
            went = found["points_spent"] + found["points_expired"]
            assert found["balance_open"] == found["balance_before"] + came - went
    assert figures.figures(session, area="YD", date_from=TODAY)["balance_before"] == 0
    assert figures.figures(session, area="YD", date_from=TODAY + timedelta(days=1))["balance_before"] == 60


def test_an_unknown_area_is_refused(session: Session):
    with pytest.raises(NoSuch):
        figures.figures(session, area="NOSUCH")


def test_every_figure_has_its_definition(session: Session, day: Day):
    assert figures.figures(session, area="YD").keys() == figures.DEFINITIONS.keys()
    assert figures.DEFINITION_VERSION


BELOW = ("BZ-1", "BZ-1-1", "BZ-1-1-1")
OF_PLACES = {"beneficiaries", "teams", "stations"}


@pytest.fixture
def at_home(session: Session) -> Day:
    """The day, lived by a resident of the 邻 whose neighbour groups are known when they serve."""
    return lived(session, neighbour_group="BZ-1-1-1")


def test_below_the_community_residents_are_counted_at_every_level(session: Session, at_home: Day):
    street, group = figures.figures(session, area="YD"), figures.figures(session, area="BZ-1-1-1")
    assert (street["person_times"], street["minutes"], street["points_redeemed"]) == (2, 240, 40)
    assert {
        name: group[name] for name in ("occasions", "person_times", "persons", "minutes", "redemptions", "items")
    } == {"occasions": 1, "person_times": 1, "persons": 1, "minutes": 120, "redemptions": 1, "items": 2}
    assert (group["points_redeemed"], group["points_spent"], group["points_issued"]) == (40, 40, 20)
    assert {name: group[name] for name in OF_PLACES} == dict.fromkeys(OF_PLACES, 0)
    assert [figures.figures(session, area=area) for area in BELOW] == [group] * 3
    make.area(session, "microgrid", "BZ-1-2", "北正第一片第二组", "BZ-1")
    assert set(figures.figures(session, area="BZ-1-2").values()) == {0}
    assert [(one.community, one.category, one.minutes) for one in figures.by_category(session, area="BZ-1-1-1")] == [
        ("BZ-1-1-1", "environment", 120)
    ]


def test_the_rows_below_the_community_add_up_too(session: Session, at_home: Day):
    for figure, counted in figures.figures(session, area="BZ-1-1").items():
        opened = figures.rows(session, figure=figure, which=figures.Which("BZ-1-1"), by=SYSTEM, limit=None)
        assert (opened.total, sum(row.amount for row in opened.rows)) == (counted, counted), figure


def test_a_neighbour_lead_sees_the_counts_of_the_own_group_and_no_rows(session: Session, at_home: Day):
    lead = make.staff(session, role="neighbour_lead", place="BZ-1-1-1")
    assert [area.code for area in figures.areas_of(session, by=lead)] == ["BZ-1-1-1"]
    assert figures.seen(session, "BZ-1-1-1", by=lead).code == "BZ-1-1-1"
    for area in ("BZ-1-1", "BZ", "YD"):
        with pytest.raises(NoSuch):
            figures.seen(session, area, by=lead)
    with pytest.raises(NoSuch):
        figures.rows(session, figure="persons", which=figures.Which("BZ-1-1-1"), by=lead)

"""Every figure opens to exactly its rows, with names as the reader may see them."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from points.exchange import redemption
from points.foundation.actors import SYSTEM
from points.foundation.errors import NoSuch
from points.reports import figures
from points.reports.figures import DEFINITIONS, NoSuchFigure
from tests import make
from tests.business.day import Day, lived
from tests.business.rewards.ground import TODAY, local

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def day(session: Session) -> Day:
    """The day, and the next one on which goods came back and a child's hours were made up on paper."""
    lived_through = lived(session)
    redemption.give_back(
        session,
        redemption=lived_through.redemption,
        to_stock=True,
        reason="包装破损",
        by=lived_through.clerk,
        second=make.clerk(session),
        at=local("10:00", TOMORROW),
    )
    return lived_through


RANGES = [(None, None), (None, TODAY), (TODAY, TODAY), (TOMORROW, None), (date(2026, 1, 1), date(2026, 3, 31))]


def test_the_rows_of_every_figure_add_up_to_it(session: Session, day: Day):
    for area in ("YD", "BZ", "CS", "NZP"):
        for date_from, date_to in RANGES:
            counted = figures.figures(session, area=area, date_from=date_from, date_to=date_to)
            for figure in DEFINITIONS:
                opened = figures.rows(
                    session,
                    figure=figure,
                    which=figures.Which(area, date_from=date_from, date_to=date_to),
                    by=SYSTEM,
                    limit=None,
                )
                summed = sum(row.amount for row in opened.rows)
                assert (opened.total, summed, opened.count) == (counted[figure], counted[figure], len(opened.rows))


def test_a_page_of_rows_is_a_part_of_them(session: Session, day: Day):
    whole = figures.rows(session, figure="person_times", which=figures.Which("YD"), by=SYSTEM, limit=None)
    parts = [
        figures.rows(session, figure="person_times", which=figures.Which("YD"), by=SYSTEM, offset=offset, limit=1)
        for offset in (0, 1)
    ]
    assert tuple(row for part in parts for row in part.rows) == whole.rows
    assert {(part.count, part.total) for part in parts} == {(2, 2)}


def test_the_months_of_a_figure_add_up_to_the_year(session: Session, day: Day):
    months = [date(2026, month, 1) for month in range(1, 13)]
    for figure in ("person_times", "minutes", "points_issued", "points_redeemed", "occasions"):
        year = figures.figures(session, area="YD", date_from=date(2026, 1, 1), date_to=date(2026, 12, 31))[figure]
        by_month = figures.by_month(session, figure=figure, area="YD", months=months)
        assert (sum(by_month), by_month[TODAY.month - 1]) == (year, year)


def test_communities_and_kinds_of_service_add_up_to_the_street(session: Session, day: Day):
    served = figures.by_category(session, area="YD")
    whole = figures.figures(session, area="YD")
    assert [(one.community, one.category) for one in served] == [("BZ", "environment")]
    assert sum(one.person_times for one in served) == whole["person_times"]
    assert sum(one.occasions for one in served) == whole["occasions"]
    assert sum(one.minutes for one in served) == whole["minutes"]
    of_kind = figures.rows(session, figure="person_times", which=figures.Which("BZ", category="environment"), by=SYSTEM)
    assert of_kind.count == 2
    assert (
        figures.rows(session, figure="person_times", which=figures.Which("BZ", category="care"), by=SYSTEM).count == 0
    )


def test_names_are_full_for_who_may_see_the_residents_and_masked_for_the_auditor(session: Session, day: Day):
    def names(by: make.Actor) -> set[tuple[str, str]]:
        found = figures.rows(session, figure="person_times", which=figures.Which("BZ"), by=by).rows
        return {(row.person, row.person_code) for row in found}

    person = day.person
    assert (person.name, person.code) in names(make.staff(session, role="community_admin"))
    masked = (person.name[0] + "*" * (len(person.name) - 1), f"{person.code[:2]}***{person.code[-3:]}")
    auditors = names(make.staff(session, role="auditor"))
    assert masked in auditors
    assert not any(person.name in name or person.code == code for name, code in auditors)


def test_a_minor_is_named_to_nobody(session: Session, day: Day):
    child = make.minor(session)
    found = figures.rows(
        session, figure="volunteers", which=figures.Which("BZ"), by=make.staff(session, role="street_admin")
    ).rows
    assert f"小志愿者{child.code[-3:]}" in {row.person for row in found}
    assert child.name not in {row.person for row in found}


def test_another_streets_rows_are_not_there(session: Session, day: Day):
    stranger = make.staff(session, role="street_admin", place="NZP")
    for area in ("YD", "BZ", "ZJJ"):
        with pytest.raises(NoSuch):
            figures.rows(session, figure="person_times", which=figures.Which(area), by=stranger)
    assert [area.code for area in figures.areas_of(session, by=stranger)] == ["NZP", "NZ"]
    assert not figures.areas_of(session, by=make.staff(session, role="station_staff"))


def test_an_unknown_figure_is_refused(session: Session, day: Day):
    with pytest.raises(NoSuchFigure):
        figures.rows(session, figure="happiness", which=figures.Which("YD"), by=SYSTEM)

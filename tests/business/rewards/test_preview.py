"""What a draft of the rules would have given last quarter: by the real rules, and nothing is written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM, NotPermitted
from points.ledger.tables import Transfer
from points.rewards import bounds, preview, rulesets
from points.rewards.preview import Preview
from points.rewards.tables import Award
from tests import make
from tests.business.rewards.ground import TODAY, Ground, prepare

AT = datetime(2026, 7, 3, 1, tzinfo=UTC)  # the quarter with the day of the test vectors is over


@pytest.fixture
def ground(session: Session) -> Ground:
    """Two people with two hours, one of them with 45 minutes more that evening."""
    ground = prepare(session)
    person, other = make.volunteer(session), make.volunteer(session)
    ground.served("environment", "09:00", "11:00", person, other)
    ground.served("safety", "19:00", "19:45", person)
    return ground


def under(session: Session, **params: object) -> Preview:
    return preview.of_params(session, street="YD", params=params, effective_from=date(2026, 8, 1), by=SYSTEM, at=AT)


def test_the_rules_in_force_give_what_the_books_say(session: Session, ground: Ground):
    found = under(session)
    booked = session.scalar(select(func.sum(Award.delta)))
    assert (found.now, found.then, found.more, found.less) == (booked, booked, 0, 0)
    assert (found.records, found.people, found.minutes_now) == (3, 2, 285)
    assert (found.date_from, found.date_to) == (date(2026, 4, 1), date(2026, 6, 30))
    assert found.earliest == date(2026, 7, 3) + timedelta(days=15)


def test_nothing_is_written(session: Session, ground: Ground):
    before = session.scalar(select(func.max(Transfer.id))), session.scalar(select(func.count()).select_from(Award))
    under(session, points_per_hour=20)
    assert not session.dirty
    assert not session.new
    after = session.scalar(select(func.max(Transfer.id))), session.scalar(select(func.count()).select_from(Award))
    assert after == before


@pytest.mark.parametrize(
    ("params", "then", "more", "less"),
    [
        ({"points_per_hour": 12}, 24 + 24 + 7, 2, 0),
        ({"categories": {"environment": 150}}, 30 + 30 + 6, 2, 0),
        ({"quantum_min": 15}, 20 + 20 + 8, 1, 0),
        ({"day_cap_points": 22}, 20 + 20 + 2, 0, 1),
        ({"activity_cap_points": 10}, 10 + 10 + 6, 0, 2),
        ({"month_cap_points": 15}, 15 + 15, 0, 2),
        ({"min_minutes": 60}, 20 + 20, 0, 1),
        ({"min_minutes": 130}, 0, 0, 2),
        ({"day_auto_minutes": 60}, 10 + 10, 0, 2),
    ],
)
def test_a_changed_parameter_changes_last_quarter(
    session: Session, ground: Ground, params: dict[str, object], then: int, more: int, less: int
):
    found = under(session, **params)
    assert (found.now, found.then, found.more, found.less) == (46, then, more, less)
    assert sum(one.then for one in found.categories) == then
    assert [one.category for one in found.categories] == ["environment", "safety"]


def test_only_a_rule_about_minutes_changes_minutes(session: Session, ground: Ground):
    assert under(session, points_per_hour=12).minutes_then == 285
    assert under(session, min_minutes=60).minutes_then == 240


def test_a_draft_is_previewed_for_its_own_street_by_who_drafts(session: Session, ground: Ground):
    draft = rulesets.draft(
        session,
        street="YD",
        effective_from=date(2026, 8, 1),
        params={"points_per_hour": 12},
        by=make.staff(session, role="street_admin"),
        at=AT,
    )
    second = make.staff(session, role="street_admin")
    found = preview.of_draft(session, version=draft.version, by=second, at=AT)
    assert (found.now, found.then, found.effective_from) == (46, 55, date(2026, 8, 1))
    for stranger in (make.staff(session, role="street_admin", place="NZP"), make.staff(session, role="auditor")):
        with pytest.raises(NotPermitted):
            preview.of_draft(session, version=draft.version, by=stranger, at=AT)
    with pytest.raises(bounds.BadParameter):
        under(session, points_per_hour=-1)


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 1, 1), date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 3, 31), date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 4, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (TODAY, date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_the_last_quarter_is_the_one_that_is_over(today: date, first: date, last: date):
    assert preview.last_quarter(today) == (first, last)

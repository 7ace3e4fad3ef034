"""Who an activity is for, from both sides of every limit (§3.3, minors §3.9)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from points.foundation.actors import SYSTEM
from points.people.tables import Consent
from points.service import signups
from points.service.tables import ActivityCategory
from tests import make

START = make.NOW + timedelta(hours=1)  # 09:00 on 2026-05-09
BEFORE = START - timedelta(hours=20)
NINE = date(2017, 1, 1)


def sign_up(session, activity, person, **facts):
    return signups.sign_up(session, activity=activity.code, volunteer=person.code, by=SYSTEM, at=BEFORE, **facts)


def refused(session, activity, person, **facts):
    with pytest.raises(signups.NotSuitable) as why:
        sign_up(session, activity, person, **facts)
    return why.value.reason


@pytest.mark.parametrize(("born", "allowed"), [(date(1965, 5, 10), True), (date(1965, 5, 9), False)])
def test_the_highest_age_is_still_welcome(session, born, allowed):
    activity, person = make.activity(session, max_age=60), make.volunteer(session, birth_date=born)
    if allowed:
        assert sign_up(session, activity, person).status == "approved"
    else:
        assert refused(session, activity, person) == "too-old"


@pytest.mark.parametrize(("minutes", "allowed"), [(720, True), (721, False)])
def test_a_minor_stays_until_nine_in_the_evening_and_no_minute_longer(session, minutes, allowed):
    activity = make.activity(session, minutes=720)
    activity.end_at = START + timedelta(minutes=minutes)
    session.flush()
    if allowed:
        assert sign_up(session, activity, make.minor(session)).status == "approved"
    else:
        assert refused(session, activity, make.minor(session)) == "ends-late"


def test_a_minor_is_not_kept_over_night(session):
    activity = make.activity(session)
    activity.end_at = START + timedelta(days=1)
    session.flush()
    assert refused(session, activity, make.minor(session)) == "ends-late"


def test_the_kind_of_service_says_whether_it_is_for_minors(session):
    for kind, allowed in (("environment", True), ("safety", False)):
        make.category(session, kind)
        found = session.scalars(select(ActivityCategory).where(ActivityCategory.code == kind)).one()
        found.minors_ok = allowed
    session.flush()
    assert sign_up(session, make.activity(session, kind="environment"), make.minor(session)).status == "approved"
    assert refused(session, make.activity(session, kind="safety"), make.minor(session)) == "minors"
    assert sign_up(session, make.activity(session, kind="safety"), make.volunteer(session)).status == "approved"


def test_a_minor_needs_a_guardians_consent_that_stands_and_is_their_own(session):
    activity, minor, other = make.activity(session), make.minor(session), make.minor(session)
    given = select(Consent).where(Consent.subject_id == minor.id, Consent.purpose == "guardian")
    session.scalars(given).one().withdrawn_at = BEFORE  # no verb does it: without it there is no account
    session.flush()
    with pytest.raises(signups.GuardianNeeded) as why:
        sign_up(session, activity, minor)
    assert why.value.needed == "consent"
    assert sign_up(session, activity, other).status == "approved"


@pytest.mark.parametrize(("born", "alone"), [(date(2016, 5, 9), True), (date(2016, 5, 10), False)])
def test_from_ten_on_a_child_comes_alone(session, born, alone):
    activity, child = make.activity(session), make.minor(session, birth_date=born)
    if alone:
        assert sign_up(session, activity, child).status == "approved"
    else:
        with pytest.raises(signups.GuardianNeeded) as why:
            sign_up(session, activity, child)
        assert why.value.needed == "presence"


def test_a_guardian_who_takes_part_in_the_same_activity_is_there(session):
    parent, other = make.volunteer(session), make.volunteer(session)
    child = make.volunteer(session, birth_date=NINE, guardian=make.guardian_of(parent))
    make.volunteer(session, birth_date=NINE, guardian=make.guardian_of(other))
    activity, elsewhere = make.activity(session), make.activity(session)
    sign_up(session, elsewhere, parent)
    sign_up(session, activity, other)
    with pytest.raises(signups.GuardianNeeded):
        sign_up(session, activity, child)
    sign_up(session, activity, parent)
    assert sign_up(session, activity, child).status == "approved"


def test_places_move_up_one_for_each_that_is_free(session):
    activity = make.activity(session, capacity=2)
    lines = [sign_up(session, activity, make.volunteer(session)) for _ in range(5)]
    assert [line.status for line in lines] == ["approved"] * 2 + ["waitlisted"] * 3
    assert signups.move_up(session, activity_id=activity.id, at=BEFORE) == 0
    activity.capacity = 4
    session.flush()
    assert signups.move_up(session, activity_id=activity.id, at=BEFORE) == 2
    assert [line.status for line in lines] == ["approved"] * 4 + ["waitlisted"]

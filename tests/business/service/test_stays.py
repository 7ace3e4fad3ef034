"""Attendance: the clock closes what nobody left, flags are looked at, a stay is struck out by two people."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch
from points.service import activities, stays
from points.service.auto_close import auto_close
from points.service.tables import Scan, Stay
from points.service.voiding import void
from tests import make

START = make.NOW + timedelta(hours=1)
END = START + timedelta(hours=2)


def inside(session, **facts):
    activity, person = make.activity(session, walk_in_ok=True, **facts), make.volunteer(session)
    make.scanned(session, activity, person, "in", at=START)
    return activity, person


def stay_of(session, person):
    return session.scalars(
        select(Stay).where(Stay.volunteer_id == person.id).execution_options(populate_existing=True)
    ).one()


def test_two_open_stays_of_one_person_are_impossible(session):
    _activity, person = inside(session)
    row = {
        "code": "x",
        "activity_id": make.activity(session).id,
        "volunteer_id": person.id,
        "local_date": make.TODAY,
        "in_at": START,
        "in_method": "roster",
        "in_by": "x",
        "status": "open",
        "created_at": START,
        "created_by": "x",
    }
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(Stay), [row])


def test_a_stay_that_nobody_left_is_closed_by_the_clock_two_hours_after_the_end(session):
    _, person = inside(session)
    assert auto_close(session, at=END + timedelta(minutes=119)) == 0
    assert auto_close(session, at=END + timedelta(hours=9)) == 1
    stay = stay_of(session, person)
    assert (stay.status, stay.out_at) == ("auto_closed", END + timedelta(hours=2))
    assert auto_close(session, at=END + timedelta(hours=10)) == 0


def test_a_check_out_forgotten_on_one_day_of_several_is_closed_that_evening(session):
    night = [END.isoformat(), (START + timedelta(days=1)).isoformat()]
    _activity, person = inside(session, minutes=26 * 60, breaks=[night])
    assert auto_close(session, at=START + timedelta(hours=3, minutes=59)) == 0
    assert auto_close(session, at=START + timedelta(hours=13)) == 1
    stay = stay_of(session, person)
    assert (stay.status, stay.out_at) == ("auto_closed", END + timedelta(hours=2))


def test_a_called_off_activity_keeps_nobody_inside(session):
    activity, person = inside(session)
    activities.cancel(session, activity=activity.code, reason="大雨", by=SYSTEM, at=START + timedelta(minutes=30))
    auto_close(session, at=START + timedelta(minutes=31))
    assert stay_of(session, person).status == "auto_closed"


def test_flags_wait_for_the_leader_and_are_decided_once(session):
    team = make.team(session)
    activity, person = inside(session, team=team)
    make.scanned(session, activity, person, "out", at=START + timedelta(minutes=10))
    stay = stay_of(session, person)
    assert stays.undecided(session, activity_id=activity.id) == [stay.code]
    by = make.leader_actor(session, team)
    with pytest.raises(NotPermitted):
        stays.decide_flags(session, activity=activity.code, by=make.volunteer_actor(session, person), at=END)
    assert stays.decide_flags(session, activity=activity.code, by=by, at=END) == 1
    assert stays.decide_flags(session, activity=activity.code, by=by, at=END) == 0
    assert stay_of(session, person).flags_decided_by == by.person


def test_a_stay_is_struck_out_by_two_people_with_a_reason(session):
    activity, person = inside(session)
    make.scanned(session, activity, person, "out", at=END)
    code = stay_of(session, person).code
    one, other = make.community_admin(session), make.street_admin(session)
    with pytest.raises(stays.SamePerson):
        void(session, code=code, reason="代签", by=one, second=one, at=END)
    with pytest.raises(NotPermitted):
        void(session, code=code, reason="代签", by=one, second=make.stranger(session), at=END)
    pairs = void(session, code=code, reason="代签", by=one, second=other, at=END)
    assert pairs == [(person.id, make.TODAY)]
    assert stay_of(session, person).status == "voided"
    with pytest.raises(stays.StayState):
        void(session, code=code, reason="代签", by=one, second=other, at=END)
    with pytest.raises(NoSuch):
        void(session, code="nothing", reason="代签", by=one, second=other, at=END)


def test_the_people_present_are_counted_once_each(session):
    activity, person = inside(session)
    make.scanned(session, activity, person, "out", at=START + timedelta(minutes=40))
    make.scanned(session, activity, person, "in", at=START + timedelta(minutes=60))
    assert stays.people_present(session, activity_id=activity.id) == 1
    assert len(stays.of_activity(session, activity_id=activity.id)) == 2
    assert len(stays.still_open(session, activity_id=activity.id)) == 1


def test_a_scan_is_never_changed_or_deleted(session):
    inside(session)
    scan = session.scalars(select(Scan)).one()
    scan.nonce = "another"
    with pytest.raises(Exception, match="append-only"), session.begin_nested():
        session.flush()


@pytest.mark.parametrize(("head_count", "differs"), [(None, False), (1, False), (2, True), (0, True)])
def test_a_head_count_that_differs_by_more_than_a_tenth_is_seen(session, head_count, differs):
    activity, _ = inside(session)
    activity.head_count = head_count
    assert stays.head_count_differs(session, activity) is differs

"""A scan is taken back from the same device within fifteen minutes, and its row stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from points.foundation.actors import NotPermitted
from points.foundation.errors import NoSuch
from points.service import checkin, signups
from points.service.tables import Scan
from tests import make
from tests.business.service.door import END, MINUTE, START, all_stays, joined


def test_undo_keeps_the_row_as_annulled_and_the_person_may_come_in_again(session):
    activity, person = joined(session, walk_in_ok=True, capacity=1)
    make.scanned(session, activity, person, "in", at=START, nonce="n1")
    by = make.volunteer_actor(session, person)
    for _ in range(2):
        undone = checkin.undo(session, nonce="n1", device=f"phone-{person.code}", by=by, at=START + 15 * MINUTE)
        assert undone.status == "annulled"
    assert session.scalar(select(func.count()).select_from(Scan).where(Scan.direction == "undo")) == 1
    make.scanned(session, activity, person, "in", at=START + 16 * MINUTE)
    assert [stay.status for stay in all_stays(session)] == ["annulled", "open"]


def test_undoing_an_exit_opens_the_stay_again(session):
    activity, person = joined(session)
    make.scanned(session, activity, person, "in", at=START)
    make.scanned(session, activity, person, "out", at=START + timedelta(hours=1), nonce="out")
    by = make.volunteer_actor(session, person)
    at = START + timedelta(hours=1, minutes=5)
    assert checkin.undo(session, nonce="out", device=f"phone-{person.code}", by=by, at=at).status == "open"
    assert make.scanned(session, activity, person, "out", at=END).direction == "out"


def test_undo_needs_the_same_device_fifteen_minutes_and_nothing_after_it(session):
    activity, person = joined(session)
    make.scanned(session, activity, person, "in", at=START, nonce="n1")
    by, device = make.volunteer_actor(session, person), f"phone-{person.code}"
    with pytest.raises(NoSuch):
        checkin.undo(session, nonce="n1", device="another", by=by, at=START)
    with pytest.raises(checkin.UndoTooLate):
        checkin.undo(session, nonce="n1", device=device, by=by, at=START + timedelta(minutes=15, seconds=1))
    make.scanned(session, activity, person, "out", at=START + 10 * MINUTE)
    with pytest.raises(checkin.UndoTooLate):
        checkin.undo(session, nonce="n1", device=device, by=by, at=START + 11 * MINUTE)


def test_undoing_a_walk_in_frees_the_place(session):
    activity = make.activity(session, walk_in_ok=True, capacity=1)
    person, other = make.volunteer(session), make.volunteer(session)
    make.scanned(session, activity, person, "in", at=START, nonce="n1")
    by = make.volunteer_actor(session, person)
    checkin.undo(session, nonce="n1", device=f"phone-{person.code}", by=by, at=START + MINUTE)
    assert make.scanned(session, activity, other, "in", at=START + 2 * MINUTE).direction == "in"


def test_nobody_undoes_what_another_scanned(session):
    activity, person = joined(session)
    make.scanned(session, activity, person, "in", at=START, nonce="n1")
    other = make.volunteer_actor(session, make.volunteer(session))
    with pytest.raises(NotPermitted):
        checkin.undo(session, nonce="n1", device=f"phone-{person.code}", by=other, at=START + MINUTE)
    assert [stay.status for stay in all_stays(session)] == ["open"]


def test_an_exit_is_not_undone_while_the_person_is_in_elsewhere(session):
    activity, person = joined(session)
    elsewhere, _ = joined(session, person)
    make.scanned(session, activity, person, "in", at=START)
    make.scanned(session, activity, person, "out", at=START + 40 * MINUTE, nonce="out")
    make.scanned(session, elsewhere, person, "in", at=START + 41 * MINUTE)
    by = make.volunteer_actor(session, person)
    with pytest.raises(checkin.UndoTooLate):
        checkin.undo(session, nonce="out", device=f"phone-{person.code}", by=by, at=START + 42 * MINUTE)


def test_an_exit_is_undone_while_somebody_else_is_in(session):
    activity, person = joined(session)
    other, somebody = joined(session)
    make.scanned(session, other, somebody, "in", at=START)
    make.scanned(session, activity, person, "in", at=START)
    make.scanned(session, activity, person, "out", at=START + 40 * MINUTE, nonce="out")
    by, device = make.volunteer_actor(session, person), f"phone-{person.code}"
    assert checkin.undo(session, nonce="out", device=device, by=by, at=START + 42 * MINUTE).status == "open"


def test_undoing_the_second_stay_of_a_walk_in_keeps_the_place_of_the_first(session):
    activity, person = make.activity(session, walk_in_ok=True, capacity=1), make.volunteer(session)
    make.scanned(session, activity, person, "in", at=START)
    make.scanned(session, activity, person, "out", at=START + 40 * MINUTE)
    make.scanned(session, activity, person, "in", at=START + 50 * MINUTE, nonce="n2")
    by = make.volunteer_actor(session, person)
    checkin.undo(session, nonce="n2", device=f"phone-{person.code}", by=by, at=START + 51 * MINUTE)
    session.refresh(activity)
    assert activity.places_taken == 1


def test_undoing_a_walk_in_leaves_others_where_they_are(session):
    activity = make.activity(session, walk_in_ok=True, capacity=3)
    people = [make.volunteer(session) for _ in range(2)]
    for number, person in enumerate(people):
        make.scanned(session, activity, person, "in", at=START + number * MINUTE, nonce=f"n{number}")
    by = make.volunteer_actor(session, people[1])
    checkin.undo(session, nonce="n1", device=f"phone-{people[1].code}", by=by, at=START + 2 * MINUTE)
    session.refresh(activity)
    assert activity.places_taken == 1
    roster = signups.roster(session, activity=activity.code, by=make.street_admin(session), at=START + 3 * MINUTE)
    assert {line.volunteer: line.status for line in roster} == {
        people[0].code: "attended",
        people[1].code: "cancelled",
    }


def test_undoing_the_scan_of_somebody_with_a_place_keeps_the_place(session):
    activity, person = joined(session)
    make.scanned(session, activity, person, "in", at=START, nonce="n1")
    by = make.volunteer_actor(session, person)
    checkin.undo(session, nonce="n1", device=f"phone-{person.code}", by=by, at=START + MINUTE)
    session.refresh(activity)
    assert activity.places_taken == 1

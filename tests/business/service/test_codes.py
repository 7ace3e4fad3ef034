"""What is scanned or typed: rotating and printed codes, six digits, tickets, cards, the roster."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from points.foundation.actors import NotPermitted
from points.service import checkin
from points.service.checkin import ScanRequest
from points.service.tables import ScanTicket
from tests import make
from tests.business.service.door import END, MINUTE, START, all_stays, joined, journal


def test_a_rotating_code_counts_now_and_one_step_ago_and_no_longer(session):
    activity, person = joined(session)
    shown = checkin.screen_token(activity, START)
    by = make.volunteer_actor(session, person)
    for seconds in (60, 120, 121, 3600):
        with pytest.raises(checkin.CodeExpired):
            checkin.scan(session, ScanRequest(code=shown, nonce="n"), by=by, at=START + timedelta(seconds=seconds))
    assert (
        checkin.scan(session, ScanRequest(code=shown, nonce="n"), by=by, at=START + timedelta(seconds=59)).direction
        == "in"
    )
    assert journal(session) == ["code-expired"] * 4


def test_an_old_code_is_not_made_young_by_the_phones_clock(session):
    activity, person = joined(session)
    shown = checkin.screen_token(activity, START)
    with pytest.raises(checkin.CodeExpired):
        checkin.scan(
            session,
            ScanRequest(code=shown, nonce="n", occurred_at=START),
            by=make.volunteer_actor(session, person),
            at=START + timedelta(hours=1),
        )


@pytest.mark.parametrize("form", ["{}", "https://points.example/s/{}", "  /s/{}?from=wechat "])
def test_a_code_is_taken_bare_or_as_an_address(session, form):
    activity, person = joined(session)
    code = form.format(checkin.screen_token(activity, START)).lower()
    by = make.volunteer_actor(session, person)
    assert checkin.scan(session, ScanRequest(code=code, nonce="n"), by=by, at=START).direction == "in"


def test_six_digits_need_their_activity_and_are_graded_as_such(session):
    activity, person = joined(session)
    digits = checkin.screen_digits(activity, START)
    by = make.volunteer_actor(session, person)
    with pytest.raises(checkin.AmbiguousCode):
        checkin.scan(session, ScanRequest(code=digits, nonce="n1"), by=by, at=START)
    with pytest.raises(checkin.CodeExpired):
        checkin.scan(
            session, ScanRequest(code=digits, activity=activity.code, nonce="n1"), by=by, at=START + 2 * MINUTE
        )
    checkin.scan(session, ScanRequest(code=digits, activity=activity.code, nonce="n1"), by=by, at=START)
    assert all_stays(session)[0].in_method == "code6"


def test_a_poster_is_valid_in_its_window_only_and_leaves_a_flag(session):
    activity, person = joined(session)
    poster = checkin.poster_token(activity)
    by = make.volunteer_actor(session, person)
    with pytest.raises(checkin.TooEarly) as early:
        checkin.scan(session, ScanRequest(code=poster, nonce="n1"), by=by, at=START - 31 * MINUTE)
    assert early.value.opens_at == START - 30 * MINUTE
    with pytest.raises(checkin.TooLate):
        checkin.scan(session, ScanRequest(code=poster, nonce="n2"), by=by, at=END + MINUTE)
    answer = checkin.scan(session, ScanRequest(code=poster, nonce="n3"), by=by, at=START - 30 * MINUTE)
    assert answer.flags == ("static",)
    with pytest.raises(checkin.TooLate):
        checkin.scan(session, ScanRequest(code=poster, nonce="n4"), by=by, at=END + 31 * MINUTE)
    assert checkin.scan(session, ScanRequest(code=poster, nonce="n5"), by=by, at=END + 30 * MINUTE).direction == "out"


def test_a_ticket_stands_for_a_code_that_has_rotated_while_the_person_signed_in(session):
    activity, person = joined(session)
    ticket = checkin.ticket(session, code=checkin.screen_token(activity, START), at=START)
    by = make.volunteer_actor(session, person)
    answer = checkin.scan(session, ScanRequest(ticket=ticket, nonce="n1"), by=by, at=START + 4 * MINUTE)
    assert (answer.direction, all_stays(session)[0].in_method) == ("in", "scan_dynamic")
    assert checkin.scan(session, ScanRequest(ticket=ticket, nonce="n1"), by=by, at=START + 5 * MINUTE).replayed
    with pytest.raises(checkin.CodeExpired):
        checkin.scan(session, ScanRequest(ticket=ticket, nonce="n2"), by=by, at=START + 5 * MINUTE)


def test_a_ticket_lasts_five_minutes_and_is_stored_as_a_hash(session):
    activity, person = joined(session)
    ticket = checkin.ticket(session, code=checkin.screen_token(activity, START), at=START)
    by = make.volunteer_actor(session, person)
    with pytest.raises(checkin.CodeExpired):
        checkin.scan(session, ScanRequest(ticket=ticket, nonce="n"), by=by, at=START + timedelta(minutes=5, seconds=1))
    assert ticket not in session.scalars(select(ScanTicket.token_hash)).all()
    assert session.scalars(select(ScanTicket.used_at)).one() is None


def test_no_ticket_for_a_card_or_an_unknown_code(session):
    person = make.volunteer(session)
    for code in ("/c/" + make.card(session, person).code, "0000000000", "nonsense", "/p/0000000000"):
        with pytest.raises(checkin.InvalidCode):
            checkin.ticket(session, code=code, at=START)
    assert journal(session) == ["invalid"] * 4


def test_a_card_that_staff_read_is_a_scan_and_a_number_that_they_type_a_tick(session):
    activity, person = joined(session)
    card = make.card(session, person)
    by = make.street_admin(session)
    for code, nonce in (("/c/" + card.code, "n1"), (person.code.lower(), "n2")):
        at = START if nonce == "n1" else END
        checkin.scan(session, ScanRequest(code=code, activity=activity.code, nonce=nonce), by=by, at=at)
    (stay,) = all_stays(session)
    assert (stay.in_method, stay.out_method, stay.in_by) == ("staff_scan", "roster", by.person)


def test_a_card_without_its_activity_is_ambiguous_and_a_lost_one_is_revoked(session):
    activity, person = joined(session)
    old = make.card(session, person)
    by = make.street_admin(session)
    with pytest.raises(checkin.AmbiguousCode):
        checkin.scan(session, ScanRequest(code="/c/" + old.code, nonce="n"), by=by, at=START)
    make.card(session, person)
    with pytest.raises(checkin.CodeRevoked):
        checkin.scan(session, ScanRequest(code="/c/" + old.code, activity=activity.code, nonce="n"), by=by, at=START)


def test_nobody_scans_another_persons_card_without_running_the_activity(session):
    activity, person = joined(session)
    card = make.card(session, person)
    for by in (make.volunteer_actor(session, make.volunteer(session)), make.stranger(session)):
        with pytest.raises(NotPermitted):
            checkin.scan(
                session, ScanRequest(code="/c/" + card.code, activity=activity.code, nonce="n"), by=by, at=START
            )
    assert all_stays(session) == []


def test_ones_own_card_is_no_proof_of_presence(session):
    team = make.team(session)
    activity = make.activity(session, team=team, walk_in_ok=True)
    leader = make.leader_actor(session, team)
    answer = checkin.scan(
        session, ScanRequest(code=leader.person, activity=activity.code, nonce="n"), by=leader, at=START
    )
    assert (all_stays(session)[0].in_method, answer.flags) == ("roster", ("roster", "own_hand"))


def test_the_leader_ticks_the_roster(session):
    team = make.team(session)
    activity, person = joined(session, team=team)
    for direction, at in (("in", START), ("out", END)):
        checkin.roster_tick(
            session,
            ScanRequest(activity=activity.code, volunteer=person.code, direction=direction, nonce=direction),
            by=make.leader_actor(session, team),
            at=at,
        )
    (stay,) = all_stays(session)
    assert (stay.in_method, stay.out_method, stay.flags) == ("roster", "roster", ["roster"])

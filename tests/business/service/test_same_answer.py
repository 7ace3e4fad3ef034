"""The same nonce, the same answer: for thirty days, whatever the first answer was."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.journal import idempotency
from points.people import cards
from points.service import checkin, signups
from points.service.checkin import ScanRequest, scanned
from points.service.checkin.refusals import NonceReused
from points.service.tables import Scan, Stay
from tests import make
from tests.business.service.door import END, START, by_staff, joined

MINUTE = timedelta(minutes=1)
LONG_AFTER = timedelta(days=29)


def tap(session: Session, activity, person, nonce: str, at, **facts):  # type: ignore[no-untyped-def]
    by = make.volunteer_actor(session, person)
    asked = ScanRequest(code=checkin.poster_token(activity), nonce=nonce, device="phone-1", **facts)
    return checkin.scan(session, asked, by=by, at=at)


def stays(session: Session) -> list[tuple[object, ...]]:
    return [tuple(row) for row in session.execute(select(Stay.code, Stay.status, Stay.in_at, Stay.out_at))]


def test_a_second_taps_nonce_never_checks_the_person_out(session):
    activity, person = joined(session)
    first = tap(session, activity, person, "n1", START)
    already = tap(session, activity, person, "n2", START + MINUTE)
    assert (already.direction, already.replayed) == ("in", True)
    before = stays(session)
    for later in (3 * MINUTE, timedelta(hours=1), LONG_AFTER):
        again = tap(session, activity, person, "n2", START + later)
        assert again == already
    assert stays(session) == before
    assert tap(session, activity, person, "n1", START + 3 * MINUTE) == replace(first, replayed=True)
    assert session.scalar(select(func.count()).select_from(Scan)) == 1


def test_a_check_in_asked_again_after_the_check_out_has_the_flags_it_had(session):
    activity, person = joined(session)
    first = tap(session, activity, person, "n1", START)
    out = tap(session, activity, person, "n2", START + 5 * MINUTE)
    assert "short" in out.flags
    assert "short" not in first.flags
    assert tap(session, activity, person, "n1", END + LONG_AFTER) == replace(first, replayed=True)
    assert tap(session, activity, person, "n2", END + LONG_AFTER) == replace(out, replayed=True)


def test_a_refusal_is_the_answer_to_its_nonce_also_when_its_cause_is_gone(session):
    activity, person = make.activity(session), make.volunteer(session)
    with pytest.raises(checkin.NotSignedUp) as first:
        tap(session, activity, person, "n1", START)
    signups.sign_up(session, activity=activity.code, volunteer=person.code, by=make.street_admin(session), at=make.NOW)
    with pytest.raises(checkin.NotSignedUp) as again:
        tap(session, activity, person, "n1", START + 3 * MINUTE)
    assert (again.value.facts(), again.value.code) == (first.value.facts(), first.value.code)
    assert stays(session) == []
    assert tap(session, activity, person, "n2", START + 3 * MINUTE).direction == "in"


def test_already_in_elsewhere_tells_the_same_place_and_time(session):
    activity, person = joined(session)
    other = make.activity(session, walk_in_ok=True)
    tap(session, activity, person, "n1", START)
    with pytest.raises(checkin.ScanRefusal) as first:
        tap(session, other, person, "n2", START + 3 * MINUTE, direction="in")
    tap(session, activity, person, "n3", START + 40 * MINUTE)
    with pytest.raises(type(first.value)) as again:
        tap(session, other, person, "n2", START + 50 * MINUTE, direction="in")
    assert again.value.facts() == first.value.facts()


def test_the_same_nonce_for_another_scan_is_refused(session):
    activity, person = joined(session)
    tap(session, activity, person, "n1", START)
    tap(session, activity, person, "n2", START + MINUTE)
    with pytest.raises(NonceReused):
        tap(session, activity, person, "n2", START + 3 * MINUTE, direction="out")


@pytest.mark.parametrize("by_card", [True, False])
def test_a_tick_and_a_card_are_answered_alike_too(session, by_card):
    activity, person = joined(session)
    card, admin = make.card_of(session, person), make.street_admin(session)

    def ask(nonce: str, at):  # type: ignore[no-untyped-def]
        who = {"code": "/c/" + card.code} if by_card else {"volunteer": person.code}
        direction, verb = ("auto", checkin.scan) if by_card else ("in", checkin.roster_tick)
        asked = ScanRequest(activity=activity.code, direction=direction, nonce=nonce, **who)
        return verb(session, asked, by=admin, at=at)

    first, already = ask("n1", START), ask("n2", START + MINUTE)
    assert ask("n2", START + timedelta(hours=1)) == already
    assert ask("n1", START + timedelta(hours=1)) == replace(first, replayed=True)
    assert len(stays(session)) == 1


def test_a_card_replaced_since_and_a_ticket_forgotten_change_no_answer(session):
    activity, person = joined(session)
    by = make.volunteer_actor(session, person)
    ticket = checkin.ticket(session, code=checkin.screen_token(activity, START), at=START)
    asked = ScanRequest(ticket=ticket, nonce="n1", device="phone-1")
    first = checkin.scan(session, asked, by=by, at=START)
    scanned.forget_old_tickets(session, at=START + timedelta(days=3))
    assert checkin.scan(session, asked, by=by, at=START + timedelta(days=3)) == replace(first, replayed=True)
    admin = make.street_admin(session)
    out = by_staff(session, activity, person, "out", at=END, nonce="n9", by=admin)
    old = make.card_of(session, person)
    cards.issue(session, volunteer=person.code, by=admin, at=END)
    asked = ScanRequest(code="/c/" + old.code, activity=activity.code, direction="out", nonce="n9")
    assert checkin.scan(session, asked, by=admin, at=END + MINUTE) == replace(out, replayed=True)


def test_what_was_kept_is_forgotten_after_thirty_days(session):
    activity, person = joined(session)
    tap(session, activity, person, "n1", START)
    tap(session, activity, person, "n2", START + MINUTE)
    assert idempotency.forget_old(session, at=START + timedelta(days=30)) == 0
    assert idempotency.forget_old(session, at=START + timedelta(days=31)) == 1

"""What a page says is so: sentences that promised more than is done, or said it to the wrong person."""

import pytest
from sqlalchemy.orm import Session

from points.exchange.goods import BadFigure
from points.people import volunteers
from points.rewards import adjustments
from points.service import signups
from points.service.checkin.refusals import PersonSuspended, PersonSuspendedYet
from points.web import audit_words
from tests import make


def test_who_is_suspended_is_not_told_to_bring_a_guardian(session: Session) -> None:
    person, activity = make.volunteer(session), make.activity(session)
    volunteers.suspend(session, volunteer=person.code, reason="核查", by=make.community_admin(session), at=make.NOW)
    with pytest.raises(signups.PersonNotActive) as refusal:
        signups.sign_up(
            session,
            activity=activity.code,
            volunteer=person.code,
            by=make.volunteer_actor(session, person),
            at=make.NOW,
        )
    assert refusal.value.next_step == "Ask at your community."
    assert "guardian" not in PersonSuspended.next_step
    assert "guardian" in PersonSuspendedYet.next_step


def test_a_minus_that_takes_too_much_is_told_to_who_decides(session: Session) -> None:
    make.rules(session)
    person, one, other = make.volunteer(session), make.street_admin(session), make.street_admin(session)
    make.points(session, person, 30)
    case = adjustments.propose(
        session, volunteer=person.code, points=-68, reason="多记了的积分要减掉一些", by=one, at=make.NOW
    )
    with pytest.raises(adjustments.MoreThanThereIs) as refusal:
        adjustments.decide(session, adjustment=case.code, approve=True, by=other, at=make.NOW)
    assert (refusal.value.available, refusal.value.wanted) == (30, 68)
    assert "more points" not in refusal.value.next_step


def test_no_sentence_names_a_column() -> None:
    assert "price" not in BadFigure(field="price", value=0).detail % {"field": "price", "value": 0}


def test_what_was_before_a_change_is_no_page_before() -> None:
    assert audit_words.FACT["from"] != "Before"

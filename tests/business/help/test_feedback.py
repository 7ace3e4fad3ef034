"""Complaints and suggestions: anyone writes, everybody gets an answer in five working days, found by the number."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from points.foundation.errors import Refusal
from points.help import feedback
from points.help.feedback import SOMEBODY
from points.help.tables import Feedback
from points.registry import own_copy
from tests import make


def written(session: Session, **facts: Any) -> Feedback:
    make.street(session)
    facts = {"kind": "complaint", "text": "兑换日排队太久。", "area": "BZ", "by": SOMEBODY, "at": make.NOW, **facts}
    return feedback.write(session, **facts)


def refused(act: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def test_whoever_writes_finds_the_answer_by_the_number(session: Session) -> None:
    item = written(session, contact="19900001234")
    assert item.due_on == date(2026, 5, 15)
    admin, later = make.community_admin(session), make.NOW + timedelta(days=2)
    feedback.reply(session, number=item.code, text="下次多开一个窗口。", by=admin, at=later)
    found = feedback.by_number(session, item.code.lower(), at=later)
    assert (found.feedback.reply, found.place, found.late) == ("下次多开一个窗口。", "北正社区", False)
    assert found.feedback.contact == ""


def test_what_is_late_is_said_and_stands_first(session: Session) -> None:
    newer = written(session, at=make.NOW + timedelta(days=6))
    older = written(session)
    found = feedback.inbox(session, by=make.community_admin(session), at=make.NOW + timedelta(days=7))
    assert [(one.feedback.code, one.late) for one in found] == [(older.code, True), (newer.code, False)]


def test_an_answer_is_given_once(session: Session) -> None:
    item, admin = written(session), make.community_admin(session)
    feedback.reply(session, number=item.code, text="谢谢，已改。", by=admin, at=make.NOW)
    assert refused(lambda: feedback.reply(session, number=item.code, text="又", by=admin, at=make.NOW)) == (
        "feedback-answered"
    )
    assert feedback.inbox(session, by=admin, at=make.NOW) == []
    found, all_ = feedback.answered(session, by=admin, at=make.NOW, offset=0, limit=10)
    assert ([one.feedback.code for one in found], all_) == ([item.code], 1)


def test_only_the_place_written_to_and_those_above_it_read_and_answer(session: Session) -> None:
    to_street, to_community = written(session, area="YD"), written(session)
    community, street = make.community_admin(session), make.street_admin(session)
    assert [one.feedback.code for one in feedback.inbox(session, by=community, at=make.NOW)] == [to_community.code]
    assert len(feedback.inbox(session, by=street, at=make.NOW)) == 2
    for by in (community, make.clerk(session), make.stranger(session), make.staff(session, role="auditor")):
        expected = (
            "not-permitted"
            if by.permits.get("feedback.see") and by.role_for("feedback.see", area_path=to_street.area_path)
            else "not-found"
        )
        assert refused(
            lambda by=by: feedback.reply(session, number=to_street.code, text="好的", by=by, at=make.NOW)
        ) == (expected)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"text": " "}, "feedback-invalid"),
        ({"text": "长" * 501}, "feedback-invalid"),
        ({"kind": "praise!"}, "feedback-invalid"),
        ({"area": "BZ-1"}, "not-found"),
    ],
)
def test_what_cannot_be_is_refused(session: Session, facts: dict[str, Any], code: str) -> None:
    make.street(session)
    assert refused(lambda: written(session, **facts)) == code


def test_who_is_signed_in_finds_it_among_their_own_and_in_their_copy(session: Session) -> None:
    person = make.volunteer(session)
    me = make.volunteer_actor(session, person)
    item = written(session, by=me)
    assert [one.feedback.code for one in feedback.mine(session, volunteer_id=person.id, at=make.NOW)] == [item.code]
    assert own_copy.of(session, by=me, at=make.NOW)["messages"][0]["text"] == "兑换日排队太久。"


def test_what_was_answered_three_years_ago_is_forgotten(session: Session) -> None:
    answered, waiting = written(session), written(session)
    feedback.reply(session, number=answered.code, text="好的。", by=make.community_admin(session), at=make.NOW)
    assert feedback.forget_old(session, at=make.NOW + timedelta(days=1000)) == 0
    assert feedback.forget_old(session, at=make.NOW + timedelta(days=1200)) == 1
    assert feedback.by_number(session, waiting.code, at=make.NOW)

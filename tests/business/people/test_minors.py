"""A minor's details are open to staff who say why, for ten minutes, and the family can read it (A16)."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from points.people import minors
from points.places import areas
from points.registry import own_copy
from points.reports import lists
from tests import make


def test_staff_say_why_before_they_look(session: Session) -> None:
    child, clerk = make.minor(session), make.clerk(session)
    with pytest.raises(minors.ReasonNeeded):
        minors.require_open(session, child, by=clerk, at=make.NOW)
    minors.look(session, volunteer=child.code, reason="counter", by=clerk, at=make.NOW)
    minors.require_open(session, child, by=clerk, at=make.NOW + timedelta(minutes=9))


@pytest.mark.parametrize("case", ["later", "a colleague", "another child"])
def test_the_reason_holds_for_one_person_one_child_and_ten_minutes(session: Session, case: str) -> None:
    child, clerk = make.minor(session), make.clerk(session)
    minors.look(session, volunteer=child.code, reason="counter", by=clerk, at=make.NOW)
    at = make.NOW + timedelta(minutes=11 if case == "later" else 1)
    by = make.clerk(session) if case == "a colleague" else clerk
    whom = make.minor(session) if case == "another child" else child
    with pytest.raises(minors.ReasonNeeded):
        minors.require_open(session, whom, by=by, at=at)


def test_adults_and_oneself_need_no_reason(session: Session) -> None:
    child = make.minor(session)
    minors.require_open(session, make.volunteer(session), by=make.clerk(session), at=make.NOW)
    minors.require_open(session, child, by=make.volunteer_actor(session, child), at=make.NOW)


def test_a_reason_is_one_of_those_there_are(session: Session) -> None:
    child, clerk = make.minor(session), make.clerk(session)
    with pytest.raises(minors.NoSuchReason):
        minors.look(session, volunteer=child.code, reason="curious", by=clerk, at=make.NOW)


def test_the_family_reads_who_looked_and_why(session: Session) -> None:
    child, clerk = make.minor(session), make.clerk(session)
    minors.look(session, volunteer=child.code, reason="counter", by=clerk, at=make.NOW)
    copy = own_copy.of(session, by=make.volunteer_actor(session, child), at=make.NOW)
    assert copy["looked_at"] == [{"at": "2026-05-09T08:00:00+08:00", "role": "station_staff", "reason": "counter"}]


def test_the_family_reads_which_lists_with_the_child_were_taken_out(session: Session) -> None:
    admin = make.street_admin(session)
    taken = {"rows": 3, "by": admin}
    lists.note(session, table="volunteers", area="YD", at=make.NOW - timedelta(days=1), reason="before", **taken)
    child = make.minor(session)
    lists.note(session, table="volunteers", area="YD", at=make.NOW, reason="insurance", **taken)
    lists.note(session, table="goods", area="YD", at=make.NOW, reason="stock", **taken)
    elsewhere = "CS" if child.community_id == areas.by_code(session, "BZ").id else "BZ"
    lists.note(session, table="volunteers", area=elsewhere, at=make.NOW, reason="another community", **taken)
    copy = own_copy.of(session, by=make.volunteer_actor(session, child), at=make.NOW)
    assert copy["taken_out"] == [
        {"at": "2026-05-09T08:00:00+08:00", "role": "street_admin", "list": "volunteers", "reason": "insurance"}
    ]

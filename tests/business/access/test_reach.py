"""Who sees whom: a community never sees another's persons, a stranger does not learn that they exist."""

import pytest
from sqlalchemy.orm import Session

from points.foundation.errors import NoSuch
from points.people import volunteers
from tests import make


def test_a_community_never_sees_another_communitys_persons(session: Session) -> None:
    ours, theirs = make.volunteer(session, community="BZ"), make.volunteer(session, community="CS")
    admin = make.community_admin(session, "BZ")
    assert volunteers.seen(session, ours.code, by=admin) is ours
    with pytest.raises(NoSuch):
        volunteers.seen(session, theirs.code, by=admin)
    assert volunteers.search(session, text=theirs.code, by=admin).people == []


def test_a_stranger_from_another_street_is_told_there_is_no_such_person(session: Session) -> None:
    person = make.volunteer(session)
    with pytest.raises(NoSuch):
        volunteers.seen(session, person.code, by=make.stranger(session))
    with pytest.raises(NoSuch):
        volunteers.suspend(session, volunteer=person.code, reason="x", by=make.stranger(session), at=make.NOW)
    with pytest.raises(NoSuch):
        volunteers.change(
            session,
            volunteer=person.code,
            by=make.stranger(session),
            at=make.NOW,
            changes=volunteers.Changes(name="钱多多"),
        )
    assert person.status == "active"
    assert volunteers.search(session, text=person.name, by=make.stranger(session)).people == []


def test_a_street_sees_all_its_communities(session: Session) -> None:
    persons = [make.volunteer(session, community=code) for code in ("BZ", "CS")]
    admin = make.street_admin(session)
    assert [volunteers.seen(session, person.code, by=admin) for person in persons] == persons


def test_station_staff_sees_the_residents_of_the_stations_community_only(session: Session) -> None:
    resident, other = make.volunteer(session), make.volunteer(session, community="CS")
    clerk = make.clerk(session)
    assert volunteers.seen(session, resident.code, by=clerk) is resident
    with pytest.raises(NoSuch):
        volunteers.seen(session, other.code, by=clerk)
    assert clerk.role_for("redemption.operate", area_path=make.street(session).a.path) is None
    assert clerk.role_for("redemption.operate", station_id=make.station(session).id) == "station_staff"


def test_a_volunteer_sees_only_themselves(session: Session) -> None:
    person, other = make.volunteer(session), make.volunteer(session)
    me = make.volunteer_actor(session, person)
    assert volunteers.seen(session, person.code, by=me) is person
    with pytest.raises(NoSuch):
        volunteers.seen(session, other.code, by=me)

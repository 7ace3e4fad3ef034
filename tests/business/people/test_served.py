"""Whom a station's counter serves: its whole street, and by card those of a street with which it agreed (§3.7)."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import NoSuch
from points.journal.tables import AuditEntry
from points.people import cards, duplicates, guardians, minors, persons, served, volunteers
from points.people.tables import Volunteer
from points.places import serving
from tests import make


@dataclass(frozen=True)
class Counter:
    """A clerk of NLJ-1 in 北正; a resident of 北正, one of 崇实, and one of the street next to it."""

    clerk: Actor
    near: Volunteer
    far: Volunteer
    foreign: Volunteer


@pytest.fixture
def counter(session: Session) -> Counter:
    make.street(session)
    make.station(session)
    return Counter(
        clerk=make.clerk(session),
        near=make.volunteer(session, name="王近邻"),
        far=make.volunteer(session, name="王远邻", community="CS", phone="13800000011"),
        foreign=make.volunteer(session, name="王外街", community="NZ", phone="13800000012"),
    )


def agree(session: Session, *streets: str) -> None:
    for street in streets or ("YD", "NZP"):
        other = {"YD": "NZP", "NZP": "YD"}[street]
        serving.agree(session, street=street, other=other, by=make.street_admin(session, street), at=make.NOW)


def clerk_again(session: Session) -> Actor:
    """A clerk as they are after a setting was changed: read with the next request."""
    return make.clerk(session)


@pytest.mark.parametrize("text", ["王远邻", "13800000011", "0011", "王"])
def test_a_resident_of_the_street_is_found_by_name_and_phone(session: Session, counter: Counter, text: str) -> None:
    assert counter.far in served.search(session, text=text, by=counter.clerk).people


def test_a_resident_of_the_street_is_found_by_number_and_card(session: Session, counter: Counter) -> None:
    assert served.search(session, text=counter.far.code, by=counter.clerk).people == [counter.far]
    card = make.card(session, counter.far)
    assert served.by_card(session, card.code, station="NLJ-1", by=counter.clerk) is counter.far


@pytest.mark.parametrize("text", ["王外街", "13800000012", "0012"])
def test_nobody_of_another_street_is_found_by_name_or_phone_even_where_both_agreed(
    session: Session, counter: Counter, text: str
) -> None:
    agree(session)
    assert counter.foreign not in served.search(session, text=text, by=clerk_again(session)).people
    assert served.search(session, text=counter.foreign.code, by=clerk_again(session)).people == []


def test_their_records_stay_with_their_community(session: Session, counter: Counter) -> None:
    assert persons.served(session, counter.far.code, by=counter.clerk) is counter.far
    with pytest.raises(NoSuch):
        persons.seen(session, counter.far.code, by=counter.clerk)
    with pytest.raises(NoSuch):
        volunteers.change(
            session,
            volunteer=counter.far.code,
            changes=volunteers.Changes(residence_text="示例路"),
            by=counter.clerk,
            at=make.NOW,
            reason="搬家",
        )
    with pytest.raises(NotPermitted):
        volunteers.suspend(session, volunteer=counter.near.code, reason="试试", by=counter.clerk, at=make.NOW)


def test_any_station_of_the_street_gives_a_new_card_and_a_pin(session: Session, counter: Counter) -> None:
    cards.issue(session, volunteer=counter.far.code, by=counter.clerk, at=make.NOW)
    volunteers.set_pin(session, volunteer=counter.far.code, pin="482913", by=counter.clerk, at=make.NOW)
    assert cards.revoke(session, volunteer=counter.far.code, reason="丢了", by=counter.clerk, at=make.NOW) == 1
    entry = session.query(AuditEntry).filter_by(action="card.issue").one()
    assert (entry.role, entry.target) == ("station_staff", f"volunteer:{counter.far.code}")
    for act in (
        lambda: cards.issue(session, volunteer=counter.foreign.code, by=counter.clerk, at=make.NOW),
        lambda: volunteers.set_pin(
            session, volunteer=counter.foreign.code, pin="482913", by=counter.clerk, at=make.NOW
        ),
    ):
        with pytest.raises(NoSuch):
            act()


def test_any_station_of_the_street_looks_at_a_guardian(session: Session, counter: Counter) -> None:
    child = make.minor(session, community="CS", registered_via="self", by=volunteers.NEWCOMER)
    assert child.status == "pending"
    minors.look(session, volunteer=child.code, reason="guardian", by=counter.clerk, at=make.NOW)
    assert minors.served(session, child.code, by=counter.clerk, at=make.NOW) is child
    guardians.verify(session, minor=child.code, by=counter.clerk, at=make.NOW)
    assert child.status == "active"


def test_of_another_street_only_a_card_leads_there_and_only_if_both_agreed(session: Session, counter: Counter) -> None:
    card = make.card(session, counter.foreign).code
    for said in ((), ("YD",)):
        agree(session, *said) if said else None
        with pytest.raises(served.FromOtherStreet) as refused:
            served.by_card(session, card, station="NLJ-1", by=counter.clerk)
        assert (refused.value.volunteer, refused.value.street) == (counter.foreign.code, "南庄坪街道")
    agree(session, "NZP")
    assert served.by_card(session, card, station="NLJ-1", by=counter.clerk) is counter.foreign
    code = counter.foreign.code
    assert served.at_station(session, code, station="NLJ-1", card=card, by=counter.clerk) is counter.foreign
    for wrong in ("", make.card(session, counter.near).code):
        with pytest.raises(NoSuch):
            served.at_station(session, code, station="NLJ-1", card=wrong, by=counter.clerk)
    serving.end_agreement(session, street="NZP", other="YD", by=make.street_admin(session, "NZP"), at=make.NOW)
    with pytest.raises(served.FromOtherStreet):
        served.by_card(session, card, station="NLJ-1", by=counter.clerk)


def test_a_street_may_let_each_station_serve_its_own_community_only(session: Session, counter: Counter) -> None:
    card = make.card(session, counter.far).code
    office = make.street_admin(session)
    assert serving.of_street(session, street="YD").whole_street
    for whole, found in ((False, []), (True, [counter.far])):
        serving.choose(session, street="YD", whole_street=whole, by=office, at=make.NOW)
        assert serving.of_street(session, street="YD").whole_street is whole
        assert served.search(session, text=counter.far.code, by=clerk_again(session)).people == found
        assert served.search(session, text=counter.near.code, by=clerk_again(session)).people == [counter.near]
    serving.choose(session, street="YD", whole_street=False, by=office, at=make.NOW)
    with pytest.raises(served.FromOtherCommunity) as refused:
        served.by_card(session, card, station="NLJ-1", by=clerk_again(session))
    assert refused.value.community == "崇实社区"


def test_only_the_streets_own_office_decides_whom_it_serves(session: Session, counter: Counter) -> None:
    for by in (counter.clerk, make.community_admin(session), make.street_admin(session, "NZP")):
        for act in (
            lambda by=by: serving.choose(session, street="YD", whole_street=False, by=by, at=make.NOW),
            lambda by=by: serving.agree(session, street="YD", other="NZP", by=by, at=make.NOW),
            lambda by=by: serving.end_agreement(session, street="YD", other="NZP", by=by, at=make.NOW),
        ):
            with pytest.raises(NotPermitted):
                act()
    with pytest.raises(serving.SameStreet):
        serving.agree(session, street="YD", other="YD", by=make.street_admin(session), at=make.NOW)
    with pytest.raises(NoSuch):
        serving.agree(session, street="YD", other="BZ", by=make.street_admin(session), at=make.NOW)


def test_a_yes_waits_for_the_other_streets_and_is_said_once(session: Session, counter: Counter) -> None:
    agree(session, "YD")
    agree(session, "YD")
    ours, theirs = (serving.of_street(session, street=one) for one in ("YD", "NZP"))
    assert [(one.street, one.holds) for one in ours.agreements] == [("NZP", False)]
    assert (theirs.agreements, theirs.asked_by) == ((), (("YD", "永定街道"),))
    agree(session, "NZP")
    assert [one.holds for one in serving.of_street(session, street="YD").agreements] == [True]
    assert serving.of_street(session, street="NZP").asked_by == ()


def test_who_is_registered_in_the_street_is_not_registered_again_at_a_counter(
    session: Session, counter: Counter
) -> None:
    like = duplicates.like(session, name="王远邻", birth_date=make.ADULT_BORN, phones=(), by=counter.clerk)
    assert like == [counter.far]

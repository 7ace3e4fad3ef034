"""A guardian's pages for a child: the same as one's own, for the child; and what a child does alone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.exchange import redemption
from points.exchange.redemption import Which
from points.foundation import clock
from points.people import consents, guardians, minors, volunteers
from points.people.tables import Volunteer
from points.reports import lists
from points.service import signups
from points.service.tables import Stay
from tests import make
from tests.web.conftest import Browser, Street


@pytest.fixture
def child(ground: Session, street: Street) -> Volunteer:
    """A child of nine with 50 points, whose guardian is the volunteer of the street, seen by staff."""
    parent = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    made = make.minor(
        ground, name="赵小寒", birth_date=make.CHILD_BORN, guardian=make.guardian_of(parent), pin="730514"
    )
    make.points(ground, made, 50)
    ground.commit()
    return made


PAGES = ("", "activities", "points", "records", "goods", "household", "me", "me/profile", "points/passbook.pdf")


def test_the_guardian_sees_the_childs_pages_from_their_own(
    street: Street, child: Volunteer, phone_of: Callable[[str], Browser]
):
    phone = phone_of(street.volunteer)
    assert f'href="/my/children/{child.code}/"' in phone.get("/my/children").text
    for page in (*PAGES, f"activities/{street.coming}"):
        answer = phone.get(f"/my/children/{child.code}/{page}")
        assert answer.status_code == 200, page
        if not page.endswith("pdf"):
            assert "You look after 赵小寒 here." in answer.text, page
    assert "50" in phone.get(f"/my/children/{child.code}/").text
    assert f'href="/my/children/{child.code}/points"' in phone.get(f"/my/children/{child.code}/").text


def test_nobody_else_sees_them(
    ground: Session,
    street: Street,
    child: Volunteer,
    phone_of: Callable[[str], Browser],
    browser: Callable[[], Browser],
):
    for other in (phone_of(street.leader), phone_of(child.code)):
        for page in PAGES:
            assert other.get(f"/my/children/{child.code}/{page}").status_code == 404, page
    assert browser().get(f"/my/children/{child.code}/").status_code == 303


def test_a_guardian_whom_nobody_has_seen_waits(ground: Session, street: Street, phone_of: Callable[[str], Browser]):
    parent = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    unseen = make.minor(
        ground, name="赵大雪", guardian=make.guardian_of(parent), by=volunteers.NEWCOMER, registered_via="self"
    )
    ground.commit()
    phone = phone_of(street.volunteer)
    assert "Go to a station together once" in phone.get("/my/children").text
    assert phone.get(f"/my/children/{unseen.code}/").status_code == 404
    guardians.verify(ground, minor=unseen.code, by=make.clerk(ground), at=make.NOW)
    ground.commit()
    assert phone.get(f"/my/children/{unseen.code}/").status_code == 200


def test_the_guardian_signs_the_child_up_comes_along_and_gives_the_place_back(
    ground: Session, street: Street, child: Volunteer, phone_of: Callable[[str], Browser]
):
    phone, place = phone_of(street.volunteer), f"/my/children/{child.code}/activities/{street.coming}"
    alone = phone.post(f"{place}/sign-up")
    assert alone.status_code == 403
    assert "A guardian is needed" in alone.text
    assert phone.post(f"{place}/sign-up", guardian_present="1").location == place
    ground.rollback()
    signup, _activity = signups.mine(ground, volunteer_id=child.id)[0]
    assert (signup.status, signup.guardian_present) == ("approved", True)
    assert phone.post(f"{place}/cancel").location == place
    ground.rollback()
    assert signups.mine(ground, volunteer_id=child.id)[0][0].status == "cancelled"


def test_the_guardian_reserves_and_cancels_and_the_child_alone_does_not(
    ground: Session, street: Street, child: Volunteer, phone_of: Callable[[str], Browser]
):
    form = {"station": "NLJ-1", "key": "goods-for-the-child", "qty-G02": "1"}
    assert "your guardian reserves" in phone_of(child.code).get("/my/goods").text
    refused = phone_of(child.code).post("/my/goods", **form)
    assert refused.status_code == 403
    assert "The guardian is needed" in refused.text
    phone = phone_of(street.volunteer)
    made = phone.post(f"/my/children/{child.code}/goods", **form)
    assert made.status_code == 303
    assert "Show this at" in phone.get(made.location).text
    assert phone.post(f"{made.location}/cancel").status_code == 303
    ground.rollback()
    parent = make.volunteer_actor(
        ground, ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    )
    assert [one.status for one in redemption.listing(ground, by=parent, which=Which(volunteer=child.code))] == [
        "cancelled"
    ]


def test_up_to_13_the_guardian_decides_consents_and_from_14_both_do(
    ground: Session, street: Street, child: Volunteer, phone_of: Callable[[str], Browser]
):
    form = {"purpose": "notice", "give": "1"}
    refused = phone_of(child.code).post("/my/me/consents", **form)
    assert refused.status_code == 403
    assert "Your guardian decides this" in refused.text
    assert phone_of(street.volunteer).post(f"/my/children/{child.code}/me/consents", **form).status_code == 303
    ground.rollback()
    assert "notice" in consents.open_for(ground, child.id)
    young = make.minor(ground, pin="730514")
    ground.commit()
    assert phone_of(young.code).post("/my/me/consents", **form).status_code == 303


def test_who_turned_14_is_asked_to_agree_themselves(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    early = make.NOW.replace(year=2024)  # then the young person was 13
    young = make.minor(ground, pin="730514", at=early)
    ground.commit()
    phone = phone_of(young.code)
    assert "You are 14 now" in phone.get("/my/").text
    assert phone.post("/my/me/consents", purpose="register", give="1").status_code == 303
    assert "You are 14 now" not in phone.get("/my/").text
    ground.rollback()
    given = [one for one in consents.history(ground, young.id) if one.purpose == "register"]
    assert [one.withdrawn_at is None for one in given] == [True, False]


def test_on_the_eighteenth_birthday_the_guardian_sees_nothing_more(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    parent = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    grown = make.minor(
        ground, birth_date=make.TODAY.replace(year=2008), guardian=make.guardian_of(parent), pin="730514",
        at=make.NOW.replace(year=2025),
    )  # fmt: skip
    ground.commit()
    phone = phone_of(street.volunteer)
    assert phone.get(f"/my/children/{grown.code}/").status_code == 404
    assert grown.name not in phone.get("/my/children").text
    own = phone_of(grown.code)
    assert "You are of age" in own.get("/my/").text
    assert own.post("/my/me/profile", phone="19955550001", emergency_contact="").status_code == 303
    assert "You are of age" not in own.get("/my/").text


def test_a_phone_is_not_emptied_nor_shortened_on_ones_own_page(
    street: Street, ground: Session, phone_of: Callable[[str], Browser]
):
    own = ground.scalars(select(Volunteer.phone).where(Volunteer.code == street.volunteer)).one()
    for typed in ("", " ", "1995555000", "电话"):
        refused = phone_of(street.volunteer).post("/my/me/profile", phone=typed, emergency_contact="")
        assert refused.status_code == 422, typed
        assert 'id="w-phone"' in refused.text, typed
    ground.rollback()
    assert ground.scalars(select(Volunteer.phone).where(Volunteer.code == street.volunteer)).one() == own


def test_what_is_the_childs_own_stays_with_the_child(
    app: Flask, street: Street, child: Volunteer, phone_of: Callable[[str], Browser]
):
    phone = phone_of(street.volunteer)
    for page in ("sign-ins", "teams", "children"):
        assert phone.get(f"/my/children/{child.code}/{page}").status_code == 404, page
    for act in ("me/pin", "sign-ins/end", "household", "household/answer", "household/remove"):
        assert phone.post(f"/my/children/{child.code}/{act}").status_code == 404, act


def test_the_guardian_objects_to_a_record_and_takes_the_childs_copy(
    ground: Session, street: Street, child: Volunteer, phone_of: Callable[[str], Browser]
):
    phone = phone_of(street.volunteer)
    copy = phone.post(f"/my/children/{child.code}/me/copy")
    assert copy.json is not None
    assert copy.json["profile"]["name"] == "赵小寒"
    assert child.code in copy.headers["Content-Disposition"]
    other = phone.get(f"/my/children/{child.code}/records/{street.record}")
    assert other.status_code == 404, "the guardian's own record is not the child's"


def test_the_guardians_phone_checks_the_child_in_and_out(
    ground: Session, street: Street, child: Volunteer, phone_of: Callable[[str], Browser]
):
    parent = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    signups.sign_up(
        ground,
        activity=street.running,
        volunteer=child.code,
        guardian_present=True,
        by=make.volunteer_actor(ground, parent),
        at=make.NOW - timedelta(days=1),
    )
    ground.commit()
    phone, other = phone_of(street.volunteer), phone_of(street.leader)
    asked = phone.get(phone.get(f"/s/{street.screen}").location)
    assert "It is for 赵小寒" in asked.text
    link = re.search(r'href="(/my/children/[^"]+/scan/[^"]+)"', asked.text)
    assert link
    assert "赵小寒 is here: check in" in phone.get(link[1]).text
    done = phone.post(link[1], key="the-child-is-here", direction="in")
    assert (done.status_code, "Checked in" in done.text) == (200, True)
    ground.rollback()
    ground.expire_all()
    stay = ground.scalars(select(Stay).where(Stay.volunteer_id == child.id)).one()
    assert (stay.status, stay.in_method, stay.in_by) == ("open", "scan_dynamic", street.volunteer)
    with clock.frozen(make.NOW + timedelta(hours=1)):
        out = phone.get(f"/s/{street.poster}").location.replace("/my/scan/", f"/my/children/{child.code}/scan/")
        assert "赵小寒 is going: check out" in phone.get(out).text
        assert "Checked out" in phone.post(out, key="the-child-is-going", direction="out").text
    assert other.get(f"/my/children/{child.code}/scan").status_code == 404


def test_the_childs_card_leads_the_guardian_to_the_childs_pages(
    ground: Session,
    street: Street,
    child: Volunteer,
    phone_of: Callable[[str], Browser],
    browser: Callable[[], Browser],
):
    card = make.card(ground, child)
    ground.commit()
    assert phone_of(street.volunteer).get(f"/c/{card.code}").location == f"/my/children/{child.code}/"
    for other in (phone_of(street.leader), browser()):
        answer = other.get(f"/c/{card.code}")
        assert answer.status_code == 200
        assert "赵小寒" not in answer.text


def test_the_guardian_reads_who_saw_the_childs_details(
    ground: Session, street: Street, child: Volunteer, phone_of: Callable[[str], Browser]
):
    phone, page = phone_of(street.volunteer), f"/my/children/{child.code}/me"
    assert "Nobody so far." in phone.get(page).text
    minors.look(ground, volunteer=child.code, reason="safety", by=make.clerk(ground), at=clock.now())
    lists.note(
        ground, table="volunteers", area="BZ", rows=2, by=make.street_admin(ground), at=clock.now(), reason="insurance"
    )
    ground.commit()
    text = phone.get(page).text
    assert "The child&#39;s safety" in text
    assert "List taken out, Volunteers: insurance" in text
    assert "Who saw" not in phone.get("/my/me").text

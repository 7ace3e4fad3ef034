"""What is printed from the pages: who may, whose things, and that every code on it leads where it should."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from points.foundation import clock
from points.people import cards, persons, teams
from points.service import activities, checkin, signups
from points.web.staff import printing
from tests import make
from tests.web import addresses
from tests.web.conftest import Browser, Street
from tests.web.paper import Printed

HOST = "http://points.test"


def printed(who: Browser, address: str) -> Printed:
    answer = who.get(address)
    assert answer.status_code == 200, (address, answer.text[:300])
    assert answer.mimetype == "application/pdf"
    return Printed(answer.data)


def test_every_paper_is_printed(street: Street, phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]):
    phone, admin = phone_of(street.volunteer), staff_pc("street_admin")
    for endpoint, address in addresses.paper(street).items():
        answer = (phone if endpoint.startswith("volunteer.") else admin).get(address)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), address
        assert answer.data.startswith(b"%PDF-")
        headers = answer.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Disposition"].startswith("inline; filename*=UTF-8''")
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"


def test_a_stranger_from_another_street_prints_nothing_of_ours(street: Street, staff_pc: Callable[..., Browser]):
    others = [staff_pc("street_admin", "NZP"), staff_pc("community_admin", "NZ")]
    papers = {name: path for name, path in addresses.paper(street).items() if name.startswith("staff.")}
    assert len(papers) == 6
    for other in others:
        for address in (
            *papers.values(),
            f"/staff/activities/{street.running}/poster.pdf?for=join",
            "/staff/print/cards.pdf?community=BZ",
            "/staff/print/cards?community=BZ",
            f"/staff/print/cards?codes={street.volunteer}",
            "/staff/print/labels?station=NLJ-1",
        ):
            answer = other.get(address)
            assert answer.status_code == 404, address
            assert "赵立春" not in answer.text


def test_a_leader_prints_the_roster_but_no_cards_and_no_passbook(street: Street, phone_of: Callable[[str], Browser]):
    leader = phone_of(street.leader)
    assert "赵立春" in printed(leader, f"/staff/activities/{street.running}/roster.pdf").text
    assert printed(leader, f"/staff/activities/{street.running}/poster.pdf").codes()
    assert leader.get(f"/staff/print/cards.pdf?codes={street.volunteer}").status_code == 403
    assert leader.get(f"/staff/people/{street.volunteer}/passbook.pdf").status_code == 404
    assert leader.get("/staff/print/labels.pdf").status_code == 404
    page = leader.get("/staff/print/cards")
    assert page.status_code == 200
    assert "<textarea" not in page.text


def test_a_card_on_the_sheet_leads_to_its_person(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    sheet = printed(clerk, f"/staff/print/cards.pdf?codes={street.volunteer}")
    assert sheet.codes() == [f"{HOST}/c/{street.card}"]
    assert "赵立春" in sheet.text
    assert f"{street.volunteer}-1" in sheet.text
    facts = persons.by_code(ground, street.volunteer)
    for private in (facts.phone, str(facts.birth_date.year), "BZ"):
        assert private not in sheet.text
    assert clerk.get(f"/c/{street.card}").location == f"/staff/desk?who={street.card}"


def test_a_revoked_card_is_printed_no_more(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    cards.issue(ground, volunteer=street.volunteer, by=make.community_admin(ground), at=make.NOW, reason="lost")
    ground.commit()
    (code,) = printed(clerk, f"/staff/print/cards.pdf?codes={street.volunteer}").codes()
    assert code.startswith(f"{HOST}/c/")
    assert code != f"{HOST}/c/{street.card}"


def test_a_sheet_for_a_community_a_team_or_some_people(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    people = [make.volunteer(ground, name=f"孙{name}") for name in ("㛃", "䶮", "𬱖")]
    for one in people:
        make.card(ground, one)
    elsewhere = make.volunteer(ground, name="外人", community="CS")
    make.card(ground, elsewhere)
    ground.commit()
    admin = staff_pc("community_admin", "BZ")
    all_of_it = printed(admin, "/staff/print/cards.pdf?community=BZ")
    assert len(all_of_it.codes()) == 4
    for name in ("孙㛃", "孙䶮", "孙𬱖", "赵立春"):
        assert name in all_of_it.text
    assert "外人" not in all_of_it.text
    codes = f"{people[0].code},%20{people[1].code.lower()}，{people[0].code}"
    assert len(printed(admin, f"/staff/print/cards.pdf?codes={codes}").codes()) == 2
    team = activities.by_code(ground, street.running).team_id
    code = next(one.code for one in teams.visible(ground, by=make.street_admin(ground)) if one.id == team)
    assert printed(admin, f"/staff/print/cards.pdf?team={code}").codes() == [f"{HOST}/c/{street.card}"]
    assert admin.get(f"/staff/print/cards.pdf?codes={elsewhere.code}").status_code == 404


def test_before_the_paper_one_sees_how_many_and_who_has_no_card(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    make.card(ground, make.volunteer(ground, name="𠮷野"))
    make.volunteer(ground, name="无卡人")
    ground.commit()
    page = staff_pc("community_admin", "BZ").get("/staff/print/cards?community=BZ").text
    assert "2 cards" in page
    assert "4 people have no card yet" in page  # this one, the leader, a guardian and the child
    assert "𠮷野" in page
    assert "/staff/print/cards.pdf?part=1&amp;community=BZ" in page


def test_a_code_mistyped_is_told_and_kept(street: Street, staff_pc: Callable[..., Browser]):
    answer = staff_pc("community_admin", "BZ").get(f"/staff/print/cards?codes={street.volunteer}+YD999999")
    assert answer.status_code == 404
    assert "There is no volunteer “YD999999” here." in answer.text
    assert f"{street.volunteer} YD999999</textarea>" in answer.text


def test_more_than_a_thousand_are_printed_in_parts(
    street: Street, ground: Session, staff_pc: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
):
    for number in range(4):
        make.card(ground, make.volunteer(ground, name=f"孙{'甲乙丙丁'[number]}"))
    ground.commit()
    monkeypatch.setattr(printing, "AT_ONCE", 3)
    admin = staff_pc("community_admin", "BZ")
    page = admin.get("/staff/print/cards?community=BZ").text
    assert "Print cards 1 to 3" in page
    assert "Print cards 4 to 5" in page
    parts = [printed(admin, f"/staff/print/cards.pdf?community=BZ&part={part}").codes() for part in (1, 2)]
    assert [len(part) for part in parts] == [3, 2]
    assert len({*parts[0], *parts[1]}) == 5
    assert admin.get("/staff/print/cards.pdf?community=BZ&part=3").status_code == 409


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 409),
        ("codes=", 409),
        ("codes=%2C%2C+", 409),
        ("codes=YD999999", 404),
        ("codes=%00", 409),
        ("team=%00", 409),
        ("community=A%00", 404),
        ("codes=%FF%FE", 404),
        ("codes=" + "X," * 1001, 422),
        ("team=NONE", 404),
        ("community=NONE", 404),
        ("community=YD", 422),
        ("community=BZ&part=-1", 200),
        ("community=BZ&part=99999999999999", 200),
        ("community=BZ&part=999999", 409),
    ],
)
def test_bad_choices_of_cards(street: Street, staff_pc: Callable[..., Browser], asked: str, status: int):
    assert staff_pc("street_admin").get(f"/staff/print/cards.pdf?{asked}").status_code == status


def test_a_poster_checks_in_and_an_invitation_joins(
    street: Street, ground: Session, phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
):
    admin, found = staff_pc("street_admin"), activities.by_code(ground, street.running)
    poster = printed(admin, f"/staff/activities/{street.running}/poster.pdf")
    assert poster.codes() == [f"{HOST}/s/{checkin.poster_token(found)}"]
    for said in (found.title, found.place, "Scan", "Press", "Done", found.contact_phone):
        assert said in poster.text
    scanned = phone_of(street.volunteer).get(poster.codes()[0].removeprefix(HOST))
    assert scanned.location.startswith("/my/scan/")
    invitation = printed(admin, f"/staff/activities/{street.coming}/poster.pdf?for=join")
    assert invitation.codes() == [f"{HOST}/my/activities/{street.coming}"]
    assert "Sign up" in invitation.text
    assert phone_of(street.volunteer).get(f"/my/activities/{street.coming}").status_code == 200


def test_no_poster_of_what_nobody_may_join(street: Street, staff_pc: Callable[..., Browser]):
    admin = staff_pc("street_admin")
    for code in (street.draft, street.ended):
        assert admin.get(f"/staff/activities/{code}/poster.pdf").status_code == 409, code


def test_the_roster_has_who_has_a_place_and_rows_for_walk_ins(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    admin = staff_pc("street_admin")
    roster = printed(admin, f"/staff/activities/{street.running}/roster.pdf")
    assert len(roster.texts) == 1
    assert roster.text.count("赵立春") == 1
    assert street.volunteer in roster.text
    assert "周末清洁行动" in roster.text
    assert persons.by_code(ground, street.volunteer).phone not in roster.text
    empty = printed(admin, f"/staff/activities/{street.coming}/roster.pdf")
    assert len(empty.texts) == 1
    after = printed(admin, f"/staff/activities/{street.ended}/roster.pdf")
    assert clock.local(make.NOW - timedelta(days=1)).strftime("%H:%M") in after.text


def test_who_has_no_place_is_on_no_roster(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    for name, stays in (("孙来", True), ("孙走", False)):
        one = make.volunteer(ground, name=name)
        me = make.volunteer_actor(ground, one)
        signups.sign_up(ground, activity=street.coming, volunteer=one.code, by=me, at=make.NOW)
        if not stays:
            signups.cancel(ground, activity=street.coming, volunteer=one.code, by=me, at=make.NOW)
    ground.commit()
    text = printed(staff_pc("street_admin"), f"/staff/activities/{street.coming}/roster.pdf").text
    assert "孙来" in text
    assert "孙走" not in text


def test_shelf_labels_lead_to_the_goods(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    make.item(ground, "G03", name="大米")
    ground.commit()
    clerk = staff_pc("station_staff", "NLJ-1")
    every = printed(clerk, "/staff/print/labels.pdf?station=NLJ-1")
    assert len(every.codes()) == 2
    assert f"{HOST}/g/{street.label}" in every.codes()
    assert "20 points" in every.text
    assert printed(clerk, "/staff/print/labels.pdf?item=G02").codes() == [f"{HOST}/g/{street.label}"]
    assert len(printed(clerk, "/staff/print/labels.pdf?item=G02&item=G02").codes()) == 1
    assert clerk.get("/staff/print/labels.pdf?station=NLJ-1&item=NONE").status_code == 404
    assert clerk.get("/staff/print/labels.pdf?station=NONE").status_code == 404


def test_the_list_for_signature_has_every_hand_over(street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    opened = clerk.post(f"/staff/sessions/{street.event}/open")
    assert opened.status_code == 303
    blank = printed(clerk, f"/staff/sessions/{street.event}/list.pdf")
    assert "0 hand-overs" in blank.text
    cart = {"volunteer": street.volunteer, "station": "NLJ-1", "key": "for-the-list", "qty-G02": "1"}
    done = clerk.post("/staff/desk", **cart, check="pin", pin="730514")
    assert done.status_code == 303
    told = printed(clerk, f"/staff/sessions/{street.event}/list.pdf")
    for said in (
        "兑换日",
        "赵立春",
        street.volunteer,
        done.location.split("/")[-1],
        "1 hand-overs, 1 goods, 20 points",
    ):
        assert said in told.text
    assert "/list.pdf" in clerk.get(f"/staff/sessions/{street.event}").text


def test_the_passbook_tells_balance_lines_and_expiry(
    street: Street, phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
):
    phone, clerk = phone_of(street.volunteer), staff_pc("station_staff", "NLJ-1")
    own = printed(phone, "/my/points/passbook.pdf")
    for said in ("赵立春", street.volunteer, "are set aside", "Exchanged for", "−20", "Fri 31 Dec 2027"):
        assert said in own.text
    assert own.text == printed(clerk, f"/staff/people/{street.volunteer}/passbook.pdf").text
    assert "/my/points/passbook.pdf" in phone.get("/my/points").text
    assert f"/staff/people/{street.volunteer}/passbook.pdf" in clerk.get(f"/staff/people/{street.volunteer}").text


def test_the_passbook_has_ten_lines_at_most(street: Street, ground: Session, phone_of: Callable[[str], Browser]):
    someone = persons.by_code(ground, street.volunteer)
    for _ in range(12):
        make.points(ground, someone, 7)
    ground.commit()
    assert printed(phone_of(street.volunteer), "/my/points/passbook.pdf").text.count("+7") == 10


def test_who_has_no_points_yet_gets_an_empty_passbook(
    street: Street, ground: Session, phone_of: Callable[[str], Browser]
):
    newcomer = make.volunteer(ground, name="新来的", pin=True)
    ground.commit()
    told = printed(phone_of(newcomer.code), "/my/points/passbook.pdf")
    assert "0 points" in told.text
    assert "Nothing yet." in told.text


def test_paper_speaks_the_readers_language(street: Street, phone_of: Callable[[str], Browser]):
    phone = phone_of(street.volunteer)
    phone.client.set_cookie("points_locale", "zh_CN", domain="localhost")
    told = printed(phone, "/my/points/passbook.pdf")
    for said in ("积分存折", "最近十笔", "兑换：", "2027年12月31日"):
        assert said in told.text

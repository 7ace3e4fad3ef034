"""Every list that the command takes out is taken out on a page, by whoever administers its area, and noted."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.journal.tables import AuditEntry
from points.reports import lists as kept
from points.web import words
from tests.web.conftest import Browser, Street


def noted(ground: Session) -> list[AuditEntry]:
    ground.rollback()
    return list(ground.scalars(select(AuditEntry).where(AuditEntry.action == "list.export").order_by(AuditEntry.id)))


def test_every_list_is_taken_out_in_both_kinds_of_file_and_noted_with_its_reason(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    admin = staff_pc("street_admin")
    assert words.LIST.keys() == kept.TABLES.keys()
    for name in kept.TABLES:
        for ending, mark in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            file = admin.post("/staff/lists", list=name, area="YD", format=ending, reason="年度报送")
            assert (file.status_code, file.data[: len(mark)]) == (200, mark), name
            assert "attachment" in file.headers["Content-Disposition"]
            file.close()
    entries = noted(ground)
    assert [one.target for one in entries] == [f"list:{name}" for name in kept.TABLES for _ in "12"]
    assert {(one.reason, one.facts["area"]) for one in entries} == {("年度报送", "YD")}


def test_a_list_reaches_no_further_than_who_takes_it(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    admin = staff_pc("community_admin", "BZ")
    page = admin.get("/staff/lists").text
    assert 'value="BZ"' in page
    assert 'value="YD"' not in page
    assert admin.post("/staff/lists", list="teams", area="YD", format="csv", reason="看看").mimetype == "text/html"
    assert admin.post("/staff/lists", list="teams", area="", format="csv", reason="看看").mimetype == "text/html"
    assert noted(ground) == []


def test_without_a_reason_nothing_is_taken_out(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    answer = staff_pc("street_admin").post("/staff/lists", list="teams", area="YD", format="csv", reason=" ")
    assert answer.mimetype == "text/html"
    assert noted(ground) == []


def test_who_administers_nothing_is_refused_and_sees_no_way_there(street: Street, staff_pc: Callable[..., Browser]):
    for browser in (staff_pc("station_staff", "NLJ-1"), staff_pc("auditor")):
        assert browser.get("/staff/lists").status_code == 403
        assert "/staff/lists" not in browser.get("/staff/waiting").text

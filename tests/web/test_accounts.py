"""Staff sign-ins through their pages, and the audit log that tells of them."""

import re
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access.tables import Account
from points.people.tables import Volunteer
from tests.web.conftest import PASSWORD, Browser, Street


def account(ground: Session, login: str) -> Account | None:
    ground.rollback()
    asked = select(Account).where(Account.login == login).execution_options(populate_existing=True)
    return ground.scalars(asked).first()


def added(admin: Browser, **more: str) -> str:
    """The link that the page shows once."""
    form = {
        "login": "li.na",
        "name": "李娜",
        "phone": "138 0000 0007",
        "role": "station_staff",
        "place": "NLJ-1",
    } | more
    page = admin.post("/staff/accounts", **form)
    assert page.status_code == 200, page.text
    found = re.search(r'class="mono" id="link">https?://[^/]+(/set-up/[\w-]+)<', page.text)
    assert found
    return found[1]


def test_somebody_is_added_and_chooses_a_password_by_the_link(
    street: Street, ground: Session, staff_pc: Callable[..., Browser], browser: Callable[[], Browser]
):
    admin, new = staff_pc("street_admin"), browser()
    link = added(admin)
    assert new.get(link).status_code == 200
    assert new.post(link, password=PASSWORD, again=PASSWORD).status_code in (200, 303)
    assert new.post("/sign-in/staff", login="li.na", password=PASSWORD).status_code == 303
    assert new.get("/staff/desk").status_code == 200
    assert "李娜" in admin.get("/staff/accounts").text
    taken = admin.post("/staff/accounts", login="li.na", role="station_staff", place="NLJ-1")
    assert taken.status_code == 409
    assert 'value="li.na"' in taken.text
    for wrong in ({"login": "李娜"}, {"login": "x" * 60}, {"role": "king"}, {"place": "NOWHERE"}):
        form = {"login": "wang", "role": "station_staff", "place": "NLJ-1"} | wrong
        assert admin.post("/staff/accounts", **form).status_code in (404, 422), wrong


def test_a_role_is_given_and_ended_and_a_sign_in_disabled_and_let_in_again(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    admin, other = staff_pc("street_admin"), staff_pc("station_staff", "NLJ-1", login="zhang")
    at = "/staff/accounts/zhang"
    assert admin.post(f"{at}/grant", role="community_admin", place="BZ").status_code == 303
    assert "Community administrator" in admin.get(at).text
    assert other.get("/staff/figures?area=BZ").status_code == 200
    assert admin.post(f"{at}/end", role="community_admin", place="BZ").status_code == 303
    assert other.get("/staff/figures/persons?area=BZ").status_code == 404
    assert admin.post(f"{at}/disable", reason="").status_code == 422
    assert admin.post(f"{at}/disable", reason="离职").status_code == 303
    assert other.get("/staff/desk").status_code == 303
    assert admin.post(f"{at}/enable", reason="回来上班").status_code == 303
    found = account(ground, "zhang")
    assert found
    assert found.status == "active"
    assert "Close for good" in admin.get(at).text
    assert admin.post(f"{at}/close", reason="调走了").status_code == 303
    assert other.get("/staff/desk").status_code == 303
    assert "/set-up/" in admin.post(f"{at}/link").text
    assert admin.post(f"{at}/burn").status_code == 404


def test_nobody_manages_the_sign_ins_of_another_street(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    stranger, community = staff_pc("street_admin", "NZP"), staff_pc("community_admin", "BZ")
    assert street.clerk not in stranger.get("/staff/accounts").text
    assert stranger.get(f"/staff/accounts/{street.clerk}").status_code == 404
    assert stranger.post(f"/staff/accounts/{street.clerk}/disable", reason="x").status_code in (403, 404)
    assert stranger.post("/staff/accounts", login="spy", role="street_admin", place="YD").status_code in (403, 404)
    assert community.get("/staff/accounts").status_code == 403
    assert community.get("/staff/accounts/new").status_code == 403
    assert account(ground, "spy") is None


def test_the_audit_log_tells_what_was_done_within_reach(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    admin, stranger, auditor = staff_pc("street_admin"), staff_pc("street_admin", "NZP"), staff_pc("auditor")
    added(admin)
    page = admin.get("/staff/audit?kind=account").text
    assert "li.na" in page
    assert "Sign-in · added" in page
    assert "Activity · " not in page
    assert "li.na" in admin.get("/staff/audit?target=li.na").text
    assert "Nothing was found." in admin.get("/staff/audit?from=2030-01-01").text
    assert admin.get("/staff/audit?from=spring").status_code == 422
    assert street.running not in stranger.get("/staff/audit").text
    assert "li.na" not in stranger.get("/staff/audit").text
    everything = auditor.get("/staff/audit?kind=signup").text
    assert f"YD***{street.volunteer[-3:]}" in everything
    for person in ground.scalars(select(Volunteer)):
        assert person.code not in everything
        assert person.name not in everything
    assert staff_pc("community_admin", "BZ").get("/staff/audit").status_code == 403

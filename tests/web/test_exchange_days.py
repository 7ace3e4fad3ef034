"""An exchange session on its pages: on a screen, closed with a count, its differences explained by two."""

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from points.exchange import exchange_days
from points.foundation.actors import SYSTEM
from tests import make
from tests.web.conftest import PASSWORD, Browser, Street, on_one_line
from tests.web.test_desk import cart


def test_the_screen_follows_the_counter_and_names_nobody(street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    page = f"/staff/sessions/{street.event}"
    assert clerk.post(f"{page}/open").status_code == 303
    served = re.compile(r"<dt>People served</dt> <dd> (\d+) </dd>")
    assert served.findall(on_one_line(clerk.get(f"{page}/screen/now").text)) == ["0"]
    assert clerk.post("/staff/desk", **cart(street, check="pin", pin="730514")).status_code == 303
    now = clerk.get(f"{page}/screen/now").text
    assert served.findall(on_one_line(now)) == ["1"]
    assert "2 left" in now
    assert "<html" not in now
    whole = clerk.get(f"{page}/screen").text
    assert f'data-now="{page}/screen/now"' in whole
    assert 'http-equiv="refresh"' in whole
    assert "赵立春" not in whole


def test_a_session_is_counted_blind_and_whole(street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    page = f"/staff/sessions/{street.event}"
    clerk.post(f"{page}/open")
    form = clerk.get(f"{page}/close").text
    assert 'name="counted-G02"' in form
    assert 'value=""' in form
    assert "in the books" not in form
    empty = clerk.post(f"{page}/close")
    assert (empty.status_code, "Missing data for required field." in empty.text) == (422, True)
    assert clerk.post(f"{page}/close", **{"counted-G02": "4"}).location == page
    assert "All 1 kinds of goods were there as in the books." in clerk.get(page).text
    again = clerk.post(f"{page}/close", **{"counted-G02": "4"})
    assert again.status_code == 409


def test_a_difference_is_explained_on_the_sessions_page(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    clerk = staff_pc("station_staff", "NLJ-1", login="first")
    staff_pc("station_staff", "NLJ-1", login="second")
    page = f"/staff/sessions/{street.event}"
    clerk.post(f"{page}/open")
    nonsense = clerk.post(f"{page}/close", **{"counted-G02": "many"})
    assert nonsense.status_code == 422
    assert 'value="many"' in nonsense.text
    assert clerk.post(f"{page}/close", **{"counted-G02": "2"}).status_code == 303
    assert "1 differences wait for a reason" in clerk.get(page).text
    assert "the count differs from the books" in clerk.get("/staff/stock").text
    signed = {"key": "why-two-are-missing", "second_login": "second", "second_password": PASSWORD}
    silent = clerk.post(f"{page}/explain", **signed, **{"reason-G02": ""})
    assert (silent.status_code, "counted 2, booked 4" in silent.text) == (422, True)
    told = clerk.post(f"{page}/explain", **signed, **{"reason-G02": "两条受潮"})
    assert told.location == page
    after = clerk.get(page).text
    assert "两条受潮" in after
    assert "Every difference is explained" in after
    assert "differs from the books" not in clerk.get("/staff/stock").text


def test_another_street_sees_no_screen(street: Street, staff_pc: Callable[..., Browser]):
    stranger = staff_pc("street_admin", "NZP")
    for part in ("screen", "screen/now", "close"):
        assert stranger.get(f"/staff/sessions/{street.event}/{part}").status_code == 404


def test_no_exchange_day_is_cut_off(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    """200 days: every one is reached, by the station, its community, its street and the auditor."""
    for number in range(200):
        start = make.NOW + timedelta(days=number + 1)
        exchange_days.plan(
            ground,
            station="NLJ-1",
            title=f"第{number}场",
            start_at=start,
            end_at=start + timedelta(hours=2),
            by=SYSTEM,
            at=make.NOW,
        )
    ground.commit()
    for role, place in (
        ("station_staff", "NLJ-1"),
        ("community_admin", "BZ"),
        ("street_admin", "YD"),
        ("auditor", "YD"),
    ):
        pc = staff_pc(role, place)
        stock = pc.get("/staff/stock").text
        assert "/staff/sessions?station=NLJ-1" in stock
        first = on_one_line(pc.get("/staff/sessions?station=NLJ-1").text)
        assert "201 rows" in first
        assert "第199场" in first
        last = pc.get("/staff/sessions?station=NLJ-1&page=11").text
        assert street.event in last
        assert "page=10" in last
    assert "第199场" not in staff_pc("street_admin", "NZP").get("/staff/sessions").text
    assert staff_pc("team_leader", street.team).get("/staff/sessions").status_code == 403

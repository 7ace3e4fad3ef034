"""The figures of an area on their page: every number opens to its rows; scope, masks, files and charts."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.people.tables import Volunteer
from points.reports import figures, own_figures
from points.web import charts, spreadsheet
from tests import make
from tests.web.conftest import Browser, Street

YEAR = "area=YD&year=2026"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def table(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def test_every_number_of_the_page_opens_to_rows_that_add_up_to_it(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    admin = staff_pc("street_admin")
    page = admin.get(f"/staff/figures?{YEAR}")
    assert page.status_code == 200
    for figure in figures.DEFINITIONS:
        shown = re.search(rf'href="(/staff/figures/{figure}\?area=YD&amp;year=2026&amp;part=)">(-?\d+)</a>', page.text)
        assert shown, figure
        rows = table(admin.get(f"/staff/figures/{figure}.csv?{YEAR}").data)[1:]
        assert sum(int(row[-1]) for row in rows) == int(shown[2]), figure
        assert f": {shown[2]}</h1>" in admin.get(shown[1].replace("&amp;", "&")).text


def test_a_file_opens_in_a_spreadsheet_as_it_is(street: Street, staff_pc: Callable[..., Browser]):
    admin = staff_pc("street_admin")
    for what in ("figures", "months", "categories"):
        file = admin.get(f"/staff/figures.csv?{YEAR}&table={what}")
        assert (file.mimetype, file.data[:3]) == ("text/csv", b"\xef\xbb\xbf")
        assert file.data.count(b"\r\n") == file.data.count(b"\n") > 1
    for cell in ("=1+1", "+1", "-1", "@sum", "\tx"):
        assert spreadsheet.cell(cell) == f"'{cell}"
    assert [spreadsheet.cell(value) for value in (-5, None, "好")] == [-5, "", "好"]


def test_the_auditor_reads_no_name_and_no_code(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    auditor = staff_pc("auditor")
    people = ground.scalars(select(Volunteer)).all()
    for address in ("person_times", "volunteers", "redemptions", "points_issued", "balance_open"):
        for ending in ("", ".csv"):
            page = auditor.get(f"/staff/figures/{address}{ending}?{YEAR}")
            assert page.status_code == 200
            text = page.data.decode()
            assert not [one for one in people if one.name in text or one.code in text], address
    assert "赵**" in auditor.get(f"/staff/figures/person_times?{YEAR}").text


def test_figures_are_shown_in_ones_own_area_only(street: Street, staff_pc: Callable[..., Browser]):
    stranger, community = staff_pc("street_admin", "NZP"), staff_pc("community_admin", "BZ")
    for path in ("figures", "figures/persons", "figures.csv", "figures/persons.csv"):
        assert stranger.get(f"/staff/{path}?{YEAR}").status_code == 404
        assert community.get(f"/staff/{path}?{YEAR}").status_code == 404
        assert community.get(f"/staff/{path}?area=BZ&year=2026").status_code == 200
    assert community.get("/staff/figures/happiness?area=BZ").status_code == 404
    for role, place in (("sysadmin", "YD"), ("station_staff", "NLJ-1")):
        assert staff_pc(role, place).get("/staff/figures/persons").status_code == 403


@pytest.mark.parametrize(
    ("role", "place", "told"),
    [
        ("station_staff", "NLJ-1", ("能量家1号站", "Points exchanged here")),
        ("neighbour_lead", "BZ-1-1-1", ("北正第一邻", "Person-times")),
    ],
)
def test_who_has_no_area_reads_the_figures_of_what_is_their_own(
    street: Street, staff_pc: Callable[..., Browser], role: str, place: str, told: tuple[str, ...]
):
    pc = staff_pc(role, place)
    page = pc.get("/staff/figures?year=2026").text
    for word in told:
        assert word in page
    assert 'href="/staff/figures"' in pc.get("/staff/").text


def test_own_figures_are_counted_as_the_streets(street: Street, ground: Session):
    """The clerk's station, the leader's team: each has what the street has where nobody else did anything."""
    whole = figures.figures(ground, area="YD", date_from=FIRST, date_to=LAST)
    leader = ground.scalars(select(Volunteer).where(Volunteer.code == street.leader)).one()
    of_leader = own_figures.of(ground, by=make.volunteer_actor(ground, leader), date_from=FIRST, date_to=LAST)
    of_clerk = own_figures.of(ground, by=make.clerk(ground), date_from=FIRST, date_to=LAST)
    for one in (*of_leader, *of_clerk):
        assert one.figures == {name: whole[name] for name in one.figures}
        assert any(one.figures.values())
    assert own_figures.of(ground, by=make.street_admin(ground), date_from=FIRST, date_to=LAST) == []


def test_every_level_below_the_community_has_its_page_and_the_links_lead_there(
    street: Street, staff_pc: Callable[..., Browser]
):
    admin = staff_pc("street_admin")
    for area, below in (("BZ", "BZ-1"), ("BZ-1", "BZ-1-1"), ("BZ-1-1", "BZ-1-1-1")):
        link = re.search(rf'href="([^"]+area={below}[^"]*)"', admin.get(f"/staff/figures?area={area}&year=2026").text)
        assert link, below
        assert admin.get(link[1].replace("&amp;", "&")).status_code == 200
    assert admin.get("/staff/figures/persons?area=BZ-1-1-1&year=2026").status_code == 200
    lead = staff_pc("neighbour_lead", "BZ-1-1-1")
    assert 'href="/staff/figures"' in lead.get("/staff/waiting").text
    page = lead.get("/staff/figures?year=2026")
    assert "北正第一邻" in page.text
    assert "/staff/figures/persons" not in page.text
    for path in ("figures?area=BZ-1-1", "figures?area=BZ", "figures/persons?area=BZ-1-1-1"):
        assert lead.get(f"/staff/{path}").status_code == 404


def test_a_quarter_and_a_month_are_parts_of_their_year(street: Street, staff_pc: Callable[..., Browser]):
    admin = staff_pc("street_admin")
    for part, days in (
        ("", "1月1日 周四 – 12月31日 周四"),
        ("q2", "4月1日 周三 – 6月30日 周二"),
        ("m12", "12月1日 周二 – 12月31日 周四"),
        ("m5", "5月1日 周五 – 5月31日 周日"),
        ("nonsense", "1月1日 周四 – 12月31日 周四"),
    ):
        admin.client.set_cookie("points_locale", "zh_CN")
        assert days in admin.get(f"/staff/figures?{YEAR}&part={part}").text, part


def test_a_chart_says_in_words_what_it_shows():
    drawn = charts.bars("one", "人次 <各月>", "五月最多", [0, 4, 2], [1, 0, -2])
    assert 'role="img"' in drawn
    assert "人次 &lt;各月&gt;" in drawn
    assert drawn.count("<rect") == 3
    assert 'height="100.0"' in drawn
    assert "style" not in drawn
    assert charts.bars("none", "", "", [0, 0]).count("<rect") == 0

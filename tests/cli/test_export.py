"""Lists go out as spreadsheets, and those that come in come back the same: people, households, goods, open points."""

import csv
import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm import Session

from points import config, database
from points.foundation import clock
from points.foundation.actors import SYSTEM, NotPermitted
from points.journal.tables import AuditEntry
from points.people import units, volunteers
from points.places import compounds
from points.reports import lists
from points.shapes.lists import columns as imported
from points.shapes.lists import sheets
from points.web import spreadsheet
from tests import make
from tests.business.exchange.counter import redeem
from tests.cli.conftest import Points
from tests.cli.test_backup import opened

Go = Callable[[str], Path]
ROUND = ("volunteers", "households", "merchants", "goods", "balances")


@pytest.fixture(params=["sqlite", "postgresql"])
def go(
    request: pytest.FixtureRequest, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker: str
) -> Iterator[Go]:
    """Go to the installation of this name, which is empty at first; all of them on one kind of database."""
    admin: Engine | None = None
    made: list[str] = []
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_engine").url
        admin = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")

    def to(name: str) -> Path:
        monkeypatch.setenv("POINTS_DATA_DIR", str(tmp_path / name))
        if admin is not None:
            kept = f"points_export_{worker}_{name}"
            monkeypatch.setenv(
                "POINTS_DATABASE_URL", admin.url.set(database=kept).render_as_string(hide_password=False)
            )
            if kept not in made:
                made.append(kept)
                _sql(admin, f'DROP DATABASE IF EXISTS "{kept}" WITH (FORCE)', f'CREATE DATABASE "{kept}"')
        return tmp_path / name

    yield to
    if admin is not None:
        _sql(admin, *(f'DROP DATABASE "{name}" WITH (FORCE)' for name in made))
        admin.dispose()


@pytest.fixture
def lived_in(ready: Points, data_dir: Path) -> Points:
    """An installation in which people have points, one of them by service."""
    with opened(data_dir) as session, clock.frozen(make.NOW):
        _life(session)
    return ready


@pytest.mark.parametrize(("ending", "locale"), [("xlsx", "zh_CN"), ("csv", "en")])
def test_what_goes_out_comes_back_the_same(
    go: Go, points: Points, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, locale: str
):
    monkeypatch.setenv("POINTS_LOCALE", locale)
    with clock.frozen(make.NOW):
        go("here")
        assert points("init").status == 0
        with _installed() as session:
            _life(session)
        before = _taken_out(points, tmp_path / "out", ending)
        go("there")
        assert points("init").status == 0
        with _installed() as session:
            make.street(session)
            compounds.add(session, community="BZ", name="示例花园", by=SYSTEM, at=make.NOW)
            make.rules(session)
        for name in ROUND:
            answer = points("import", name, str(tmp_path / "out" / f"{name}.{ending}"), "--json")
            assert (answer.status, answer.document.get("refused")) == (0, None), name
        after = _taken_out(points, tmp_path / "back", ending)
        assert points("check").status == 0
    for name in ROUND:
        assert len(before[name]) > 1, f"{name}: more than the head"
    # a household gets a code of its own, and points remember under which reference they came
    assert [row[1:] for row in after.pop("households")[1:]] == [row[1:] for row in before.pop("households")[1:]]
    assert after == before


def test_the_columns_of_a_list_are_those_that_import_reads():
    columns = {
        "volunteers": imported.VOLUNTEERS,
        "households": imported.HOUSEHOLDS,
        "merchants": imported.MERCHANTS,
        "goods": imported.GOODS,
        "balances": imported.BALANCES,
    }
    for name, read in columns.items():
        written = {(column.title, column.name) for column in lists.TABLES[name].columns}
        assert written == {(column.names[0], column.names[-1]) for column in read}, name


def test_every_list_goes_out_whole_and_of_an_area(session: Session):
    _life(session)
    empty = set()
    for name in lists.TABLES:
        whole = lists.listed(session, table=name, area=None, by=SYSTEM, at=make.NOW)
        rows = list(spreadsheet.body(whole.columns, whole.rows))
        assert len(rows) == whole.count
        assert all(len(row) == len(whole.columns) for row in rows)
        if not rows:
            empty.add(name)
        elsewhere = lists.listed(session, table=name, area="CS", by=SYSTEM, at=make.NOW)
        assert len(list(elsewhere.rows)) == elsewhere.count == (name in ("areas", "audit")), f"{name}: 崇实 was added"
    assert empty == {"sessions", "records"}


def test_a_list_is_for_who_administers_all_of_its_area(session: Session):
    make.street(session)
    admin = make.community_admin(session)
    assert lists.listed(session, table="volunteers", area="BZ", by=admin, at=make.NOW).count == 0
    for area in ("CS", "YD", None):
        with pytest.raises(NotPermitted):
            lists.listed(session, table="volunteers", area=area, by=admin, at=make.NOW)
    with pytest.raises(NotPermitted):
        lists.listed(session, table="volunteers", area="BZ", by=make.clerk(session), at=make.NOW)


def test_who_takes_out_what_is_noted(lived_in: Points, data_dir: Path, tmp_path: Path):
    taken = lived_in("export", "teams", str(tmp_path / "a.csv"), "--at", "BZ", "--json").document
    with opened(data_dir) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "list.export")).one()
    assert (entry.created_by, entry.target, entry.facts) == ("system", "list:teams", {"area": "BZ", "rows": 1})
    assert taken["rows"] == 1


def test_nothing_in_a_cell_is_a_formula_and_all_of_it_comes_back(lived_in: Points, data_dir: Path, tmp_path: Path):
    nasty = ["=1+1", "+86 1", "-3", "@SUM(A1)", "'=2", "http://example.org", '=HYPERLINK("http://x")']
    with opened(data_dir) as session, clock.frozen(make.NOW):
        for number, words in enumerate(nasty):
            make.volunteer(session, name="吴" + "甲乙丙丁戊己庚"[number], residence_text=words)
    for file in (tmp_path / "a.csv", tmp_path / "a.xlsx"):
        assert lived_in("export", "volunteers", str(file)).status == 0
        table = _read(file)
        place = table[0].index("residence_text")
        cells = [row[place] for row in table[1:] if row[1].startswith("吴")]
        guarded = [f"'{words}" if words[0] in "=+-@'" else words for words in nasty]
        assert cells == (guarded if file.suffix == ".csv" else nasty)
    assert b"<f>" not in _sheet(tmp_path / "a.xlsx")
    assert b"hyperlink" not in _sheet(tmp_path / "a.xlsx")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    listed = sheets.read((tmp_path / "a.csv").read_bytes(), imported.VOLUNTEERS, file="a.csv")
    read, refused = listed.rows, listed.refused
    assert refused == {}
    assert [row["residence_text"] for row in read.values() if row["name"].startswith("吴")] == nasty


def test_another_ending_and_another_area_are_refused_and_no_file_is_left(lived_in: Points, tmp_path: Path):
    folder = tmp_path / "out"
    folder.mkdir()
    for words, code in (
        (("teams", str(folder / "a.pdf")), "not-a-spreadsheet"),
        (("teams", str(folder / "teams")), "not-a-spreadsheet"),
        (("teams", str(folder / "a.csv"), "--at", "NOWHERE"), "not-found"),
        (("teams", str(folder / "none" / "a.csv")), "no-file"),
    ):
        answer = lived_in("export", *words, "--json")
        assert (answer.status, answer.document["refused"]["code"]) == (1, code)
    assert lived_in("export", "secrets", str(folder / "a.csv")).status == 2
    assert lived_in("export", "everything", str(folder / "a.zip"), "--at", "BZ").status == 2
    assert list(folder.iterdir()) == []


def test_a_sheet_that_is_full_is_said_before_anything_is_written(
    lived_in: Points, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("points.web.spreadsheet.MOST_ROWS", 1)
    answer = lived_in("export", "volunteers", str(tmp_path / "a.xlsx"), "--json")
    assert (answer.status, answer.document["refused"]["code"]) == (1, "sheet-full")
    assert lived_in("export", "volunteers", str(tmp_path / "a.csv")).status == 0


def test_the_file_is_for_its_owner_only(lived_in: Points, tmp_path: Path):
    assert lived_in("export", "volunteers", str(tmp_path / "a.xlsx")).status == 0
    assert stat.S_IMODE((tmp_path / "a.xlsx").stat().st_mode) == 0o600


def test_everything_goes_out_and_comes_back_by_these_names_too(
    lived_in: Points, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    taken = lived_in("export", "everything", str(tmp_path / "all.zip"), "--json")
    assert taken.status == 0
    monkeypatch.setenv("POINTS_DATA_DIR", str(tmp_path / "there"))
    back = lived_in("import", "everything", str(tmp_path / "all.zip"), "--json")
    assert (back.status, back.document["rows"], back.document["ok"]) == (0, taken.document["rows"], True)


def _life(session: Session) -> None:
    """People of all kinds with points from different days, two households, goods, and an exchange."""
    make.street(session)
    compounds.add(session, community="BZ", name="示例花园", by=SYSTEM, at=make.NOW)
    make.rules(session)
    gone = make.volunteer(session)
    head = make.volunteer(
        session,
        gender="female",
        neighbour_group="BZ-1-1-1",
        compound="示例花园",
        consents=("register", "points", "publish_name", "share_unit"),
        channel="web",
        national_volunteer_no="430800000000000001",
        service_categories="环境卫生",
        availability="周末",
        emergency_contact="女儿 19900000003",
    )
    elder = make.elder(session, name="赵立春")
    make.volunteer(session, name="赵立春", birth_date=make.ELDER_BORN, phone_none=True, points_policy="hours_only")
    child = make.minor(session, guardian=make.guardian_of(head), birth_date=make.CHILD_BORN)
    make.minor(session)
    make.household(session, head, child)
    make.household(session, gone, elder, pool=False)
    volunteers.close(session, gone, by=SYSTEM, at=make.NOW)
    volunteers.suspend(session, volunteer=elder.code, reason="核实", by=SYSTEM, at=make.NOW)
    make.points(session, head, 120)
    make.points(session, head, 30, expires_on=None)
    make.points(session, elder, 15, expires_on=date(2026, 6, 30))
    towel, (merchant, _token) = make.item(session), make.merchant(session)
    make.item(session, code="G16", name="理发券", spec="1 次", unit_name="次", kind="voucher", merchant=merchant.code)
    make.stocked(session, towel)
    redeem(session, head, by=make.clerk(session))
    member = make.volunteer(session)
    team = make.team(session, leader=head, members=(member,))
    activity = make.activity(session, walk_in_ok=True, team=team)
    make.scanned(session, activity, member, "in", at=clock.at_local(make.TODAY, time(9, 0)))
    units.report_in(
        session,
        volunteer=member.code,
        unit=make.unit(session).code,
        community="BZ",
        kind="linked",
        reported_on=make.TODAY,
        by=SYSTEM,
        at=make.NOW,
    )


@contextmanager
def _installed() -> Iterator[Session]:
    """A session on the installation that the environment names."""
    engine = create_engine(config.load().database_url)
    database.prepare(engine)
    with database.sessions(engine)() as session, database.write_transaction(session):
        yield session
    engine.dispose()


def _taken_out(points: Points, folder: Path, ending: str) -> dict[str, list[list[str]]]:
    """The lists that come in again, as they go out."""
    folder.mkdir()
    for name in ROUND:
        assert points("export", name, str(folder / f"{name}.{ending}"), "--json").status == 0
    return {name: _read(folder / f"{name}.{ending}") for name in ROUND}


def _read(file: Path) -> list[list[str]]:
    if file.suffix == ".xlsx":
        rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
        return [[str(cell) for cell in row] for row in rows]
    return list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))


def _sheet(file: Path) -> bytes:
    with zipfile.ZipFile(file) as book:
        return book.read("xl/worksheets/sheet1.xml")


def _sql(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))

"""Lists come in from xlsx and csv, UTF-8 and GBK: all of a list or none, and every wrong row is told in words."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import Engine

from points.foundation import clock
from tests import make
from tests.cli.conftest import Points, rows
from tests.cli.test_backup import opened

HEADS = ("姓名", "出生日期", "社区", "手机号", "同意书编号", "同意积分")
PEOPLE = [
    ("赵立春", "1950-03-08", "BZ", "19900000001", "2026-0031", "是"),
    ("钱立春", "1988/5/9", "北正", "19900000002", "2026-0032", "否"),
]


@pytest.fixture
def street(ready: Points, data_dir: Path) -> Points:
    """An installation that has a street and rules, and nobody yet."""
    with opened(data_dir) as session:
        make.street(session)
        make.rules(session)
    return ready


def sheet(folder: Path, rows: Sequence[Sequence[Any]], name: str = "list.xlsx") -> str:
    """A workbook with these rows; dates are cells of that kind."""
    book = xlsxwriter.Workbook(str(folder / name), {"default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return str(folder / name)


def written(folder: Path, rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> str:
    """The rows as csv."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    (folder / "list.csv").write_bytes(text.getvalue().encode(encoding))
    return str(folder / "list.csv")


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-8", ";"), ("gbk", ","), ("gb18030", "\t")]
)
def test_csv_as_offices_write_it(street: Points, tmp_path: Path, books: Engine, encoding: str, delimiter: str):
    file = written(tmp_path, [HEADS, *PEOPLE], encoding=encoding, delimiter=delimiter)
    answer = street("import", "volunteers", file, "--json")
    assert (answer.status, answer.document["volunteers"]) == (0, 2)
    found = rows(books, "SELECT code, name, birth_date, phone, registered_via, status FROM volunteer ORDER BY id")
    assert found == [
        ("YD000001", "赵立春", "1950-03-08", "19900000001", "import", "active"),
        ("YD000002", "钱立春", "1988-05-09", "19900000002", "import", "active"),
    ]
    agreed = rows(books, "SELECT subject_id, purpose, paper_ref FROM consent ORDER BY id")
    assert agreed == [(1, "register", "2026-0031"), (1, "points", "2026-0031"), (2, "register", "2026-0032")]


def test_a_workbook_with_numbers_and_dates_as_such(street: Points, tmp_path: Path, books: Engine):
    file = sheet(tmp_path, [HEADS, ("赵立春", date(1950, 3, 8), "北正", 19900000001, "2026-0031", "是"), ("",) * 6])
    assert street("import", "volunteers", file).status == 0
    assert rows(books, "SELECT name, birth_date, phone FROM volunteer") == [("赵立春", "1950-03-08", "19900000001")]
    assert street("check").status == 0


def test_a_dry_run_changes_nothing(street: Points, tmp_path: Path, books: Engine):
    file = written(tmp_path, [HEADS, *PEOPLE])
    answer = street("import", "volunteers", file, "--dry-run", "--json")
    assert (answer.status, answer.document["dry_run"], answer.document["volunteers"]) == (0, True, 2)
    assert rows(books, "SELECT count(*) FROM volunteer") == [(0,)]
    assert street("import", "volunteers", file, "--json").document["first"] == "YD000001", "no number was used up"


def test_every_wrong_row_is_told_and_none_is_taken(street: Points, tmp_path: Path, books: Engine):
    heads = (*HEADS, "监护人姓名", "监护人电话", "监护人关系")
    wrong = {
        2: (("赵立春", "1950-03-08", "BZ", "19900000001", "", "是"), "bad-cell"),
        3: (("赵", "1950-03-08", "BZ", "19900000001", "1", "是"), "bad-name"),
        4: (("赵立春", "1950-13-08", "BZ", "19900000001", "1", "是"), "bad-cell"),
        5: (("赵雨水", "1990-03-08", "BZ", "", "1", "是"), "phone-needed"),
        6: (("赵雨水", "1990-03-08", "BZ", "123", "1", "是"), "bad-phone"),
        7: (("赵雨水", "1990-03-08", "NOWHERE", "19900000003", "1", "是"), "not-found"),
        8: (("赵雨水", "1990-03-08", "YD", "19900000003", "1", "是"), "not-a-community"),
        9: (("赵雨水", "2015-03-08", "BZ", "", "1", "是"), "guardian-needed"),
        10: (("赵雨水", "2099-03-08", "BZ", "", "1", "是"), "bad-birth-date"),
        11: (("孙立春", "1990-03-08", "BZ", "19900000004", "1", "maybe"), "bad-cell"),
        12: (("孙立春", "1990-03-08", "BZ", "19900000005", "1", "是"), None),
        13: (("孙雨水", "1990-03-08", "BZ", "19900000005", "1", "是"), "phone-twice-in-list"),
        14: (("孙立春", "1990-03-08", "BZ", "19900000006", "1", "是"), "twice-in-list"),
        15: (("孙惊蛰", "2015-03-08", "BZ", "", "1", "是", "李", "19900000009", "母亲"), "bad-name"),
    }
    file = written(tmp_path, [heads, *(row for row, _ in wrong.values())])
    answer = street("import", "volunteers", file, "--json")
    refused = answer.document["refused"]
    assert (answer.status, refused["code"], refused["total"]) == (1, "rows-refused", 14)
    assert {row["row"]: row["code"] for row in refused["refused"]} == {
        number: code for number, (_, code) in wrong.items() if code
    }
    assert all(row["detail"] and row["next_step"] for row in refused["refused"])
    assert "Row 5: From 18 to 59 a phone number is needed to register." in answer.stderr
    assert rows(books, "SELECT count(*) FROM volunteer") == [(0,)]


def test_a_child_comes_with_a_guardian(street: Points, tmp_path: Path, books: Engine):
    heads = (*HEADS, "监护人姓名", "监护人电话", "监护人关系", "监护人编号")
    assert street("import", "volunteers", written(tmp_path, [HEADS, *PEOPLE])).status == 0
    child = ("赵雨水", "2015-03-08", "BZ", "", "2026-0033", "是", "赵立春", "19900000001", "祖母", "YD000001")
    assert street("import", "volunteers", written(tmp_path, [heads, child])).status == 0
    assert rows(books, "SELECT minor_id, name, guardian_volunteer_id, verified_by FROM guardian") == [
        (3, "赵立春", 1, "system")
    ]
    assert rows(books, "SELECT phone, phone_none, status FROM volunteer WHERE id = 3") == [(None, 1, "active")]


def test_a_number_is_brought_along_and_the_next_ones_follow(street: Points, tmp_path: Path, books: Engine):
    heads = (
        "编号",
        "姓名",
        "出生日期",
        "社区",
        "手机号",
        "同意书编号",
        "状态",
        "只记时长",
        "监护人姓名",
        "监护人电话",
        "监护人关系",
        "监护人编号",
    )
    child = (
        "YD000007",
        "赵雨水",
        "2015-03-08",
        "BZ",
        "",
        "1",
        "待确认",
        "",
        "赵立春",
        "19900000001",
        "祖母",
        "YD000041",
    )
    good = [
        child,
        ("yd000041", "赵立春", "1990-03-08", "BZ", "19900000001", "2", "", "", "", "", "", ""),
        ("YD000042", "赵立春", "1990-03-08", "BZ", "", "3", "已暂停", "是", "", "", "", ""),
        ("", "钱立春", "1950-03-08", "BZ", "", "4", "", "", "", "", "", ""),
    ]
    assert street("import", "volunteers", written(tmp_path, [heads, *good])).status == 0
    assert rows(books, "SELECT code, status, points_policy, phone FROM volunteer ORDER BY code") == [
        ("YD000007", "pending", "earn", None),
        ("YD000041", "active", "earn", "19900000001"),
        ("YD000042", "suspended", "hours_only", None),
        ("YD000043", "active", "earn", None),
    ]
    guardian = "SELECT v.code, verified_by FROM guardian JOIN volunteer v ON v.id = guardian_volunteer_id"
    assert rows(books, guardian) == [("YD000041", "")]
    bad = [
        ("YD000007", "孙雨水", "1990-03-08", "BZ", "", "1"),
        ("NZ000001", "孙惊蛰", "1990-03-08", "BZ", "", "1"),
        ("YD0000001", "孙春分", "1990-03-08", "BZ", "", "1"),
        ("YD000051", "孙谷雨", "1990-03-08", "BZ", "", "1"),
        ("YD000051", "孙立夏", "1990-03-08", "BZ", "", "1"),
        ("", "孙小满", "1990-03-08", "BZ", "", "1"),
    ]
    answer = street("import", "volunteers", written(tmp_path, [heads[:6], *bad]), "--json")
    assert {row["row"]: row["code"] for row in answer.document["refused"]["refused"]} == {
        2: "brought-number-taken",
        3: "foreign-number",
        4: "foreign-number",
        6: "twice-in-list",
        7: "phone-needed",
    }
    assert street("check").status == 0


def test_who_is_registered_is_not_registered_again(street: Points, tmp_path: Path):
    file = written(tmp_path, [HEADS, *PEOPLE])
    assert street("import", "volunteers", file).status == 0
    answer = street("import", "volunteers", file, "--json")
    assert [row["code"] for row in answer.document["refused"]["refused"]] == ["phone-taken", "phone-taken"]
    elder = ("赵立春", "1950-03-08", "BZ", "", "2026-0031", "是")
    answer = street("import", "volunteers", written(tmp_path, [HEADS, elder]), "--json")
    assert answer.document["refused"]["refused"][0]["code"] == "registered-already"
    assert "YD000001" in answer.document["refused"]["refused"][0]["detail"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "not-a-sheet"),
        ([("", "")], "not-a-sheet"),
        ([("姓名", "身份证号"), ("赵立春", "4308")], "unknown-columns"),
        ([("名字", "身份证号")], "no-columns-named"),
        ([("姓名", "社区")], "missing-columns"),
    ],
)
def test_a_table_that_is_none_of_ours_is_refused(street: Points, tmp_path: Path, rows: Any, code: str):
    for file in (written(tmp_path, rows), sheet(tmp_path, rows)):
        answer = street("import", "volunteers", file, "--json")
        assert (answer.status, answer.document["refused"]["code"]) == (1, code)


@pytest.mark.parametrize("name", ["photo.xlsx", "photo.csv"])
@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff" * 40, b"PK\x03\x04 no workbook"])
def test_another_file_is_refused(street: Points, tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)
    answer = street("import", "goods", str(tmp_path / name), "--json")
    assert answer.status == 1
    assert answer.document["refused"]["code"] in ("not-a-sheet", "no-columns-named")


def test_households_with_their_people_and_their_pool(street: Points, tmp_path: Path, books: Engine):
    assert street("import", "volunteers", written(tmp_path, [HEADS, *PEOPLE])).status == 0
    heads = ("户号", "志愿者", "户主", "共用积分", "同意书编号")
    good = [("1", "YD000001", "是", "是", "2026-0040"), ("1", "19900000002", "", "是", "2026-0041")]
    answer = street("import", "households", written(tmp_path, [heads, *good]), "--json")
    assert (answer.status, list(answer.document["households"])) == (0, ["1"])
    assert rows(
        books,
        "SELECT head_id, volunteer_id, pool_consent_id IS NOT NULL FROM household JOIN household_member m "
        "ON m.household_id = household.id ORDER BY m.id",
    ) == [(1, 1, 1), (1, 2, 1)]
    again = [("2", "YD000001", "是", "", ""), ("3", "YD000002", "", "", ""), ("4", "YD000099", "是", "", "")]
    answer = street("import", "households", written(tmp_path, [heads, *again]), "--json")
    assert [row["code"] for row in answer.document["refused"]["refused"]] == ["in-a-household", "one-head", "not-found"]


def test_a_pool_rests_on_a_paper(street: Points, tmp_path: Path):
    street("import", "volunteers", written(tmp_path, [HEADS, *PEOPLE]))
    file = written(
        tmp_path, [("户号", "志愿者", "户主", "共用积分"), ("1", "YD000001", "是", "是"), ("1", "YD000001", "", "")]
    )
    answer = street("import", "households", file, "--json")
    assert [row["code"] for row in answer.document["refused"]["refused"]] == ["paper-needs-reference"]


def test_goods_are_proposed(street: Points, tmp_path: Path, books: Engine):
    heads = ("街道", "编号", "名称", "规格", "单位", "积分", "参考价", "每人每月限", "类型")
    good = [("YD", "G14", "大米", "2.5 kg", "袋", "50", "15.50", "2", "实物")]
    assert street("import", "goods", sheet(tmp_path, [heads, *good])).status == 0
    assert rows(books, "SELECT code, ref_value_fen, limit_pp_month, status FROM goods_item") == [
        ("G14", 1550, 2, "draft")
    ]
    bad = [
        ("YD", "G14", "大米", "5 kg", "袋", "100", "30", "", ""),
        ("YD", "G15", "香烟", "1 包", "包", "50", "15", "", ""),
        ("YD", "G16", "理发券", "1 次", "次", "50", "15", "", "服务券"),
        ("YD", "G17", "雨伞", "1 把", "把", "5.5", "15", "", ""),
        ("YD", "G18", "雨伞", "1 把", "把", "50", "15.005", "", ""),
    ]
    answer = street("import", "goods", sheet(tmp_path, [heads, *bad]), "--json")
    codes = {row["row"]: row["code"] for row in answer.document["refused"]["refused"]}
    assert codes == {2: "code-taken", 3: "forbidden-goods", 4: "needs-merchant", 5: "bad-cell", 6: "bad-cell"}


@pytest.mark.parametrize(
    ("code", "refused"),
    [("A/B", "code-unreadable"), ("A?B", "code-unreadable"), ("米", "code-unreadable"), ("-1", "code-unreadable"),
     ("g14", "code-taken"), ("Ｇ14", "code-taken"), ("G 14", "code-taken")],
)  # fmt: skip
def test_a_code_that_no_page_could_address_or_another_has_is_refused(
    street: Points, tmp_path: Path, code: str, refused: str
):
    heads = ("街道", "编号", "名称", "规格", "单位", "积分", "参考价")
    rest = ("大米", "2.5 kg", "袋", "50", "15")
    assert street("import", "goods", written(tmp_path, [heads, ("YD", "G14", *rest)])).status == 0
    answer = street("import", "goods", written(tmp_path, [heads, ("YD", code, *rest)]), "--json")
    assert [row["code"] for row in answer.document["refused"]["refused"]] == [refused]


def test_a_dry_run_says_what_is_left_out(street: Points, tmp_path: Path):
    file = written(tmp_path, [("名单",), ("序号", *HEADS), (1, *PEOPLE[0])])
    answer = street("import", "volunteers", file, "--dry-run", "--json")
    assert answer.status == 0
    assert [one["what"] for one in answer.document["left_out"]] == ["1", "A 序号"]
    assert [one["column"] for one in answer.document["columns"]] == list(HEADS)
    assert "Left out: A 序号. It only counts the rows." in answer.stderr


def test_merchants_come_before_the_vouchers_that_name_them(street: Points, tmp_path: Path, books: Engine):
    merchants = [("街道", "编号", "名称"), ("YD", "M01", "示例理发店")]
    assert street("import", "merchants", written(tmp_path, merchants)).status == 0
    heads = ("街道", "编号", "名称", "规格", "单位", "积分", "参考价", "类型", "商户", "图案")
    voucher = ("YD", "G16", "理发券", "1 次", "次", "50", "15", "服务券", "M01", "scissors")
    assert street("import", "goods", written(tmp_path, [heads, voucher])).status == 0
    assert rows(books, "SELECT code, kind, merchant_id, icon FROM goods_item") == [("G16", "voucher", 1, "scissors")]
    answer = street("import", "merchants", written(tmp_path, merchants), "--json")
    assert [row["code"] for row in answer.document["refused"]["refused"]] == ["code-taken"]


def test_what_no_column_holds_is_told_before_the_database_is_asked(street: Points, tmp_path: Path):
    heads = ("街道", "编号", "名称", "规格", "单位", "积分", "参考价")
    bad = [
        ("YD", "G" * 21, "大米", "2.5 kg", "袋", "50", "15"),
        ("YD", "G15", "大米", "2.5 kg", "袋" * 11, "50", "15"),
        ("YD", "G16", "大米", "2.5 kg", "袋", "5000000000", "15"),
        ("YD", "G17", "大米", "2.5 kg", "袋", "50", "1e30"),
    ]
    answer = street("import", "goods", written(tmp_path, [heads, *bad]), "--json")
    codes = {row["row"]: row["code"] for row in answer.document["refused"]["refused"]}
    assert codes == {2: "too-long", 3: "too-long", 4: "bad-cell", 5: "bad-cell"}


def test_the_ending_of_the_name_does_not_matter(street: Points, tmp_path: Path):
    Path(written(tmp_path, [HEADS, PEOPLE[0]])).rename(tmp_path / "people.xlsx")
    Path(sheet(tmp_path, [HEADS, PEOPLE[1]])).rename(tmp_path / "people.csv")
    assert street("import", "volunteers", str(tmp_path / "people.xlsx")).status == 0
    assert street("import", "volunteers", str(tmp_path / "people.csv")).status == 0


def test_a_terminal_sees_how_far_it_is_and_the_document_stays_alone(
    street: Points, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = written(tmp_path, [HEADS, *PEOPLE])
    assert street("import", "volunteers", file, "--dry-run", "--json").stderr == ""
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    answer = street("import", "volunteers", file, "--json")
    assert answer.document["volunteers"] == 2
    assert "Import: 100%" in answer.stderr
    assert "4/4" in answer.stderr, "each row is looked at and written"


def test_balances_come_over_once_and_the_books_prove_them(street: Points, tmp_path: Path, books: Engine):
    street("import", "volunteers", written(tmp_path, [HEADS, *PEOPLE]))
    heads = ("志愿者", "积分", "凭据", "取得日期", "到期日期")
    last_year = clock.local_date(clock.now()).year - 1
    good = [
        ("YD000001", "120", "台账 17", f"{last_year}-12-31", ""),
        ("19900000002", "30", "台账 18", f"{last_year}-05-01", f"{last_year + 2}-06-30"),
        ("YD000001", "5", "台账 19", f"{last_year}-12-31", "永久"),
    ]
    answer = street("import", "balances", written(tmp_path, [heads, *good]), "--json")
    assert (answer.status, answer.document["points"]) == (0, 155)
    assert rows(books, "SELECT balance FROM point_account WHERE kind = 'volunteer' ORDER BY volunteer_id") == [
        (125,),
        (30,),
    ]
    assert rows(books, "SELECT expires_on FROM point_lot ORDER BY id") == [
        (f"{last_year + 1}-12-31",),
        (f"{last_year + 2}-06-30",),
        (None,),
    ]
    assert street("check").status == 0
    bad = [
        ("YD000001", "120", "台账 17", f"{last_year}-12-31", ""),
        ("YD000001", "0", "台账 20", f"{last_year}-12-31", ""),
        ("YD000001", "1", "台账 21", f"{last_year + 5}-12-31", ""),
        ("YD000001", "1", "台账 22", "2019-12-31", ""),
        ("YD000001", "-1", "台账 23", f"{last_year}-12-31", ""),
        ("YD000099", "1", "台账 24", f"{last_year}-12-31", ""),
        ("YD000001", "1", "台账 25", f"{last_year}-12-31", ""),
        ("YD000001", "1", "台账 25", f"{last_year}-12-31", ""),
    ]
    answer = street("import", "balances", written(tmp_path, [heads, *bad]), "--json")
    assert {row["row"]: row["code"] for row in answer.document["refused"]["refused"]} == {
        2: "brought-over",
        3: "bad-opening",
        4: "bad-opening",
        5: "bad-opening",
        6: "bad-cell",
        7: "not-found",
        9: "twice-in-list",
    }

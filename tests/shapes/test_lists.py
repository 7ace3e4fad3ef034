"""A list is read with an account of every sheet, row, column and cell, and nothing is guessed."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from points.foundation.errors import Refusal
from points.shapes.lists import columns, refusals, sheets
from points.shapes.lists.sheets import LeftOut, Read

HEADS = ("姓名", "出生日期", "社区", "同意书编号", "手机号")
GOOD = ("赵立春", "1950-03-08", "BZ", "2026-0031", "19900000001")


def csv_of(*rows: Sequence[object], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def book(
    *listed: Sequence[Sequence[Any]],
    hidden: Sequence[int] = (),
    more: Callable[[xlsxwriter.Workbook, list[Any]], object] | None = None,
) -> bytes:
    """A workbook with a sheet for each list of rows; `more` writes what a value does not say."""
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"})
    pages = []
    for number, rows in enumerate(listed):
        page = workbook.add_worksheet(f"表{number + 1}")
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
        if number in hidden:
            page.hide()
        pages.append(page)
    shown = [page for number, page in enumerate(pages) if number not in hidden]
    if shown:
        shown[0].activate()
        shown[0].set_first_sheet()
    if more:
        more(workbook, pages)
    workbook.close()
    return content.getvalue()


def people(content: bytes) -> Read:
    return sheets.read(content, columns.VOLUNTEERS, file="名单.xlsx")


def refused_at(content: bytes, row: int = 2) -> Refusal:
    read = people(content)
    assert list(read.refused) == [row], read
    return read.refused[row]


def test_every_column_that_is_taken_is_named() -> None:
    read = people(csv_of(HEADS, GOOD))
    assert read.rows == {
        2: {"name": "赵立春", "birth_date": date(1950, 3, 8), "community": "BZ", "paper_ref": "2026-0031",
            "phone": "19900000001"}
    }  # fmt: skip
    assert [(one.place, one.heading, one.column) for one in read.taken] == [
        ("A", "姓名", "姓名"), ("B", "出生日期", "出生日期"), ("C", "社区", "社区"), ("D", "同意书编号", "同意书编号"),
        ("E", "手机号", "手机号"),
    ]  # fmt: skip
    assert not read.left_out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_as_programs_write_it(encoding: str, delimiter: str) -> None:
    assert len(people(csv_of(HEADS, GOOD, encoding=encoding, delimiter=delimiter)).rows) == 1


@pytest.mark.parametrize("number", [430802195003081234, 1e15, 4.30802e17, 1e300])
def test_a_number_that_lost_digits_is_refused_by_the_name_of_its_cell(number: float) -> None:
    refusal = refused_at(book([HEADS, (*GOOD[:3], number, GOOD[4])]))
    assert isinstance(refusal, refusals.DigitsLost)
    assert (refusal.cell, refusal.column) == ("D2", "同意书编号")


@pytest.mark.parametrize("text", ["4.30802E+17", "4.3e17", "4E+17", "1.99E+10"])
def test_a_number_that_was_shortened_in_writing_is_refused(text: str) -> None:
    for content in (book([HEADS, (*GOOD[:4], text)]), csv_of(HEADS, (*GOOD[:4], text))):
        refusal = refused_at(content)
        assert isinstance(refusal, refusals.DigitsLost)
        assert refusal.cell == "E2"


def test_zeros_that_a_format_puts_first_are_kept() -> None:
    def fill_up(workbook: Any, pages: list[Any]) -> None:
        pages[0].write_number("D2", 31, workbook.add_format({"num_format": "000000"}))

    assert people(book([HEADS, GOOD], more=fill_up)).rows[2]["paper_ref"] == "000031"


def test_what_a_format_makes_up_is_refused() -> None:
    def make_up(workbook: Any, pages: list[Any]) -> None:
        pages[0].write_number("D2", 31, workbook.add_format({"num_format": '"同意书"0'}))

    refusal = refused_at(book([HEADS, GOOD], more=make_up))
    assert isinstance(refusal, refusals.ShownOtherwise)
    assert (refusal.cell, refusal.text) == ("D2", "31")


@pytest.mark.parametrize("heads", [("手机号", "电话"), ("手机号", "手机号"), ("手机号", "phone"), ("电话", "手机")])
def test_two_columns_for_one_thing_are_refused(heads: tuple[str, str]) -> None:
    with pytest.raises(refusals.TwoForOne) as refused:
        people(csv_of((*HEADS[:4], *heads), (*GOOD, "19900000002")))
    assert refused.value.columns == f"E {heads[0]}、F {heads[1]}"


def test_cells_under_no_name_are_refused() -> None:
    for content in (
        csv_of((*HEADS, ""), GOOD, (*GOOD[:4], "19900000002", "女儿")),
        csv_of(HEADS, GOOD, (*GOOD[:4], "19900000002", "女儿")),
        book([(*HEADS, ""), GOOD, (*GOOD[:4], "19900000002", "女儿")]),
    ):
        with pytest.raises(refusals.CellsWithoutName) as refused:
            people(content)
        assert refused.value.cells == "F3"


def test_of_many_cells_under_no_name_the_first_are_named_and_all_counted() -> None:
    with pytest.raises(refusals.CellsWithoutName) as refused:
        people(csv_of(HEADS, *[(*GOOD, "x")] * 40))
    assert refused.value.cells == "F2、F3、F4、F5、F6、F7 …（40）"


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"])
@pytest.mark.parametrize("cell", ["B2", "D2", "E2"])
def test_an_error_of_the_spreadsheet_is_no_empty_cell(error: str, cell: str) -> None:
    def fail(workbook: Any, pages: list[Any]) -> None:
        pages[0].write_formula(cell, "=1/0", None, error)

    refusal = refused_at(book([HEADS, GOOD], more=fail))
    assert isinstance(refusal, refusals.ErrorCell)
    assert (refusal.cell, refusal.text) == (cell, error)


def test_an_error_written_as_text_is_one() -> None:
    assert isinstance(refused_at(csv_of(HEADS, (*GOOD[:4], "#N/A"))), refusals.ErrorCell)


def test_a_formula_without_a_kept_result_is_no_empty_cell() -> None:
    def reckon(workbook: Any, pages: list[Any]) -> None:
        pages[0].write_formula("E2", "=A1", None, "")

    refusal = refused_at(book([HEADS, GOOD], more=reckon))
    assert isinstance(refusal, refusals.NothingReckoned)
    assert refusal.cell == "E2"


def test_a_formula_with_its_result_is_its_result() -> None:
    def reckon(workbook: Any, pages: list[Any]) -> None:
        pages[0].write_formula("E2", '="199"&"00000001"', None, "19900000001")

    assert people(book([HEADS, GOOD], more=reckon)).rows[2]["phone"] == "19900000001"


def test_two_sheets_that_could_be_the_list_are_refused() -> None:
    with pytest.raises(refusals.SeveralSheets) as refused:
        people(book([HEADS, GOOD], [HEADS, GOOD]))
    assert refused.value.sheets == "表1、表2"


def test_a_hidden_sheet_is_left_out_and_said() -> None:
    other = ("钱立春", *GOOD[1:])
    read = people(book([HEADS, other], [HEADS, GOOD], hidden=[0]))
    assert [row["name"] for row in read.rows.values()] == ["赵立春"]
    assert read.left_out == [LeftOut("表1", sheets.HIDDEN_SHEET)]


def test_sheets_that_are_no_list_are_left_out_and_said() -> None:
    read = people(book([("怎样填写",), ("每人一行",)], [], [HEADS, GOOD]))
    assert len(read.rows) == 1
    assert read.left_out == [LeftOut("表1", sheets.NOT_THIS_LIST), LeftOut("表2", sheets.EMPTY_SHEET)]


@pytest.mark.parametrize("above", [[("北正社区志愿者名单",)], [("名单",), ("2026 年 11 月",)], [(), ("名单",)]])
def test_the_names_of_the_columns_may_stand_below_a_title(above: list[tuple[str, ...]]) -> None:
    read = people(book([*above, HEADS, GOOD]))
    assert list(read.rows) == [len(above) + 2]
    assert {one.why for one in read.left_out} == {sheets.ABOVE_THE_NAMES}


def test_a_column_that_counts_the_rows_is_left_out_and_so_are_rows_with_nothing_else() -> None:
    read = people(csv_of(("序号", *HEADS), (1, *GOOD), (2, "", "", "", "", "")))
    assert list(read.rows) == [2]
    assert read.left_out == [LeftOut("A 序号", sheets.ONLY_COUNTS), LeftOut("3", sheets.ONLY_A_NUMBER)]


def test_an_unknown_column_is_refused_and_left_out_where_it_is_empty() -> None:
    with pytest.raises(refusals.UnknownColumns) as refused:
        people(csv_of((*HEADS, "身份证号"), (*GOOD, "4308")))
    assert refused.value.columns == "身份证号"
    assert people(csv_of((*HEADS, "备注"), (*GOOD, ""))).left_out == [LeftOut("F 备注", sheets.EMPTY_COLUMN)]


@pytest.mark.parametrize(
    "heading", ["手机号（必填）", "手机号*", " 手 机 号 ：", "手机号\u200b", "ＰＨＯＮＥ", "Phone:"]
)
def test_a_heading_is_read_without_what_is_put_around_it(heading: str) -> None:
    assert people(csv_of((*HEADS[:4], heading), GOOD)).rows[2]["phone"] == GOOD[4]


@pytest.mark.parametrize(
    "content",
    [
        "赵立春,19900000001,北正社区 1 栋 202\n钱立春,19900000002,北正社区 3 栋\n".encode(),
        "亲爱的邻居，我们的名单：赵立春 19900000001；钱立春 19900000002".encode(),
        csv_of(("志愿者名单",), ("赵立春 19900000001",)),
    ],
)
def test_a_file_that_is_no_list_is_never_repeated(content: bytes) -> None:
    with pytest.raises(refusals.NoColumnsNamed) as refused:
        people(content)
    said = "".join(map(str, refused.value.facts().values()))
    assert "19900000001" not in said
    assert "钱立春" not in said


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff" * 40, b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0 old"])
def test_another_file_is_no_sheet(content: bytes) -> None:
    with pytest.raises(refusals.NotASheet):
        people(content)


def test_cells_joined_over_rows_are_refused() -> None:
    def join(workbook: Any, pages: list[Any]) -> None:
        pages[0].merge_range("C2:C3", "BZ")

    with pytest.raises(refusals.MergedCells) as refused:
        people(book([HEADS, GOOD, GOOD], more=join))
    assert refused.value.cells == "C2:C3"


def test_a_title_joined_over_columns_is_nothing_to_refuse() -> None:
    def join(workbook: Any, pages: list[Any]) -> None:
        pages[0].merge_range("A1:E1", "名单")

    assert len(people(book([("名单",), HEADS, GOOD], more=join)).rows) == 1


def test_what_a_spreadsheet_made_a_day_of_is_refused_as_text() -> None:
    refusal = refused_at(book([(*HEADS, "住址"), (*GOOD, date(2026, 3, 2))]))
    assert isinstance(refusal, refusals.BadCell)
    assert (refusal.cell, refusal.column) == ("F2", "住址")


def test_a_day_that_lost_its_format_is_refused() -> None:
    assert isinstance(refused_at(book([HEADS, (GOOD[0], 18330, *GOOD[2:])])), refusals.BadCell)


@pytest.mark.parametrize("text", ["1950-03-08", "1950/3/8", "1950.3.8", "1950年3月8日", "19500308", "１９５０－３－８"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert people(csv_of(HEADS, (GOOD[0], text, *GOOD[2:]))).rows[2]["birth_date"] == date(1950, 3, 8)


def test_a_needed_cell_that_holds_only_unseen_signs_is_empty() -> None:
    refusal = refused_at(csv_of(HEADS, ("\u200b\ufeff", *GOOD[1:])))
    assert isinstance(refusal, refusals.BadCell)
    assert (refusal.cell, refusal.text) == ("A2", "")


def test_a_short_row_lacks_what_it_lacks() -> None:
    assert people(csv_of(HEADS, GOOD[:4])).rows[2].get("phone") is None
    assert isinstance(refused_at(csv_of(HEADS, GOOD[:3])), refusals.BadCell)


def test_more_than_can_be_kept_is_refused_by_the_name_of_its_cell() -> None:
    refusal = refused_at(csv_of(HEADS, (*GOOD[:3], "x" * 61, GOOD[4])))
    assert isinstance(refusal, refusals.TooLong)
    assert (refusal.cell, refusal.length, refusal.longest) == ("D2", 61, 60)


def test_a_workbook_that_unpacks_without_end_is_refused() -> None:
    content = io.BytesIO(book([HEADS, GOOD]))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros", b"\0" * (sheets.workbooks.MOST_BYTES + 1))
    with pytest.raises(refusals.SheetTooLarge):
        people(content.getvalue())


def test_a_cell_far_away_makes_no_table_of_millions() -> None:
    def far(workbook: Any, pages: list[Any]) -> None:
        pages[0].write("XFD1000000", "x")

    with pytest.raises(refusals.SheetTooLarge):
        people(book([HEADS, GOOD], more=far))

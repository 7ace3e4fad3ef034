"""Layout: what goes onto paper stands on the page, can be read by a machine and by a person, and never overflows."""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import ImageChops
from reportlab.lib.units import mm

import points.web.paper
from points.foundation import qr
from points.web.paper import cards, fonts, labels, passbook, posters, sheet, tables
from tests.web.paper import Printed, dark_outside

FONTS = Path(points.web.paper.__file__).parent / "fonts"
RARE = "㛃䶮𬱖𬬮𪟝㙦龘"
A4 = (595.276, 841.890)
FOUND = "捡到请交到任何一个驿站。 南丽家驿站 0744-8221234"
LONGEST = "买买提·吐尔逊江·阿不都热合曼·艾合买提江"


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads that take turns after every few steps."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def card(number: int, name: str = "") -> cards.Card:
    return cards.Card(
        name=name or f"赵{chr(0x4E00 + number * 7)}",
        serial=f"YD{number:06d}-1",
        address=f"https://points.example.cn/c/ABCDE{number:05d}",
        found=FOUND,
    )


def sheets(*made: cards.Card) -> Printed:
    return Printed(cards.pdf(made, title="服务卡", heading="湘妹子能量家 · 便民服务卡", language="zh-CN"))


def roster(rows: int, *, spare: int = 0, name: str = "王小满") -> tables.List:
    heads = ("姓名", "编号", "签到", "签退", "签名")
    return tables.List(
        title="签到表：周末清洁行动",
        facts=["5月9日 周六 09:00–11:00 · 崇文社区广场", "带队人 钱春分"],
        columns=[tables.Column("", 0.5, "right"), *(tables.Column(head, 1.5) for head in heads)],
        rows=[(name, f"YD{number:06d}", tables.TICK, tables.TICK, "") for number in range(rows)],
        blank=("", "", tables.TICK, tables.TICK, ""),
        foot="事后录入。",
        to_fill=["到场人数"],
        page="第 %(page)d 页，共 %(pages)d 页",
        spare=spare,
    )


def book(lines: int, expiries: int = 2, words: str = "参加“周末清洁行动”") -> passbook.Passbook:
    return passbook.Passbook(
        title="积分存折",
        name="赵立春",
        code="YD000002",
        day="截至5月9日 周六",
        balance="124 分",
        asides=["另有 20 分已为预约留出"],
        lines_title="最近十笔",
        lines=[passbook.Line(day="5月9日 周六", words=words, points="+24") for _ in range(lines)],
        no_lines="还没有。",
        expiries_title="什么时候过期",
        expiries=[f"{number} 分，请在12月31日前用" for number in range(expiries)],
        foot="觉得不对？到任何一个驿站问。",
    )


def test_the_typeface_is_what_the_list_says_with_its_licence():
    listed = json.loads((FONTS / "VENDOR.json").read_text())
    assert {folder.name for folder in FONTS.iterdir() if folder.is_dir()} == set(listed)
    for folder, about in listed.items():
        there = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (FONTS / folder).iterdir()}
        assert there == about["files"]
        assert "SIL OPEN FONT LICENSE" in (FONTS / folder / "LICENSE").read_text()


def test_rare_names_are_printed_and_can_be_copied():
    assert not fonts.lacking(RARE)
    printed = sheets(card(1, "王㛃"), card(2, "李䶮"), card(3, "欧阳𬱖"), card(4, RARE))
    for name in ("王㛃", "李䶮", "欧阳𬱖", RARE):
        assert name in printed.text


def test_a_sign_that_the_typeface_lacks_is_an_empty_box_and_is_told():
    assert fonts.lacking("𠮷田𠮷") == "𠮷"
    assert "□田" in sheets(card(1, "𠮷田")).text


@pytest.mark.parametrize("name", ["赵\u200b立\ufeff春", "赵立\u0301春", "赵立春\x00", "\u202e赵立春"])
def test_signs_that_nobody_sees_are_left_out(name: str):
    assert "赵立春" in sheets(card(1, name)).text


@pytest.mark.parametrize(("number", "pages"), [(1, 1), (10, 1), (11, 2), (25, 3)])
def test_ten_cards_stand_on_a_page_of_a4(number: int, pages: int):
    printed = sheets(*(card(one) for one in range(number)))
    assert len(printed.texts) == pages
    for width, height in printed.formats:
        assert (width, height) == pytest.approx(A4, abs=0.1)


def test_every_card_is_read_and_carries_nothing_but_name_serial_and_station():
    made = [card(number) for number in range(20)]
    printed = sheets(*made)
    assert printed.all_codes() == sorted(one.address for one in made)
    left = printed.text
    for said in ("湘妹子能量家 · 便民服务卡", FOUND, *(one.name for one in made), *(one.serial for one in made)):
        assert said in left, said
        left = left.replace(said, "")
    assert not left.strip()


def test_a_card_is_as_large_as_a_bank_card_and_cut_along_marks_on_the_paper():
    assert (cards.CARD_WIDTH / mm, cards.CARD_HEIGHT / mm) == pytest.approx((85.6, 54))
    marks = cards.marks()
    assert len(marks) == 18
    right, top = cards.LEFT + 2 * cards.CARD_WIDTH, cards.BOTTOM + 5 * cards.CARD_HEIGHT
    for x1, y1, x2, y2 in marks:
        for x, y in ((x1, y1), (x2, y2)):
            assert 5 * mm < x < A4[0] - 5 * mm
            assert 5 * mm < y < A4[1] - 5 * mm
            assert not (cards.LEFT < x < right and cards.BOTTOM < y < top), "a mark would stay on a card"
    pixels = sheets(card(1)).image(scale=4)
    for x1, y1, x2, y2 in marks:
        middle = ((x1 + x2) / 2 * 4, (A4[1] - (y1 + y2) / 2) * 4)
        near = [pixels.getpixel((int(middle[0]) + dx, int(middle[1]) + dy)) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        assert min(sum(one) for one in near) < 500, "no mark is drawn there"


def test_the_longest_name_stays_on_its_card():
    printed = sheets(card(1, LONGEST), card(2, "M" * 40))
    assert "买买提" in printed.text
    assert len(printed.codes()) == 2


def test_the_modules_on_paper_are_those_of_the_code():
    address = "https://points.example.cn/s/ABCDEFGHJK"
    poster = posters.Poster("周末清洁行动", "5月9日", "广场", address, ("扫一扫", "点一下", "就好了"), "带队人 钱春分")
    printed = Printed(posters.pdf(poster, heading="湘妹子能量家", language="zh-CN"))
    modules = qr.matrix(address, mask=qr.PRINTED_MASK)
    pixels, scale = printed.image(scale=4), 4
    module = posters.QR / (len(modules) + 2 * qr.QUIET_ZONE)
    left, top = (A4[0] - posters.QR) / 2 + 4 * module, 43 * mm + posters.QR - 4 * module
    for row, cells in enumerate(modules):
        for column, dark in enumerate(cells):
            x, y = left + (column + 0.5) * module, A4[1] - top + (row + 0.5) * module
            assert (sum(pixels.getpixel((int(x * scale), int(y * scale)))) < 380) is dark, (row, column)


@pytest.mark.parametrize(
    "title", ["周末清洁行动", "清" * 60, "Neighbourhood spring cleaning with the elderly of three yards"]
)
def test_a_poster_is_one_page_that_says_what_when_where_and_how(title: str):
    address = "https://points.example.cn/s/ABCDEFGHJK"
    poster = posters.Poster(
        title, "5月9日 周六 09:00–11:00", "广" * 80, address, ("扫一扫", "点一下", "就好了"), "王" * 40
    )
    printed = Printed(posters.pdf(poster, heading="湘妹子能量家", language="zh-CN", note="演示数据"))
    assert len(printed.texts) == 1
    assert printed.codes() == [address]
    for said in ("5月9日 周六 09:00–11:00", "扫一扫", "点一下", "就好了", "湘妹子能量家", "演示数据", title[:5]):
        assert said in printed.text


def test_the_steps_of_a_poster_stand_in_its_middle():
    poster = posters.Poster(
        "清洁", "5月9日", "广场", "https://points.example.cn/s/ABCDEFGHJK", ("扫一扫", "点一下", "完成"), ""
    )
    image = Printed(posters.pdf(poster, heading="湘妹子能量家", language="zh-CN")).image(scale=2).convert("L")
    band = image.crop((0, int((A4[1] - 43 * mm) * 2), image.width, int((A4[1] - 30 * mm) * 2)))
    left, _, right, _ = ImageChops.invert(band).getbbox() or (0, 0, 0, 0)
    assert left > 18 * mm * 2
    assert abs(left - (image.width - right)) < 3 * mm * 2


@pytest.mark.parametrize(
    ("rows", "spare", "pages"), [(0, 0, 1), (20, 5, 1), (21, 5, 2), (25, 0, 1), (26, 0, 2), (500, 5, 21)]
)
def test_a_roster_has_25_rows_a_page(rows: int, spare: int, pages: int):
    printed = Printed(tables.pdf(roster(rows, spare=spare), language="zh-CN"))
    assert len(printed.texts) == pages
    assert len(re.findall(r"YD\d{6}", printed.text)) == rows
    assert f"第 {pages} 页，共 {pages} 页" in printed.texts[-1]
    for number, text in enumerate(printed.texts):
        assert re.search(rf"^\s*{number * 25 + 25}\b", text, re.MULTILINE)
        assert "签到表：周末清洁行动" in text
        assert "到场人数" in text


def test_every_row_of_a_roster_has_two_boxes():
    image = Printed(tables.pdf(roster(1, name=RARE), language="zh-CN")).image(scale=4)
    room = sheet.WIDTH - 2 * sheet.MARGIN
    top = sheet.HEIGHT - 42 * mm
    for row in range(tables.ROWS):
        y = top - (row + 1) * tables.ROW + (tables.ROW - 4.6 * mm) / 2
        for before in (3.5, 5.0):  # shares of the columns left of in and out
            x = sheet.MARGIN + room * before / 8 + 1.5 * mm
            corner = [
                image.getpixel((int(x * 4) + dx, int((A4[1] - y) * 4) + dy)) for dx in (-2, 0, 2) for dy in (-2, 0, 2)
            ]
            assert min(sum(one) for one in corner) < 300, row


@pytest.mark.parametrize(
    ("wide", "fill"),
    [
        (40, ("发放人", "清点人")),
        (30, ("到场人数", "受益人数", "负责人签名")),
        (23, ("There", "Helped", "Signature of the leader, or other")),
    ],
)
def test_what_is_signed_by_hand_has_room_for_a_name(wide: int, fill: tuple[str, ...]):
    made = replace(roster(1), to_fill=fill)
    image = Printed(tables.pdf(made, language="zh-CN")).image(scale=4).convert("L")
    y = sheet.HEIGHT - 42 * mm - tables.ROWS * tables.ROW - 11.5 * mm
    lower = image.crop((0, int((A4[1] - y) * 4) - 3, image.width, int((A4[1] - y) * 4) + 3))
    drawn = [x for x in range(lower.width) if min(lower.getpixel((x, y)) for y in range(lower.height)) < 160]
    assert len(drawn) > len(fill) * wide * mm * 4
    assert drawn[-1] <= (sheet.WIDTH - sheet.MARGIN + 1) * 4


def test_the_note_of_a_sheet_of_labels_touches_no_name():
    label = labels.Label("毛巾", "1 条", "20 分", "G02", "https://points.example.cn/g/ABCDEFGHJK")
    plain, noted = (
        Printed(labels.pdf([label] * 24, title="货架标签", language="zh-CN", note=note)).image(scale=4).convert("L")
        for note in ("", "演示数据：人物均为虚构")
    )
    note, drawn = ImageChops.difference(plain, noted).getbbox(), ImageChops.invert(plain).getbbox()
    assert note
    assert drawn
    assert note[3] < drawn[1]


@pytest.mark.parametrize(("number", "pages"), [(1, 1), (24, 1), (25, 2)])
def test_24_labels_stand_on_a_page(number: int, pages: int):
    made = [
        labels.Label(
            "洗衣液", "500 克 / 瓶", f"{one + 10} 分", f"G{one:02d}", f"https://points.example.cn/g/ABC{one:07d}"
        )
        for one in range(number)
    ]
    printed = Printed(labels.pdf(made, title="货架标签", language="zh-CN"))
    assert len(printed.texts) == pages
    assert printed.all_codes() == sorted(one.address for one in made)
    assert printed.text.count("洗衣液") == number
    assert "10 分" in printed.text


def test_a_long_label_keeps_to_its_place():
    long = labels.Label("五常" * 20, "规" * 40, "1000000 分", "G" * 20, "https://points.example.cn/g/ABCDEFGHJK")
    printed = Printed(labels.pdf([long] * 24, title="货架标签", language="zh-CN"))
    assert printed.codes() == [long.address] * 24
    assert not dark_outside(printed.image(scale=2), margin=int(4 * mm * 2))


def test_a_passbook_is_one_page_of_large_print():
    printed = Printed(passbook.pdf(book(10), language="zh-CN", note="演示数据"))
    assert len(printed.texts) == 1
    for said in ("积分存折", "赵立春", "YD000002", "124 分", "另有 20 分", "什么时候过期", "演示数据"):
        assert said in printed.text
    assert printed.text.count("+24") == 10


def test_a_passbook_that_is_too_long_goes_on_overleaf():
    printed = Printed(
        passbook.pdf(book(10, expiries=60, words="兑换：" + "五常稻花香大米 × 1 · " * 9), language="zh-CN")
    )
    assert len(printed.texts) == 4
    assert all("赵立春" in text and "觉得不对" in text for text in printed.texts)
    assert all(f"{number} 分，请在12月31日前用" in printed.text for number in range(60))


def test_an_empty_passbook_says_so():
    assert "还没有。" in Printed(passbook.pdf(book(0, expiries=0), language="zh-CN")).text


def test_papers_drawn_at_the_same_time_do_not_mix(hasty_threads: None):
    def drawn(start: int) -> bytes:
        made = [card(number, "孙" + chr(0x4E00 + start * 40 + number)) for number in range(40)]
        return cards.pdf(made, title="服务卡", heading="便民服务卡", language="zh-CN")

    with ThreadPoolExecutor(8) as pool:
        papers = list(pool.map(drawn, range(16)))
    for start, printed in enumerate(map(Printed, papers)):  # what reads them is no reader for threads
        found = "".join(printed.texts)
        assert all(f"孙{chr(0x4E00 + start * 40 + number)}" in found for number in range(40))
        alone = Printed(drawn(start))
        assert printed.image().tobytes() == alone.image().tobytes()


def test_a_document_says_what_it_is():
    assert sheets(card(1)).title == "服务卡"


def test_lines_break_between_words_and_not_before_a_stop():
    assert sheet.wrapped("spring cleaning", 20, room=100, lines=3) == ["spring", "cleaning"]
    for part in sheet.wrapped("清洁行动，大扫除。" * 6, 20, room=101, lines=20):
        assert part[0] not in "，。"
    assert sheet.wrapped("清" * 50, 20, room=100, lines=2)[1].endswith("…")

"""What people type and scan is read in one place, and nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.foundation import initials, typed
from points.foundation.typed import PhoneKind


@pytest.mark.parametrize(
    "text",
    [
        "19900000008", "199 0000 0008", "199-0000-0008", "1990000 0008", "+86 19900000008", "+8619900000008",
        "8619900000008", "86 199 0000 0008", "008619900000008", "0086-199-0000-0008", "１９９０００００００８",
        "＋８６１９９０００００００８", "\u200b19900000008\ufeff", "199\u00a00000\u00a00008", "\u202a19900000008\u202c",
        "199—0000—0008", "(+86)19900000008", "019900000008", "199\u30000000\u30000008",
    ],
)  # fmt: skip
def test_a_mobile_is_one_number_however_it_is_written(text: str) -> None:
    assert typed.phone(text) == typed.Phone("19900000008", PhoneKind.MOBILE)
    assert typed.phone_digits(text) == "19900000008"


@pytest.mark.parametrize(
    "text", ["0744-8221234", "(0744)8221234", "0744 8221234", "07448221234", "+86 744 8221234", "0744-8221234转801"]
)
def test_a_landline_is_kept_with_its_area(text: str) -> None:
    assert typed.phone(text) == typed.Phone("07448221234", PhoneKind.LANDLINE)


@pytest.mark.parametrize(
    "text",
    [
        "", "8221234", "12345", "10086", "110", "1990000000", "199000000080", "12345678901", "+85291234567",
        "4.30802E+17", "19900000008/19900000009", "199O0000008", "手机19900000008", "a@b.cn", "14412345678",
    ],
)  # fmt: skip
def test_what_is_no_phone_of_the_mainland_is_none(text: str) -> None:
    assert typed.phone(text) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("19900000008", "19900000008"),
        ("+86 199 0000 0008", "19900000008"),
        ("１９９００００　０００８", "19900000008"),
        ("0744-8221234", "0744-8221234"),
        ("（0744）822 1234", "0744-8221234"),
        ("07448221234", "0744-8221234"),
        ("+86 744 8221234", "0744-8221234"),
        ("0744—8221234", "0744-8221234"),
        ("0744-8221234转801", "0744-8221234转801"),
        ("0744 8221234 转 801", "0744-8221234转801"),
        ("0744-8221234#801", "0744-8221234转801"),
        ("0744-8221234 ext. 801", "0744-8221234转801"),
        ("010 6552 9988", "010-65529988"),
        ("400-800-1234", "4008001234"),
        ("4008001234", "4008001234"),
    ],
)
def test_a_phone_that_is_given_out_is_kept_as_it_is_read_aloud(text: str, kept: str) -> None:
    assert typed.contact_phone(text) == kept
    assert typed.contact_phone(kept) == kept


@pytest.mark.parametrize(
    "text",
    ["", "8221234", "110", "12345", "1990000000", "199000000080", "+85291234567", "李娜", "李娜 19900000008",
     "19900000008/19900000009", "微信同号19900000008", "0744", "00000000000", "0744-822123"],
)  # fmt: skip
def test_what_is_no_phone_is_not_given_out(text: str) -> None:
    assert typed.contact_phone(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "YD000008", "yd000008", "YD 000008", "yd-000008", "ＹＤ０００００８", " YD000008 ", "\ufeffYD000008",
        "YDO00008", "YD0OO008", "YD·000008", "YD 0000 08", "Y D 000008",
    ],
)  # fmt: skip
def test_a_volunteers_number_is_read_however_it_is_typed(text: str) -> None:
    assert typed.number(text) == "YD000008"


@pytest.mark.parametrize("text", ["张三", "LOOLOO", "OIL", "", "YD", "8", "YD00000800000000"])
def test_another_word_stays_one(text: str) -> None:
    assert typed.number(text) == text


@pytest.mark.parametrize("text", ["519835", "519 835", "５１９８３５", "519\u00a0835", "5 1 9 8 3 5", "519-835"])
def test_six_digits_are_read_as_the_screen_shows_them(text: str) -> None:
    assert typed.digits(text) == "519835"


def test_what_are_no_digits_stays_what_it_was() -> None:
    assert typed.digits("https://a.cn/s/AB12-CD") == "https://a.cn/s/AB12-CD"
    assert typed.digits(" 王 芳 ") == "王 芳"


@pytest.mark.parametrize(
    "text",
    [
        "https://street.example/c/ABCDEFGHJ1", "/c/ABCDEFGHJ1", "c/abcdefghjI", "HTTPS://STREET.EXAMPLE/C/ABCDEFGHJ1",
        "https://street.example/points/c/ABCDEFGHJ1?from=wx#x", "\ufeffhttps://street.example/c/ABCDE-FGHJ1/",
    ],
)  # fmt: skip
def test_of_a_whole_address_its_kind_and_code_are_read(text: str) -> None:
    found = typed.address(text)
    assert found is not None
    assert found[0] == "c"
    assert typed.random_code(text) == "ABCDEFGHJ1"


@pytest.mark.parametrize("text", ["https://street.example/", "ABCDEFGHJ1", "", "6901234567892", "a / b"])
def test_another_text_is_no_address_of_ours(text: str) -> None:
    assert typed.address(text) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("王 芳", "王芳"),
        ("王\u3000芳", "王芳"),
        ("王\u200b芳", "王芳"),
        (" 王芳\ufeff", "王芳"),
        ("阿不都.热合曼", "阿不都·热合曼"),
        ("阿不都．热合曼", "阿不都·热合曼"),
        ("阿不都•热合曼", "阿不都·热合曼"),
        ("阿不都・热合曼", "阿不都·热合曼"),
        ("阿不都 · 热合曼", "阿不都·热合曼"),
        ("Anna.Lee", "Anna·Lee"),
        ("⾼明", "高明"),
        ("葛\U000e0100亮", "葛亮"),
        ("〇一", "〇一"),
        ("𠮷野", "𠮷野"),
    ],
)
def test_a_name_is_kept_in_one_spelling(text: str, kept: str) -> None:
    assert typed.name(text) == kept
    assert typed.stranger_in(kept) == ""


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("王·", "·"), ("·王芳", "·"), ("王··芳", "·"), ("王芳.", "."), ("王芳1", "1"), ("王芳！", "!"),
        ("王芳😀", "😀"), ("张 小明", " "), ("Anna Lee", " "), ("王芳(小)", "("), ("王/芳", "/"), ("王_芳", "_"),
        ("王芳、李四", "、"),
    ],
)  # fmt: skip
def test_the_sign_that_does_not_belong_into_a_name_is_found(text: str, sign: str) -> None:
    assert typed.stranger_in(typed.name(text)) == sign


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  一行\t字 \n", "一行 字"),
        ("环境，卫生：好", "环境，卫生：好"),
        ("零\u200b宽\u2060度", "零宽度"),
        ("\u202e倒\u202c", "倒"),
        ("软\u00ad连字", "软连字"),
        ("\u3164", ""),
        ("\u2800\u115f", ""),
    ],
)
def test_prose_loses_what_has_no_shape_and_nothing_else(text: str, shown: str) -> None:
    assert typed.one_line(text) == shown


def test_several_lines_stay_lines() -> None:
    assert typed.lines("一 \r\n\u200b二\n\n三\n") == "一\n二\n\n三"


@given(st.text())
def test_to_read_a_text_twice_changes_nothing(text: str) -> None:
    for read in (typed.one_line, typed.plain, typed.figures, typed.code, typed.number, typed.random_code):
        assert read(read(text)) == read(text)


@given(st.text())
def test_any_text_is_read_without_a_fall(text: str) -> None:
    typed.phone(text)
    typed.phone_digits(text)
    typed.address(text)
    typed.stranger_in(typed.name(text))
    assert len(initials.of(text)) <= initials.LONGEST


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("赵立春", "zlc"), ("曾大暑", "zds"), ("单雄信", "sxx"), ("仇和", "qh"), ("解晓东", "xxd"), ("翟天临", "ztl"),
        ("长孙无忌", "zswj"), ("尉迟恭", "ycg"), ("欧阳娜娜", "oynn"), ("阿不都·热合曼", "abdrhm"), ("Anna李", "annal"),
        ("吕布", "lb"), ("〇一", "ly"), ("", ""),
    ],
)  # fmt: skip
def test_a_name_has_the_initials_that_people_type(name: str, letters: str) -> None:
    assert initials.of(name) == letters


@pytest.mark.parametrize(
    ("text", "letters"), [("ZLC", "zlc"), ("ｚｌｃ", "zlc"), ("z l c", "zlc"), ("z.l.c", "zlc"), ("赵", ""), ("z1", "")]
)
def test_initials_are_asked_for_in_letters(text: str, letters: str) -> None:
    assert initials.asked(text) == letters

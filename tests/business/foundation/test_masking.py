"""Masking (domain §3.9)."""

from datetime import date

import pytest

from points.foundation import masking


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("张三丰", "张**"), ("欧阳端阳", "欧***"), ("", ""), ("𠮷野", "𠮷*")],
)
def test_a_name_keeps_its_first_character(name: str, masked: str) -> None:
    assert masking.mask_name(name) == masked


def test_a_minor_is_a_small_volunteer() -> None:
    assert masking.mask_minor("YD000123") == "小志愿者123"


@pytest.mark.parametrize(("phone", "masked"), [("13812345678", "138****5678"), (None, ""), ("", "")])
def test_a_phone_keeps_its_ends(phone: str | None, masked: str) -> None:
    assert masking.mask_phone(phone) == masked


def test_a_volunteer_code_keeps_street_and_end_wherever_it_stands() -> None:
    assert masking.mask_code("YD000123") == "YD***123"
    assert masking.mask_codes("YD000123、NZP000456 和 YD12") == "YD***123、NZ***456 和 YD12"


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 5, 9), date(2026, 5, 8), 17),
        (date(2008, 5, 9), date(2026, 5, 9), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_counted_in_full_years(born: date, day: date, age: int) -> None:
    assert masking.age_on(born, day) == age


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (6, "<14"),
        (13, "<14"),
        (14, "14–17"),
        (17, "14–17"),
        (18, "18–34"),
        (34, "18–34"),
        (35, "35–59"),
        (59, "35–59"),
        (60, "60–69"),
        (69, "60–69"),
        (70, "70+"),
        (101, "70+"),
    ],
)
def test_an_age_is_shown_as_its_band(age: int, band: str) -> None:
    assert masking.age_band(age) == band

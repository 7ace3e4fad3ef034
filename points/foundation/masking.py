"""Masking: what of a person each audience may see (domain §3.9). Unmasked is the exception, never the default."""

import re
from datetime import date

VOLUNTEER_CODE = re.compile(r"\b[A-Z]{2,6}\d{6}\b")


def mask_name(name: str) -> str:
    """The first character and a `*` for each other: 张三丰 → 张**."""
    return name[:1] + "*" * (len(name) - 1)


def mask_minor(code: str) -> str:
    """A minor's public name: 小志愿者 and the last three characters of the volunteer code."""
    return "小志愿者" + code[-3:]


def mask_code(code: str) -> str:
    """YD000123 → YD***123."""
    return f"{code[:2]}***{code[-3:]}"


def mask_codes(text: str) -> str:
    """`text` with every volunteer code in it masked."""
    return VOLUNTEER_CODE.sub(lambda code: mask_code(code[0]), text)


def mask_phone(phone: str | None) -> str:
    """138****5678; empty for no phone."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def hide_phone(phone: str | None) -> str:
    """138********, for who serves at a counter: the last digits are what a person says to be recognised."""
    return f"{phone[:3]}{'*' * (len(phone) - 3)}" if phone else ""


def age_on(birth_date: date, day: date) -> int:
    """Full years of age on `day`."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_band(age: int) -> str:
    """The band shown instead of a birth date: <14, 14–17, 18–34, 35–59, 60–69, 70+."""
    for limit, band in ((14, "<14"), (18, "14–17"), (35, "18–34"), (60, "35–59"), (70, "60–69")):
        if age < limit:
            return band
    return "70+"

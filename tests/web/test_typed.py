"""What people type is read as they mean it, or refused in a sentence; the bounds are those of the API."""

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

import pytest
from marshmallow import ValidationError

from points.shapes import fields, forms
from points.shapes.fields import Address, ClockTime, Code, Day, Flag, Month, Secret, Text, Typed, Whole, Word, Yuan
from points.shapes.forms import Each, Form, Several
from points.shapes.records import SettleShape

READ: list[tuple[Typed, str, object]] = [
    (Whole(), "１２ ", 12),
    (Whole(least=-100), "−5", -5),
    (Whole(least=-100), "+5", 5),
    (Whole(), "007", 7),
    (Day(), "2026-05-09", date(2026, 5, 9)),
    (Day(), "20260509", date(2026, 5, 9)),
    (Day(), "2026.5.9", date(2026, 5, 9)),
    (Day(), "２０２６/5/9", date(2026, 5, 9)),
    (Day(earliest=date(1900, 1, 1)), "1950年3月1日", date(1950, 3, 1)),
    (Month(), "2026-05", date(2026, 5, 1)),
    (ClockTime(), "9:00", time(9)),
    (ClockTime(), "０９：３０", time(9, 30)),
    (ClockTime(), "1645", time(16, 45)),
    (Yuan(most=10_000), "¥3.5", 350),
    (Yuan(most=10_000), "6元", 600),
    (Code(capitals=True), " yd000123 ", "YD000123"),
    (Code(), "lower-case.1", "lower-case.1"),
    (Flag(), "1", True),
    (Flag(), "0", False),
    (Word("in", "out"), " in ", "in"),
    (Text(20), " 王\t 小\x00明 ", "王 小 明"),
    (Text(20, lines=True), "一\r\n 二\x07", "一\n二"),
    (Secret(), " as it is ", " as it is "),
    (Address(), "/\tas it is", "/\tas it is"),
]
UNREADABLE: list[tuple[Typed, str, str]] = [
    (Whole(), "12人", fields.NO_NUMBER),
    (Whole(), "1.5", fields.NO_NUMBER),
    (Whole(), "1 2", fields.NO_NUMBER),
    (Whole(most=9), "10", "Must be greater than or equal to 0 and less than or equal to 9."),
    (Whole(), "-1", "Must be greater than or equal to 0 and less than or equal to 2147483647."),
    (Whole(), "9" * 50, fields.NO_NUMBER),
    (Day(), "someday", fields.NO_DAY),
    (Day(), "2026-02-30", fields.NO_DAY),
    (Month(), "2026-13", fields.NO_DAY),
    (ClockTime(), "25:00", fields.NO_TIME),
    (Yuan(most=10_000), "3.555", fields.NO_AMOUNT),
    (Code(), "a/b", fields.NO_CODE),
    (Flag(), "perhaps", "Not a valid boolean."),
    (Word("in", "out"), "up", "Must be one of: in, out."),
    (Text(3), "一二三四", "Length must be between 0 and 3."),
]


@pytest.mark.parametrize(("kind", "typed", "value"), READ)
def test_what_is_typed_is_read_as_it_is_meant(kind: Typed, typed: str, value: object) -> None:
    assert kind.deserialize(kind.from_text(typed)) == value


@pytest.mark.parametrize(("kind", "typed", "sentence"), UNREADABLE)
def test_what_cannot_be_read_is_refused_in_a_sentence(kind: Typed, typed: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        kind.deserialize(kind.from_text(typed))
    assert refused.value.messages == [sentence]


@dataclass(frozen=True, kw_only=True)
class Sheet(Form, like=SettleShape):
    """A form with a field of the API, fields of its own, and several of one name."""

    beneficiaries: int
    head_count: int | None = None
    first: Annotated[date | None, Day(data_key="from")] = None
    weekday: Annotated[tuple[int, ...], Several(Whole(most=6))] = ()
    counted: Annotated[dict[str, int], Each(Whole(most=9))]


def test_a_form_takes_the_bounds_that_the_api_has() -> None:
    assert forms.asked(Sheet)["beneficiaries"].kind is SettleShape._declared_fields["beneficiaries"]


def test_a_form_is_read_whole() -> None:
    values, errors = forms.read(
        Sheet,
        {
            "beneficiaries": ["１２"],
            "head_count": [""],
            "from": ["20260509"],
            "weekday": ["0", "6"],
            "counted-G01": ["3"],
            "counted-G02": [" "],
            "csrf_token": ["of the page"],
        },
    )
    assert not errors
    assert Sheet(**values) == Sheet(beneficiaries=12, first=date(2026, 5, 9), weekday=(0, 6), counted={"G01": 3})


def test_every_field_that_is_wrong_is_named() -> None:
    _, errors = forms.read(
        Sheet, {"head_count": ["many"], "from": ["soon"], "weekday": ["7"], "counted-G01": ["three"]}
    )
    assert list(errors) == ["beneficiaries", "head_count", "from", "weekday", "counted-G01"]
    assert errors["beneficiaries"] == forms.MISSING_SENTENCE


def test_a_form_whose_annotation_does_not_fit_its_kind_is_refused_at_once() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Wrong(Form, like=SettleShape):
        """A number that is said to be text."""

        beneficiaries: str

    with pytest.raises(TypeError, match="beneficiaries"):
        forms.asked(Wrong)

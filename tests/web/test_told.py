"""What is wrong with a field is said in the reader's language, with the bounds that hold."""

import pytest
from flask import Flask
from flask_babel import force_locale
from marshmallow import ValidationError, fields, validate

from points.shapes.told import told

SAID = [
    (validate.Range(1, 3), 9, "要在 1 到 3 之间。"),
    (validate.Length(2, 5), "x", "长度要在 2 到 5 之间。"),
    (validate.Length(max=2), "xyz", "最长 2。"),
    (validate.OneOf(["in", "out"]), "up", "只能是：in, out。"),
]


@pytest.mark.parametrize(("rule", "value", "sentence"), SAID)
def test_a_bound_is_told_in_chinese(sqlite_app: Flask, rule: object, value: object, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        fields.Raw(validate=rule).deserialize(value)  # type: ignore[arg-type]
    with sqlite_app.test_request_context(), force_locale("zh_CN"):
        assert [told(text) for text in refused.value.messages] == [sentence]


def test_what_is_missing_is_told_and_unknown_sentences_stay(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context(), force_locale("zh_CN"):
        assert told("Missing data for required field.") == "必须填写。"
        assert told("Something else altogether.") == "Something else altogether."

"""What marshmallow says of a field, in the reader's language: its own English sentences are the message ids."""

import re

from flask_babel import gettext

from points.foundation.errors import N_
from points.shapes import fields

PLAIN = (
    N_("Missing data for required field."),
    N_("Field may not be null."),
    N_("Unknown field."),
    N_("Not a valid string."),
    N_("Not a valid integer."),
    N_("Not a valid boolean."),
    N_("Not a valid date."),
    N_("Not a valid datetime."),
    N_("Not a valid aware datetime."),
    N_("Not a valid list."),
    N_("Not a valid mapping type."),
    N_("Invalid input type."),
    N_("String does not match expected pattern."),
    N_("Contains characters that cannot be printed."),
    N_("Not a time of this century."),
    N_("Too large, too deep, or not plain."),
    fields.NO_NUMBER,
    fields.NO_DAY,
    fields.NO_TIME,
    fields.NO_AMOUNT,
    fields.NO_CODE,
    fields.NO_MONTH,
    fields.MORE_THAN_OUT,
    fields.NOTHING_BACK,
)
WITH_FACTS = (
    N_("Must be greater than or equal to %(least)s and less than or equal to %(most)s."),
    N_("Must be greater than or equal to %(least)s."),
    N_("Must be less than or equal to %(most)s."),
    N_("Length must be between %(least)s and %(most)s."),
    N_("Shorter than minimum length %(least)s."),
    N_("Longer than maximum length %(most)s."),
    N_("Length must be %(length)s."),
    N_("Must be one of: %(words)s."),
)
_READ = tuple(
    (message, re.compile(re.sub(r"%\\\((\w+)\\\)s|%\((\w+)\)s", r"(?P<\1\2>.+?)", re.escape(message)) + r"\Z"))
    for message in WITH_FACTS
)


def told(text: str) -> str:
    """The sentence in the reader's language, with its facts; what is not known here stays as it is."""
    for message, pattern in _READ:
        if found := pattern.match(text):
            return str(gettext(message) % found.groupdict())
    return str(gettext(text)) if text in PLAIN else text

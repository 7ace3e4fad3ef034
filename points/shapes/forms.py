"""What a page's form hands over, as a frozen dataclass: each of its fields has a kind, and the kind its bounds.

A field that the API has under the same name takes kind and bounds from that shape (`like`); another one names its kind
in its annotation. A field with a default may stay empty:

    @dataclass(frozen=True, kw_only=True)
    class Settle(Form, like=SettleShape):
        beneficiaries: int
        head_count: int | None = None
        paper: Annotated[str, Text(60)] = ""
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from types import UnionType
from typing import Annotated, ClassVar, TypeVar, get_args, get_origin, get_type_hints

from marshmallow import ValidationError

from points.shapes.fields import Shape, Typed

MISSING_SENTENCE = "Missing data for required field."
Sent = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Form:
    """What one form hands over."""

    LIKE: ClassVar[type[Shape] | None] = None

    def __init_subclass__(cls, *, like: type[Shape] | None = None) -> None:
        cls.LIKE = like


AnyForm = TypeVar("AnyForm", bound=Form)


@dataclass(frozen=True)
class Several:
    """A field that is sent several times, such as a row of boxes: a tuple of what each says."""

    kind: Typed[object]


@dataclass(frozen=True)
class Each:
    """A field for each of some things, named PREFIX-CODE: what was typed by code; what stays empty is left out."""

    kind: Typed[object]


@dataclass(frozen=True)
class Asked:
    """One field of a form: its name there and in the dataclass, what may be typed, and what it is if nothing is."""

    name: str
    attribute: str
    kind: Typed[object]
    many: type[Several] | type[Each] | None
    default: object

    @property
    def required(self) -> bool:
        """Whether something must be typed."""
        return self.default is MISSING

    def read(self, sent: Sent, errors: dict[str, str]) -> object:
        """The value of what was sent, MISSING for nothing; what cannot be read goes to `errors`, by its name."""
        if self.many is Each:
            prefix = f"{self.name}-"
            named = {name.removeprefix(prefix): name for name in sent if name.startswith(prefix)}
            each = {code: self._one(sent[name][0], name, errors) for code, name in named.items()}
            return {code: value for code, value in each.items() if value is not MISSING}
        texts = sent.get(self.name, ())
        if self.many is Several:
            several = (self._one(text, self.name, errors) for text in texts)
            return tuple(value for value in several if value is not MISSING)
        value = self._one(texts[0], self.name, errors) if texts else MISSING
        if value is MISSING and self.required:
            errors.setdefault(self.name, MISSING_SENTENCE)
        return value

    def _one(self, text: str, name: str, errors: dict[str, str]) -> object:
        if not text.strip():
            return MISSING
        try:
            return self.kind.deserialize(self.kind.from_text(text))
        except ValidationError as error:
            errors[name] = next(_sentences(error.messages))
            return MISSING


def asked(form: type) -> Mapping[str, Asked]:
    """The fields of a form by their names in it, in their order."""
    return _asked_by(form)


def of(shape: type[Shape], name: str) -> Typed[object]:
    """The kind that the API has for a field of this shape, for a form that calls it otherwise or has several."""
    kind = shape._declared_fields[name]
    assert isinstance(kind, Typed), f"{shape.__name__}.{name} is not typed into forms"
    return kind


@cache
def _asked_by(form: type) -> Mapping[str, Asked]:
    hints = get_type_hints(form, include_extras=True)
    found = [_asked(form, one.name, hints[one.name], default=_default(one)) for one in fields(form)]
    return {one.name: one for one in found}


def field(form: type, name: str) -> Asked | None:
    """The field of this name; of PREFIX-CODE the one for each."""
    known = asked(form)
    return known.get(name) or known.get(name.partition("-")[0])


def read(form: type, sent: Sent) -> tuple[dict[str, object], dict[str, str]]:
    """What was sent, by the names of the dataclass, and what is wrong with the rest: a sentence for each field."""
    values: dict[str, object] = {}
    errors: dict[str, str] = {}
    for one in asked(form).values():
        value = one.read(sent, errors)
        if value is not MISSING:
            values[one.attribute] = value
    return values, errors


def _asked(form: type, attribute: str, hint: object, *, default: object) -> Asked:
    plain, kind = hint, _like(form, attribute)
    if get_origin(hint) is Annotated:
        plain, kind = get_args(hint)
    many = type(kind) if isinstance(kind, Several | Each) else None
    inner = kind.kind if isinstance(kind, Several | Each) else kind
    if not isinstance(inner, Typed):
        raise TypeError(f"{form.__name__}.{attribute}: of which kind is it?")
    if inner.VALUE not in _types(plain):
        raise TypeError(f"{form.__name__}.{attribute}: {type(inner).__name__} reads {inner.VALUE}, not {plain}")
    return Asked(inner.data_key or attribute, attribute, inner, many, default)


def _like(form: type, attribute: str) -> object:
    """The kind that the API has for it, if any."""
    for one in form.__mro__:
        shape = vars(one).get("LIKE")
        if shape is not None and attribute in shape._declared_fields:
            return shape._declared_fields[attribute]
    return None


def _types(hint: object) -> tuple[object, ...]:
    """The types that an annotation allows; of a tuple or dict what stands in it."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (tuple, dict):
        return (inside[0] if origin is tuple else inside[1],)
    return inside if origin is UnionType else (hint,)


def _default(one: Field[object]) -> object:
    return one.default if one.default_factory is MISSING else one.default_factory()


def _sentences(messages: object) -> Iterator[str]:
    if isinstance(messages, Mapping):
        for each in messages.values():
            yield from _sentences(each)
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        for each in messages:
            yield from _sentences(each)
    else:
        yield str(messages)

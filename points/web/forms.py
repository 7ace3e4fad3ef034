"""What a form hands over, read into a typed form or refused beside its fields; acts that happen once.

`read(Plan)` is what was typed, `asked(Search)` what an address asks for, `shown(Plan)` the form on a page: what was
typed, what is wrong with it, the bounds that its fields have. Nothing else in the pages reads `request.form`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import g, request
from marshmallow import validate
from sqlalchemy.orm import Session

from points import http
from points.foundation import typed
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, Refusal
from points.http import once as http_once
from points.journal.idempotency import Answer, KeyReused
from points.shapes import fields, forms, told
from points.shapes.forms import AnyForm, Form
from points.web import filled, words

MISSING = forms.MISSING_SENTENCE
KEY = r"[\w-]{8,200}"
SHOWN_AS = {"number": r"(-?\d+)?", "date": r"(\d{4}-\d\d-\d\d)?", "time": r"(\d\d:\d\d)?"}
"""What a browser shows in an input of a type; anything else that was typed there is shown as text, to be mended."""
PASTED = 300
NOT_COMPARED = {"csrf_token", "key"}
ANYBODY = "anybody"
"""Whose the key of a public form is: whoever sends it again may have been signed in, or out, in between."""


class FormIncomplete(Invalid):
    """A form that moves something came without its hidden key."""

    code = "form-incomplete"
    title = N_("The form did not arrive whole")
    detail = N_("Nothing was done, because part of the form is missing.")
    next_step = N_("Open the page again and fill it in once more.")


class FormUsed(Conflict):
    """A form that was sent and done before came again with other entries."""

    code = "form-used"
    title = N_("This form was sent before")
    detail = N_("What you sent first is done. These other entries were not done.")
    next_step = N_("Open the page again to do another one.")


@dataclass(eq=False)
class FormUnreadable(Invalid):
    """Fields of a form hold what they cannot; `errors` says of each, by its name, what is wrong."""

    decided = False
    code = "form-unreadable"
    title = N_("Please look at the form again")
    detail = N_("Nothing was done. Fields to look at again: %(count)d.")
    next_step = N_("What is wrong stands beside each field. If nothing is marked, open the page again.")
    count: int
    errors: Mapping[str, str]
    form: type[Form]


@dataclass(eq=False)
class FormKept(FormUnreadable):
    """The form is only to be shown again, as it was typed before its sender signed in once more."""

    code = "form-kept"
    title = N_("You are signed in again")
    detail = N_("What you typed is still here. Nothing was done yet.")
    next_step = N_("Look at it once more and send it. A PIN or password has to be typed again.")


def read(form: type[AnyForm]) -> AnyForm:
    """What was typed into a form. Raises FormUnreadable with all that is wrong."""
    _noted(form)
    if filled.is_shown_only():
        raise FormKept(count=0, errors={}, form=form)
    values, errors = forms.read(form, dict(request.form.lists()))
    if errors:
        raise FormUnreadable(count=len(errors), errors=errors, form=form)
    return form(**values)


def wrong(form: type[Form], **errors: str) -> FormUnreadable:
    """A refusal of fields that cannot stand so together: a message id for each, such as `MISSING`."""
    return FormUnreadable(count=len(errors), errors=errors, form=form)


def search(form: type[AnyForm]) -> tuple[AnyForm, FormUnreadable | None]:
    """What an address asks for, and why a part of it cannot be read; that part is then as if it was left empty."""
    _noted(form)
    values, errors = forms.read(form, dict(request.values.lists()))
    return form(**values), FormUnreadable(count=len(errors), errors=errors, form=form) if errors else None


def read_address(form: type[AnyForm]) -> AnyForm:
    """What an address asks for. Raises FormUnreadable."""
    found, unreadable = search(form)
    if unreadable is not None:
        raise unreadable
    return found


def address(form: Form) -> dict[str, str]:
    """A form as it stands in an address: what differs from what it is by itself, by the names there."""
    each = forms.asked(type(form)).values()
    return {one.name: str(value) for one in each if (value := getattr(form, one.attribute)) != one.default}


def asked(form: type[AnyForm]) -> AnyForm:
    """What an address asks for; what cannot be read is as if it was left empty."""
    return search(form)[0]


class Shown(Mapping[str, object]):
    """A form on a page: what stands in its fields, what is wrong with them, and what may be typed."""

    def __init__(self, values: Mapping[str, object], form: type[Form] | None = None, *, sent: bool = True) -> None:
        self.values_shown, self.form, self.sent = values, form, sent
        self._first = ""

    def several(self, name: str) -> list[str]:
        """Everything that was sent under one name, such as the boxes that were ticked."""
        return request.values.getlist(name) if self.sent else []

    def __getitem__(self, name: str) -> object:
        return self.values_shown[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_shown)

    def __len__(self) -> int:
        return len(self.values_shown)

    def __bool__(self) -> bool:
        return True

    def wrong(self, name: str, refusal: Refusal | None) -> str:
        """What `refusal` says of the field of this name, in the reader's language; empty if it is about another."""
        if isinstance(refusal, FormUnreadable):
            return told.told(refusal.errors[name]) if self._about(refusal) and name in refusal.errors else ""
        return http.detail_of(refusal) if refusal and self.sent and self._field_of(refusal) == name else ""

    def begins_at(self, name: str, refusal: Refusal | None, *, otherwise: bool = False) -> bool:
        """Whether the reader begins at this field: the first wrong one as the page is written, or `otherwise`."""
        if self.wrong(name, refusal):
            self._first = self._first or name
        return name == self._first if self._any_wrong(refusal) else otherwise

    def bounds(self, name: str) -> dict[str, str | int]:
        """The attributes of the field's input: its type, its least and most; nothing where no form is known."""
        one = forms.field(self.form, name) if self.form else None
        if one is None:
            return {}
        bounds = _bounds(one.kind) | {"required": one.required}
        if not re.fullmatch(SHOWN_AS.get(str(bounds.get("type")), ".*"), str(self.get(name, "")), re.ASCII | re.DOTALL):
            bounds = {bound: value for bound, value in bounds.items() if bound not in ("type", "min", "max")}
        return bounds

    def _any_wrong(self, refusal: Refusal | None) -> bool:
        if isinstance(refusal, FormUnreadable):
            return self._about(refusal)
        return bool(refusal and self.sent and self._field_of(refusal))

    def _field_of(self, refusal: Refusal) -> str:
        """The name of the field that a refusal is about; empty where it is about the whole."""
        if isinstance(refusal, NoSuch):
            return next((name for name in self.values_shown if self._has(name) and self._means(name, refusal.key)), "")
        proof = words.PROVED_BY.get(str(self.get("check", ""))) if refusal.code == "wrong-secret" else None
        names = (proof,) if proof else words.fields_of(refusal)
        return next((name for name in names if self._has(name)), "")

    def _has(self, name: str) -> bool:
        return self.form is None or forms.field(self.form, name) is not None

    def _means(self, name: str, key: str) -> bool:
        """Whether what was typed there is the code that was looked for in vain."""
        text = str(self[name])
        return bool(key) and key.casefold() in {
            typed.code(text).casefold(),
            typed.number(text).casefold(),
            text.casefold(),
        }

    def _about(self, refusal: FormUnreadable) -> bool:
        return self.sent and self.form in (None, refusal.form)


def shown(form: type[Form], values: Mapping[str, object] | None = None, *, here: bool = True) -> Shown:
    """A form for a page: with what was typed, if it is the one that was sent from `here`; otherwise with `values`."""
    if here and form in g.get("forms_read", ()):
        return Shown(request.values.to_dict(), form)
    return Shown(values or {}, form, sent=False)


def _noted(form: type[Form]) -> None:
    """Remember which form this request sends: a page with several forms shows what was typed in that one only."""
    g.setdefault("forms_read", set()).add(form)


def _bounds(kind: fields.Typed[object]) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for rule in kind.validators:
        if isinstance(rule, validate.Length):
            found |= {"maxlength": rule.max} if rule.max else {}
            found |= {"minlength": rule.min} if rule.min and rule.min > 1 else {}
    match kind:
        case fields.Whole():
            found |= {"type": "number", "inputmode": "numeric", **_range(kind)}
        case fields.Month():
            pass
        case fields.Day():
            found |= {"type": "date", **_range(kind)}
        case fields.ClockTime():
            found |= {"type": "time"}
        case fields.Yuan():
            found |= {"inputmode": "decimal", "maxlength": 12}
        case fields.Secret():
            found |= {"type": "password"}
        case fields.Code() | fields.Phone() | fields.Digits():
            found |= {"maxlength": PASTED}  # a browser cuts what is pasted without a word, blanks and all
    return found


def _range(kind: fields.Typed[fields.Value]) -> dict[str, str | int]:
    rule = next(rule for rule in kind.validators if isinstance(rule, validate.Range))
    most = {} if rule.max == fields.LARGEST else {"max": _plain(rule.max)}
    return {"min": _plain(rule.min), **most}


def _plain(bound: object) -> str | int:
    return bound if isinstance(bound, int) else str(bound)


def once(act: Callable[[Session], object]) -> str:
    """Do `act` in one transaction, once per key of this form and person; the text it gave, also when sent again.

    A form that was refused may be corrected and sent again with its key: who goes back in the browser does that.
    Raises FormIncomplete, FormUsed, FormKept, StillRunning and what `act` raises.
    """
    if filled.is_shown_only():
        raise FormKept(count=0, errors={}, form=Form)
    key = request.form.get("key", "")
    if not re.fullmatch(KEY, key, re.ASCII):
        raise FormIncomplete()

    def done(session: Session) -> Answer:
        said = act(session)
        return Answer(303, said.encode() if isinstance(said, str) else b"")

    caller = ANYBODY if request.blueprint == "public" else http.current_actor().person
    try:
        said = http_once.once(done, caller=caller, key=key, fingerprint=_fingerprint(), corrected=True)
    except KeyReused as reused:
        raise FormUsed() from reused
    return said.body.decode()


def _fingerprint() -> str:
    sent = sorted((name, value) for name, value in request.form.items(multi=True) if name not in NOT_COMPARED)
    return http_once.fingerprint(request.path.encode("utf-8", "replace"), json.dumps(sent).encode("utf-8", "replace"))

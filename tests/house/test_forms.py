"""Pages read no form by hand: what is typed comes through a form, whose fields have their bounds once."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator

import points.web
from points.shapes import forms
from points.shapes.fields import Secret
from points.shapes.forms import Form
from points.web import filled
from tests.house.test_manners import PACKAGE, attributes, place

BY_HAND = {"form", "args", "values"}
READERS = ("points/web/forms.py", "points/web/filled.py", "points/web/assets.py")
"""The one that reads forms, the one that passes them on whole, and the server of static files, which compares the
version in its own addresses."""


def all_forms(of: type[Form] = Form) -> Iterator[type[Form]]:
    for module in pkgutil.walk_packages(points.web.__path__, "points.web."):
        importlib.import_module(module.name)
    for one in of.__subclasses__():
        if one.__module__.startswith("points."):
            yield one
        yield from all_forms(one)


def test_no_page_reads_a_form_by_hand() -> None:
    found = [
        place(path, node)
        for path in sorted((PACKAGE / "web").rglob("*.py"))
        if not str(path.relative_to(PACKAGE.parent)).startswith(READERS)
        for node, owner in attributes(ast.parse(path.read_text()))
        if owner == "request" and node.attr in BY_HAND
    ]
    assert not found, f"let `forms.read(SomeForm)` or `forms.asked(SomeForm)` read it: {found}"


MANY_TIMES = {
    "staff.list_in_try": "it reads a list and says what would happen; nothing is kept",
    "public.enter": "a sign-in belongs to a device and is ended there",
    "public.enter_staff": "a sign-in belongs to a device and is ended there",
    "public.sign_in_again": "asks to sign in, and changes nothing",
    "public.choose_password": "its link is used up by it",
    "public.sign_out": "nobody is signed in any more",
    "public.language": "a choice of the reader",
    "public.elder": "a choice of the reader",
    "public.ask_for_help": "a new number ends the one before",
    "public.go_on": "its number is used up by it",
    "volunteer.own_copy": "a copy to keep, which changes nothing",
    "volunteer.tap": "a scan keeps what it was answered by its nonce",
    "volunteer.digits": "digits lead to a ticket, which is used up by the scan",
    "volunteer.scanner_digits": "digits lead to a ticket, which is used up by the scan",
    "volunteer.end_sign_in": "what is ended is ended",
    "staff.end_sign_in": "what is ended is ended",
    "staff.desk_confirm": "shows the cart once more and changes nothing",
    "staff.activity_tick": "a scan keeps what it was answered by its nonce",
    "staff.rules_preview": "reckons and keeps nothing",
    "staff.list_take": "a file to keep; each time that it was taken is noted",
}
"""The forms that may be sent twice without a key, and why."""


def posts() -> dict[str, tuple[str, bool]]:
    """Each view that takes a form, with where it stands and whether it acts once: by itself or by what it calls."""
    found = {}
    for path in sorted((PACKAGE / "web").rglob("*.py")):
        tree = ast.parse(path.read_text())
        functions = {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
        for name, view in functions.items():
            if not any(isinstance(one, ast.Call) and ast.unparse(one.func) == "bp.post" for one in view.decorator_list):
                continue
            given = [
                keyword.value.value
                for one in view.decorator_list
                if isinstance(one, ast.Call)
                for keyword in one.keywords
                if keyword.arg == "endpoint" and isinstance(keyword.value, ast.Constant)
            ]
            reached = [name]
            for one in reached:
                calls = {node.id for node in ast.walk(functions[one]) if isinstance(node, ast.Name)}
                reached += [other for other in functions if other in calls and other not in reached]
            once = any("forms.once(" in ast.unparse(functions[one]) for one in reached)
            found[f"{path.parent.name}.{given[0] if given else name}"] = (place(path, view), once)
    return found


def test_every_form_that_is_sent_twice_acts_once() -> None:
    found = posts()
    assert len(found) > 90
    without = {name: where for name, (where, once) in found.items() if not once and name not in MANY_TIMES}
    assert not without, f"let `forms.once(act)` do it, or say in MANY_TIMES why it may be done again: {without}"
    needless = [name for name in MANY_TIMES if name not in found or found[name][1]]
    assert not needless, f"these act once, or are no more: {needless}"


def test_every_form_carries_its_key() -> None:
    """`ui.csrf()` writes the token of the page and the key of the form."""
    forms_posted = 0
    for path in (PACKAGE.parent / "templates").rglob("*.html"):
        text = path.read_text()
        assert "ui.key(" not in text, f"{path.name}: ui.csrf() carries the key, too"
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL):
            forms_posted += 1
            assert "ui.csrf(" in form, f"{path.name}: let ui.csrf() write its token and its key"
    assert forms_posted > 90


def test_what_proves_somebody_goes_with_no_form_that_waits_for_a_sign_in() -> None:
    proofs = {
        one.name
        for form in all_forms()
        for one in forms.asked(form).values()
        if isinstance(one.kind, Secret) or re.search("pin|phone4", one.name)
    }
    assert proofs == filled.NEVER_KEPT


def test_every_field_of_every_form_knows_its_kind() -> None:
    known = {one.__qualname__: forms.asked(one) for one in all_forms()}
    assert known

"""What a scanner gun types is put together again, and only addresses of ours are followed."""

from typing import Any

import pytest

from tests.browser.camera import _key
from tests.browser.units.conftest import Bench

ADDRESS = "https://points.example:8000/c/7K3M9QX2AB?a_b=C-1;d&e"


def keys(text: str, *, input_method: bool) -> list[dict[str, Any]]:
    """The events of a US keyboard that types it, as pages get them."""
    events = []
    for character in text:
        code, shift = _key(character)
        key = {"key": "Process", "keyCode": 229} if input_method else {"key": character, "keyCode": 0}
        events.append({"code": code, "shiftKey": shift, **key})
    return events


@pytest.mark.parametrize("input_method", [False, True])
def test_a_gun_is_understood_whatever_an_input_method_makes_of_its_keys(still: Bench, input_method: bool) -> None:
    told = still.asks(
        "reading/gun.js",
        does="(gun, all) => all.map(one => gun.pressed(one))",
        facts=keys(ADDRESS, input_method=input_method),
    )
    assert "".join(one["key"] for one in told) == ADDRESS
    assert {one["composed"] for one in told} == {input_method}


@pytest.mark.parametrize(
    ("event", "key"),
    [
        ({"code": "KeyA", "key": "Process", "shiftKey": False}, "a"),
        ({"code": "KeyA", "key": "Process", "shiftKey": True}, "A"),
        ({"code": "KeyA", "key": "Process", "shiftKey": False, "capsLock": True}, "A"),
        ({"code": "KeyA", "key": "Process", "shiftKey": True, "capsLock": True}, "a"),
        ({"code": "KeyA", "key": "a", "isComposing": True, "shiftKey": False}, "a"),
        ({"code": "Numpad7", "key": "Process"}, "7"),
        ({"code": "NumpadDivide", "key": "Process"}, "/"),
        ({"code": "Digit2", "key": "Process", "shiftKey": True}, "@"),
        ({"code": "KeyA", "key": "ａ", "shiftKey": False}, "a"),
        ({"code": "F5", "key": "F5"}, ""),
        ({"code": "ArrowLeft", "key": "ArrowLeft"}, ""),
    ],
)
def test_a_key_stands_for_its_place_on_the_keyboard(still: Bench, event: dict[str, Any], key: str) -> None:
    told = still.asks(
        "reading/gun.js",
        does="""(gun, event) => gun.pressed({...event,
          getModifierState: name => name === "CapsLock" && Boolean(event.capsLock)}).key""",
        facts=event,
    )
    assert told == key


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://points.example/c/7k3m9qx2ab", ("http://lan:8000/c/7K3M9QX2AB", "c", "7K3M9QX2AB")),
        ("http://lan:8000/G/7K3M9QX2AB/", ("http://lan:8000/g/7K3M9QX2AB", "g", "7K3M9QX2AB")),
        ("http://lan:8000/sign-out", None),
        ("http://lan:8000/staff/c/7K3M9QX2AB", None),
        ("https://points.example.org/c/7K3M9QX2AB", None),
        ("http://points.example/c/7K3M9QX2AB", None),
        ("javascript:alert(1)", None),
        ("WIFI:T:WPA;S:x;P:y;;", None),
        ("G-02", None),
    ],
)
def test_an_address_of_ours_is_known_by_both_its_names(
    still: Bench, text: str, read: tuple[str, str, str] | None
) -> None:
    told = still.asks(
        "reading/scanned.js",
        does="""(scanned, text) => scanned.meant(text,
          {root: "http://lan:8000/", published: "https://points.example", bare: false})""",
        facts=text,
    )
    assert told == (read and dict(zip(("text", "kind", "code"), read, strict=True)))


def test_a_bare_number_counts_where_it_is_asked_for(still: Bench) -> None:
    told = still.asks(
        "reading/scanned.js",
        does="""(scanned, all) => all.map(text => scanned.meant(text,
          {root: "http://lan:8000/", published: "http://lan:8000/below", bare: true}))""",
        facts=["G-02", "七", "a b c d", "http://lan:8000/below/p/X1", "http://lan:8000/p/X1"],
    )
    assert [one and one["code"] for one in told] == ["G-02", None, None, "X1", "X1"]

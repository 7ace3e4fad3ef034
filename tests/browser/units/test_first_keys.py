"""What a scanner gun types: CR and LF are one end, no field that proves somebody is sent, and nothing is lost."""

from typing import Any

import pytest

from tests.browser.units.conftest import Bench

PAGE = """<form id="desk"><p><input id="add"></p></form>
<form id="proof"><p><input id="pin" type="password" data-by-hand="By hand, please."></p></form>"""


@pytest.fixture
def guns(bench: Bench) -> Bench:
    bench.lays(PAGE)
    bench.page.add_script_tag(url=bench._scripts + "first-keys.js")
    return bench


def types(bench: Bench, field: str, *keys: tuple[str, int]) -> dict[str, Any]:
    """Press each key so many milliseconds after the one before, as far as the page can tell; what came of it."""
    told: dict[str, Any] = bench.page.evaluate(
        """([id, keys]) => {
          const field = document.getElementById(id), came = [];
          let at = performance.now();
          field.value = "";
          for (const [key, after] of keys) {
            at += after;
            const control = key === "LF";
            const event = new KeyboardEvent("keydown", {
              key: control ? "j" : key, code: control ? "KeyJ" : key.length > 1 ? key : "", ctrlKey: control,
              bubbles: true, cancelable: true
            });
            Object.defineProperty(event, "timeStamp", {value: at});
            const free = field.dispatchEvent(event);
            if (free && key.length === 1) { field.value += key; }
            if (free && (key.length > 1)) { came.push(key); }
          }
          const said = document.querySelector("[data-by-gun]");
          return {value: field.value, ends: came, said: said ? said.textContent : ""};
        }""",
        [field, list(keys)],
    )
    return told


def label(gap: int, *ends: tuple[str, int]) -> list[tuple[str, int]]:
    return [(key, gap) for key in "6901234567892"] + list(ends)


@pytest.mark.parametrize("second", ["Enter", "NumpadEnter", "Tab", "LF"])
@pytest.mark.parametrize(("after", "ends"), [(0, 1), (3, 1), (20, 1), (100, 1), (101, 2), (400, 2)])
def test_a_second_end_within_a_tenth_of_a_second_is_part_of_the_first(
    guns: Bench, second: str, after: int, ends: int
) -> None:
    assert len(types(guns, "add", *label(3, ("Enter", 3), (second, after)))["ends"]) == ends


def test_a_key_between_two_ends_makes_them_two(guns: Bench) -> None:
    assert types(guns, "add", *label(3, ("Enter", 3), ("2", 3), ("Enter", 3)))["ends"] == ["Enter", "Enter"]


@pytest.mark.parametrize("end", ["Enter", "NumpadEnter", "Tab", "LF"])
@pytest.mark.parametrize("gap", [1, 3, 10, 29, 30])
def test_no_burst_is_sent_from_a_field_that_proves_somebody(guns: Bench, gap: int, end: str) -> None:
    told = types(guns, "pin", *label(gap, (end, gap)))
    assert told == {"value": "", "ends": [], "said": "By hand, please."}


@pytest.mark.parametrize(("gap", "pause"), [(31, 31), (60, 60), (250, 250), (3, 101), (3, 700)])
def test_hands_type_their_pin(guns: Bench, gap: int, pause: int) -> None:
    told = types(guns, "pin", *[(key, gap) for key in "730514"], ("Enter", pause))
    assert told == {"value": "730514", "ends": ["Enter"], "said": ""}


def test_other_fields_are_for_guns(guns: Bench) -> None:
    told = types(guns, "add", *label(3, ("Enter", 3)))
    assert told == {"value": "6901234567892", "ends": ["Enter"], "said": ""}


def test_what_was_scanned_before_the_page_was_ready_is_read(bench: Bench) -> None:
    bench.lays('<div data-scan data-field="who"></div>')
    bench.page.add_script_tag(url=bench._scripts + "first-keys.js")
    bench.page.keyboard.type("http://lan/c/7K3M9QX2AB\n")
    read = bench.asks(
        "reading/gun.js",
        does="async gun => { const read = []; gun.listen(text => read.push(text)); return read; }",
    )
    assert read == ["http://lan/c/7K3M9QX2AB"]


def test_each_code_in_view_is_told_once_and_what_was_not_read_is_none(bench: Bench) -> None:
    found = [
        {"isValid": True, "text": "a"},
        {"isValid": True, "text": "b"},
        {"isValid": True, "text": "a"},
        {"isValid": False, "text": "c"},
        {"isValid": True, "text": ""},
    ]
    bench.lays()
    told = bench.asks("reading/decoder.js", does="(decoder, found) => decoder.texts(found)", facts=found)
    assert told == ["a", "b"]

"""The last rescue: what waits as a text, and what comes back of a text that people and programs had in hand."""

import csv
import io
from typing import Any

import pytest

from points.web import handed
from tests.browser.units.conftest import WORDS, Bench

RULES = handed.for_the_roster()["saved"]
HEADS = WORDS["columns"]
GOOD = {
    "occurred_at": "2026-05-09T01:00:00.000Z",
    "direction": "in",
    "name": '李"春", 分\n（小）',
    "volunteer": "NLJ000001",
    "text": "",
    "activity": "HD20260509-0001",
    "title": "=cmd()",
    "nonce": "0123456789abcdef0123456789abcdef",
}


def brought(still: Bench, text: str, *known: str) -> list[dict[str, Any]]:
    """The scans in a text."""
    found: list[dict[str, Any]] = still.asks(
        "waiting/saved-text.js", does="(saved, all) => saved.scansIn(...all)", facts=[text, list(known), RULES]
    )
    return found


def text_of(*rows: dict[str, str]) -> str:
    """A text as a table program would write it."""
    out = io.StringIO()
    csv.writer(out).writerows([HEADS, *([*row.values(), ""] for row in rows)])
    return out.getvalue()


def test_what_is_written_is_a_table_for_others_and_comes_back_whole(still: Bench) -> None:
    refused = {**GOOD, "nonce": "another-nonce", "refusal": {"title": "Too early"}}
    text = still.asks(
        "waiting/saved-text.js", does="(saved, all) => saved.written(...all)", facts=[[GOOD, refused], HEADS]
    )
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows[0] == HEADS
    assert rows[1] == [*list(GOOD.values())[:6], "'=cmd()", GOOD["nonce"], ""], "a formula is not worked out"
    assert rows[2][-1] == "Too early"
    assert brought(still, text) == [GOOD, {**GOOD, "nonce": "another-nonce"}]


def test_a_chat_or_a_table_program_may_have_written_it_anew(still: Bench) -> None:
    plain = {**GOOD, "name": "李春分", "title": "扫地"}
    tabs = "\n".join("\t".join(row) for row in ([*HEADS], [*plain.values(), ""]))
    assert brought(still, tabs) == [plain]
    assert brought(still, text_of(plain).replace("\r\n", "\n")) == [plain]
    assert brought(still, "\ufeff" + text_of(plain)) == [plain]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"nonce": ""},
        {"nonce": "short"},
        {"nonce": "n" * 65},
        {"nonce": "with a blank"},
        {"direction": "sideways"},
        {"direction": "inside"},
        {"occurred_at": "yesterday"},
        {"occurred_at": ""},
        {"activity": ""},
        {"activity": "HD1/../x"},
        {"activity": "H" * 41},
        {"volunteer": "", "text": ""},
        {"volunteer": "<script>"},
        {"text": "x" * 501},
    ],
)
def test_what_the_service_would_not_take_is_not_brought_in(still: Bench, spoilt: dict[str, str]) -> None:
    assert brought(still, text_of(GOOD | spoilt)) == []


def test_what_is_here_already_or_stands_twice_is_brought_in_once(still: Bench) -> None:
    other = {**GOOD, "nonce": "another-nonce"}
    assert brought(still, text_of(GOOD, GOOD, other)) == [GOOD, other]
    assert brought(still, text_of(GOOD, other), GOOD["nonce"]) == [other]


def test_anything_else_adds_nothing(still: Bench) -> None:
    for text in ("", "日期,姓名\r\n=1+1,<script>\r\n", '"never closed', "\x00", ",,,,\n,,,,"):
        assert brought(still, text) == [], text


def test_what_is_brought_in_waits_like_any_other(bench: Bench) -> None:
    told = bench.asks(
        "waiting/saved-text.js",
        "waiting/queue.js",
        does="""async (saved, queue, [text, rules]) => {
          window.fetch = () => Promise.reject(new TypeError("no network"));
          const counts = [await saved.bringIn(text, rules), await saved.bringIn(text, rules)];
          return [counts, (await queue.all()).map(scan => [scan.state, scan.nonce])];
        }""",
        facts=[text_of(GOOD), RULES],
    )
    assert told == [[1, 0], [["waiting", GOOD["nonce"]]]]

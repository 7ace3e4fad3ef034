"""What is typed or scanned on the roster is read as the service reads it, by the rules that it hands over."""

import random
import zlib

import pytest

from points.foundation import codes
from points.web import handed
from tests.browser.units.conftest import Bench

RULES = handed.for_the_roster()


def test_a_mistyped_code_is_none_to_the_script_and_to_the_service(still: Bench) -> None:
    with codes.drawn_from(random.Random(7)):
        drawn = [codes.new() for _ in range(50)]
    mistyped = [drawn[0][:place] + one + drawn[0][place + 1 :] for place in range(10) for one in codes.ALPHABET]
    swapped = [code[:4] + code[5] + code[4] + code[6:] for code in drawn]
    asked = [*drawn, *mistyped, *swapped, "", "0", "ABC", drawn[0] + "0", drawn[0].lower(), "UUUUUUUUUU"]
    told = still.asks(
        "roster/cards.js",
        does="(cards, [all, rules]) => all.map(one => cards.isCode(one, rules))",
        facts=[asked, RULES],
    )
    assert told == [codes.is_code(code) for code in asked]
    assert told[:50] == [True] * 50
    assert sum(told[50:370]) == 10, "one changed character is always noticed"


@pytest.mark.parametrize(
    ("typed", "kind", "code"),
    [
        ("{card}", "card", "{card}"),
        (" {small} ", "card", "{card}"),
        ("{spaced}", "card", "{card}"),
        ("{lookalike}", "card", "{card}"),
        ("https://points.example/c/{card}", "card", "{card}"),
        ("https://points.example/c/{card}/?from=wechat#top", "card", "{card}"),
        ("https://points.example/g/{card}", "foreign", ""),
        ("https://points.example/s/{card}", "foreign", ""),
        ("nlj000001", "person", "NLJ000001"),
        ("NLJ 000 001", "person", "NLJ000001"),
        ("{wrong}", "name", "{wrong}"),
        ("李春分", "name", "李春分"),
        (" 李 ", "name", "李"),
        ("", "name", ""),
    ],
)
def test_what_was_meant_is_told_however_it_was_typed(still: Bench, typed: str, kind: str, code: str) -> None:
    card = _with_lookalikes()
    words = {
        "card": card,
        "small": card.lower(),
        "spaced": f"{card[:4]}-{card[4:7]} {card[7:]}",
        "lookalike": card.replace("0", "o").replace("1", "l"),
        "wrong": card[:-1] + ("2" if card[-1] != "2" else "3"),
    }
    told = still.asks(
        "roster/cards.js",
        does="(cards, [text, rules]) => cards.meant(text, rules)",
        facts=[typed.format(**words), RULES],
    )
    assert told == {"kind": kind, "code": code.format(**words)}


def test_a_device_knows_a_card_by_the_fingerprint_that_the_service_gave(still: Bench) -> None:
    with codes.drawn_from(random.Random(3)):
        drawn = [codes.new() for _ in range(20)]
    told = still.asks(
        "roster/cards.js", does="(cards, all) => all.map(one => cards.fingerprint(one, 'HD20260509-0001'))", facts=drawn
    )
    assert told == [f"{zlib.crc32(f'HD20260509-0001:{code}'.encode()):08x}" for code in drawn]


def _with_lookalikes() -> str:
    with codes.drawn_from(random.Random(1)):
        return next(code for code in iter(codes.new, "") if "0" in code and "1" in code)

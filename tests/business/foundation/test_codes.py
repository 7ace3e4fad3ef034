"""Codes: random, readable, and a mistyped one is told from an unknown one."""

import base64
import hmac
import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from points.foundation import codes, typed
from tests import make

SECRET = "ab" * 32


def some(count: int) -> list[str]:
    with codes.drawn_from(random.Random(7)):
        return [codes.new() for _ in range(count)]


def test_a_code_has_ten_characters_without_look_alikes() -> None:
    for code in some(500):
        assert codes.is_code(code)
        assert len(code) == 10
        assert not set(code) & set("ILOU")


def test_every_single_typo_is_found() -> None:
    for code in some(20):
        for place, right in enumerate(code):
            for wrong in codes.ALPHABET:
                assert codes.is_code(code[:place] + wrong + code[place + 1 :]) is (wrong == right)


def test_swapped_neighbours_are_found() -> None:
    """All but one pair: the check (Luhn over 32) cannot tell 0Z from Z0, as over 10 it cannot tell 09 from 90."""
    missed = set()
    for code in some(500):
        for place in range(9):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            if swapped != code and codes.is_code(swapped):
                missed.add(frozenset(code[place : place + 2]))
    assert missed <= {frozenset("0Z")}


@given(st.text(max_size=20))
def test_any_text_is_or_is_not_a_code(text: str) -> None:
    assert codes.is_code(typed.random_code(text)) in (True, False)


PRINTED = (
    "A4M2HB1G1V",
    "D22DT37MYW",
    "JCZ1V9439J",
    "T5JMBH216N",
    "0000000000",
    "ZZZZZZZZZ9",
    "0000000G0G",
    "100000000Y",
)


def test_what_was_printed_stays_a_code() -> None:
    """Cards and posters hang for years: the check character is worked out as it was."""
    assert some(4) == list(PRINTED[:4])
    assert [code for code in PRINTED if not codes.is_code(code)] == []
    assert codes.is_code("NDAM", length=4)


def test_a_code_is_read_as_people_write_it() -> None:
    code = "A10B1CD2E"
    written = typed.random_code(" aIo-b l·cd 2e ")
    assert written == code


def test_other_lengths_and_characters_are_no_code() -> None:
    code = some(1)[0]
    for wrong in ("", code[:-1], code + "0", code[:-1] + "U", code[:-1] + "一", code.lower()[:-1] + "!"):
        assert not codes.is_code(wrong)


def test_codes_differ_and_the_same_source_draws_the_same() -> None:
    assert len({codes.new() for _ in range(1000)}) == 1000
    assert some(5) == some(5)
    assert codes.new() not in some(5)


def test_the_rotating_code_changes_every_30_seconds() -> None:
    step = timedelta(seconds=30)
    now = codes.rotating(SECRET, make.NOW)
    assert len(now) == 8
    assert codes.rotating(SECRET, make.NOW + timedelta(seconds=29)) == now
    assert codes.rotating(SECRET, make.NOW + step) != now
    assert codes.rotating(SECRET, make.NOW + step, steps_ago=1) == now
    assert codes.rotating("cd" * 32, make.NOW) != now


def test_the_rotating_code_is_the_first_forty_bits_of_the_hmac_of_the_step() -> None:
    """As design §4 says it, worked out with other means."""
    steps = int(make.NOW.timestamp()) // 30
    digest = hmac.new(bytes.fromhex(SECRET), steps.to_bytes(8, "big"), "sha256").digest()
    rfc4648 = base64.b32encode(digest[:5]).decode()
    crockford = rfc4648.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", codes.ALPHABET))
    assert codes.rotating(SECRET, make.NOW) == crockford == "EKAJKCTG"
    assert codes.rotating_digits(SECRET, make.NOW) == f"{int.from_bytes(digest[5:13], 'big') % 10**6:06d}" == "196803"
    assert codes.rotating(SECRET, make.NOW, steps_ago=2) == codes.rotating(SECRET, make.NOW - timedelta(minutes=1))


def test_the_six_digits_rotate_with_it() -> None:
    shown = [codes.rotating_digits(SECRET, make.NOW + timedelta(seconds=30 * n)) for n in range(50)]
    assert all(len(digits) == 6 and digits.isdecimal() for digits in shown)
    assert len(set(shown)) == 50
    later = make.NOW + timedelta(seconds=30)
    assert codes.rotating_digits(SECRET, later, steps_ago=1) == shown[0]


def test_secrets_have_256_bits_and_pins_their_digits() -> None:
    assert len(codes.new_secret()) == 64
    assert codes.new_secret() != codes.new_secret()
    assert codes.digits(6).isdecimal()
    assert len(codes.digits(6)) == 6

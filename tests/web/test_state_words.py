"""Every state and kind that a row may hold has its word on the pages, and no word is left over."""

import gettext
from enum import StrEnum
from pathlib import Path

import pytest

from points.exchange import statuses as exchange
from points.ledger import statuses as ledger
from points.service import statuses as service
from points.web import words

CATALOGUES = Path(__file__).parents[2] / "points/translations"
CHINESE = gettext.translation("messages", str(CATALOGUES), ["zh_CN"])


@pytest.mark.parametrize(
    ("states", "kind"),
    [
        (exchange.GoodsKind, "kind"),
        (exchange.GoodsStatus, "goods_state"),
        (exchange.BatchSource, "source"),
        (exchange.MoveKind, "stock_move"),
        (exchange.ExchangeDayStatus, "exchange_day"),
        (exchange.RedemptionStatus, "redemption"),
        (exchange.IdentityCheck, "identity"),
        (service.Method, "method"),
        (service.StayStatus, "stay"),
        (ledger.AccountKind, "point_account"),
        (ledger.Purpose, "purpose"),
        (service.ActivityStatus, "activity"),
        (service.SignupStatus, "signup"),
        (service.RecordStatus, "record"),
        (service.MakeupReason, "makeup"),
    ],
)
def test_states_and_their_words_are_the_same(states: type[StrEnum], kind: str) -> None:
    assert set(words.OF[kind]) == set(states)


def test_every_flag_has_its_word_in_both_languages() -> None:
    flags = {*service.StayFlag, *service.RecordFlag}
    assert set(words.OF["flag"]) == flags
    for flag in flags:
        message = words.called(flag, "flag")
        assert message not in flags, "shown as it is written"
        assert CHINESE.gettext(message) != message


@pytest.mark.parametrize("states", [exchange.GoodsStatus, exchange.RedemptionStatus, exchange.ExchangeDayStatus])
def test_a_state_in_the_sentence_of_a_refusal_is_translated(states: type[StrEnum]) -> None:
    assert set(states) <= set(words.STATES)

"""The banner: how many check-ins wait and since when, what needs a look, and the buttons that help."""

from typing import Any

import pytest

from tests.browser.units.conftest import Bench

NOW = 1_778_288_400_000  # 2026-05-09 09:00 in Shanghai


def waiting(since: int, **facts: Any) -> dict[str, Any]:
    at = "2026-05-09T00:58:00Z"
    return {"state": "waiting", "kept_at": NOW - since, "occurred_at": at, "activity": "HD1", **facts}


REFUSED = {"state": "refused", "activity": "HD1", "refusal": {}}


@pytest.mark.parametrize(
    ("kept", "seen", "says", "offers"),
    [
        ([], {}, [], []),
        ([waiting(100)], {}, [], []),
        ([waiting(5000)], {}, ["1 wait since 08:58."], ["send"]),
        ([waiting(100), waiting(50)], {"trouble": "network"}, ["2 wait since 08:58."], ["send"]),
        ([waiting(100)], {"offline": True}, ["No network.", "1 wait since 08:58."], []),
        ([], {"offline": True, "hasRoster": True}, ["No network, go on."], []),
        ([waiting(100)], {"trouble": "sign-in"}, ["1 wait since 08:58.", "Sign in."], ["enter"]),
        ([waiting(9000), REFUSED], {}, ["1 wait since 08:58.", "1 to look at."], ["send", "look"]),
        ([REFUSED, REFUSED], {}, ["2 to look at."], ["look"]),
        ([waiting(9000), REFUSED], {"leaving": True, "offline": True}, ["2 only here."], ["stay", "leave"]),
    ],
)
def test_it_says_what_is_kept_and_offers_what_helps(
    still: Bench, kept: list[dict[str, Any]], seen: dict[str, Any], says: list[str], offers: list[str]
) -> None:
    common = {"offline": False, "trouble": "", "leaving": False, "hasRoster": False, "now": NOW}
    told = still.asks(
        "waiting/banner.js", does="(banner, [kept, seen]) => banner.summary(kept, seen)", facts=[kept, common | seen]
    )
    assert told["sentences"] == says
    assert [name for name, there in told["offers"].items() if there] == offers


def test_what_is_just_being_sent_is_looked_at_again_in_a_moment(still: Bench) -> None:
    seen = {"offline": False, "trouble": "", "leaving": False, "hasRoster": False, "now": NOW}
    told = still.asks(
        "waiting/banner.js",
        does="(banner, [all, seen]) => all.map(kept => banner.summary(kept, seen).soon)",
        facts=[[[], [waiting(100)], [waiting(5000)], [REFUSED]], seen],
    )
    assert told == [False, True, False, False]


def test_times_are_the_service_s_with_the_day_where_it_is_another(still: Bench) -> None:
    """The browser of these tests stands in London."""
    told = still.asks(
        "waiting/words.js",
        does="""words => [words.time("2026-05-09T01:02:00Z"), words.time(Date.parse("2026-05-08T16:05:00Z")),
          words.time("2026-05-08T15:59:00Z", new Date("2026-05-09T01:00:00Z")),
          words.time("2026-05-08T16:05:00Z", new Date("2026-05-09T01:00:00Z")),
          words.say("%(n)s people, %(n)s", {n: 3}), words.join(["One.", "Two."])]""",
    )
    assert told == ["09:02", "00:05", "5/8 23:59", "00:05", "3 people, 3", "One. Two."]

"""The roster on a device: who is in as far as it knows, and what can be done about a scan that was refused."""

from typing import Any

import pytest

from points.service import checkin
from points.web import handed
from tests.browser.units.conftest import Bench

RULES = handed.for_the_roster()
SECONDS = RULES["same_scan_seconds"]
ROW = (
    '<li id="{0}" {1}><div><b>{0}</b><p></p></div>'
    '<button name="tick" value="in:{0}"><svg><use href="#log-in"/></svg>In</button></li>'
)


def scan(volunteer: str = "V1", direction: str = "in", **facts: Any) -> dict[str, Any]:
    at = "2026-05-09T01:00:00.000Z"
    common = {"activity": "HD1", "volunteer": volunteer, "text": "", "direction": direction, "occurred_at": at}
    return {**common, "state": "waiting", "nonce": f"{volunteer}-{direction}", "order": 1, **facts}


@pytest.mark.parametrize(
    ("scans", "found"),
    [
        ([], None),
        ([scan()], "V1-in"),
        ([scan(), scan(direction="out")], "V1-out"),
        ([scan("V2")], None),
        ([scan(activity="HD2")], None),
        ([scan("", text="V1", nonce="by the text")], "by the text"),
    ],
)
def test_the_latest_scan_here_counts(still: Bench, scans: list[dict[str, Any]], found: str | None) -> None:
    told = still.asks("roster/list.js", does="(list, all) => list.latestIn(all, 'V1')", facts=scans)
    assert (told and told["nonce"]) == found


@pytest.mark.parametrize(
    ("said", "latest", "inside"),
    [
        ({}, None, False),
        ({"in": "1778288400"}, None, True),
        ({"out": "1778288400"}, None, False),
        ({}, scan(), True),
        ({"in": "1778288400"}, scan(direction="out"), False),
        ({"in": "1778288400"}, scan(direction="auto"), True),
        ({}, scan(direction="auto"), False),
    ],
)
def test_who_is_in_is_told_by_the_device_and_else_by_the_service(
    still: Bench, said: dict[str, str], latest: dict[str, Any] | None, inside: bool
) -> None:
    told = still.asks("roster/list.js", does="(list, [said, scan]) => list.stateOf(said, scan)", facts=[said, latest])
    assert told["inside"] is inside


def test_a_scan_is_the_same_once_more_for_as_long_as_the_service_says(still: Bench) -> None:
    assert checkin.SAME_SCAN.total_seconds() == SECONDS
    told = still.asks(
        "roster/list.js",
        does="""(list, [seconds, ...afters]) => afters.map(after =>
          list.isSame("2026-05-09T01:00:00Z", new Date(Date.parse("2026-05-09T01:00:00Z") + after * 1000), seconds))""",
        facts=[SECONDS, 0, SECONDS - 1, SECONDS, SECONDS + 1, -SECONDS + 1, -SECONDS],
    )
    assert told == [True, True, False, False, True, False]
    assert still.asks("roster/list.js", does="list => list.isSame(undefined, new Date(), 120)") is False


def test_a_row_shows_what_waits_and_offers_the_way_back(bench: Bench) -> None:
    bench.lays_roster(ROW.format("V1", ""), ROW.format("V2", 'data-out="1778288400"'), ROW.format("V3", ""))
    told = bench.asks(
        "roster/list.js",
        does="""(list, scans) => {
          const show = () => list.rows().map(row => {
            const mark = row.querySelector("[data-kept]"), button = list.buttonIn(row);
            return [mark ? mark.className + ": " + mark.textContent : "", button.value, button.textContent];
          });
          list.keeps(scans);
          list.draw();
          const waiting = show();
          list.keeps([]);
          list.took(Object.assign({settled: 5}, scans[0]));
          list.draw();
          const sent = show()[0];
          list.toldUntil(9);
          list.draw();
          return [waiting, sent, show()[0]];
        }""",
        facts=[scan(), scan("V3", undo=True), scan("V3", state="refused")],
    )
    waiting, sent, told_by_the_service = told
    assert waiting == [
        ["tag care: In 09:00, waiting", "out:V1", "Out"],
        ["", "in:V2", "In"],
        ["", "in:V3", "In"],
    ]
    assert sent == ["tag good: In 09:00", "out:V1", "Out"]
    assert told_by_the_service == ["", "in:V1", "In"]


def test_a_list_from_the_service_takes_the_place_of_this_one(bench: Bench) -> None:
    bench.lays_roster(ROW.format("V1", ""), ROW.format("V2", ""))
    told = bench.asks(
        "roster/list.js",
        does="""(list, rows) => {
          list.buttonIn(list.rowOf("V2")).focus();
          const fresh = new DOMParser().parseFromString(`<ul id="fresh">${rows}</ul>`, "text/html");
          list.replaceBy(fresh.getElementById("fresh"));
          return [list.rows().map(row => row.id), document.activeElement.value];
        }""",
        facts=ROW.format("V3", "") + ROW.format("V2", 'data-in="1778288400"'),
    )
    assert told == [["V3", "V2"], "out:V2"], "who had the focus keeps it"


@pytest.mark.parametrize(
    ("code", "facts", "ways"),
    [
        ("not-signed-up", {}, ["walk_in", "leave"]),
        ("not-signed-up", {"force": True}, ["leave"]),
        ("too-early", {}, ["anyway", "leave"]),
        ("too-late", {"force": True}, ["leave"]),
        ("already-in", {}, ["needless", "is_out"]),
        ("already-in", {"stays": 3}, ["needless"]),
        ("not-in", {}, ["is_in", "again", "leave"]),
        ("needs-guardian", {}, ["guardian", "leave"]),
        ("needs-guardian", {"guardian": True}, ["leave"]),
        ("code-revoked", {}, ["theirs", "leave"]),
        ("code-revoked", {"nobody": True}, ["leave"]),
        ("on-duty", {}, ["leave"]),
        ("person-suspended", {}, ["leave"]),
        ("full", {}, ["again", "leave"]),
    ],
)
def test_each_refusal_has_its_ways_on(still: Bench, code: str, facts: dict[str, Any], ways: list[str]) -> None:
    refusal = {"code": code, "title": code, "stays": facts.pop("stays", None)}
    people = not facts.pop("nobody", False)
    told = still.asks(
        "roster/inbox.js",
        does="(inbox, all) => inbox.waysOf(...all)",
        facts=[scan(state="refused", refusal=refusal, **facts), handed.MENDS, people],
    )
    assert told == ways


def test_a_way_changes_of_a_scan_what_it_says(still: Bench) -> None:
    whose = {"volunteer": "V9", "name": "孙小满"}
    ways = ["walk_in", "anyway", "again", "is_out", "is_in", "guardian", "theirs"]
    told = still.asks(
        "roster/inbox.js",
        does="(inbox, [ways, whose]) => ways.map(way => inbox.changeOf(way, whose))",
        facts=[ways, whose],
    )
    assert told == [
        {"force": True},
        {"force": True},
        {},
        {"direction": "out"},
        {"direction": "in"},
        {"guardian": True},
        {"text": "", **whose},
    ]


def test_a_way_out_that_was_refused_for_its_way_in_goes_on_with_it(still: Bench) -> None:
    not_in, early = {"code": "not-in"}, {"code": "too-early"}
    kept = [
        scan(order=1, state="refused", refusal=early, nonce="the way in"),
        scan(order=2, state="refused", refusal=not_in, nonce="its way out"),
        scan(order=3, state="refused", refusal=early, nonce="another reason"),
        scan("V2", order=4, state="refused", refusal=not_in, nonce="another person"),
        scan(order=5, activity="HD2", state="refused", refusal=not_in, nonce="another activity"),
        scan(order=6, nonce="not refused"),
        scan(order=0, state="refused", refusal=not_in, nonce="before it"),
    ]
    told = still.asks(
        "roster/inbox.js", does="(inbox, [kept, ways]) => inbox.after(kept[0], kept, ways)", facts=[kept, handed.MENDS]
    )
    assert [one["nonce"] for one in told] == ["its way out"]
    nobody = still.asks(
        "roster/inbox.js",
        does="(inbox, [kept, ways]) => inbox.after(Object.assign(kept[0], {volunteer: ''}), kept, ways)",
        facts=[kept, handed.MENDS],
    )
    assert nobody == []


def test_the_service_s_time_is_kept_from_page_to_page(bench: Bench) -> None:
    told = bench.lays_roster().asks(
        "roster/clock.js",
        does="""async clock => {
          await clock.compare("2026-05-09T09:00:00+08:00", Date.parse("2026-05-09T01:12:00Z"));
          return [clock.ahead, Math.round((Date.now() - clock.now()) / 1000)];
        }""",
    )
    assert told == [12 * 60 * 1000, 12 * 60]
    again = bench.lays_roster().asks(
        "roster/clock.js", does="async clock => { await clock.remember(); return clock.ahead; }"
    )
    assert again == 12 * 60 * 1000

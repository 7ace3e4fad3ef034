"""What waits is sent in order, and each answer is sorted: sent again later, forgotten, or kept for somebody."""

from typing import Any

import pytest

from points import http
from points.foundation.actors import NotPermitted
from points.web import handed
from tests.browser.units.conftest import PERSON, Bench

OF_SENDER = handed.for_sending()["of_sender"]
SETTING = """
  const asked = [], told = [];
  for (const name of ["sent", "refused"]) { news.hearing(name, ({scan}) => told.push(name + " " + scan.volunteer)); }
  window.fetch = async (address, options) => {
    asked.push([address, JSON.parse((options || {}).body || "null")]);
    const [status, body] = facts.answers.shift() || [200, {result: "ok"}];
    if (!status) { throw new TypeError("no network"); }
    const kind = typeof body === "string" ? "text/html" : "application/json";
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text, {status, headers: {"Content-Type": kind}});
  };
  for (const volunteer of facts.waits) { await queue.add({volunteer, text: "", activity: "HD1", direction: "in"}); }
"""
PAGE = '<div data-offline data-person="{}"></div><input name="csrf_token" value="fresh">'


def sends(bench: Bench, *answers: tuple[int, Any], waits: str = "AB", then: str = "") -> dict[str, Any]:
    """What is asked, told and left after one turn with these answers; further requests are answered with "ok"."""
    result: dict[str, Any] = bench.asks(
        "waiting/sending.js",
        "waiting/queue.js",
        "shared/news.js",
        "waiting/network.js",
        does=f"""async (sending, queue, news, network, facts) => {{
          {SETTING}
          await sending.flush();
          {then}
          return {{asked, told, left: await queue.all(), trouble: sending.trouble, offline: network.isOffline(),
            token: document.querySelector("input[name=csrf_token]").value}};
        }}""",
        facts={"answers": list(answers), "waits": list(waits)},
    )
    return result


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        (None, "later"),
        ((200, {"result": "ok"}), "done"),
        ((201, {"result": "ok"}), "done"),
        ((409, {"code": "not-signed-up"}), "refused"),
        ((422, {"code": "invalid"}), "refused"),
        ((403, {"code": "on-duty"}), "refused"),
        ((404, {"code": "not-found"}), "refused"),
        ((401, {"code": "not-signed-in"}), "who"),
        ((400, {"code": http.FORM_EXPIRED}), "who"),
        ((403, {"code": NotPermitted.code}), "who"),
        ((429, {"code": "too-many-requests"}), "later"),
        ((500, {"code": "internal"}), "later"),
        ((503, {"code": "unavailable"}), "later"),
    ],
)
def test_an_answer_is_sorted(still: Bench, answer: tuple[int, dict[str, str]] | None, means: str) -> None:
    given = answer and {"status": answer[0], "body": answer[1]}
    told = still.asks(
        "waiting/answers.js", does="(answers, [one, codes]) => answers.meaning(one, codes)", facts=[given, OF_SENDER]
    )
    assert told == means


def test_it_tries_less_and_less_often_and_at_most_once_a_minute(still: Bench) -> None:
    waits = still.asks(
        "waiting/answers.js",
        does="answers => [1, 2, 3, 8, 30].map(tries => [0, 1].map(at => answers.pause(tries, at)))",
    )
    assert waits == [[375, 625], [750, 1250], [1500, 2500], [45000, 75000], [45000, 75000]]


def test_a_tick_names_the_person_and_a_scan_what_was_read(still: Bench) -> None:
    tick, scan = still.asks(
        "waiting/answers.js",
        does="""answers => {
          const common = {activity: "HD1", direction: "in", nonce: "n", occurred_at: "t"};
          return [{text: "", volunteer: "V1", force: true}, {text: "CARD", volunteer: "V1", guardian: true}]
            .map(one => answers.bodyOf(Object.assign(one, common)));
        }""",
    )
    common = {"activity": "HD1", "direction": "in", "nonce": "n", "occurred_at": "t"}
    assert tick == {**common, "volunteer": "V1", "force": True, "guardian_present": False}
    assert scan == {**common, "code": "CARD", "force": False, "guardian_present": True}


def test_what_waits_is_sent_in_order_and_forgotten(bench: Bench) -> None:
    after = sends(bench, waits="ABC")
    assert [body["volunteer"] for _, body in after["asked"]] == ["A", "B", "C"]
    assert {address for address, _ in after["asked"]} == {"/ticks"}
    assert after["told"] == ["sent A", "sent B", "sent C"]
    assert (after["left"], after["trouble"], after["offline"]) == ([], "", False)


def test_without_an_answer_nothing_behind_it_is_sent(bench: Bench) -> None:
    after = sends(bench, (0, ""))
    assert [body["volunteer"] for _, body in after["asked"]] == ["A"]
    assert [(scan["volunteer"], scan["tried"]) for scan in after["left"]] == [("A", True), ("B", False)]
    assert (after["trouble"], after["offline"]) == ("network", True)


@pytest.mark.parametrize("nonsense", [(502, "<h1>Bad gateway</h1>"), (200, "<h1>Wi-Fi</h1>"), (503, {"code": "busy"})])
def test_what_is_no_answer_of_the_service_settles_nothing(bench: Bench, nonsense: tuple[int, Any]) -> None:
    after = sends(bench, nonsense)
    assert (len(after["left"]), after["trouble"], after["told"]) == (2, "network", [])


def test_it_is_sent_again_by_itself_under_the_same_nonce(bench: Bench) -> None:
    after = sends(
        bench,
        (0, ""),
        waits="A",
        then="await new Promise(done => news.hearing('sent', () => news.hearing('settled', done)));",
    )
    assert after["left"] == []
    assert len({body["nonce"] for _, body in after["asked"]}) == 1
    assert len(after["asked"]) == 2


def test_each_time_it_waits_longer(bench: Bench) -> None:
    bench.page.evaluate("""() => {
      const real = window.setTimeout;
      window.waited = [];
      window.setTimeout = (act, after) => {
        if (after < 15000) { window.waited.push(after); }
        return real(act, after < 15000 ? 0 : after);
      };
    }""")
    done = "await new Promise(done => news.hearing('sent', () => news.hearing('settled', done)));"
    after = sends(bench, (0, ""), (0, ""), (503, {}), waits="A", then=done)
    first, second, third = bench.page.evaluate("waited")
    assert 375 <= first <= 625 < 750 <= second <= 1250 < 1500 <= third <= 2500
    assert after["left"] == []


def test_what_is_refused_is_kept_and_the_next_is_sent(bench: Bench) -> None:
    after = sends(bench, (409, {"code": "not-signed-up", "title": "Not signed up"}))
    assert after["told"] == ["refused A", "sent B"]
    assert [(scan["volunteer"], scan["state"], scan["refusal"]["code"]) for scan in after["left"]] == [
        ("A", "refused", "not-signed-up")
    ]


def test_a_page_that_is_too_old_gets_a_fresh_token_and_sends_again(bench: Bench) -> None:
    after = sends(bench, (400, {"code": http.FORM_EXPIRED}), (200, PAGE.format(PERSON)))
    assert [address for address, _ in after["asked"]] == ["/ticks", "/check", "/ticks", "/ticks"]
    assert (after["left"], after["token"]) == ([], "fresh")


def test_nothing_is_sent_for_somebody_else_who_signed_in(bench: Bench) -> None:
    after = sends(bench, (401, {"code": "not-signed-in"}), (200, PAGE.format("somebody")))
    assert [address for address, _ in after["asked"]] == ["/ticks", "/check"]
    assert (len(after["left"]), after["trouble"], after["token"]) == (2, "sign-in", "of the page")


def test_a_scan_is_taken_back_wherever_it_is_by_now(bench: Bench) -> None:
    waiting = sends(
        bench,
        (0, ""),
        waits="",
        then="""
      const scan = await queue.add({volunteer: "A", text: ""});
      asked.push(await sending.undo(scan));""",
    )
    assert (waiting["asked"], waiting["left"]) == ([None], []), "it was never sent"
    bench.lays()
    refusal = {"code": "undo-too-late", "title": "Too late"}
    gone = sends(bench, (409, refusal), waits="", then="asked.push(await sending.undo({nonce: 'sent-long-ago'}));")
    assert gone["asked"] == [["/undo", {"nonce": "sent-long-ago"}], refusal]


def test_what_is_taken_back_on_its_way_is_undone_at_the_service(bench: Bench) -> None:
    after = sends(
        bench,
        waits="",
        then="""
      const scan = await queue.add({volunteer: "A", text: ""});
      await queue.tried(scan.order);
      await sending.undo(scan);""",
    )
    assert [address for address, _ in after["asked"]] == ["/ticks", "/undo"]
    assert after["left"] == []


def test_one_tab_sends_at_a_time_where_the_browser_has_no_locks(bench: Bench) -> None:
    """Two instances of the module are two tabs; one that vanished is waited for no longer than its lease."""
    told = bench.asks(
        "waiting/lease.js",
        "waiting/lease.js?another",
        "waiting/database.js",
        does="""async (one, other, database) => {
          Object.defineProperty(navigator, "locks", {value: undefined, configurable: true});
          const told = [await one.take(), await other.take(), await one.take()];
          await one.giveBack();
          await new Promise(done => setTimeout(done, 5));
          told.push(await other.take(), await one.take());
          await database.setNote("sending", {by: "gone", until: Date.now() - 1});
          told.push(await one.take());
          await database.setNote("person", "somebody");
          told.push(await one.take());
          delete navigator.locks;
          return told;
        }""",
    )
    assert told == [True, False, True, True, False, True, False]

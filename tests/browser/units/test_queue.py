"""What waits lies in the browser's database: in order, under its nonce, for its owner, until it is settled."""

from tests.browser.units.conftest import PERSON, Bench

THREE = """for (const volunteer of ["A", "B", "C"]) {
  await queue.add({volunteer, text: "", activity: "HD1", direction: "in", occurred_at: "2026-05-09T01:00:00.000Z"});
}"""


def test_it_is_kept_in_order_each_under_a_name_of_its_own(bench: Bench) -> None:
    kept = bench.asks("waiting/queue.js", does=f"async queue => {{ {THREE} return queue.all(); }}")
    assert [scan["volunteer"] for scan in kept] == ["A", "B", "C"]
    assert [scan["order"] for scan in kept] == [1, 2, 3]
    assert len({scan["nonce"] for scan in kept}) == 3
    assert all(len(scan["nonce"]) == 32 and scan["person"] == PERSON for scan in kept)
    assert {scan["state"] for scan in kept} == {"waiting"}


def test_it_is_there_when_the_page_is_opened_again(bench: Bench) -> None:
    bench.asks("waiting/queue.js", does=f"async queue => {{ {THREE} }}")
    kept = bench.lays().asks("waiting/queue.js", does="queue => queue.all()")
    assert [scan["volunteer"] for scan in kept] == ["A", "B", "C"]


def test_nobody_sees_what_somebody_else_left_and_clearing_leaves_it(bench: Bench) -> None:
    mine, rest = bench.asks(
        "waiting/queue.js",
        "waiting/database.js",
        does=f"""async (queue, database) => {{
          {THREE}
          await queue.put(Object.assign((await queue.all())[1], {{person: "somebody"}}));
          const mine = await queue.all();
          await queue.clear();
          return [mine, await database.within("scans", "readonly", scans => scans.getAll())];
        }}""",
    )
    assert [scan["volunteer"] for scan in mine] == ["A", "C"]
    assert [scan["volunteer"] for scan in rest] == ["B"]


def test_one_nonce_is_kept_once(bench: Bench) -> None:
    told = bench.asks(
        "waiting/queue.js",
        does="""async queue => {
          await queue.add({nonce: "the-same"});
          const refused = await queue.add({nonce: "the-same"}).then(() => "", error => error.name);
          return [refused, (await queue.all()).length];
        }""",
    )
    assert told == ["ConstraintError", 1]


def test_a_scan_taken_back_before_it_was_ever_sent_is_gone(bench: Bench) -> None:
    told = bench.asks(
        "waiting/queue.js",
        does=f"""async queue => {{
          {THREE}
          const [first, second] = await queue.all();
          await queue.tried(first.order);
          for (const scan of await queue.all()) {{ await queue.put(Object.assign(scan, {{undo: true}})); }}
          return [await queue.tried(first.order), await queue.tried(second.order), await queue.tried(99),
            (await queue.all()).map(scan => scan.volunteer)];
        }}""",
    )
    assert (told[0]["volunteer"], told[0]["tried"], told[0]["undo"]) == ("A", True, True)
    assert told[1:] == [None, None, ["A", "C"]]


def test_what_was_refused_waits_for_somebody_and_then_as_another_scan(bench: Bench) -> None:
    told = bench.asks(
        "waiting/queue.js",
        does=f"""async queue => {{
          {THREE}
          const scan = await queue.first();
          await queue.refuse(scan, {{code: "too-early", title: "Too early"}});
          const refused = (await queue.all()).filter(queue.isRefused), next = await queue.first();
          await queue.again(refused[0], {{force: true}});
          return [refused, next, await queue.first(), scan.nonce];
        }}""",
    )
    refused, following, anew, nonce = told
    assert [(scan["volunteer"], scan["refusal"]["code"]) for scan in refused] == [("A", "too-early")]
    assert following["volunteer"] == "B", "what is refused holds up nobody"
    assert (anew["volunteer"], anew["order"], anew["force"], anew["tried"]) == ("A", 1, True, False)
    assert anew["nonce"] != nonce
    assert "refusal" not in anew


def test_every_change_is_news_here_and_in_other_windows(bench: Bench) -> None:
    told = bench.asks(
        "waiting/queue.js",
        "shared/news.js",
        does="""async (queue, news) => {
          let here = 0;
          news.hearing("kept", () => { here += 1; });
          const other = new BroadcastChannel("points-checkin"), heard = [];
          const three = new Promise(done => {
            other.onmessage = event => { heard.push(event.data); if (heard.length === 3) { done(); } };
          });
          const scan = await queue.add({});
          await queue.put(scan);
          await queue.drop(scan);
          await three;
          const elsewhere = new Promise(done => { news.hearing("elsewhere", () => done(true)); });
          other.postMessage("changed");
          return [here, heard.length, await elsewhere, (await queue.all()).length];
        }""",
    )
    assert told == [3, 3, True, 0]

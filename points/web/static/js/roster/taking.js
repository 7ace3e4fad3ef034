/* A scan or a tick on the roster: kept on the device first, then said, then sent. */
import { tell } from "../results/telling.js";
import { isOffline } from "../waiting/network.js";
import { add } from "../waiting/queue.js";
import { flush } from "../waiting/sending.js";
import { say, time } from "../waiting/words.js";
import { fingerprint, meant } from "./cards.js";
import { now } from "./clock.js";
import { activity, roster, rules, words } from "./here.js";
import * as last from "./last.js";
import * as list from "./list.js";

const REST = 1500, SLOW = 1200; // milliseconds: the same button again; until a slow network is heard of

/* Do what was scanned or typed: a card, a volunteer's code, or a name that is looked for. */
export function take(text) {
  const { kind, code } = meant(text, rules);
  if (kind === "foreign") {
    last.show("care", words.no_card);
  } else if (kind === "card") {
    const print = fingerprint(code, activity);
    takeCode(list.rows().find((row) => (row.dataset.cards || "").split(" ").includes(print)), code);
  } else if (kind === "person") {
    takeCode(list.rowOf(code), code);
  } else {
    lookFor(code);
  }
}

/* Do what the button of a row says. */
export async function tick(button) {
  const at = Date.now(), direction = button.value.split(":")[0], row = button.closest("li");
  if (at - Number(row.dataset.ticked || 0) < REST) { return; }
  row.dataset.ticked = at;
  await keep({ volunteer: row.id, name: list.nameIn(row), direction: direction });
  button.focus();
}

function takeCode(row, text) {
  const before = row ? list.state(row) : list.latest(text), since = before && (before.since || before.occurred_at);
  const name = row ? list.nameIn(row) : words.card + " " + text;
  if (list.isSame(since, now(), rules.same_scan_seconds)) { last.show("", say(words.same, { name: name })); return; }
  keep({
    text: text, volunteer: row ? row.id : "", name: row ? name : "",
    direction: row ? (before.inside ? "out" : "in") : "auto"
  }, !row);
}
function lookFor(name) {
  const row = name && list.rows().find((one) => list.nameIn(one).includes(name)), button = row && list.buttonIn(row);
  if (!button) { last.show("care", words.nobody); return; }
  button.focus();
  row.scrollIntoView({ block: "center" });
  last.show("", list.nameIn(row), words.looked);
}

async function keep(scan, unknown) {
  const done = await add(Object.assign({
    activity: activity, title: roster.dataset.title, occurred_at: now().toISOString(), text: "", volunteer: ""
  }, scan));
  list.keepsAlso(done);
  last.is(done);
  list.draw();
  const said = last.nameOf(done) + " · " + words[done.direction] + " " + time(done.occurred_at);
  last.show("", said, unknown ? words.kept_unknown : words.kept);
  if (isOffline()) {
    tell("good", words.heard);
  } else {
    window.setTimeout(() => { if (last.stillIs(done)) { tell("good", words.heard); } }, SLOW);
  }
  flush();
}

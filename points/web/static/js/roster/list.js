/* The list of the roster: who stands on it, what this device did about them, and the button that is theirs now. */
import { waits } from "../waiting/queue.js";
import { say, time } from "../waiting/words.js";
import { activity, roster, words } from "./here.js";

let kept = []; // what waits or was refused, of all activities
let sent = []; // what the service took since it last told the roster

export function rows() { return Array.from(roster.querySelectorAll("li")); }
export function rowOf(volunteer) { return rows().find((row) => row.id === volunteer); }
export function nameIn(row) { return row.querySelector("b").textContent; }
export function buttonIn(row) { return row.querySelector("[name=tick]"); }

/* Who is in as far as this device knows: what the service said, then what it took since, then what waits here. */
export function latest(key) { return latestIn(sent.concat(kept.filter((scan) => waits(scan) && !scan.undo)), key); }
export function state(row) { return stateOf(row.dataset, latest(row.id)); }
export function everything() { return kept; }

export function keeps(scans) { kept = scans; }
export function keepsAlso(scan) { kept = kept.concat([scan]); }
export function took(scan) { sent = sent.concat([scan]); }
export function tookBack(scan) { sent = sent.filter((one) => one.nonce !== scan.nonce); }
export function toldUntil(moment) { sent = sent.filter((scan) => scan.settled > moment); }

/* The latest scan of somebody, by volunteer code or by the text of an unknown card; undefined where there is none. */
export function latestIn(scans, key) {
  return scans.filter((scan) => scan.activity === activity && (scan.volunteer || scan.text) === key).pop();
}

/* {inside, since} of somebody whose row says {in, out}, in seconds, with the latest scan of theirs. */
export function stateOf(said, scan) {
  if (scan && scan.direction !== "auto") { return { inside: scan.direction === "in", since: scan.occurred_at }; }
  const since = said.in || said.out;
  return { inside: Boolean(said.in), since: since && since * 1000 };
}

/* Whether a scan now is the last one once more, by as many seconds as the service counts for the same. */
export function isSame(since, now, seconds) {
  return Boolean(since) && Math.abs(now - new Date(since)) < seconds * 1000;
}

export function draw() { rows().forEach(drawRow); }

/* Put the list as the service has it now in the place of this one; who has the focus keeps it. */
export function replaceBy(list) {
  const held = document.activeElement.closest("#roster li");
  while (roster.firstChild) { roster.firstChild.remove(); }
  roster.append(...list.childNodes);
  draw();
  const row = held && rowOf(held.id), button = row && buttonIn(row);
  if (button) { button.focus({ preventScroll: true }); }
}

function drawRow(row) {
  const scan = latest(row.id), button = buttonIn(row), mark = row.querySelector("[data-kept]");
  if (mark) { mark.remove(); }
  if (scan) { row.querySelector("p").append(" ", markOf(scan)); }
  if (button) { turn(button, state(row).inside ? "out" : "in", row); }
}
function markOf(scan) {
  const unsent = waits(scan) && !sent.includes(scan), mark = document.createElement("span");
  mark.dataset.kept = "";
  mark.className = "tag " + (unsent ? "care" : "good");
  mark.textContent = say(unsent ? words.waits : words.sent, {
    what: words[scan.direction], time: time(scan.occurred_at)
  });
  return mark;
}
function turn(button, direction, row) {
  if (button.value.startsWith(direction + ":")) { return; }
  button.value = direction + ":" + row.id;
  button.className = "btn" + (direction === "out" ? " btn-main" : row.dataset.out ? "" : " btn-good");
  button.querySelector("use").setAttribute("href", "#log-" + direction);
  button.lastChild.textContent = words[direction];
}

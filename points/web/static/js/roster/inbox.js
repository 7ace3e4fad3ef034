/* "Please look at these": what was refused waits here until somebody answers it with one tap. Which ways lead on from
   which refusal is given by the service. */
import * as queue from "../waiting/queue.js";
import { flush } from "../waiting/sending.js";
import { time } from "../waiting/words.js";
import { now } from "./clock.js";
import { field, rules, words } from "./here.js";
import { nameOf, sentencesOf } from "./last.js";
import * as list from "./list.js";

const CHANGES = {
  walk_in: { force: true }, anyway: { force: true }, again: {}, is_out: { direction: "out" },
  is_in: { direction: "in" }, guardian: { guardian: true }
};
const FOLLOWS = "is_in"; // the way to mend a way out that came after a way in was refused
const inbox = document.getElementById("inbox"), items = inbox.querySelector("[data-inbox]");
const pattern = document.querySelector("template[data-fix]");
let drawn = "";

export function draw() {
  const refused = list.everything().filter(queue.isRefused);
  const as = JSON.stringify(refused.map((scan) => [scan.nonce, scan.refusal.code, scan.force]));
  if (as === drawn) { return; }
  const held = items.contains(document.activeElement);
  drawn = as;
  inbox.hidden = !refused.length;
  while (items.firstChild) { items.firstChild.remove(); }
  items.append(...refused.map(itemOf));
  if (held) { (items.querySelector("button, select") || field).focus(); }
}

function itemOf(scan) {
  const item = pattern.content.cloneNode(true).firstElementChild;
  const [name, when, title, why] = item.firstElementChild.children;
  name.textContent = nameOf(scan);
  when.textContent = [words[scan.direction], time(scan.occurred_at, now()), scan.title].join(" · ");
  title.textContent = scan.refusal.title;
  why.textContent = sentencesOf(scan.refusal);
  waysOf(scan, rules.mends, list.rows().length > 0).forEach((way, index) => {
    if (way === "theirs") { item.lastElementChild.append(people(scan)); }
    item.lastElementChild.append(button(way, index === 0, () => { mend(scan, way, item); }));
  });
  return item;
}
function button(way, first, act) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "btn" + (first && way !== "leave" ? " btn-main" : "");
  one.textContent = words[way];
  one.dataset.way = way;
  one.addEventListener("click", act);
  return one;
}
function people(scan) {
  const choice = document.createElement("select");
  choice.className = "input";
  choice.setAttribute("aria-label", words.whose);
  choice.add(new Option(words.whose, ""));
  list.rows().forEach((row) => { choice.add(new Option(list.nameIn(row) + " " + row.id, row.id)); });
  choice.value = list.rowOf(scan.volunteer) ? scan.volunteer : "";
  return choice;
}

async function mend(scan, way, item) {
  if (leavesOut(way)) { await queue.drop(scan); return; }
  let whose = null;
  if (way === "theirs") {
    const choice = item.querySelector("select"), row = list.rowOf(choice.value);
    if (!row) { choice.focus(); return; }
    whose = { volunteer: row.id, name: list.nameIn(row) };
  }
  const change = changeOf(way, whose), mended = Object.assign({}, scan, change);
  const others = after(mended, list.everything(), rules.mends);
  await queue.again(scan, change);
  for (const one of others) { await queue.again(one, {}); }
  flush();
}

/* The names of the ways for a scan, the first one first; `byCode` are those of each refusal, and `hasPeople` says that
   somebody stands on the roster. */
export function waysOf(scan, byCode, hasPeople) {
  const ways = (byCode[scan.refusal.code] || ["again"]).filter((way) => (
    !(scan.force && CHANGES[way] && CHANGES[way].force) && !(scan.guardian && way === "guardian") &&
    !(way === "is_out" && scan.refusal.stays) && !(way === "theirs" && !hasPeople)
  ));
  return ways.includes("needless") ? ways : ways.concat(["leave"]);
}

/* Whether that way leaves the scan out. */
export function leavesOut(way) { return way === "leave" || way === "needless"; }

/* What that way changes of a scan; `person`, {volunteer, name}, is whose card it was. */
export function changeOf(way, person) {
  return way === "theirs" ? Object.assign({ text: "" }, person) : CHANGES[way];
}

/* The refused scans that came after it of the same person, and were refused because of it. */
export function after(scan, kept, byCode) {
  return kept.filter((one) => (
    one.state === "refused" && (byCode[one.refusal.code] || []).includes(FOLLOWS) && one.order > scan.order &&
    one.activity === scan.activity && Boolean(scan.volunteer) && one.volunteer === scan.volunteer
  ));
}

/* What the last scan did, and the button that takes it back. */
import { tell } from "../results/telling.js";
import { hearing } from "../shared/news.js";
import { undo as takeBack } from "../waiting/sending.js";
import { join, say, time } from "../waiting/words.js";
import { soon } from "./fresh.js";
import { activity, field, words } from "./here.js";
import * as list from "./list.js";

const box = document.querySelector("[data-last]"), undo = box.querySelector("[data-undo]");
let last = null; // the latest scan, which may be taken back

/* Say what was done or why not; `kind` is "", "good" or "care". */
export function show(kind, title, more) {
  box.className = "notice" + (kind ? " " + kind : "");
  box.querySelector("[data-says]").textContent = title;
  box.querySelector("[data-more]").textContent = more || "";
  box.hidden = false;
  undo.hidden = kind === "care" || !last || (!more && kind !== "good");
  if (kind === "care") { tell("care", title); }
}

/* This scan is the latest now. */
export function is(scan) { last = scan; }
/* Whether the latest is still this one, untouched. */
export function stillIs(scan) { return last === scan; }

export function nameOf(scan) { return scan.name || scan.volunteer || words.card + " " + scan.text; }
export function sentencesOf(refusal) { return join([refusal.detail, refusal.next_step].filter(Boolean)); }

export function follow() {
  undo.addEventListener("click", async () => {
    const scan = last, refusal = await takeBack(scan);
    if (refusal) { show("care", refusal.title, sentencesOf(refusal)); return; }
    last = null;
    list.tookBack(scan);
    show("", words.taken_back);
    field.focus();
    soon();
  });
  hearing("sent", ({ scan, answer }) => { if (scan.activity === activity) { wasSent(scan, answer); } });
  hearing("refused", ({ scan, refusal }) => {
    if (!last || last.nonce !== scan.nonce) { return; }
    last = null;
    show("care", nameOf(scan) + " · " + refusal.title, sentencesOf(refusal));
    tell("care", refusal.spoken || refusal.title);
  });
}
function wasSent(scan, answer) {
  list.took(Object.assign({}, scan, {
    volunteer: answer.volunteer, name: answer.volunteer_name, direction: answer.direction,
    occurred_at: answer.occurred_at, settled: Date.now()
  }));
  if (last && last.nonce === scan.nonce) {
    last = Object.assign({}, scan);
    const said = answer.direction === "in" ? words.was_in : words.was_out;
    show("good", say(said, { name: answer.volunteer_name }), time(answer.occurred_at));
    tell("good", answer.spoken);
  }
  soon();
}

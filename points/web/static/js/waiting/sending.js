/* What waits is sent by whichever staff page is open, in order, with its own nonce: sent twice, it counts once. What is
   sent is announced as "sent", what is refused as "refused", and a turn that is over as "settled". */
import { announce } from "../shared/news.js";
import { bodyOf, isTick, meaning, pause } from "./answers.js";
import { place, rules, words } from "./here.js";
import { alone, giveBack, take } from "./lease.js";
import { ask, stillMe, token } from "./network.js";
import * as queue from "./queue.js";

const ELSEWHERE = 3000; // milliseconds
let sending = false, onceMore = false, tries = 0, timer = 0;

export let trouble = ""; // why the last turn did not send all: "network", "sign-in", or "" for none

/* Begin with short pauses again. */
export function hope() { tries = 0; }

/* Send what waits, and go on until all is settled. */
export async function flush() {
  window.clearTimeout(timer);
  if (sending) { onceMore = true; return; }
  sending = true;
  onceMore = false;
  let again = 0;
  try {
    again = await alone(sendAll, ELSEWHERE);
  } catch { /* nothing can be kept here, so nothing waits */ }
  sending = false;
  if (again || onceMore) { timer = window.setTimeout(flush, again); }
  announce("settled");
}

/* See whether the service answers, and send. */
export async function lookAgain() {
  if (await ask(place.dataset.health, { method: "HEAD" })) { flush(); }
}

/* Take a scan back, wherever it is by now; the refusal, where there is one. */
export async function undo(scan) {
  const found = await queue.named(scan.nonce);
  if (found) {
    found.undo = true;
    await queue.put(found);
    await flush();
    return null;
  }
  const answer = await postUndo(scan);
  if (!answer) { return { title: words.no_network, detail: "", next_step: "" }; }
  return answer.status < 300 ? null : answer.body;
}

/* Send in order; after how many milliseconds to try again, 0 when all is settled. */
async function sendAll() {
  for (let next = await queue.first(); next; next = await queue.first()) {
    if (!await take()) { return ELSEWHERE; }
    if (!await send(next.order)) {
      tries += 1;
      await giveBack();
      return pause(tries, Math.random());
    }
    tries = 0;
    trouble = "";
  }
  trouble = "";
  await giveBack();
  return 0;
}

/* Send one; whether it is settled, by an answer or by a refusal. */
async function send(order) {
  const scan = await queue.tried(order);
  if (!scan) { return true; } // taken back meanwhile
  let answer = await postScan(scan);
  if (meaning(answer, rules.of_sender) === "who") {
    // another person is signed in by now, nobody is, or the page's token is from before
    if (!await stillMe()) { trouble = "sign-in"; return false; }
    answer = await postScan(scan);
  }
  const means = meaning(answer, rules.of_sender);
  if (means === "later") { trouble = "network"; return false; }
  if (means !== "done") {
    await queue.refuse(scan, answer.body);
    announce("refused", { scan: scan, refusal: answer.body });
    return true;
  }
  const now = await queue.named(scan.nonce);
  if (now && now.undo) {
    const undone = await postUndo(scan);
    if (!undone || undone.status >= 500) { trouble = "network"; return false; }
  }
  await queue.drop(scan);
  announce("sent", { scan: scan, answer: answer.body });
  return true;
}

function postScan(scan) { return post(isTick(scan) ? place.dataset.ticks : place.dataset.scans, bodyOf(scan)); }
function postUndo(scan) { return post(place.dataset.undo, { nonce: scan.nonce }); }

/* {status, body}, or null where the service did not answer, however the network did. */
async function post(address, body) {
  const answer = await ask(address, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() }
  });
  if (!answer || answer.redirected || !/json/.test(answer.headers.get("Content-Type") || "")) { return null; }
  try {
    return { status: answer.status, body: await answer.json() };
  } catch {
    return null; // the answer broke off on its way
  }
}

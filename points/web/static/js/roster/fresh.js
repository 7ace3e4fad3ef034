/* The roster as the service has it now, asked for again and again while there is a network. */
import { hearing } from "../shared/news.js";
import { draw } from "../waiting/banner.js";
import { adopt, ask, isOffline } from "../waiting/network.js";
import { compare } from "./clock.js";
import { copyAgain } from "./copying.js";
import { address, roster } from "./here.js";
import * as list from "./list.js";

const REST = 1500, EVERY = 60 * 1000; // milliseconds
let due = 0;

export let asOf = roster.dataset.now; // which time of the service the list is of
export let isFresh = false; // whether it came from the service, and not from a copy

/* This page came from the service just now. */
export function isNew() { isFresh = true; }

/* Ask the service for the roster as it is; whether it answered. */
export async function refresh() {
  const began = Date.now(), answer = await ask(address, { cache: "no-store" });
  if (!answer || !answer.ok || answer.redirected) { return false; }
  const text = await answer.text(), page = new DOMParser().parseFromString(text, "text/html");
  const there = page.getElementById("roster");
  if (!there || !adopt(page)) { return false; }
  asOf = there.dataset.now;
  isFresh = true;
  const noted = compare(asOf, Math.round((began + Date.now()) / 2));
  list.toldUntil(began);
  list.replaceBy(there);
  await noted;
  await copyAgain(text, answer.headers);
  draw();
  return true;
}

/* Ask in a moment, once for all that asked for it. */
export function soon() {
  window.clearTimeout(due);
  due = window.setTimeout(refresh, REST);
}

/* Ask every minute, when the network is back, and when another window kept or sent something. */
export function follow() {
  let wasOffline = false;
  hearing("drawn", ({ offline }) => {
    if (wasOffline && !offline) { soon(); }
    wasOffline = offline;
  });
  hearing("elsewhere", soon);
  window.setInterval(() => { if (!document.hidden && !isOffline()) { refresh(); } }, EVERY);
}

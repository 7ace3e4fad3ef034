/* Whether the service answers. What a browser says of its network is a guess, also on the machine of the service itself:
   only an answer counts. A change is announced as "network". And whether it still knows this person on this device. */
import { announce } from "../shared/news.js";
import { person, place } from "./here.js";

const PATIENCE = 15000; // milliseconds
let offline = false;

export function isOffline() { return offline; }

/* An answer, or null where none comes in time. */
export async function ask(address, options) {
  const patience = new AbortController(), alarm = window.setTimeout(() => { patience.abort(); }, PATIENCE);
  let answer = null;
  try {
    answer = await fetch(address, Object.assign({ credentials: "same-origin", signal: patience.signal }, options));
  } catch { /* no network, or none that is fast enough */ }
  window.clearTimeout(alarm);
  if (offline !== !answer) {
    offline = !answer;
    announce("network");
  }
  return answer;
}

/* Ask the service; the forms of this page get its fresh token. */
export async function stillMe() {
  const answer = await ask(place.dataset.check, { cache: "no-store" });
  if (!answer || !answer.ok || answer.redirected) { return false; }
  return adopt(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

/* Take the token of a page that the service gave; whether it was given to this person. */
export function adopt(page) {
  const there = page.querySelector("[data-offline]"), fresh = page.querySelector("input[name=csrf_token]");
  if (!there || !fresh || there.dataset.person !== person) { return false; }
  document.querySelectorAll("input[name=csrf_token]").forEach((field) => { field.value = fresh.value; });
  return true;
}

export function token() {
  const field = document.querySelector("input[name=csrf_token]");
  return field ? field.value : "";
}

/* The banner at the top of every staff page: how many check-ins wait and since when, until none do. Each time it is drawn
   is announced as "drawn", with all that is kept. */
import { announce, hearing } from "../shared/news.js";
import { place, words } from "./here.js";
import { isOffline } from "./network.js";
import { all, isRefused, waits } from "./queue.js";
import { trouble } from "./sending.js";
import { join, say, time } from "./words.js";

const SOON = 1500; // milliseconds for which nothing is said of what is just being sent
const banner = place.querySelector("[data-waits]"), says = place.querySelector("[data-says]");
let leaving = false;

/* The buttons of the banner by their names: send, enter, look, stay, leave. */
export const choices = {};
place.querySelectorAll("[data-do]").forEach((one) => { choices[one.dataset.do] = one; });

export async function draw() {
  let kept = [];
  try { kept = await all(); } catch { return; }
  const offline = isOffline(), hasRoster = Boolean(document.getElementById("roster"));
  const told = summary(kept, {
    offline: offline, trouble: trouble, leaving: leaving, hasRoster: hasRoster, now: Date.now()
  });
  if (told.soon) { window.setTimeout(draw, SOON); }
  show(join(told.sentences));
  if (told.refused.length) {
    choices.look.href = place.dataset.roster.replace("CODE", told.refused[0].activity) + "#inbox";
  }
  Object.keys(choices).forEach((name) => { choices[name].hidden = !told.offers[name]; });
  announce("drawn", { kept: kept, offline: offline });
}

/* Ask whether to leave with what is kept, or ask no more. */
export function askToLeave(yes) {
  leaving = yes;
  return draw();
}

/* Say something else until it is drawn again. */
export function show(text) {
  if (says.textContent !== text) { says.textContent = text; }
  banner.hidden = !text;
}
export function bringIntoView() { banner.scrollIntoView({ block: "center" }); }

export function follow() {
  ["kept", "elsewhere", "network", "settled"].forEach((name) => { hearing(name, draw); });
}

/* {sentences, offers, soon, refused} of all that is kept. `seen` is {offline, trouble, leaving, hasRoster, now}; `soon`
   says that there may be more to say in a moment. */
export function summary(kept, seen) {
  const left = kept.filter(waits), refused = kept.filter(isRefused), signIn = seen.trouble === "sign-in";
  const lasting = left.length > 0 && (seen.offline || Boolean(seen.trouble) || seen.now - left[0].kept_at > SOON);
  const sentences = [];
  if (seen.leaving) {
    sentences.push(say(words.leaving, { n: kept.length }));
  } else {
    if (seen.offline) { sentences.push(seen.hasRoster ? words.offline : words.offline_here); }
    if (lasting) { sentences.push(say(words.waiting, { n: left.length, time: time(left[0].occurred_at) })); }
    if (lasting && signIn) { sentences.push(words.sign_in); }
    if (refused.length) { sentences.push(say(words.refused, { n: refused.length })); }
  }
  return {
    sentences: sentences, refused: refused, soon: left.length > 0 && !lasting,
    offers: {
      send: !seen.leaving && lasting && !seen.offline && !signIn,
      enter: !seen.leaving && lasting && signIn && !seen.offline,
      look: !seen.leaving && refused.length > 0,
      stay: seen.leaving, leave: seen.leaving
    }
  };
}

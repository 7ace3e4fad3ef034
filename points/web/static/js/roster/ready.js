/* The line that says whether the roster is ready for a place without a network, of when it is, and how far the clock of
   this device is off. */
import { isOffline } from "../waiting/network.js";
import { storeless } from "../waiting/database.js";
import { join, say, time } from "../waiting/words.js";
import { ahead, now } from "./clock.js";
import { copied } from "./copying.js";
import { asOf, isFresh } from "./fresh.js";
import { words } from "./here.js";
import { rows } from "./list.js";

const SKEWED = 2; // minutes
const ready = document.querySelector("[data-ready]");

export function draw() {
  ready.className = "small " + (storeless || copied === false ? "care" : copied === null ? "soft" : "good");
  ready.querySelector("[data-says]").textContent = join(ofPage().concat(ofClock()));
  ready.hidden = false;
}

function ofPage() {
  if (storeless) { return [words.storeless]; }
  if (copied === null) { return [words.preparing]; }
  const facts = { n: rows().length, time: time(asOf, now()) };
  const said = say(isFresh || !isOffline() ? words.ready : words.copy, facts);
  return copied ? [said] : [said, words.open];
}
function ofClock() {
  const minutes = Math.abs(ahead) / 60000;
  if (minutes <= SKEWED) { return []; }
  return [say(ahead > 0 ? words.fast : words.slow, { n: Math.round(minutes) })];
}

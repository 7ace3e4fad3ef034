/* Signing out clears what this person has on this device: it asks first when something waits, and needs the network. */
import { askToLeave, bringIntoView, choices, show } from "./banner.js";
import { dropMine } from "./copies.js";
import { clearNotes } from "./database.js";
import { place, words } from "./here.js";
import { ask, isOffline } from "./network.js";
import * as queue from "./queue.js";
import { save } from "./saved-text.js";
import { lookAgain } from "./sending.js";

let form = null; // by which somebody wants to leave

export function mindForms() {
  document.addEventListener("submit", (event) => {
    const leaves = endsHere(event.target), checksIn = event.target.matches("[data-tick], [data-find]");
    if (!leaves && (!isOffline() || checksIn)) { return; }
    event.preventDefault();
    event.stopPropagation();
    if (leaves) { leave(event.target); return; }
    // sent now, it would lead to the browser's own page, and what was typed would be gone
    show(words.no_network);
    bringIntoView();
    lookAgain();
  }, true);
  choices.stay.addEventListener("click", () => { askToLeave(false); });
  choices.leave.addEventListener("click", async () => { await save(); signOut(); });
}

/* Whether a form ends the sign-in of this browser. */
function endsHere(one) {
  const ways = place.dataset.leaves.split(" "), way = ways.indexOf(new URL(one.action, window.location).pathname);
  return way === 0 || (way > 0 && Boolean(one.elements.all));
}

async function leave(by) {
  form = by;
  let kept = [];
  try { kept = await queue.all(); } catch { /* nothing can be kept here, so nothing is */ }
  if (!kept.length) { signOut(); return; }
  await askToLeave(true);
  bringIntoView();
  choices.stay.focus();
}

async function signOut() {
  const answer = await ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!answer || !answer.ok) {
    await askToLeave(false);
    show(words.no_sign_out);
    bringIntoView();
    return;
  }
  await forget();
  window.location.assign(answer.url);
}

async function forget() {
  try {
    await queue.clear();
    await clearNotes();
  } catch { /* nothing could be kept */ }
  await dropMine();
  if (navigator.serviceWorker) {
    const worker = await navigator.serviceWorker.getRegistration(place.dataset.roster.replace(/CODE.*/, ""));
    if (worker) { await worker.unregister(); }
  }
}

/* One tab sends at a time, by a lock of the browser, or where it has none by a lease; a tab that vanished with it is
   waited for no longer than LEASE. Nobody sends for somebody else. */
import { within } from "./database.js";
import { person } from "./here.js";
import { newName } from "./queue.js";

const LEASE = 20000; // milliseconds, for longer than one answer is waited for
const me = newName();

/* Do `act` while no other tab does it; `elsewhere` where another one does. */
export function alone(act, elsewhere) {
  if (!navigator.locks) { return act(); }
  return navigator.locks.request("points-checkin", { ifAvailable: true }, (lock) => (lock ? act() : elsewhere));
}

/* Whether this tab may send the next one. */
export function take() { return lease(LEASE); }
export function giveBack() { return lease(0); }

function lease(lasts) {
  return within("notes", "readwrite", (notes) => {
    const mine = { result: false };
    notes.get("sending").onsuccess = (event) => {
      const held = event.target.result && event.target.result.value;
      mine.result = Boolean(navigator.locks) || !held || held.by === me || held.until < Date.now();
      if (mine.result && !navigator.locks) {
        notes.put({ name: "sending", value: { by: me, until: Date.now() + lasts } });
      }
    };
    notes.get("person").onsuccess = (event) => {
      if (event.target.result && event.target.result.value !== person) { mine.result = false; }
    };
    return mine;
  }).catch(() => false);
}

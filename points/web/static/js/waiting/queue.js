/* The check-ins of the person signed in that lie on this device: those that wait, and those that were refused and need
   somebody's attention. Every change is announced as "kept"; what
   another window of this browser changed, as "elsewhere". */
import { announce } from "../shared/news.js";
import { within } from "./database.js";
import { person } from "./here.js";

const channel = window.BroadcastChannel ? new BroadcastChannel("points-checkin") : null;
if (channel) { channel.onmessage = () => { announce("elsewhere"); }; }

export function all() { return within("scans", "readonly", (scans) => scans.index("person").getAll(person)); }
export function waits(scan) { return scan.state === "waiting"; }
export function isRefused(scan) { return scan.state === "refused"; }

export async function first() { return (await all()).find(waits); }
export async function named(nonce) { return (await all()).find((scan) => scan.nonce === nonce); }

/* Keep a new one, under a random name by which the service knows it again. */
export async function add(scan) {
  const kept = Object.assign({
    nonce: newName(), person: person, state: "waiting", tried: false, kept_at: Date.now()
  }, scan);
  kept.order = await within("scans", "readwrite", (scans) => scans.add(kept));
  changed();
  return kept;
}
export async function put(scan) {
  await within("scans", "readwrite", (scans) => scans.put(scan));
  changed();
}
export async function drop(scan) {
  await remove(scan);
  changed();
}

/* Keep it until somebody answers it. */
export function refuse(scan, refusal) { return put(Object.assign(scan, { state: "refused", refusal: refusal })); }

/* Let it wait again, changed: as another scan than the one that was refused. */
export function again(scan, change) {
  const anew = Object.assign({}, scan, change, {
    nonce: newName(), state: "waiting", tried: false, kept_at: Date.now()
  });
  delete anew.refusal;
  return put(anew);
}

/* The scan as it stands, marked as sent; null when it is no longer there, or was taken back before it was ever sent. */
export function tried(order) {
  return within("scans", "readwrite", (scans) => {
    const found = { result: null };
    scans.get(order).onsuccess = (event) => {
      const scan = event.target.result || null;
      if (scan && scan.undo && !scan.tried) { scans.delete(order); return; }
      if (scan && !scan.tried) { scan.tried = true; scans.put(scan); }
      found.result = scan;
    };
    return found;
  });
}

/* Forget all of this person. */
export async function clear() {
  for (const scan of await all()) { await remove(scan); }
}
function remove(scan) { return within("scans", "readwrite", (scans) => scans.delete(scan.order)); }
function changed() {
  if (channel) { channel.postMessage("changed"); }
  announce("kept");
}

/* A new random name of 32 hexadecimal digits; also where a plain http page has no crypto.randomUUID. */
export function newName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
}

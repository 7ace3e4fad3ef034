/* The copy of this page with which the roster opens again without a network: the worker keeps it, with all its parts. */
import { nameOf } from "../waiting/copies.js";
import { address, roster } from "./here.js";

const PATIENCE = 60000; // milliseconds
const name = nameOf(address);

export let copied = null; // whether the page can be opened again without a network; null until it is known

/* Let the worker keep this page with all its parts. A plain http address has no worker. */
export async function copyPage() { copied = await copy(); }

/* This page is such a copy itself, and the service did not answer. */
export function staysCopy() { copied = true; }
export function isCopy() { return document.documentElement.hasAttribute("data-copy"); }

/* The page as the service has just written it takes the place of the one in the copy, where there is one. */
export async function copyAgain(text, headers) {
  const names = copied ? (await caches.keys()).filter((one) => one.startsWith(name)) : [];
  if (!names.length) { return; }
  const fresh = new Response(text.replace("<html ", "<html data-copy "), { headers: headers });
  await (await caches.open(names[0])).put(address, fresh);
}

async function copy() {
  if (!window.isSecureContext || !navigator.serviceWorker || !window.caches) { return false; }
  try {
    const folder = address.replace(/[^/]+\/roster$/, "");
    const registration = await navigator.serviceWorker.register(roster.dataset.worker, { scope: folder });
    const worker = registration.active || await started(registration.installing || registration.waiting);
    return await new Promise((done) => {
      const line = new MessageChannel();
      line.port1.onmessage = (event) => { done(event.data); };
      worker.postMessage({ name: name, at: String(Date.now()), page: address, parts: parts() }, [line.port2]);
      window.setTimeout(done, PATIENCE, false);
    });
  } catch {
    return false;
  }
}

function started(worker) {
  return new Promise((done, failed) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") { done(worker); }
      if (worker.state === "redundant") { failed(new Error("redundant")); }
    });
  });
}
/* All that this page is made of: what it names, the modules with theirs, the reader of codes, and what was loaded. */
function parts() {
  const named = Array.from(document.querySelectorAll("link[href], script[src], img[src], use[href]"), (one) => (
    one.getAttribute("href") || one.getAttribute("src")
  ));
  const ways = document.querySelector("[data-scan]").dataset, loaded = performance.getEntriesByType("resource");
  const all = named.concat(ways.reader, ways.wasm, loaded.map((one) => one.name)).map((one) => {
    const place = new URL(one, window.location);
    place.hash = "";
    return place;
  });
  return Array.from(new Set(all.filter((place) => (
    place.origin === window.location.origin && place.pathname.includes("/static/")
  )).map(String)));
}

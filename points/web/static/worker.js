/* Lets the roster of an activity be opened again without a network: from the copy that its page had kept, whole or not
   at all. It looks after nothing else, and what waits to be sent is sent by the pages (js/waiting). */
"use strict";

const PATIENCE = 4000; // milliseconds that a weak network is waited for when there is a copy
const MODULE = /\/js\/[^?]+\.js$/, IMPORT = /^import .*from "(\..*)";$/;

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

self.addEventListener("message", function (event) {
  const answer = event.ports[0];
  event.waitUntil(keep(event.data).then(
    function () { answer.postMessage(true); },
    function () { answer.postMessage(false); }
  ));
});

self.addEventListener("fetch", function (event) {
  const request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) { return; }
  if (request.mode === "navigate") {
    if (address.pathname.endsWith("/roster")) { event.respondWith(page(request)); }
  } else if (address.pathname.startsWith("/static/")) {
    event.respondWith(part(request));
  }
});

/* Keep a page with all its parts under a new name, then drop its older copies: never a new page with old parts. */
async function keep(copy) {
  const cache = await caches.open(copy.name + copy.at);
  try {
    const answer = await fetch(copy.page, { redirect: "error", cache: "no-store" });
    if (!answer.ok) { throw new Error("no page"); }
    // the page knows by this mark that it is a copy
    const text = (await answer.text()).replace("<html ", "<html data-copy ");
    await cache.put(copy.page, new Response(text, { headers: answer.headers }));
    await keepAll(cache, copy.parts);
  } catch (error) {
    await caches.delete(copy.name + copy.at);
    throw error;
  }
  const others = (await caches.keys()).filter(function (name) {
    return name.startsWith(copy.name) && name !== copy.name + copy.at;
  });
  await Promise.all(others.map(function (name) { return caches.delete(name); }));
}

/* Keep these parts, and the modules that a script among them imports. */
async function keepAll(cache, parts) {
  const kept = new Set();
  async function keepPart(address) {
    if (kept.has(address)) { return; }
    kept.add(address);
    const answer = await fetch(address);
    if (!answer.ok) { throw new Error("no " + address); }
    await cache.put(address, answer.clone());
    if (MODULE.test(address)) { await Promise.all(importedBy(await answer.text(), address).map(keepPart)); }
  }
  await Promise.all(parts.map(keepPart));
}
function importedBy(text, address) {
  const lines = text.split("\n").map(function (line) { return IMPORT.exec(line); }).filter(Boolean);
  return lines.map(function (found) { return new URL(found[1], address).href; });
}

async function page(request) {
  const copy = await copyOf(request);
  if (!copy) { return fetch(request); }
  const late = new Promise(function (done) { setTimeout(done, PATIENCE, copy); });
  const fresh = fetch(request).then(
    function (answer) { return answer.status >= 502 ? copy : answer; },
    function () { return copy; }
  );
  return Promise.race([fresh, late]);
}

async function part(request) {
  try {
    return await fetch(request);
  } catch {
    return (await copyOf(request)) || Response.error();
  }
}

function copyOf(request) { return caches.match(request, { ignoreSearch: true, ignoreVary: true }); }

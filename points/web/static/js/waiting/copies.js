/* The copies of roster pages that the worker keeps. Their names are: what they are, whose, which page, from when. */
import { person } from "./here.js";

const COPY = "points-roster|", LASTS = 36 * 3600 * 1000;

/* What the names of the copies of a page begin with. */
export function nameOf(page) { return COPY + person + "|" + page + "|"; }

/* Drop what is too old, and what is of somebody else who used this device. */
export function dropOld() { return drop((name) => !isMine(name) || Number(name.split("|").pop()) < Date.now() - LASTS); }
export function dropMine() { return drop(isMine); }

function isMine(name) { return name.startsWith(COPY + person + "|"); }
async function drop(which) {
  if (!window.caches) { return; }
  for (const name of await caches.keys()) {
    if (name.startsWith(COPY) && which(name)) { await caches.delete(name); }
  }
}

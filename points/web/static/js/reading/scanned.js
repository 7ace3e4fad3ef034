/* What becomes of a text that was read: the event "points:scanned" on [data-scan], with detail
     {text, kind, code, source}.
   Whoever handles it calls preventDefault(), and the camera stays open for the next one. Otherwise data-then="open"
   leads to the address, and data-then="fill" fills the field data-field and sends its form. */
import { open } from "../results/instant.js";
import { close, isOpen } from "./camera.js";
import { say, ways } from "./ways.js";

const BARE = /^[\w-]{4,40}$/; // what a scanner gun reads from a printed number

export function scanned(text, source) {
  const here = ways().dataset, root = new URL(here.root, window.location.href).href;
  const read = meant(text, { root: root, published: here.ours, bare: source === "gun" && here.then === "fill" });
  if (!read) { say("Foreign"); return; }
  if (read.kind && !here.kinds.includes(read.kind)) { say("Elsewhere"); return; }
  say(isOpen() ? "Aim" : "");
  const event = new CustomEvent("points:scanned", {
    bubbles: true, cancelable: true, detail: Object.assign({ source: source }, read)
  });
  if (!ways().dispatchEvent(event)) { return; }
  close();
  if (here.then === "open") { open(read.text); } else { fill(document.getElementById(here.field), read.text); }
}

function fill(field, text) {
  const form = field.form;
  field.value = text;
  if (form.requestSubmit) { form.requestSubmit(); } else { form.querySelector("button:not([type=button])").click(); }
}

/* {text, kind, code} of a text that is ours, null for anything else. `kind` is s (activity), c (card), p (pick-up), g
   (goods), or "" for a bare text where one is taken. An address below `root` or `published` is written as `root` has it. */
export function meant(text, { root, published, bare }) {
  const read = ours(text, new URL(root), new URL(published));
  return read || (bare && BARE.test(text) ? { text: text, kind: "", code: text } : null);
}

function ours(text, root, published) {
  let address = null;
  try { address = new URL(text); } catch { return null; }
  for (const base of [published, root]) {
    const below = base.pathname.replace(/\/$/, "") + "/";
    if (address.origin !== base.origin || !address.pathname.startsWith(below)) { continue; }
    const found = /^([a-z])\/([0-9a-z-]+)\/?$/i.exec(address.pathname.slice(below.length));
    if (found) {
      const kind = found[1].toLowerCase(), code = found[2].toUpperCase();
      return { text: new URL(kind + "/" + code, root).href, kind: kind, code: code };
    }
  }
  return null;
}

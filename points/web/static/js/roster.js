/* The roster of an activity with and without a network. Every scan and every tick is kept on the device first and sent
   from there; the page goes on showing who is in. Without this script, or where the browser keeps nothing, the forms are
   sent as they are. */
import { draw as drawBanner } from "./waiting/banner.js";
import { hearing } from "./shared/news.js";
import { isOffline } from "./waiting/network.js";
import { storeless } from "./waiting/database.js";
import * as clock from "./roster/clock.js";
import { copied, copyPage, isCopy, staysCopy } from "./roster/copying.js";
import * as fresh from "./roster/fresh.js";
import { field, roster } from "./roster/here.js";
import * as inbox from "./roster/inbox.js";
import * as last from "./roster/last.js";
import * as list from "./roster/list.js";
import * as ready from "./roster/ready.js";
import * as rescue from "./roster/rescue.js";
import { take, tick } from "./roster/taking.js";

document.addEventListener("submit", (event) => {
  if (storeless || !event.target.hasAttribute("data-find")) { return; }
  event.preventDefault();
  event.stopPropagation();
  take(field.value);
  field.value = "";
}, true);
roster.addEventListener("click", (event) => {
  const button = event.target.closest("[name=tick]");
  if (storeless || !button) { return; }
  event.preventDefault();
  tick(button);
});
document.addEventListener("points:scanned", (event) => {
  if (storeless) { return; }
  event.preventDefault();
  take(event.detail.text);
});
window.addEventListener("beforeunload", (event) => {
  if (!copied && !storeless && isOffline()) { event.preventDefault(); }
});

last.follow();
fresh.follow();
hearing("drawn", ({ kept }) => {
  list.keeps(kept);
  list.draw();
  inbox.draw();
  ready.draw();
});
begin();

async function begin() {
  await clock.remember();
  if (storeless) { ready.draw(); return; }
  rescue.offer();
  if (navigator.storage && navigator.storage.persist) { navigator.storage.persist(); }
  if (!isCopy()) {
    fresh.isNew();
    await clock.compare(fresh.asOf, Date.now());
  }
  if (!isCopy() || await fresh.refresh()) { await copyPage(); } else { staysCopy(); }
  drawBanner();
  ready.draw();
}

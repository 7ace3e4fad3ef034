/* The screen that shows an activity's code: fresh every few seconds, never dark, and honest when the network is gone. */
import { fresh } from "./shared/renewing.js";

const screen = document.querySelector("[data-now]");
const show = screen.querySelector(".show"), lost = screen.querySelector(".lost");
let good = 0;

function measured() {
  const shown = show.querySelector("[data-good-for]");
  good = performance.now() + 1000 * Number(shown ? shown.dataset.goodFor : 0);
}

// the code that is shown is good for a while after the network went; then it is taken away
function gone() {
  const left = Math.max(0, Math.ceil((good - performance.now()) / 1000));
  lost.hidden = false;
  lost.querySelector("b").textContent = left;
  lost.querySelector("[data-still]").hidden = left === 0;
  lost.querySelectorAll("[data-dead]").forEach((one) => { one.hidden = left > 0; });
  show.hidden = left === 0;
}

async function renew() {
  try {
    show.innerHTML = await fresh(screen.dataset.now);
  } catch {
    gone();
    return;
  }
  show.hidden = false;
  lost.hidden = true;
  measured();
}

function stayAwake() {
  if (navigator.wakeLock && document.visibilityState === "visible") {
    navigator.wakeLock.request("screen").catch(() => { /* then it goes dark as the device wishes */ });
  }
}

measured();
stayAwake();
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") { stayAwake(); renew(); }
});
window.addEventListener("online", renew);
window.addEventListener("offline", renew);
window.setInterval(renew, 1000 * Number(screen.dataset.every));
window.setInterval(() => { if (!lost.hidden) { gone(); } }, 1000);

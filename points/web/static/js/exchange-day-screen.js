/* The screen of an exchange session: what was handed over and what is left, fresh every few seconds. */
import { fresh } from "./shared/renewing.js";

const part = document.querySelector("[data-now]");

window.setInterval(async () => {
  try {
    part.innerHTML = await fresh(part.dataset.now);
  } catch { /* what is shown says as of when it is */ }
}, 1000 * Number(part.dataset.every));

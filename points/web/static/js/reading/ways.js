/* The part of a page where codes come in, [data-scan], and what it says. It is looked for each time: an answer may have
   put another one in its place. */
import { tell } from "../results/telling.js";

const NO_CARE = ["", "Opening", "Aim", "Looking"];

export function ways() { return document.querySelector("[data-scan]"); }
export function part(name) { return ways().querySelector("[data-scan-" + name + "]"); }

/* Say one of the sentences that the page brought, by its name; "" takes back what was said. */
export function say(name) {
  const notice = part("says"), words = name ? ways().dataset["say" + name] : "", care = !NO_CARE.includes(name);
  notice.hidden = !words;
  notice.classList.toggle("care", care);
  notice.querySelector("[data-words]").textContent = words;
  if (care) { tell("care", words); }
}

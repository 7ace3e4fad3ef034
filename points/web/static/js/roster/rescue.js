/* When check-ins cannot be sent at all: they are saved or shown here, and brought in on another device. */
import { asText, bringIn, save } from "../waiting/saved-text.js";
import { say } from "../waiting/words.js";
import { rules, words } from "./here.js";

export function offer() {
  const part = document.querySelector("[data-rescue]"), field = document.getElementById("saved");
  part.hidden = false;
  part.querySelector("[data-save]").addEventListener("click", save);
  part.querySelector("[data-show]").addEventListener("click", async () => {
    field.value = await asText();
    field.select();
  });
  part.querySelector("[data-bring]").addEventListener("click", async () => {
    const count = await bringIn(field.value, rules.saved);
    part.querySelector("[data-brought]").textContent = count ? say(words.brought, { n: count }) : words.not_brought;
    if (count) { field.value = ""; }
  });
}

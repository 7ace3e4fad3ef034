/* A button that copies a text of the page. */
import { copied } from "./shared/copied.js";

document.querySelectorAll("[data-copy]").forEach((button) => {
  const text = document.getElementById(button.dataset.copy);
  const says = button.querySelector("span");
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (await copied(text)) { says.textContent = button.dataset.said; }
  });
});

/* The confirmation is left by its two buttons only. */
const form = document.querySelector("[data-blocking]");
let free = false;

form.addEventListener("submit", () => { free = true; });
document.addEventListener("click", (event) => { if (event.target.closest("[data-leave]")) { free = true; } });
window.addEventListener("pageshow", () => { free = false; });
window.addEventListener("beforeunload", (event) => { if (!free) { event.preventDefault(); } });

/* Small comforts; every page works without them. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) { window.print(); }
  if (event.target.closest("[data-fullscreen]") && document.documentElement.requestFullscreen) {
    document.documentElement.requestFullscreen();
  }
});

// a page that answers a form is come back to as the page of that form: nothing is sent again, and no page stays blank
const here = document.body.dataset.here;
if (here) { window.history.replaceState(null, "", here); }

// a form that waited until somebody was signed in again is shown without another press
const waits = document.querySelector("form[data-filled]");
if (waits) { waits.submit(); }

// who types into the field beside a choice has chosen it
document.addEventListener("input", (event) => {
  const card = event.target.type !== "radio" && event.target.closest("fieldset .card");
  const radio = card && card.querySelector("input[type=radio]");
  if (radio) { radio.checked = true; }
});

// one tap is one action: a form that is on its way is not sent again
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  window.setTimeout(() => { delete form.dataset.sent; }, 4000);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

/* A phone that shows its number asks every few seconds whether staff have let it in, and then goes on by itself.
   Without this script the page's own button does the same. */
const EVERY = 3000; // milliseconds
const waits = document.querySelector("[data-waits]"), form = document.querySelector("[data-go-on]");

function again() { window.setTimeout(look, EVERY); }

async function look() {
  if (document.hidden) { again(); return; }
  let state = "";
  try {
    state = (await (await fetch(waits.dataset.waits, { credentials: "same-origin" })).json()).state;
  } catch { /* then the next look tells */ }
  if (state === "approved") { form.submit(); } else if (state === "over") { window.location.reload(); } else { again(); }
}

again();

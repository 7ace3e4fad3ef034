/* The one button of a check-in (form[data-instant]) and an address from the camera are answered on the page itself: a
   page newly opened would be silent. */
import { tell, tellShown } from "./telling.js";

export function answerForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-instant]");
    if (!form || event.defaultPrevented) { return; }
    event.preventDefault();
    send(form);
  });
  window.addEventListener("popstate", () => { window.location.reload(); });
}

/* Show the page at an address that was scanned. */
export async function open(address) {
  try {
    const answer = await fetch(address), page = await read(answer);
    if (!page.querySelector("main .result")) { window.location.assign(answer.url); return; }
    window.history.pushState({}, "", answer.url);
    put(page);
  } catch {
    window.location.assign(address);
  }
}

async function send(form) {
  let answer = null, page = null;
  try {
    answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    page = await read(answer);
  } catch {
    delete form.dataset.sent;
    const notice = form.querySelector("[data-unreachable]");
    notice.hidden = false;
    tell("care", notice.textContent.trim());
    return;
  }
  if (answer.redirected || !page.querySelector("main")) { window.location.assign(answer.url); return; }
  const result = page.querySelector("[data-result]");
  window.history.replaceState({}, "", (result && result.dataset.after) || answer.url);
  put(page);
}
async function read(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
function put(page) {
  document.querySelector("main").replaceWith(document.importNode(page.querySelector("main"), true));
  document.title = page.title;
  window.scrollTo(0, 0);
  document.querySelector("main").focus({ preventScroll: true });
  tellShown();
}

/* The desk: goods go into the cart by a tap, their number or their label, with total and limits at once.
   Without this script every tap is a page of its own and the number fields are typed into. */
import { add, draw, fieldOf, offered, spent, tileOf, whyNot } from "./desk/tiles.js";
import { isNumber, meant } from "./desk/typed.js";

const form = document.querySelector("[data-desk]");

// what a tile shows already is only read aloud
function say(words, shown) {
  const told = form.querySelector("[data-told]");
  told.textContent = words;
  told.classList.toggle("hidden", Boolean(shown));
}
function change(tile, more) {
  const no = whyNot(tile);
  if (more > 0 && no) {
    say(tile.dataset.name + ": " + no);
  } else if (fieldOf(tile)) {
    const qty = add(tile, more);
    draw();
    say(form.dataset.sayAdded.replace("@", tile.dataset.name).replace("#", qty), true);
  }
}
function put(typed) {
  const found = meant(typed, offered());
  if (found) { change(tileOf(found.item.code), found.more); }
  return Boolean(found);
}

function begin() {
  const field = form.querySelector("#add");
  form.dataset.live = "yes";
  form.addEventListener("click", (event) => {
    const button = event.target.closest(".tile-add, .tile-less");
    if (!button) { return; }
    event.preventDefault();
    change(button.closest("[data-tile]"), button.classList.contains("tile-less") ? -1 : 1);
    if (event.detail && window.matchMedia("(pointer: fine)").matches) {
      field.focus({ preventScroll: true }); // ready for the next scan, and the goods stay under the finger
    }
  });
  form.addEventListener("input", (event) => { if (event.target !== field) { draw(); } });
  form.addEventListener("submit", (event) => {
    const typed = field.value.trim();
    let stay = false;
    if (typed) {
      stay = put(typed);
      if (!stay && isNumber(typed)) { say(form.dataset.sayUnknown); stay = true; }
      if (stay) { field.value = ""; field.focus(); }
    } else if (!spent()) {
      say(form.dataset.sayNothing);
      stay = true;
    }
    if (stay) { event.preventDefault(); event.stopPropagation(); }
  });
  document.addEventListener("points:scanned", (event) => {
    if (put(event.detail.text)) { event.preventDefault(); }
  });
  draw();
}

if (form) { begin(); }

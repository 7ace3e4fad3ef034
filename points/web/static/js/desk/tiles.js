/* The goods as they lie on the page, one tile each, and the bar below them. */
import { quantity, refused, total } from "./cart.js";

const form = document.querySelector("[data-desk]");
const tiles = form ? Array.from(form.querySelectorAll("[data-tile]")) : [];
const means = form && { all: Number(form.dataset.all), day: bound(form, "day") };

export function spent() { return total(tiles.map(itemOf)); }

/* The tiles as goods on offer. */
export function offered() {
  return tiles.map(({ dataset }) => (
    { code: dataset.tile, label: dataset.label, name: dataset.name, number: dataset.number }
  ));
}
export function tileOf(code) { return tiles.find((tile) => tile.dataset.tile === code); }

/* The sentence that says why one more of it cannot be had; "" when it can. */
export function whyNot(tile) {
  if (!fieldOf(tile)) { return tile.querySelector("[data-why]").textContent; } // whatever else is chosen
  const no = refused(itemOf(tile), spent(), means);
  if (!no) { return ""; }
  return {
    stock: form.dataset.sayStock, month: form.dataset.sayMonth, day: form.dataset.sayDay,
    points: form.dataset.sayPoints.replace("#", no.short)
  }[no.why];
}

/* One more of it or one less; how many are chosen now. */
export function add(tile, more) {
  fieldOf(tile).value = Math.max(itemOf(tile).qty + more, 0);
  return fieldOf(tile).value;
}

export function draw() {
  const sum = spent();
  form.querySelector("[data-total]").textContent = sum;
  form.querySelector("[data-rest]").textContent = means.all - sum;
  tiles.filter(fieldOf).forEach((tile) => {
    const why = tile.querySelector("[data-why]"), no = whyNot(tile);
    if (tile.dataset.free === undefined) { tile.dataset.free = why.textContent; }
    tile.classList.toggle("chosen", itemOf(tile).qty > 0);
    why.textContent = no || tile.dataset.free;
    why.className = no ? "care" : "soft";
    tile.querySelector(".tile-add").setAttribute("aria-disabled", String(Boolean(no)));
  });
}

export function fieldOf(tile) { return tile.querySelector(".tile-qty"); }
function itemOf(tile) {
  const field = fieldOf(tile);
  return {
    qty: field ? quantity(field.value) : 0, price: Number(tile.dataset.price), left: bound(tile, "left"),
    month: bound(tile, "month")
  };
}
function bound(one, name) { return one.dataset[name] === undefined ? Infinity : Number(one.dataset[name]); }

/* The desk: goods go into the cart by a tap, their number or their label, with total and limits at once.
   Without this script every tap is a page of its own and the number fields are typed into. */
(function () {
  "use strict";
  const form = document.querySelector("[data-desk]"), blocking = document.querySelector("[data-blocking]");

  // --- the confirmation is left by its two buttons only
  if (blocking) {
    let free = false;
    blocking.addEventListener("submit", function () { free = true; });
    document.addEventListener("click", function (event) { if (event.target.closest("[data-leave]")) { free = true; } });
    window.addEventListener("pageshow", function () { free = false; });
    window.addEventListener("beforeunload", function (event) { if (!free) { event.preventDefault(); } });
  }
  if (!form) { return; }

  const field = form.querySelector("#add"), told = form.querySelector("[data-told]");
  const tiles = Array.from(form.querySelectorAll("[data-tile]"));
  form.dataset.live = "yes";

  function count(tile) {
    const input = tile.querySelector(".tile-qty"), qty = input ? Number(input.value) : 0;
    return Number.isInteger(qty) && qty > 0 ? qty : 0;
  }
  function total() { return tiles.reduce(function (sum, tile) { return sum + count(tile) * Number(tile.dataset.price); }, 0); }
  function number(tile, name) { return tile.dataset[name] === undefined ? Infinity : Number(tile.dataset[name]); }

  // why one more of it cannot be had; "" when it can
  function refused(tile, spent) {
    const price = Number(tile.dataset.price), have = Number(form.dataset.all) - spent;
    if (count(tile) >= number(tile, "left")) { return form.dataset.sayStock; }
    if (count(tile) >= number(tile, "month")) { return form.dataset.sayMonth; }
    if (have < price) { return form.dataset.sayPoints.replace("#", price - have); }
    return number(form, "session") - spent < price ? form.dataset.saySession : "";
  }
  function show() {
    const spent = total();
    form.querySelector("[data-total]").textContent = spent;
    form.querySelector("[data-rest]").textContent = Number(form.dataset.all) - spent;
    tiles.forEach(function (tile) {
      const input = tile.querySelector(".tile-qty"), why = tile.querySelector("[data-why]");
      if (!input) { return; } // it cannot be had whatever else is chosen, and says so
      if (tile.dataset.free === undefined) { tile.dataset.free = why.textContent; }
      const no = refused(tile, spent);
      tile.classList.toggle("chosen", count(tile) > 0);
      why.textContent = no || tile.dataset.free;
      why.className = no ? "care" : "soft";
      tile.querySelector(".tile-add").setAttribute("aria-disabled", String(Boolean(no)));
    });
  }
  // what a tile shows already is only read aloud
  function say(words, shown) {
    told.textContent = words;
    told.classList.toggle("hidden", Boolean(shown));
  }
  function change(tile, more) {
    const input = tile.querySelector(".tile-qty"), no = input ? refused(tile, total()) : tile.querySelector("[data-why]").textContent;
    if (more > 0 && no) {
      say(tile.dataset.name + ": " + no);
    } else if (input) {
      input.value = Math.max(count(tile) + more, 0);
      show();
      say(form.dataset.sayAdded.replace("@", tile.dataset.name).replace("#", input.value), true);
    }
  }

  // the same reading of what is typed as the server's: 2, G02, a label, a name; -2 takes one away
  function meant(typed) {
    const less = /^[-−]/.test(typed), wanted = typed.replace(/^[-−]/, "").replace(/^.*\/g\//, "").trim().toLowerCase();
    const plain = /^\d+$/.test(wanted) ? wanted.replace(/^0+/, "") : "";
    const tile = tiles.find(function (one) {
      return [one.dataset.tile, one.dataset.label, one.dataset.name].some(function (name) { return name.toLowerCase() === wanted; });
    }) || tiles.find(function (one) { return plain && one.dataset.number === plain; });
    return tile ? { tile: tile, more: less ? -1 : 1 } : null;
  }
  function put(typed) {
    const found = meant(typed);
    if (found) { change(found.tile, found.more); }
    return Boolean(found);
  }

  form.addEventListener("click", function (event) {
    const button = event.target.closest(".tile-add, .tile-less");
    if (!button) { return; }
    event.preventDefault();
    change(button.closest("[data-tile]"), button.classList.contains("tile-less") ? -1 : 1);
    if (event.detail && window.matchMedia("(pointer: fine)").matches) {
      field.focus({ preventScroll: true }); // ready for the next scan, and the goods stay under the finger
    }
  });
  form.addEventListener("input", function (event) { if (event.target !== field) { show(); } });
  form.addEventListener("submit", function (event) {
    const typed = field.value.trim();
    let stay = false;
    if (typed) {
      stay = put(typed);
      if (!stay && /^[-−]?\d{1,3}$/.test(typed)) { say(form.dataset.sayUnknown); stay = true; }
      if (stay) { field.value = ""; field.focus(); }
    } else if (!total()) {
      say(form.dataset.sayNothing);
      stay = true;
    }
    if (stay) { event.preventDefault(); event.stopPropagation(); }
  });
  document.addEventListener("points:scanned", function (event) {
    if (put(event.detail.text)) { event.preventDefault(); }
  });
  show();
})();

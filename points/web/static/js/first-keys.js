/* What a scanner gun types into any page, from its first key on; a plain script, so that it is there before the others.
   A second end of a text (CR and LF) within 100 ms belongs to the first; no text of a gun is sent from a field that wants
   to be typed by hand; what came before reading/gun.js was there waits for it in `firstKeys`. */
(function () {
  const FAST = 30, END_AFTER = 100, LEAST = 4, MOST = 300; // milliseconds between keys, before an end; keys
  const SHIFTS = /^(Shift|CapsLock)/, ENDS = /^(Enter|NumpadEnter|Tab)$/;
  let keys = 0, at = 0, ended = -END_AFTER, waiting = [];

  window.firstKeys = function () {
    const kept = waiting || [];
    waiting = null;
    return kept;
  };
  window.addEventListener("load", () => { waiting = null; });

  document.addEventListener("keydown", (event) => {
    if (SHIFTS.test(event.code || event.key) || /^(Control|Alt|Meta)/.test(event.key)) { return; }
    if (!ends(event)) {
      keys = event.timeStamp - at <= FAST ? keys + 1 : 1;
      at = event.timeStamp;
    } else if (!keys && event.timeStamp - ended <= END_AFTER) {
      swallow(event);
      return;
    } else {
      const burst = keys >= LEAST && event.timeStamp - at <= END_AFTER;
      keys = 0;
      if (burst) { ended = event.timeStamp; }
      if (burst && event.target.dataset && event.target.dataset.byHand) {
        swallow(event);
        refuse(event.target);
        return;
      }
    }
    if (waiting && waiting.length < MOST) { waiting.push(event); }
  }, true);

  // a line feed comes as Enter or as Ctrl+J
  function ends(event) { return ENDS.test(event.code || event.key) || (event.ctrlKey && event.code === "KeyJ"); }

  function swallow(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function refuse(field) {
    let told = field.parentNode.querySelector("[data-by-gun]");
    if (!told) {
      told = document.createElement("div");
      told.className = "wrong";
      told.setAttribute("role", "alert");
      told.setAttribute("data-by-gun", "");
      field.parentNode.insertBefore(told, field);
    }
    field.value = "";
    told.textContent = field.dataset.byHand;
  }
})();

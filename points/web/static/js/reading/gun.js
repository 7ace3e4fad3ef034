/* A scanner gun: a keyboard that types faster than hands and ends with Enter or Tab. Its keys are those of a US keyboard,
   whatever an input method makes of them. */
import { ways } from "./ways.js";

const GAP = 50, LEAST = 6; // milliseconds between two keys; keys
const SHIFTS = /^(Shift|CapsLock)/, ENDS = /^(Enter|NumpadEnter|Tab)$/;
const PLAIN = {
  Minus: "-", Equal: "=", Slash: "/", Period: ".", Comma: ",", Semicolon: ";", Space: " ",
  NumpadDivide: "/", NumpadDecimal: ".", NumpadSubtract: "-", NumpadAdd: "+"
};
const SHIFTED = {
  Minus: "_", Equal: "+", Slash: "?", Semicolon: ":", Digit1: "!", Digit2: "@", Digit3: "#", Digit4: "$", Digit5: "%",
  Digit7: "&"
};
let burst = null; // {keys, at, target, before, composed}

/* Give each text that a gun types on this page to `read`. */
export function listen(read) {
  const early = window.firstKeys ? window.firstKeys() : [];
  // what was typed into a field meanwhile is there, and its Enter has sent it
  early.filter((event) => !holdsText(event.target)).forEach((event) => { hear(event, read); });
  document.addEventListener("keydown", (event) => { hear(event, read); }, true);
}
function hear(event, read) {
  if (!ways() || SHIFTS.test(event.code || event.key)) { return; }
  if (ENDS.test(event.code || event.key)) {
    const shot = burst && event.timeStamp - burst.at <= 2 * GAP && burst.keys.length >= LEAST ? burst : null;
    burst = null;
    if (shot) { fire(shot, event, read); }
    return;
  }
  note(event);
}

/* {key, composed} of a keydown: the character that was meant, "" for none, and whether an input method had it. */
export function pressed(event) {
  const composed = event.isComposing || event.keyCode === 229 || event.key === "Process";
  return { key: composed || !/^[ -~]$/.test(event.key) ? meant(event) : event.key, composed: composed };
}
function meant(event) {
  const letter = /^Key([A-Z])$/.exec(event.code), digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (letter) {
    const large = event.shiftKey !== Boolean(event.getModifierState && event.getModifierState("CapsLock"));
    return large ? letter[1] : letter[1].toLowerCase();
  }
  if (event.shiftKey && SHIFTED[event.code]) { return SHIFTED[event.code]; }
  return digit ? digit[1] : PLAIN[event.code] || "";
}

function note(event) {
  const { key, composed } = pressed(event);
  if (!key || event.repeat || event.ctrlKey || event.altKey || event.metaKey) { burst = null; return; }
  if (!burst || event.timeStamp - burst.at > GAP) {
    burst = { keys: "", at: 0, target: event.target, before: event.target.value, composed: false };
  }
  burst.keys += key;
  burst.at = event.timeStamp;
  burst.composed = burst.composed || composed || key !== event.key;
  if (burst.keys.length > 1 && !holdsText(event.target)) { event.preventDefault(); } // no shortcut is meant
}

function fire(shot, event, read) {
  const address = /^https?:\/\//i.test(shot.keys), own = shot.target.id === ways().dataset.field;
  // other texts stay where they are typed; only an input method's garbage in our own field is put right
  if (!address && holdsText(shot.target) && !(own && shot.composed)) { return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!holdsText(shot.target)) { read(shot.keys); return; }
  let kept = shot.before;
  function giveBack() {
    if (shot.target.value === kept) { return; }
    shot.target.value = kept;
    shot.target.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (shot.composed) {
    shot.target.blur(); // ends what the input method is composing, which it then still writes
    window.setTimeout(() => { giveBack(); shot.target.focus(); }, 60);
  }
  giveBack();
  read(shot.keys);
  kept = shot.target.value;
}
function holdsText(one) { return one.matches && one.matches("input, textarea, select"); }

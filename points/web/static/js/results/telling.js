/* A result is also heard and felt: a tone, a vibration, a spoken sentence. The page says all of it without this. Nothing
   sounds before somebody has pressed something on this page, because browsers allow none; and whether it should is
   remembered on this device. */
const KEPT = "points_sound";
const TONES = { good: [[660, 0, 0.14], [990, 0.15, 0.24]], care: [[311, 0, 0.2], [208, 0.24, 0.34]] };
const SPEAKS_AFTER = 450; // milliseconds: the tone first
const SHAKES = { good: [120], care: [200, 100, 200] };
let audio = null, pressed = false;

/* `kind` is "good" or "care". */
export function tell(kind, spoken) {
  if (!mayBeHeard()) { return; }
  if (navigator.vibrate) { navigator.vibrate(SHAKES[kind]); }
  if (isWanted()) { sound(kind, spoken); }
}

/* Tell the result that this page shows, [data-result] with [data-spoken], where it shows one. */
export function tellShown() {
  const result = document.querySelector("[data-result]");
  showSwitches();
  if (result) { tell(result.dataset.result, result.dataset.spoken); }
}

export function listenToButtons() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-again]")) {
      const result = event.target.closest("[data-result]");
      sound(result.dataset.result, result.dataset.spoken);
    }
    if (event.target.closest("[data-sound]")) {
      want(!isWanted());
      showSwitches();
    }
  });
}
function showSwitches() {
  document.querySelectorAll("[data-heard]").forEach((one) => { one.hidden = false; });
  document.querySelectorAll("[data-sound]").forEach((one) => {
    one.textContent = isWanted() ? one.dataset.on : one.dataset.off;
  });
}

function isWanted() {
  try { return window.localStorage.getItem(KEPT) !== "off"; } catch { return true; }
}
function want(on) {
  try { window.localStorage.setItem(KEPT, on ? "on" : "off"); } catch { /* then until the page is left */ }
  if (!on && window.speechSynthesis) { window.speechSynthesis.cancel(); }
}
function mayBeHeard() {
  return pressed || Boolean(navigator.userActivation && navigator.userActivation.hasBeenActive);
}

/* What is allowed only inside a press is made ready by the first one. */
export function readyAtTheFirstPress() {
  ["pointerdown", "keydown"].forEach((kind) => { document.addEventListener(kind, ready, true); });
}
function ready() {
  if (pressed) { return; }
  pressed = true;
  if (!isWanted() || !document.querySelector("[data-scan], [data-result], form[data-instant]")) { return; }
  if (Context() && !audio) { audio = new (Context())(); }
  if (window.speechSynthesis) { window.speechSynthesis.speak(new SpeechSynthesisUtterance("")); }
}

function sound(kind, spoken) {
  tone(kind);
  speak(spoken);
}
function tone(kind) {
  if (!Context()) { return; }
  audio = audio || new (Context())();
  if (audio.state === "suspended") { audio.resume(); }
  TONES[kind].forEach(([hertz, after, lasts]) => {
    const from = audio.currentTime + after, until = from + lasts;
    const voice = audio.createOscillator(), volume = audio.createGain();
    voice.type = "triangle";
    voice.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.35, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, until);
    voice.connect(volume).connect(audio.destination);
    voice.start(from);
    voice.stop(until);
  });
}
function speak(words) {
  if (!words || !window.speechSynthesis) { return; }
  const said = new SpeechSynthesisUtterance(words);
  said.lang = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
  said.rate = 0.9;
  window.speechSynthesis.cancel();
  window.setTimeout(() => { window.speechSynthesis.speak(said); }, SPEAKS_AFTER);
}
function Context() { return window.AudioContext || window.webkitAudioContext; }

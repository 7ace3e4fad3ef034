/* A result is also heard and felt: a tone, a vibration, a spoken sentence. The page says all of it without this script.

   An element [data-result="good" | "care"] with [data-spoken] is told when it comes up; another script tells one with
     document.dispatchEvent(new CustomEvent("points:tell", {detail: {kind: "good", spoken: "…"}})).
   Nothing sounds before somebody has pressed something on this page, because browsers allow none. Therefore the one
   button of a check-in (form[data-instant]) and an address from the camera ("points:open") are answered on the page
   itself: a page newly opened would be silent. */
(function () {
  "use strict";
  const KEPT = "points_sound";
  const TONES = { good: [[660, 0, 0.14], [990, 0.15, 0.24]], care: [[311, 0, 0.2], [208, 0.24, 0.34]] };
  const SHAKES = { good: [120], care: [200, 100, 200] };
  const SPEAKS_AFTER = 450; // milliseconds: the tone first
  let audio = null, pressed = false;

  function soundWanted() {
    try { return window.localStorage.getItem(KEPT) !== "off"; } catch (closed) { return true; }
  }
  function wantSound(on) {
    try { window.localStorage.setItem(KEPT, on ? "on" : "off"); } catch (closed) { /* then until the page is left */ }
  }
  function mayBeHeard() {
    return pressed || Boolean(navigator.userActivation && navigator.userActivation.hasBeenActive);
  }

  // what is allowed only inside a press is made ready by the first one
  function ready() {
    if (pressed) { return; }
    pressed = true;
    if (!soundWanted() || !document.querySelector("[data-scan], [data-result], form[data-instant]")) { return; }
    const Context = window.AudioContext || window.webkitAudioContext;
    if (Context && !audio) { audio = new Context(); }
    if (window.speechSynthesis) { window.speechSynthesis.speak(new SpeechSynthesisUtterance("")); }
  }
  ["pointerdown", "keydown"].forEach(function (kind) { document.addEventListener(kind, ready, true); });

  function tone(kind) {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context) { return; }
    audio = audio || new Context();
    if (audio.state === "suspended") { audio.resume(); }
    TONES[kind].forEach(function (note) {
      const from = audio.currentTime + note[1], until = from + note[2];
      const voice = audio.createOscillator(), volume = audio.createGain();
      voice.type = "triangle";
      voice.frequency.value = note[0];
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
    window.setTimeout(function () { window.speechSynthesis.speak(said); }, SPEAKS_AFTER);
  }
  function sound(kind, spoken) {
    tone(kind);
    speak(spoken);
  }
  function tell(kind, spoken) {
    if (!mayBeHeard()) { return; }
    if (navigator.vibrate) { navigator.vibrate(SHAKES[kind]); }
    if (soundWanted()) { sound(kind, spoken); }
  }
  document.addEventListener("points:tell", function (event) { tell(event.detail.kind, event.detail.spoken); });

  // --- a result on this page

  function showSwitches() {
    document.querySelectorAll("[data-heard]").forEach(function (one) { one.hidden = false; });
    document.querySelectorAll("[data-sound]").forEach(function (one) {
      one.textContent = soundWanted() ? one.dataset.on : one.dataset.off;
    });
  }
  function come() {
    const result = document.querySelector("[data-result]");
    showSwitches();
    if (result) { tell(result.dataset.result, result.dataset.spoken); }
  }
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-again]")) {
      const result = event.target.closest("[data-result]");
      sound(result.dataset.result, result.dataset.spoken);
    }
    if (event.target.closest("[data-sound]")) {
      wantSound(!soundWanted());
      if (!soundWanted() && window.speechSynthesis) { window.speechSynthesis.cancel(); }
      showSwitches();
    }
  });

  // --- answered without leaving the page

  function put(page) {
    const main = document.querySelector("main");
    main.replaceWith(document.importNode(page.querySelector("main"), true));
    document.title = page.title;
    window.scrollTo(0, 0);
    document.querySelector("main").focus({ preventScroll: true });
    come();
  }
  async function read(answer) {
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }
  document.addEventListener("submit", async function (event) {
    const form = event.target.closest("form[data-instant]");
    if (!form || event.defaultPrevented) { return; }
    event.preventDefault();
    let answer, page;
    try {
      answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      page = await read(answer);
    } catch (unreachable) {
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
  });
  document.addEventListener("points:open", async function (event) {
    const address = event.detail.address;
    try {
      const answer = await fetch(address), page = await read(answer);
      if (!page.querySelector("main .result")) { window.location.assign(answer.url); return; }
      window.history.pushState({}, "", answer.url);
      put(page);
    } catch (unreachable) {
      window.location.assign(address);
    }
  });
  window.addEventListener("popstate", function () { window.location.reload(); });
  window.addEventListener("pageshow", come);
})();

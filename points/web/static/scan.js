/* Codes come to a page by the camera, from a photo, by a scanner gun, or typed; the page has a field for typing already.

   Each one that is read becomes the event "points:scanned" on [data-scan], with detail
     {text, kind, code, source}: kind is s (activity), c (card), p (pick-up), g (goods) or "" for a bare text.
   A script that handles it calls preventDefault(), and the camera stays open for the next one. Otherwise
   data-then="open" leads to the address and data-then="fill" fills the field data-field and sends its form.
   The reader and its wasm are fetched when somebody opens the camera or chooses a photo. Pictures stay here. */
(function () {
  "use strict";
  const QR = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true };
  const WIDEST = { camera: 960, photo: 1600 }; // pixels that are looked at
  const LOOKS_AGAIN = 60, SAME_CODE = 2000; // milliseconds

  function here() { return document.querySelector("[data-scan]"); }
  function part(name) { return here().querySelector("[data-scan-" + name + "]"); }
  function say(name) {
    const notice = part("says"), words = name ? here().dataset["say" + name] : "";
    const care = !["", "Opening", "Aim", "Looking"].includes(name);
    notice.hidden = !words;
    notice.classList.toggle("care", care);
    notice.querySelector("[data-words]").textContent = words;
    if (care) { document.dispatchEvent(new CustomEvent("points:tell", { detail: { kind: "care", spoken: words } })); }
  }

  // --- what was read

  // an address of this service, as this page would write it; null for anything else
  function ours(text) {
    const root = new URL(here().dataset.root, window.location.href);
    let address;
    try { address = new URL(text); } catch (none) { return null; }
    for (const base of [new URL(here().dataset.ours), root]) {
      const below = base.pathname.replace(/\/$/, "") + "/";
      if (address.origin !== base.origin || !address.pathname.startsWith(below)) { continue; }
      const found = /^([a-z])\/([0-9a-z-]+)\/?$/i.exec(address.pathname.slice(below.length));
      if (found) {
        const kind = found[1].toLowerCase(), code = found[2].toUpperCase();
        return { text: new URL(kind + "/" + code, root).href, kind: kind, code: code };
      }
    }
    return null;
  }
  function scanned(text, source) {
    const scan = here();
    const bare = source === "gun" && scan.dataset.then === "fill" && /^[\w-]{4,40}$/.test(text);
    const read = ours(text) || (bare ? { text: text, kind: "", code: text } : null);
    if (!read) { say("Foreign"); return; }
    if (read.kind && !scan.dataset.kinds.includes(read.kind)) { say("Elsewhere"); return; }
    say(camera ? "Aim" : "");
    const event = new CustomEvent("points:scanned", {
      bubbles: true, cancelable: true, detail: Object.assign({ source: source }, read)
    });
    if (!scan.dispatchEvent(event)) { return; }
    close();
    if (scan.dataset.then === "open") {
      document.dispatchEvent(new CustomEvent("points:open", { detail: { address: read.text } }));
      return;
    }
    const field = document.getElementById(scan.dataset.field);
    field.value = read.text;
    const form = field.form;
    if (form.requestSubmit) { form.requestSubmit(); } else { form.querySelector("button:not([type=button])").click(); }
  }

  // --- the reader

  let reader = null;
  function load() {
    if (!reader) {
      reader = new Promise(function (done, failed) {
        const script = document.createElement("script");
        script.src = here().dataset.reader;
        script.onload = done;
        script.onerror = failed;
        document.head.appendChild(script);
      }).then(function () {
        const wasm = here().dataset.wasm;
        return window.ZXingWASM.prepareZXingModule({
          overrides: { locateFile: function () { return wasm; } }, fireImmediately: true
        });
      });
      reader.catch(function () { reader = null; });
    }
    return reader;
  }
  // the text of the one code in a picture, or ""
  async function look(picture, width, height, widest) {
    const scale = Math.min(1, widest / Math.max(width, height));
    const canvas = look.canvas || (look.canvas = document.createElement("canvas"));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const paper = canvas.getContext("2d", { willReadFrequently: true });
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return first(await window.ZXingWASM.readBarcodes(paper.getImageData(0, 0, canvas.width, canvas.height), QR));
  }
  function first(found) { return found.length && found[0].isValid ? found[0].text : ""; }

  // --- the camera

  let camera = null; // the stream, while it is open
  const REFUSED = { NotAllowedError: "Refused", SecurityError: "Refused", NotFoundError: "None", OverconstrainedError: "None" };

  async function open() {
    if (camera) { return; }
    say("Opening");
    part("camera").disabled = true;
    const loading = load();
    loading.catch(function () { /* told below */ });
    try {
      camera = await navigator.mediaDevices.getUserMedia({
        audio: false, video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } }
      });
    } catch (error) {
      part("camera").disabled = false;
      offerPhoto(REFUSED[error.name] || "Busy");
      return;
    }
    if (document.hidden) { close(); return; }
    const video = part("view").querySelector("video"), stream = camera;
    video.srcObject = stream;
    stream.getVideoTracks()[0].onended = close; // unplugged, or taken away by the system
    part("view").hidden = false;
    part("camera").hidden = true;
    part("camera").disabled = false;
    try {
      await Promise.all([video.play(), loading]);
    } catch (failed) {
      if (camera === stream) { close(); say("Failed"); }
      return;
    }
    if (camera !== stream) { return; }
    say("Aim");
    part("stop").focus({ preventScroll: true });
    here().scrollIntoView({ block: "nearest" });
    watch(video, stream);
  }
  async function watch(video, stream) {
    let last = "", seen = 0;
    while (camera === stream && video.isConnected) {
      const text = video.videoWidth ? await look(video, video.videoWidth, video.videoHeight, WIDEST.camera) : "";
      const now = Date.now();
      if (camera === stream && text) {
        const again = text === last && now - seen < SAME_CODE;
        last = text;
        seen = now;
        if (!again) { scanned(text, "camera"); }
      }
      await new Promise(function (next) { window.setTimeout(next, LOOKS_AGAIN); });
    }
    if (camera === stream) { close(); }
  }
  function close() {
    if (!camera) { return; }
    camera.getTracks().forEach(function (track) { track.stop(); });
    camera = null;
    if (here()) {
      part("view").hidden = true;
      part("view").querySelector("video").srcObject = null;
      part("camera").hidden = part("camera").disabled = false;
      say("");
    }
  }
  document.addEventListener("visibilitychange", function () { if (document.hidden) { close(); } });
  window.addEventListener("pagehide", close);

  // --- a photo

  let chooser = null;
  function offerPhoto(why) {
    part("photo").hidden = false;
    say(why);
  }
  function choosePhoto() {
    if (!chooser) {
      chooser = document.createElement("input"); // in no form and without a name: it cannot be sent
      chooser.type = "file";
      chooser.accept = "image/*";
      chooser.hidden = true;
      chooser.addEventListener("change", function () {
        const photo = chooser.files[0];
        chooser.value = "";
        if (photo) { readPhoto(photo); }
      });
      document.body.appendChild(chooser);
    }
    chooser.click();
  }
  async function readPhoto(photo) {
    say("Looking");
    let text = "";
    try {
      await load();
      const picture = await createImageBitmap(photo).catch(function () { return null; });
      if (picture) { text = await look(picture, picture.width, picture.height, WIDEST.photo); }
      if (!text) { text = first(await window.ZXingWASM.readBarcodes(photo, QR)); }
    } catch (failed) {
      say("Failed");
      return;
    }
    if (text) { scanned(text, "photo"); } else { say("Empty"); }
  }

  // --- the scanner gun: a keyboard that types faster than hands and ends with Enter or Tab

  const GAP = 50, LEAST = 6; // milliseconds between two keys; keys
  const PLAIN = { Minus: "-", Equal: "=", Slash: "/", Period: ".", Comma: ",", Semicolon: ";", Space: " ",
    NumpadDivide: "/", NumpadDecimal: ".", NumpadSubtract: "-", NumpadAdd: "+" };
  const SHIFTED = { Minus: "_", Equal: "+", Slash: "?", Semicolon: ":", Digit1: "!", Digit2: "@", Digit3: "#",
    Digit4: "$", Digit5: "%", Digit7: "&" };
  let burst = null; // {keys, at, target, before, composed}

  // which character of a US keyboard was meant, whatever an input method made of it
  function meant(event) {
    const letter = /^Key([A-Z])$/.exec(event.code), digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    if (letter) {
      const large = event.shiftKey !== (event.getModifierState && event.getModifierState("CapsLock"));
      return large ? letter[1] : letter[1].toLowerCase();
    }
    if (event.shiftKey && SHIFTED[event.code]) { return SHIFTED[event.code]; }
    return digit ? digit[1] : PLAIN[event.code] || "";
  }
  function holdsText(one) { return one.matches && one.matches("input, textarea, select"); }

  document.addEventListener("keydown", function (event) {
    if (!here() || /^(Shift|CapsLock)/.test(event.code || event.key)) { return; }
    const composed = event.isComposing || event.keyCode === 229 || event.key === "Process";
    if (/^(Enter|NumpadEnter|Tab)$/.test(event.code || event.key)) {
      const shot = burst && event.timeStamp - burst.at <= 2 * GAP && burst.keys.length >= LEAST ? burst : null;
      burst = null;
      if (shot) { fire(shot, event); }
      return;
    }
    const key = composed || !/^[ -~]$/.test(event.key) ? meant(event) : event.key;
    if (!key || event.repeat || event.ctrlKey || event.altKey || event.metaKey) { burst = null; return; }
    if (!burst || event.timeStamp - burst.at > GAP) {
      burst = { keys: "", at: 0, target: event.target, before: event.target.value, composed: false };
    }
    burst.keys += key;
    burst.at = event.timeStamp;
    burst.composed = burst.composed || composed || key !== event.key;
    if (burst.keys.length > 1 && !holdsText(event.target)) { event.preventDefault(); } // no shortcut is meant
  }, true);

  function fire(shot, event) {
    const address = /^https?:\/\//i.test(shot.keys), own = shot.target.id === here().dataset.field;
    // other texts stay where they are typed; only an input method's garbage in our own field is put right
    if (!address && holdsText(shot.target) && !(own && shot.composed)) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!holdsText(shot.target)) { scanned(shot.keys, "gun"); return; }
    let kept = shot.before;
    function giveBack() {
      if (shot.target.value === kept) { return; }
      shot.target.value = kept;
      shot.target.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (shot.composed) {
      shot.target.blur(); // ends what the input method is composing, which it then still writes
      window.setTimeout(function () { giveBack(); shot.target.focus(); }, 60);
    }
    giveBack();
    scanned(shot.keys, "gun");
    kept = shot.target.value;
  }

  // --- the page

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-scan-camera]")) { open(); }
    if (event.target.closest("[data-scan-stop]")) { close(); part("camera").focus(); }
    if (event.target.closest("[data-scan-photo]")) { choosePhoto(); }
  });
  if (here()) {
    if (window.isSecureContext && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
      part("camera").hidden = false;
    } else {
      part("photo").hidden = false;
      part("plain").hidden = false;
    }
  }
})();

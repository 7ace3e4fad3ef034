/* Check-ins that wait for the network. Each is on this device before the screen says so, and is sent by whichever staff
   page is open, in order, with its own nonce: sent twice, it counts once. What is refused stays until somebody answers
   it. All of it belongs to the person signed in, and is cleared when they sign out. Pages work without it. */
(function () {
  "use strict";
  const place = document.querySelector("[data-offline]");
  if (!place) { return; }
  const person = place.dataset.person;
  const words = JSON.parse(place.querySelector("script").textContent);
  const COPY = "points-roster|"; // what the names of page copies begin with: then the person, the page, the time
  const COPY_LASTS = 36 * 3600 * 1000;
  const PATIENCE = 15000;
  const LEASE = 20000; // for longer than one answer is waited for
  const ELSEWHERE = 3000;
  const SOON = 1500, LOOKS_AGAIN = 10000;
  const me = newName();
  let offline = false, sending = false, onceMore = false, tries = 0, timer = 0, trouble = "", asked = null;

  // --- what is kept

  let database = null;
  function open() {
    database = database || new Promise(function (done, failed) {
      const request = indexedDB.open("points-checkin", 1);
      request.onupgradeneeded = function () {
        const scans = request.result.createObjectStore("scans", { keyPath: "order", autoIncrement: true });
        scans.createIndex("nonce", "nonce", { unique: true });
        scans.createIndex("person", "person");
        request.result.createObjectStore("notes", { keyPath: "name" });
      };
      request.onsuccess = function () { done(request.result); };
      request.onerror = function () { failed(request.error); };
    });
    return database;
  }

  /* Do something with a store; answered when it is written, not when it is asked for. */
  async function within(store, mode, act) {
    const opened = await open();
    return new Promise(function (done, failed) {
      const change = opened.transaction(store, mode, { durability: "strict" });
      const request = act(change.objectStore(store));
      change.oncomplete = function () { done(request && request.result); };
      change.onabort = change.onerror = function () { failed(change.error); };
    });
  }

  function all() {
    return within("scans", "readonly", function (scans) { return scans.index("person").getAll(person); });
  }
  async function waiting() { return (await all()).filter(function (scan) { return scan.state === "waiting"; }); }
  async function add(scan) {
    const kept = Object.assign({
      nonce: newName(), person: person, state: "waiting", tried: false, kept_at: Date.now()
    }, scan);
    kept.order = await within("scans", "readwrite", function (scans) { return scans.add(kept); });
    changed();
    return kept;
  }
  async function put(scan) {
    await within("scans", "readwrite", function (scans) { return scans.put(scan); });
    changed();
  }
  async function drop(scan) {
    await within("scans", "readwrite", function (scans) { return scans.delete(scan.order); });
    changed();
  }
  async function note(name) {
    const found = await within("notes", "readonly", function (notes) { return notes.get(name); });
    return found && found.value;
  }
  function setNote(name, value) {
    return within("notes", "readwrite", function (notes) { return notes.put({ name: name, value: value }); });
  }

  /* One tab sends at a time, by a lock of the browser, or where it has none by this lease; a tab that vanished with it is
     waited for no longer than LEASE. Nobody sends for somebody else. */
  async function lease(lasts) {
    const opened = await open();
    return new Promise(function (done) {
      const change = opened.transaction("notes", "readwrite"), notes = change.objectStore("notes");
      let mine = false;
      notes.get("sending").onsuccess = function (event) {
        const held = event.target.result && event.target.result.value;
        mine = Boolean(navigator.locks) || !held || held.by === me || held.until < Date.now();
        if (mine && !navigator.locks) { notes.put({ name: "sending", value: { by: me, until: Date.now() + lasts } }); }
      };
      notes.get("person").onsuccess = function (event) {
        if (event.target.result && event.target.result.value !== person) { mine = false; }
      };
      change.oncomplete = function () { done(mine); };
      change.onabort = function () { done(false); };
    });
  }

  // --- what is sent

  async function flush() {
    window.clearTimeout(timer);
    if (sending) { onceMore = true; return; }
    sending = true;
    onceMore = false;
    let again = 0;
    try {
      again = await (navigator.locks ? navigator.locks.request("points-checkin", { ifAvailable: true }, function (lock) {
        return lock ? sendAll() : ELSEWHERE;
      }) : sendAll());
    } catch (error) { /* nothing can be kept here, so nothing waits */ }
    sending = false;
    if (again || onceMore) { timer = window.setTimeout(flush, again); }
    draw();
  }

  /* Send what waits, in order; after how many milliseconds to try again, 0 when all is settled. */
  async function sendAll() {
    for (let next = (await waiting())[0]; next; next = (await waiting())[0]) {
      if (!await lease(LEASE)) { return ELSEWHERE; }
      if (!await send(next)) {
        tries += 1;
        await lease(0);
        return Math.min(60000, 250 * Math.pow(2, tries)) * (0.75 + Math.random() / 2);
      }
      tries = 0;
      trouble = "";
    }
    trouble = "";
    await lease(0);
    return 0;
  }

  /* Send one; whether it is settled, by an answer or by a refusal. */
  async function send(scan) {
    scan = await tried(scan.order);
    if (!scan) { return true; } // taken back meanwhile
    let answer = await post(scan);
    if (answer && (answer.status === 401 || ["form-expired", "not-permitted"].includes(answer.body.code))) {
      // another person is signed in by now, nobody is, or the page's token is from before
      if (!await stillMe()) { trouble = "sign-in"; return false; }
      answer = await post(scan);
    }
    if (!answer || answer.status === 429 || answer.status >= 500) { trouble = "network"; return false; }
    if (answer.body.result === "ok") {
      const now = (await all()).find(function (one) { return one.order === scan.order; });
      if (now && now.undo) {
        const undone = await post(scan, place.dataset.undo, { nonce: scan.nonce });
        if (!undone || undone.status >= 500) { trouble = "network"; return false; }
      }
      await drop(scan);
      tell("points:sent", { scan: scan, answer: answer.body });
    } else {
      scan.state = "refused";
      scan.refusal = answer.body;
      await put(scan);
      tell("points:refused", { scan: scan, refusal: answer.body });
    }
    return true;
  }

  /* The scan as it stands, marked as sent; null when it is no longer there. */
  async function tried(order) {
    const opened = await open();
    return new Promise(function (done, failed) {
      const change = opened.transaction("scans", "readwrite"), scans = change.objectStore("scans");
      let found = null;
      scans.get(order).onsuccess = function (event) {
        found = event.target.result || null;
        if (found && found.undo && !found.tried) { scans.delete(order); found = null; }
        if (found && !found.tried) { found.tried = true; scans.put(found); }
      };
      change.oncomplete = function () { done(found); };
      change.onabort = function () { failed(change.error); };
    });
  }

  async function post(scan, address, body) {
    const ticked = !scan.text;
    const asked = {
      activity: scan.activity, direction: scan.direction, nonce: scan.nonce, occurred_at: scan.occurred_at,
      force: Boolean(scan.force), guardian_present: Boolean(scan.guardian)
    };
    asked[ticked ? "volunteer" : "code"] = ticked ? scan.volunteer : scan.text;
    const token = document.querySelector("input[name=csrf_token]");
    const answer = await ask(address || (ticked ? place.dataset.ticks : place.dataset.scans), {
      method: "POST", body: JSON.stringify(body || asked),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token.value : "" }
    });
    if (!answer || answer.redirected || !/json/.test(answer.headers.get("Content-Type") || "")) { return null; }
    try {
      return { status: answer.status, body: await answer.json() };
    } catch (error) {
      return null; // the answer broke off on its way
    }
  }

  /* Take a scan back, wherever it is by now; the refusal, where there is one. */
  async function undo(scan) {
    const found = (await all()).find(function (one) { return one.nonce === scan.nonce; });
    if (found) {
      found.undo = true;
      await put(found);
      await flush();
      return null;
    }
    const answer = await post(scan, place.dataset.undo, { nonce: scan.nonce });
    if (!answer) { return { title: words.no_network, detail: "", next_step: "" }; }
    return answer.status < 300 ? null : answer.body;
  }

  /* An answer, or null where none comes in time. */
  async function ask(address, options) {
    const patience = new AbortController(), alarm = window.setTimeout(function () { patience.abort(); }, PATIENCE);
    let answer = null;
    try {
      answer = await fetch(address, Object.assign({ credentials: "same-origin", signal: patience.signal }, options));
    } catch (error) { /* no network, or none that is fast enough */ }
    window.clearTimeout(alarm);
    if (offline !== !answer) {
      offline = !answer;
      draw();
    }
    return answer;
  }

  /* Whether the service still knows this person here; the forms of this page get its fresh token. */
  async function stillMe() {
    const answer = await ask(place.dataset.check, { cache: "no-store" });
    if (!answer || !answer.ok || answer.redirected) { return false; }
    return adopt(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }

  function adopt(page) {
    const there = page.querySelector("[data-offline]"), token = page.querySelector("input[name=csrf_token]");
    if (!there || !token || there.dataset.person !== person) { return false; }
    document.querySelectorAll("input[name=csrf_token]").forEach(function (field) { field.value = token.value; });
    return true;
  }

  // --- what is seen

  const banner = place.querySelector("[data-waits]"), says = place.querySelector("[data-says]");
  const hasRoster = Boolean(document.getElementById("roster"));
  const choices = {};
  place.querySelectorAll("[data-do]").forEach(function (one) { choices[one.dataset.do] = one; });

  async function draw() {
    let kept = [];
    try { kept = await all(); } catch (error) { return; }
    const left = kept.filter(function (scan) { return scan.state === "waiting"; });
    const refused = kept.filter(function (scan) { return scan.state === "refused"; });
    const signIn = trouble === "sign-in";
    const lasting = left.length > 0 && (offline || Boolean(trouble) || Date.now() - left[0].kept_at > SOON);
    if (left.length && !lasting) { window.setTimeout(draw, SOON); }
    const sentences = [];
    if (asked) {
      sentences.push(say(words.leaving, { n: kept.length }));
    } else {
      if (offline) { sentences.push(hasRoster ? words.offline : words.offline_here); }
      if (lasting) { sentences.push(say(words.waiting, { n: left.length, time: time(left[0].occurred_at) })); }
      if (lasting && signIn) { sentences.push(words.sign_in); }
      if (refused.length) { sentences.push(say(words.refused, { n: refused.length })); }
    }
    tellAll(join(sentences));
    if (refused.length) { choices.look.href = place.dataset.roster.replace("CODE", refused[0].activity) + "#inbox"; }
    choices.send.hidden = Boolean(asked) || !lasting || offline || signIn;
    choices.enter.hidden = Boolean(asked) || !lasting || !signIn || offline;
    choices.look.hidden = Boolean(asked) || !refused.length;
    choices.stay.hidden = choices.leave.hidden = !asked;
    tell("points:drawn", { kept: kept, offline: offline });
  }

  function tellAll(text) {
    if (says.textContent !== text) { says.textContent = text; }
    banner.hidden = !text;
  }

  function changed() {
    if (channel) { channel.postMessage("changed"); }
    draw();
  }
  const channel = window.BroadcastChannel ? new BroadcastChannel("points-checkin") : null;
  if (channel) { channel.onmessage = function () { draw(); tell("points:changed", {}); }; }

  // --- the last rescue: a text with what waits, to keep and to bring in again

  const COLUMNS = ["occurred_at", "direction", "name", "volunteer", "text", "activity", "title", "nonce", "why"];

  function written(scans) {
    const rows = scans.map(function (scan) {
      const why = scan.refusal ? scan.refusal.title : "";
      return COLUMNS.map(function (column) { return column === "why" ? why : scan[column] || ""; });
    });
    const lines = [words.columns].concat(rows).map(function (row) {
      return row.map(function (cell) {
        // a cell that begins like a formula would be worked out by a table program
        const text = /^[=+\-@\t]/.test(cell) ? "'" + cell : String(cell);
        return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
      }).join(",");
    });
    return "\ufeff" + lines.join("\r\n") + "\r\n";
  }

  async function save() {
    const kept = await all(), link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([written(kept)], { type: "text/csv;charset=utf-8" }));
    link.download = words.file + "-" + new Date().toISOString().slice(0, 10) + ".csv";
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }

  /* Queue what a saved text holds; how many were new. What is no such text, or is here already, adds nothing. */
  async function bringIn(text) {
    let added = 0;
    const known = new Set((await all()).map(function (scan) { return scan.nonce; }));
    for (const row of read(text).slice(0, 5000)) {
      const scan = {};
      COLUMNS.forEach(function (column, index) { scan[column] = (row[index] || "").replace(/^'/, ""); });
      const fits = /^[!-~]{8,64}$/.test(scan.nonce) && /^(in|out|auto)$/.test(scan.direction) &&
        !isNaN(Date.parse(scan.occurred_at)) && /^[0-9A-Za-z-]{1,40}$/.test(scan.activity) &&
        (scan.text || scan.volunteer) && scan.text.length <= 500 && scan.volunteer.length <= 20;
      if (!fits || known.has(scan.nonce)) { continue; }
      known.add(scan.nonce);
      delete scan.why;
      await add(scan);
      added += 1;
    }
    if (added) { flush(); }
    return added;
  }

  function read(text) {
    const rows = [];
    let row = [], cell = "", quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const one = text[at];
      if (quoted) {
        if (one !== '"') { cell += one; } else if (text[at + 1] === '"') { cell += one; at += 1; } else { quoted = false; }
      } else if (one === '"') {
        quoted = true;
      } else if (one === "," || one === "\t") {
        row.push(cell); cell = "";
      } else if (one === "\n" || one === "\r") {
        row.push(cell); rows.push(row); row = []; cell = "";
      } else {
        cell += one;
      }
    }
    row.push(cell);
    rows.push(row);
    return rows;
  }

  // --- signing out

  /* Whether a form ends the sign-in of this browser. */
  function endsHere(form) {
    const ways = place.dataset.leaves.split(" "), way = ways.indexOf(new URL(form.action, window.location).pathname);
    return way === 0 || (way > 0 && Boolean(form.elements.all));
  }

  document.addEventListener("submit", function (event) {
    const form = event.target, leaves = endsHere(form), checksIn = form.matches("[data-tick], [data-find]");
    if (!leaves && (!offline || checksIn)) { return; }
    event.preventDefault();
    event.stopPropagation();
    if (leaves) { leave(form); return; }
    // sent now, it would lead to the browser's own page, and what was typed would be gone
    tellAll(words.no_network);
    banner.scrollIntoView({ block: "center" });
    look();
  }, true);

  async function leave(form) {
    let kept = [];
    try { kept = await all(); } catch (error) { /* nothing can be kept here, so nothing is */ }
    if (!kept.length) { signOut(form); return; }
    asked = form;
    await draw();
    banner.scrollIntoView({ block: "center" });
    choices.stay.focus();
  }

  async function signOut(form) {
    const answer = await ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer || !answer.ok) {
      asked = null;
      await draw();
      tellAll(words.no_sign_out);
      banner.scrollIntoView({ block: "center" });
      return;
    }
    await forget();
    window.location.assign(answer.url);
  }

  /* Clear what this person has on this device. */
  async function forget() {
    try {
      for (const scan of await all()) { await within("scans", "readwrite", function (scans) { return scans.delete(scan.order); }); }
      await within("notes", "readwrite", function (notes) { return notes.clear(); });
    } catch (error) { /* nothing could be kept */ }
    await dropCopies(function (name) { return name.startsWith(COPY + person + "|"); });
    if (navigator.serviceWorker) {
      const worker = await navigator.serviceWorker.getRegistration(place.dataset.roster.replace(/CODE.*/, ""));
      if (worker) { await worker.unregister(); }
    }
  }

  async function dropCopies(which) {
    if (!window.caches) { return; }
    for (const name of await caches.keys()) {
      if (name.startsWith(COPY) && which(name)) { await caches.delete(name); }
    }
  }

  // --- small things

  function newName() {
    const random = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(random, function (one) { return one.toString(16).padStart(2, "0"); }).join("");
  }
  function say(sentence, facts) {
    return sentence.replace(/%\((\w+)\)s/g, function (_, name) { return facts[name]; });
  }
  function join(sentences) { return sentences.join(document.documentElement.lang === "en" ? " " : ""); }
  const clock = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: place.dataset.zone });
  const day = new Intl.DateTimeFormat("zh-CN", { month: "numeric", day: "numeric", timeZone: place.dataset.zone });
  /* 09:02, and the day where it is not `today`. */
  function time(iso, today) {
    const at = new Date(iso), on = day.format(at);
    return on === day.format(today || at) ? clock.format(at) : on + " " + clock.format(at);
  }
  function tell(name, detail) { document.dispatchEvent(new CustomEvent(name, { detail: detail })); }

  // --- what happens by itself

  /* What a browser says of its network is a guess, also on the machine of the service itself: only an answer counts. */
  async function look() {
    if (await ask(place.dataset.health, { method: "HEAD" })) { flush(); }
  }

  choices.send.addEventListener("click", function () { tries = 0; flush(); });
  choices.stay.addEventListener("click", function () { asked = null; draw(); });
  choices.leave.addEventListener("click", async function () { await save(); signOut(asked); });
  ["online", "focus"].forEach(function (event) {
    window.addEventListener(event, function () { tries = 0; look(); });
  });
  window.addEventListener("offline", look);
  window.setInterval(function () { if (offline) { look(); } }, LOOKS_AGAIN);
  window.pointsOffline = {
    person: person, words: words, add: add, put: put, drop: drop, all: all, note: note, setNote: setNote, flush: flush,
    draw: draw, save: save, bringIn: bringIn, written: written, ask: ask, adopt: adopt, say: say, join: join, time: time,
    copies: COPY + person + "|", newName: newName, offline: function () { return offline; }, undo: undo
  };
  if (navigator.onLine === false) { look(); }
  setNote("person", person).then(flush, function () { window.pointsOffline.storeless = true; });
  dropCopies(function (name) {
    const at = Number(name.split("|").pop());
    return !name.startsWith(COPY + person + "|") || at < Date.now() - COPY_LASTS;
  });
})();

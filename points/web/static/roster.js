/* The roster of an activity with and without a network. Every scan and every tick is kept on the device first and sent
   by offline.js; the page goes on showing who is in. Without this script, or where the browser keeps nothing, the forms
   are sent as they are. */
(function () {
  "use strict";
  const roster = document.getElementById("roster"), kit = window.pointsOffline;
  const saved = document.getElementById("roster-words");
  if (!roster || !kit || !saved) { return; }
  const words = JSON.parse(saved.textContent), say = kit.say, time = kit.time;
  const SAME = 2 * 60 * 1000; // the same scan twice, as the service sees it
  const REST = 1500, SLOW = 1200, EVERY = 60 * 1000, SKEWED = 2 * 60 * 1000; // milliseconds
  const activity = roster.dataset.activity;
  const field = document.getElementById("card");
  let ahead = 0;       // by how much this device's clock is ahead of the service's
  let kept = [];       // what waits or was refused, of all activities
  let sent = [];       // what the service took since it last told the roster
  let last = null;     // the latest scan, which may be taken back
  let copied = null;   // whether the page can be opened again without a network; null until it is known
  let asOf = roster.dataset.now, fresh = false;

  function now() { return new Date(Date.now() - ahead); }
  function rows() { return Array.from(roster.querySelectorAll("li")); }
  function rowOf(volunteer) { return rows().find(function (row) { return row.id === volunteer; }); }
  function nameIn(row) { return row.querySelector("b").textContent; }
  function buttonIn(row) { return row.querySelector("[name=tick]"); }

  // --- who is in, as far as this device knows

  function latest(key) {
    const here = sent.concat(kept.filter(function (scan) { return scan.state === "waiting" && !scan.undo; }));
    return here.filter(function (scan) { return scan.activity === activity && (scan.volunteer || scan.text) === key; }).pop();
  }
  function state(row) {
    const scan = latest(row.id), since = row.dataset.in || row.dataset.out;
    if (scan && scan.direction !== "auto") { return { inside: scan.direction === "in", since: scan.occurred_at }; }
    return { inside: Boolean(row.dataset.in), since: since && since * 1000 };
  }
  function draw() {
    rows().forEach(function (row) {
      const scan = latest(row.id), button = buttonIn(row);
      let mark = row.querySelector("[data-kept]");
      if (mark) { mark.remove(); }
      if (scan) {
        const waits = scan.state === "waiting" && !sent.includes(scan);
        mark = document.createElement("span");
        mark.dataset.kept = "";
        mark.className = "tag " + (waits ? "care" : "good");
        mark.textContent = say(waits ? words.waits : words.sent, { what: words[scan.direction], time: time(scan.occurred_at) });
        row.querySelector("p").append(" ", mark);
      }
      if (button) { turn(button, state(row).inside ? "out" : "in", row); }
    });
  }
  function turn(button, direction, row) {
    if (button.value.startsWith(direction + ":")) { return; }
    button.value = direction + ":" + row.id;
    button.className = "btn" + (direction === "out" ? " btn-main" : row.dataset.out ? "" : " btn-good");
    button.querySelector("use").setAttribute("href", "#log-" + direction);
    button.lastChild.textContent = words[direction];
  }

  // --- one scan or tick: kept first, then said

  async function keep(scan, unknown) {
    const done = await kit.add(Object.assign({
      activity: activity, title: roster.dataset.title, occurred_at: now().toISOString(), text: "", volunteer: ""
    }, scan));
    kept.push(done);
    last = done;
    draw();
    tellLast("", nameOf(done) + " · " + words[done.direction] + " " + time(done.occurred_at), unknown ? words.kept_unknown : words.kept);
    if (kit.offline()) { hear("good", words.heard); } else {
      window.setTimeout(function () { if (last === done) { hear("good", words.heard); } }, SLOW);
    }
    kit.flush();
  }
  function nameOf(scan) { return scan.name || scan.volunteer || words.card + " " + scan.text; }

  function tick(button) {
    const at = Date.now(), direction = button.value.split(":")[0], row = button.closest("li");
    if (at - Number(row.dataset.ticked || 0) < REST) { return; }
    row.dataset.ticked = at;
    keep({ volunteer: row.id, name: nameIn(row), direction: direction }).then(function () { button.focus(); });
  }

  function take(text) {
    const typed = text.trim(), address = /(?:^|\/)([a-z])\/([^/?#\s]+)\/?(?:[?#].*)?$/.exec(typed);
    if (address && address[1] !== "c") { tellLast("care", words.no_card); return; }
    const code = (address ? address[2] : typed).replace(/[ \-·]/g, "").toUpperCase();
    const card = code.replace(/O/g, "0").replace(/[IL]/g, "1");
    if (isCode(card)) {
      const print = fingerprint(card);
      scan(rows().find(function (row) { return (row.dataset.cards || "").split(" ").includes(print); }), card);
    } else if (/^[A-Z]{1,6}\d{6,12}$/.test(code)) {
      scan(rowOf(code), code);
    } else {
      const row = typed && rows().find(function (one) { return nameIn(one).includes(typed); });
      const button = row && buttonIn(row);
      if (!button) { tellLast("care", words.nobody); return; }
      button.focus();
      row.scrollIntoView({ block: "center" });
      tellLast("", nameIn(row), words.looked);
    }
  }
  function scan(row, text) {
    const before = row ? state(row) : latest(text), since = before && (before.since || before.occurred_at);
    const name = row ? nameIn(row) : words.card + " " + text;
    if (since && Math.abs(now() - new Date(since)) < SAME) { tellLast("", say(words.same, { name: name })); return; }
    keep({
      text: text, volunteer: row ? row.id : "", name: row ? name : "",
      direction: row ? (before.inside ? "out" : "in") : "auto"
    }, !row);
  }

  /* The device knows cards by a part of themselves only: CRC-32, as zlib writes it. */
  function fingerprint(card) {
    let sum = -1;
    for (const one of activity + ":" + card) {
      sum ^= one.charCodeAt(0);
      for (let bit = 0; bit < 8; bit += 1) { sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0); }
    }
    return ((sum ^ -1) >>> 0).toString(16).padStart(8, "0");
  }
  /* Ten characters of base 32 of which the last checks the others: a mistyped code is told at once. */
  function isCode(text) {
    const values = Array.from(text, function (one) { return "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(one); });
    if (values.length !== 10 || values.includes(-1)) { return false; }
    const total = values.slice(0, 9).reverse().reduce(function (sum, value, place) {
      const twice = value * (place % 2 === 0 ? 2 : 1);
      return sum + Math.floor(twice / 32) + twice % 32;
    }, 0);
    return (total + values[9]) % 32 === 0;
  }

  // --- what the last scan did

  const box = document.querySelector("[data-last]"), undo = box.querySelector("[data-undo]");
  function tellLast(kind, title, more) {
    box.className = "notice" + (kind ? " " + kind : "");
    box.querySelector("[data-says]").textContent = title;
    box.querySelector("[data-more]").textContent = more || "";
    box.hidden = false;
    undo.hidden = kind === "care" || !last || !more && kind !== "good";
    if (kind === "care") { hear("care", title); }
  }
  function hear(kind, spoken) {
    document.dispatchEvent(new CustomEvent("points:tell", { detail: { kind: kind, spoken: spoken } }));
  }
  undo.addEventListener("click", async function () {
    const scan = last, refusal = await kit.undo(scan);
    if (refusal) { tellLast("care", refusal.title, sentencesOf(refusal)); return; }
    last = null;
    sent = sent.filter(function (one) { return one.nonce !== scan.nonce; });
    tellLast("", words.taken_back);
    field.focus();
    soon();
  });

  document.addEventListener("points:sent", function (event) {
    const scan = event.detail.scan, answer = event.detail.answer;
    if (scan.activity !== activity) { return; }
    sent.push(Object.assign({}, scan, {
      volunteer: answer.volunteer, name: answer.volunteer_name, direction: answer.direction, occurred_at: answer.occurred_at,
      settled: Date.now()
    }));
    if (last && last.nonce === scan.nonce) {
      last = Object.assign({}, scan);
      tellLast("good", say(answer.direction === "in" ? words.was_in : words.was_out, { name: answer.volunteer_name }), time(answer.occurred_at));
      hear("good", answer.spoken);
    }
    soon();
  });
  document.addEventListener("points:refused", function (event) {
    const scan = event.detail.scan, refusal = event.detail.refusal;
    if (last && last.nonce === scan.nonce) {
      last = null;
      tellLast("care", nameOf(scan) + " · " + refusal.title, sentencesOf(refusal));
      hear("care", refusal.spoken || refusal.title);
    }
  });
  document.addEventListener("points:drawn", function (event) {
    kept = event.detail.kept;
    draw();
    drawInbox();
    drawReady(event.detail.offline);
  });

  // --- what was refused, and what can be done about it

  const FIXES = {
    "not-signed-up": ["walk_in"], "too-early": ["anyway"], "too-late": ["anyway"], "already-in": ["needless", "is_out"],
    "not-in": ["is_in", "again"], "needs-guardian": ["guardian"], "code-revoked": ["theirs"], "invalid": ["theirs"],
    "ambiguous": ["theirs"], "on-duty": [], "person-suspended": []
  };
  const CHANGES = {
    walk_in: { force: true }, anyway: { force: true }, again: {}, is_out: { direction: "out" }, is_in: { direction: "in" },
    guardian: { guardian: true }
  };
  const inbox = document.getElementById("inbox"), items = inbox.querySelector("[data-inbox]");
  const pattern = document.querySelector("template[data-fix]");
  let drawn = "";

  function drawInbox() {
    const refused = kept.filter(function (scan) { return scan.state === "refused"; });
    const as = JSON.stringify(refused.map(function (scan) { return [scan.nonce, scan.refusal.code, scan.force]; }));
    if (as === drawn) { return; }
    const held = items.contains(document.activeElement);
    drawn = as;
    inbox.hidden = !refused.length;
    items.replaceChildren.apply(items, refused.map(item));
    if (held) { (items.querySelector("button, select") || field).focus(); }
  }
  function item(scan) {
    const row = pattern.content.cloneNode(true).firstElementChild, part = row.firstElementChild.children;
    part[0].textContent = nameOf(scan);
    part[1].textContent = [words[scan.direction], time(scan.occurred_at, now()), scan.title].join(" · ");
    part[2].textContent = scan.refusal.title;
    part[3].textContent = sentencesOf(scan.refusal);
    const ways = (FIXES[scan.refusal.code] || ["again"]).filter(function (way) {
      return !(scan.force && CHANGES[way] && CHANGES[way].force) && !(scan.guardian && way === "guardian") &&
        !(way === "is_out" && scan.refusal.stays) && !(way === "theirs" && !rows().length);
    });
    ways.concat(ways.includes("needless") ? [] : ["leave"]).forEach(function (way, index) {
      if (way === "theirs") { row.lastElementChild.appendChild(people(scan)); }
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn" + (index === 0 && way !== "leave" ? " btn-main" : "");
      button.textContent = words[way];
      button.dataset.way = way;
      button.addEventListener("click", function () { mend(scan, way, row); });
      row.lastElementChild.appendChild(button);
    });
    return row;
  }
  function sentencesOf(refusal) { return kit.join([refusal.detail, refusal.next_step].filter(Boolean)); }
  function people(scan) {
    const choice = document.createElement("select");
    choice.className = "input";
    choice.setAttribute("aria-label", words.whose);
    choice.add(new Option(words.whose, ""));
    rows().forEach(function (row) { choice.add(new Option(nameIn(row) + " " + row.id, row.id)); });
    choice.value = rowOf(scan.volunteer) ? scan.volunteer : "";
    return choice;
  }
  async function mend(scan, way, row) {
    if (way === "leave" || way === "needless") { await kit.drop(scan); return; }
    let change = CHANGES[way];
    if (way === "theirs") {
      const choice = row.querySelector("select"), person = rowOf(choice.value);
      if (!person) { choice.focus(); return; }
      change = { text: "", volunteer: person.id, name: nameIn(person) };
    }
    const mended = Object.assign({}, scan, change);
    // what came after it of the same person was refused because of it
    const after = kept.filter(function (one) {
      return one.state === "refused" && one.refusal.code === "not-in" && one.order > scan.order &&
        one.activity === scan.activity && mended.volunteer && one.volunteer === mended.volunteer;
    });
    for (const one of [mended].concat(after)) {
      one.nonce = kit.newName(); // another scan than the one refused
      one.state = "waiting";
      one.tried = false;
      one.kept_at = Date.now();
      delete one.refusal;
      await kit.put(one);
    }
    kit.flush();
  }

  // --- ready before the event, and fresh afterwards

  const ready = document.querySelector("[data-ready]");
  function drawReady(offline) {
    const sentences = [], facts = { n: rows().length, time: time(asOf, now()) };
    if (kit.storeless) {
      sentences.push(words.storeless);
    } else if (copied === null) {
      sentences.push(words.preparing);
    } else {
      if (fresh || !offline) { sentences.push(say(words.ready, facts)); } else { sentences.push(say(words.copy, facts)); }
      if (!copied) { sentences.push(words.open); }
    }
    if (Math.abs(ahead) > SKEWED) { sentences.push(say(ahead > 0 ? words.fast : words.slow, { n: Math.round(Math.abs(ahead) / 60000) })); }
    ready.className = "small " + (kit.storeless || copied === false ? "care" : copied === null ? "soft" : "good");
    ready.querySelector("[data-says]").textContent = kit.join(sentences);
    ready.hidden = false;
  }

  /* Ask the service for the roster as it is; whether it answered. */
  async function refresh() {
    const began = Date.now(), answer = await kit.ask(roster.dataset.address, { cache: "no-store" });
    if (!answer || !answer.ok || answer.redirected) { return false; }
    const text = await answer.text(), page = new DOMParser().parseFromString(text, "text/html");
    const there = page.getElementById("roster");
    if (!there || !kit.adopt(page)) { return false; }
    ahead = Math.round((began + Date.now()) / 2) - Date.parse(there.dataset.now);
    asOf = there.dataset.now;
    fresh = true;
    sent = sent.filter(function (scan) { return scan.settled > began; });
    const held = document.activeElement.closest("#roster li");
    roster.replaceChildren.apply(roster, Array.from(there.childNodes));
    draw();
    if (held) {
      const row = rowOf(held.id), button = row && buttonIn(row);
      if (button) { button.focus({ preventScroll: true }); }
    }
    if (!kit.storeless) { await kit.setNote("ahead", ahead); }
    if (copied) { await copyAgain(text, answer.headers); }
    kit.draw();
    return true;
  }
  let due = 0;
  function soon() {
    window.clearTimeout(due);
    due = window.setTimeout(refresh, REST);
  }

  const name = kit.copies + roster.dataset.address + "|";
  async function copyAgain(text, headers) {
    const names = (await caches.keys()).filter(function (one) { return one.startsWith(name); });
    if (!names.length) { return; }
    const copy = new Response(text.replace("<html ", "<html data-copy "), { headers: headers });
    await (await caches.open(names[0])).put(roster.dataset.address, copy);
  }
  /* Let the worker keep this page with its parts; whether it did. A plain http address has no worker. */
  async function copyPage() {
    if (!window.isSecureContext || !navigator.serviceWorker || !window.caches) { return false; }
    try {
      const folder = roster.dataset.address.replace(/[^/]+\/roster$/, "");
      const registration = await navigator.serviceWorker.register(roster.dataset.worker, { scope: folder });
      const worker = registration.active || await started(registration.installing || registration.waiting);
      return await new Promise(function (done) {
        const line = new MessageChannel();
        line.port1.onmessage = function (event) { done(event.data); };
        worker.postMessage({ name: name, at: String(Date.now()), page: roster.dataset.address, parts: parts() }, [line.port2]);
        window.setTimeout(done, 60000, false);
      });
    } catch (error) {
      return false;
    }
  }
  function started(worker) {
    return new Promise(function (done, failed) {
      worker.addEventListener("statechange", function () {
        if (worker.state === "activated") { done(worker); } else if (worker.state === "redundant") { failed(new Error("redundant")); }
      });
    });
  }
  function parts() {
    const used = Array.from(document.querySelectorAll("link[href], script[src], img[src], use[href]"), function (one) {
      return one.getAttribute("href") || one.getAttribute("src");
    });
    const ways = document.querySelector("[data-scan]").dataset, loaded = performance.getEntriesByType("resource");
    const all = used.concat(ways.reader, ways.wasm, loaded.map(function (one) { return one.name; }));
    const ours = all.map(function (one) { const address = new URL(one, window.location); address.hash = ""; return address; });
    return Array.from(new Set(ours.filter(function (address) {
      return address.origin === window.location.origin && address.pathname.includes("/static/");
    }).map(String)));
  }

  // --- what happens by itself

  document.addEventListener("submit", function (event) {
    if (kit.storeless || !event.target.hasAttribute("data-find")) { return; }
    event.preventDefault();
    event.stopPropagation();
    take(field.value);
    field.value = "";
  }, true);
  roster.addEventListener("click", function (event) {
    const button = event.target.closest("[name=tick]");
    if (kit.storeless || !button) { return; }
    event.preventDefault();
    tick(button);
  });
  document.addEventListener("points:scanned", function (event) {
    if (kit.storeless) { return; }
    event.preventDefault();
    take(event.detail.text);
  });
  const rescue = document.querySelector("[data-rescue]"), text = document.getElementById("saved");
  const brought = rescue.querySelector("[data-brought]");
  rescue.querySelector("[data-save]").addEventListener("click", kit.save);
  rescue.querySelector("[data-show]").addEventListener("click", async function () {
    text.value = kit.written(await kit.all());
    text.select();
  });
  rescue.querySelector("[data-bring]").addEventListener("click", async function () {
    const count = await kit.bringIn(text.value);
    brought.textContent = count ? say(words.brought, { n: count }) : words.not_brought;
    if (count) { text.value = ""; }
  });
  let wasOffline = false;
  document.addEventListener("points:drawn", function (event) {
    if (wasOffline && !event.detail.offline) { soon(); }
    wasOffline = event.detail.offline;
  });
  window.setInterval(function () { if (!document.hidden && !kit.offline()) { refresh(); } }, EVERY);
  document.addEventListener("points:changed", soon);
  window.addEventListener("beforeunload", function (event) {
    if (!copied && !kit.storeless && kit.offline()) { event.preventDefault(); }
  });

  (async function () {
    try {
      ahead = await kit.note("ahead") || 0;
    } catch (error) {
      kit.storeless = true;
    }
    if (kit.storeless) { drawReady(); return; }
    rescue.hidden = false;
    if (navigator.storage && navigator.storage.persist) { navigator.storage.persist(); }
    const isCopy = document.documentElement.hasAttribute("data-copy");
    if (!isCopy) {
      ahead = Date.now() - Date.parse(asOf);
      fresh = true;
      await kit.setNote("ahead", ahead);
    }
    if (!isCopy || await refresh()) {
      copied = await copyPage();
    } else {
      copied = true;
    }
    kit.draw();
    drawReady(kit.offline());
  })();
})();

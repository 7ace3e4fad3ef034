/* The browser's own database: the check-ins, each in it before the page says so, and small facts that a device keeps from
   page to page. */
const NAME = "points-checkin", VERSION = 1;
let database = null;

export let storeless = false; // some private windows keep nothing

/* Do something with a store, "scans" or "notes"; answered with the `result` of what `act` returns once it is written, and
   not when it is asked for. */
export async function within(store, mode, act) {
  const opened = await open();
  return new Promise((done, failed) => {
    const change = opened.transaction(store, mode, { durability: "strict" });
    const request = act(change.objectStore(store));
    change.oncomplete = () => { done(request && request.result); };
    change.onabort = () => { failed(change.error); };
  });
}

/* What was noted by that name; undefined where nothing was. */
export async function note(name) {
  try {
    const found = await within("notes", "readonly", (notes) => notes.get(name));
    return found && found.value;
  } catch {
    storeless = true;
    return undefined;
  }
}
export function setNote(name, value) {
  return within("notes", "readwrite", (notes) => notes.put({ name: name, value: value }));
}

/* Write down who is signed in; whether anything can be kept here. */
export async function begin(person) {
  try { await setNote("person", person); } catch { storeless = true; }
  return !storeless;
}
export function clearNotes() { return within("notes", "readwrite", (notes) => notes.clear()); }

function open() {
  database = database || new Promise((done, failed) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const scans = request.result.createObjectStore("scans", { keyPath: "order", autoIncrement: true });
      scans.createIndex("nonce", "nonce", { unique: true });
      scans.createIndex("person", "person");
      request.result.createObjectStore("notes", { keyPath: "name" });
    };
    request.onsuccess = () => { done(request.result); };
    request.onerror = () => { failed(request.error); };
  });
  return database;
}

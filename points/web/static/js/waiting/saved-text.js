/* The last rescue: a text with what waits, to keep as a file and to bring in again on another device. */
import { words } from "./here.js";
import { add, all } from "./queue.js";
import { flush } from "./sending.js";

const COLUMNS = ["occurred_at", "direction", "name", "volunteer", "text", "activity", "title", "nonce", "why"];
const MOST = 5000; // rows

export async function asText() { return written(await all(), words.columns); }

export async function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await asText()], { type: "text/csv;charset=utf-8" }));
  link.download = words.file + "-" + new Date().toISOString().slice(0, 10) + ".csv";
  link.click();
  window.setTimeout(() => { URL.revokeObjectURL(link.href); }, 60000);
}

/* Queue what a saved text holds; how many were new. What is no such text, or is here already, adds nothing. */
export async function bringIn(saved, rules) {
  const scans = scansIn(saved, (await all()).map((scan) => scan.nonce), rules);
  for (const scan of scans) { await add(scan); }
  if (scans.length) { flush(); }
  return scans.length;
}

/* The scans as comma-separated text that table programs read; `heads` stand in its first row. */
export function written(scans, heads) {
  const rows = scans.map((scan) => COLUMNS.map((column) => (
    (column === "why" ? scan.refusal && scan.refusal.title : scan[column]) || ""
  )));
  return "\ufeff" + [heads].concat(rows).map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
function cell(value) {
  // what begins like a formula would be worked out by a table program
  const text = /^[=+\-@\t]/.test(value) ? "'" + value : String(value);
  return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
}

/* The scans that a text holds, each once and with a nonce that is not `known`; rows that are none are left out. `rules`
   are the service's: patterns of a nonce and of an activity's code, directions, lengths of what was read. */
export function scansIn(text, known, rules) {
  const seen = new Set(known), found = [];
  for (const row of read(text).slice(0, MOST)) {
    const scan = {};
    COLUMNS.forEach((column, index) => { scan[column] = (row[index] || "").replace(/^'/, ""); });
    delete scan.why;
    if (!isScan(scan, rules) || seen.has(scan.nonce)) { continue; }
    seen.add(scan.nonce);
    found.push(scan);
  }
  return found;
}
function isScan(scan, rules) {
  return whole(rules.nonce, scan.nonce) && rules.directions.includes(scan.direction) &&
    !isNaN(Date.parse(scan.occurred_at)) && whole(rules.code, scan.activity) &&
    Boolean(scan.text || scan.volunteer) && scan.text.length <= rules.text &&
    (!scan.volunteer || whole(rules.code, scan.volunteer));
}
function whole(pattern, text) { return new RegExp("^(?:" + pattern + ")$").test(text); }

/* The rows of a text, also where a table program or a chat wrote it anew: commas or tabs, any end of line. */
export function read(text) {
  const rows = [];
  let row = [], field = "", quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at];
    if (quoted) {
      if (one !== '"') { field += one; } else if (text[at + 1] === '"') { field += one; at += 1; } else { quoted = false; }
    } else if (one === '"') {
      quoted = true;
    } else if (one === "," || one === "\t") {
      row.push(field);
      field = "";
    } else if (one === "\n" || one === "\r") {
      row.push(field);
      rows.push(row);
      row = [];
      field = "";
    } else {
      field += one;
    }
  }
  row.push(field);
  rows.push(row);
  return rows;
}

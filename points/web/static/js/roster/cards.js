/* What somebody scanned or typed on the roster, told by the service's own rules of codes. */

/* {kind, code}: "card", "person" (a volunteer's code), "name", or "foreign" for an address of something else. */
export function meant(text, rules) {
  const typed = text.trim(), address = new RegExp(rules.address).exec(typed);
  if (address && address.groups.kind !== rules.card) { return { kind: "foreign", code: "" }; }
  const plain = translated(address ? address.groups.value : typed, rules.dropped).toUpperCase();
  const card = translated(plain, rules.lookalikes);
  if (isCode(card, rules)) { return { kind: "card", code: card }; }
  return new RegExp(rules.volunteer).test(plain) ? { kind: "person", code: plain } : { kind: "name", code: typed };
}
function translated(text, table) {
  return Array.from(text, (one) => (one in table ? table[one] : one)).join("");
}

/* Characters of the alphabet of which the last checks the others (Luhn mod 32): a mistyped code is told at once. */
export function isCode(text, { alphabet, length }) {
  const values = Array.from(text, (one) => alphabet.indexOf(one)), base = alphabet.length;
  if (values.length !== length || values.includes(-1)) { return false; }
  const total = values.slice(0, -1).reverse().reduce((sum, value, place) => {
    const twice = value * (place % 2 === 0 ? 2 : 1);
    return sum + Math.floor(twice / base) + twice % base;
  }, 0);
  return (total + values[length - 1]) % base === 0;
}

/* The device knows cards by a part of themselves only: CRC-32, as zlib writes it. */
export function fingerprint(card, activity) {
  let sum = -1;
  for (const one of activity + ":" + card) {
    sum ^= one.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) { sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0); }
  }
  return ((sum ^ -1) >>> 0).toString(16).padStart(8, "0");
}

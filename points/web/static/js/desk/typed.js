/* Which of the goods was typed or scanned: 2, G02, a label or its address, a name; -2 takes one away. The service reads
   it the same way when this script is not there (points/web/carts.py), and a test holds the two together. */

/* {item, more} of those on offer, each {code, label, name, number}; null when it is none of them. */
export function meant(typed, items) {
  const less = /^[-−]/.test(typed);
  const wanted = typed.replace(/^[-−]/, "").replace(/^.*\/g\//, "").trim().toLowerCase();
  const number = /^\d+$/.test(wanted) ? wanted.replace(/^0+/, "") : "";
  const item = items.find((one) => [one.code, one.label, one.name].some((name) => name.toLowerCase() === wanted)) ||
    items.find((one) => number && one.number === number);
  return item ? { item: item, more: less ? -1 : 1 } : null;
}

/* Whether a number of goods was meant, known or not. */
export function isNumber(typed) { return /^[-−]?\d{1,3}$/.test(typed); }

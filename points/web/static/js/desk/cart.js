/* The sums of a cart: what it costs, what is left, and why one more of something cannot be had. Numbers only.

   An item is {qty, price, left, month}: how many are chosen, what one costs, how many are there, how many the month still
   allows. Means are {all, day}: all points there are, and what the exchange day still allows. What has no bound is
   Infinity; the service gives every bound with the page and decides in the end. */

export function total(items) { return items.reduce((sum, item) => sum + item.qty * item.price, 0); }

/* Which bound is in the way of one more: {why: "stock" | "month" | "points" | "day", short}; null when none is. */
export function refused(item, spent, means) {
  const have = means.all - spent;
  if (item.qty >= item.left) { return { why: "stock" }; }
  if (item.qty >= item.month) { return { why: "month" }; }
  if (have < item.price) { return { why: "points", short: item.price - have }; }
  return means.day - spent < item.price ? { why: "day" } : null;
}

/* A number that was typed, as a quantity. */
export function quantity(typed) {
  const number = Number(typed);
  return Number.isInteger(number) && number > 0 ? number : 0;
}

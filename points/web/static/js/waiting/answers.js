/* What the service's answer means for a scan that was sent. */

/* "later": none that counts, it is sent again · "who": the service may not know this person any more · "done": it is
   taken, and forgotten here · "refused": it is kept until somebody answers it. `ofSender` are the codes of refusals that
   speak of the sender and not of the scan. */
export function meaning(answer, ofSender) {
  if (!answer) { return "later"; }
  if (answer.status === 401 || ofSender.includes(answer.body.code)) { return "who"; }
  if (answer.status === 429 || answer.status >= 500) { return "later"; }
  return answer.body.result === "ok" ? "done" : "refused";
}

/* After how many milliseconds to try again: less and less often, at most once a minute, and not all devices at once;
   `chance` is from 0 to 1. */
export function pause(tries, chance) {
  return Math.min(60000, 250 * Math.pow(2, tries)) * (0.75 + chance / 2);
}

/* How a scan is sent: as a tick of the roster, or as the text that was read. */
export function isTick(scan) { return !scan.text; }
export function bodyOf(scan) {
  const body = {
    activity: scan.activity, direction: scan.direction, nonce: scan.nonce, occurred_at: scan.occurred_at,
    force: Boolean(scan.force), guardian_present: Boolean(scan.guardian)
  };
  body[isTick(scan) ? "volunteer" : "code"] = isTick(scan) ? scan.volunteer : scan.text;
  return body;
}

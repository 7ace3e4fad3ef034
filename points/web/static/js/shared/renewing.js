/* A part of a page that shows what is so now. */
const PATIENCE = 4000; // milliseconds

/* The part as the service has it now. Rejected where none comes in time; who may not see it any more is told by the
   page itself, which is loaded anew. */
export async function fresh(address) {
  const patience = new AbortController(), alarm = window.setTimeout(() => { patience.abort(); }, PATIENCE);
  try {
    const answer = await fetch(address, { cache: "no-store", signal: patience.signal });
    if (answer.redirected || answer.status === 403 || answer.status === 404) { window.location.reload(); }
    if (!answer.ok || answer.redirected) { throw new Error(String(answer.status)); }
    return await answer.text();
  } finally {
    window.clearTimeout(alarm);
  }
}

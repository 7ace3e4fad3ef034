/* The service's time on a device whose clock may be off. */
import { note, setNote, storeless } from "../waiting/database.js";

export let ahead = 0; // by how many milliseconds this device's clock is ahead of the service's

export function now() { return new Date(Date.now() - ahead); }

/* The service said that it was `told` at `moment` of this device. */
export async function compare(told, moment) {
  ahead = moment - Date.parse(told);
  if (!storeless) { await setNote("ahead", ahead); }
}

/* As it was when the service was last heard. */
export async function remember() { ahead = (await note("ahead")) || 0; }

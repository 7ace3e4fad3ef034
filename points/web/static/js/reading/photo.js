/* A photo of a code, taken or chosen; it is read here and cannot be sent. */
import { load, look, lookInto } from "./decoder.js";
import { say } from "./ways.js";

const WIDEST = 1600; // pixels that are looked at
let chooser = null;

/* Let a photo be chosen, and give the text on it to `found`. */
export function choose(found) {
  if (!chooser) {
    chooser = document.createElement("input"); // in no form and without a name: it cannot be sent
    chooser.type = "file";
    chooser.accept = "image/*";
    chooser.hidden = true;
    chooser.addEventListener("change", () => {
      const photo = chooser.files[0];
      chooser.value = "";
      if (photo) { read(photo, found); }
    });
    document.body.appendChild(chooser);
  }
  chooser.click();
}

async function read(photo, found) {
  say("Looking");
  let texts = [];
  try {
    await load();
    const picture = await opened(photo);
    if (picture) { texts = await look(picture, picture.width, picture.height, WIDEST); }
    if (!texts.length) { texts = await lookInto(photo); }
  } catch {
    say("Failed");
    return;
  }
  if (texts.length === 1) { found(texts[0]); } else { say(texts.length ? "Several" : "Empty"); }
}
function opened(photo) {
  return window.createImageBitmap ? window.createImageBitmap(photo).catch(() => null) : null;
}

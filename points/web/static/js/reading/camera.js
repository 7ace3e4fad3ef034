/* The camera: open from a press until it is closed, hidden, left or taken away; one code held before it is read once. */
import { load, look } from "./decoder.js";
import { part, say, ways } from "./ways.js";

const WIDEST = 960; // pixels that are looked at
const LOOKS_AGAIN = 60, SAME_CODE = 2000; // milliseconds
const REFUSED = {
  NotAllowedError: "Refused", SecurityError: "Refused", NotFoundError: "None", OverconstrainedError: "None"
};
let camera = null; // the stream, while it is open

export function isOpen() { return Boolean(camera); }

/* Whether this page may have a camera at all. */
export function isAllowed() {
  return Boolean(window.isSecureContext && navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
}

/* Open it, and give each text that it reads to `read`; why it does not open is told, and given to `instead`. */
export async function open(read, instead) {
  if (camera) { return; }
  say("Opening");
  part("camera").disabled = true;
  const loading = load();
  loading.catch(() => { /* told below */ });
  try {
    camera = await navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } }
    });
  } catch (error) {
    part("camera").disabled = false;
    instead(REFUSED[error.name] || "Busy");
    return;
  }
  if (document.hidden) { close(); return; }
  const stream = camera, video = show(stream);
  try {
    await Promise.all([video.play(), loading]);
  } catch {
    if (camera === stream) { close(); say("Failed"); }
    return;
  }
  if (camera !== stream) { return; }
  say("Aim");
  part("stop").focus({ preventScroll: true });
  ways().scrollIntoView({ block: "nearest" });
  watch(video, stream, read);
}

export function close() {
  if (!camera) { return; }
  camera.getTracks().forEach((track) => { track.stop(); });
  camera = null;
  if (ways()) {
    part("view").hidden = true;
    part("view").querySelector("video").srcObject = null;
    part("camera").hidden = part("camera").disabled = false;
    say("");
  }
}

function show(stream) {
  const video = part("view").querySelector("video");
  video.srcObject = stream;
  stream.getVideoTracks()[0].onended = close; // unplugged, or taken away by the system
  part("view").hidden = false;
  part("camera").hidden = true;
  part("camera").disabled = false;
  return video;
}
async function watch(video, stream, read) {
  let last = "", seen = 0;
  while (camera === stream && video.isConnected) {
    const found = video.videoWidth ? await look(video, video.videoWidth, video.videoHeight, WIDEST) : [];
    const text = found.length === 1 ? found[0] : "", now = Date.now();
    if (camera === stream && found.length > 1) { say("Several"); }
    if (camera === stream && text) {
      const again = text === last && now - seen < SAME_CODE;
      last = text;
      seen = now;
      if (!again) { read(text); }
    }
    await new Promise((next) => { window.setTimeout(next, LOOKS_AGAIN); });
  }
  if (camera === stream) { close(); }
}

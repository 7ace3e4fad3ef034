/* Codes come to a page by the camera, from a photo, by a scanner gun, or typed; the page has a field for typing already. */
import { close, isAllowed, open } from "./reading/camera.js";
import { listen } from "./reading/gun.js";
import { choose } from "./reading/photo.js";
import { scanned } from "./reading/scanned.js";
import { part, say, ways } from "./reading/ways.js";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-scan-camera]")) { open((text) => { scanned(text, "camera"); }, offerPhoto); }
  if (event.target.closest("[data-scan-stop]")) { close(); part("camera").focus(); }
  if (event.target.closest("[data-scan-photo]")) { choose((text) => { scanned(text, "photo"); }); }
});
document.addEventListener("visibilitychange", () => { if (document.hidden) { close(); } });
window.addEventListener("pagehide", close);
listen((text) => { scanned(text, "gun"); });

if (ways()) {
  if (isAllowed()) {
    part("camera").hidden = false;
  } else {
    part("photo").hidden = false;
    part("plain").hidden = false;
  }
}

function offerPhoto(why) {
  part("photo").hidden = false;
  say(why);
}

/* Check-ins that wait for the network, on every page of those who check people in: sent by whichever page is open, in
   order, and shown until none are left. All of it belongs to the person signed in. Pages work without it. */
import { choices, follow } from "./waiting/banner.js";
import { dropOld } from "./waiting/copies.js";
import { person } from "./waiting/here.js";
import { mindForms } from "./waiting/leaving.js";
import { isOffline } from "./waiting/network.js";
import { begin } from "./waiting/database.js";
import { flush, hope, lookAgain } from "./waiting/sending.js";

const LOOKS_AGAIN = 10000; // milliseconds

follow();
mindForms();
choices.send.addEventListener("click", () => { hope(); flush(); });
["online", "focus"].forEach((event) => {
  window.addEventListener(event, () => { hope(); lookAgain(); });
});
window.addEventListener("offline", lookAgain);
window.setInterval(() => { if (isOffline()) { lookAgain(); } }, LOOKS_AGAIN);
if (navigator.onLine === false) { lookAgain(); }
begin(person).then((keeps) => { if (keeps) { flush(); } });
dropOld();

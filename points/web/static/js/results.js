/* A result is also heard and felt: a tone, a vibration, a spoken sentence. The page says all of it without this. */
import { answerForms } from "./results/instant.js";
import { listenToButtons, readyAtTheFirstPress, tellShown } from "./results/telling.js";

readyAtTheFirstPress();
listenToButtons();
answerForms();
window.addEventListener("pageshow", tellShown);

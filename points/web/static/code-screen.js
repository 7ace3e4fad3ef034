/* The screen that shows an activity's code: fresh every few seconds, never dark, and honest when the network is gone. */
(function () {
  "use strict";
  var screen = document.querySelector("[data-now]");
  var show = screen.querySelector(".show"), lost = screen.querySelector(".lost");
  var good = 0, awake = null;

  function measured() {
    var shown = show.querySelector("[data-good-for]");
    good = performance.now() + 1000 * Number(shown ? shown.dataset.goodFor : 0);
  }

  // the code that is shown is good for a while after the network went; then it is taken away
  function gone() {
    var left = Math.max(0, Math.ceil((good - performance.now()) / 1000));
    lost.hidden = false;
    lost.querySelector("b").textContent = left;
    lost.querySelector("[data-still]").hidden = left === 0;
    lost.querySelectorAll("[data-dead]").forEach(function (one) { one.hidden = left > 0; });
    show.hidden = left === 0;
  }

  function renew() {
    var giveUp = new AbortController();
    var timer = window.setTimeout(function () { giveUp.abort(); }, 4000);
    fetch(screen.dataset.now, { cache: "no-store", signal: giveUp.signal }).then(function (answer) {
      if (answer.redirected || answer.status === 403 || answer.status === 404) { window.location.reload(); }
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.text();
    }).then(function (text) {
      show.innerHTML = text;
      show.hidden = false;
      lost.hidden = true;
      measured();
    }).catch(gone).then(function () { window.clearTimeout(timer); });
  }

  function stayAwake() {
    if (navigator.wakeLock && document.visibilityState === "visible") {
      navigator.wakeLock.request("screen").then(function (lock) { awake = lock; }, function () { awake = null; });
    }
  }

  measured();
  stayAwake();
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible") { stayAwake(); renew(); }
  });
  window.addEventListener("online", renew);
  window.addEventListener("offline", renew);
  window.setInterval(renew, 1000 * Number(screen.dataset.every));
  window.setInterval(function () { if (!lost.hidden) { gone(); } }, 1000);
})();

// A phone that shows its number asks every few seconds whether staff have let it in, and then goes on by itself.
// Without this script the page's own button does the same.
(function () {
  "use strict";
  var waits = document.querySelector("[data-waits]");
  var form = document.querySelector("[data-go-on]");
  if (!waits || !form) return;
  var every = 3000;

  function look() {
    if (document.hidden) return again();
    fetch(waits.getAttribute("data-waits"), { credentials: "same-origin" })
      .then(function (answer) { return answer.json(); })
      .then(function (now) {
        if (now.state === "approved") form.submit();
        else if (now.state === "over") window.location.reload();
        else again();
      })
      .catch(again);
  }

  function again() {
    window.setTimeout(look, every);
  }

  again();
})();

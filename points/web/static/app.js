/* Small comforts; every page works without them. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) { window.print(); }
    if (event.target.closest("[data-fullscreen]") && document.documentElement.requestFullscreen) {
      document.documentElement.requestFullscreen();
    }
  });
  // who types into the field beside a choice has chosen it
  document.addEventListener("input", function (event) {
    var radio = event.target.type !== "radio" && event.target.closest("fieldset .card");
    radio = radio && radio.querySelector("input[type=radio]");
    if (radio) { radio.checked = true; }
  });
  // one tap is one action: a form that is on its way is not sent again
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    window.setTimeout(function () { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();

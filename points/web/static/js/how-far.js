/* How far the stations are, reckoned on this phone when its owner presses the button.
   Where the phone is goes into a subtraction here and nowhere else: nothing is stored, and nothing leaves the page. */
const EARTH = 6371000;
const part = document.querySelector("[data-how-far]");
const list = part && part.querySelector("ul[hidden]");
const button = part && part.querySelector("button[type=button]");

if (list && button && navigator.geolocation && window.isSecureContext) {
  button.parentNode.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(show, silent, { maximumAge: 60000, timeout: 15000 });
  });
}

function show(here) {
  list.querySelectorAll("[data-latitude]").forEach((one) => {
    const metres = distance(here.coords, Number(one.dataset.latitude), Number(one.dataset.longitude));
    one.textContent = metres < 950
      ? part.dataset.metres.replace("{n}", String(Math.max(50, Math.round(metres / 50) * 50)))
      : part.dataset.kilometres.replace("{n}", (metres / 1000).toFixed(1));
  });
  list.hidden = false;
  told().hidden = true;
  button.disabled = false;
}

function silent() {
  told().textContent = part.dataset.unknown;
  told().hidden = false;
  button.disabled = false;
}

function told() { return part.querySelector("[role=status]"); }

function distance(here, latitude, longitude) {
  const down = radians(latitude - here.latitude);
  const across = radians(longitude - here.longitude) * Math.cos(radians((latitude + here.latitude) / 2));
  return EARTH * Math.sqrt(down * down + across * across);
}

function radians(degrees) { return degrees * Math.PI / 180; }

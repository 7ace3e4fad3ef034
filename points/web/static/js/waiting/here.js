/* What the service gives every staff page for the check-ins that wait: addresses, sentences, rules, and whose they are. */
export const place = document.querySelector("[data-offline]");
export const person = place.dataset.person;
export const { words, rules } = JSON.parse(place.querySelector("script").textContent);

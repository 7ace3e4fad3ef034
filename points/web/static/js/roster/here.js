/* What the service gives the roster of an activity: its list, sentences, rules, and its time. */
export const roster = document.getElementById("roster");
export const activity = roster.dataset.activity;
export const address = roster.dataset.address;
export const field = document.getElementById("card");
export const { words, rules } = JSON.parse(document.getElementById("roster-words").textContent);

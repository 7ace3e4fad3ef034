/* How sentences, and times in them, are said: as the service writes them, wherever the device says it is. */
import { place } from "./here.js";

const zone = place.dataset.zone;
const clock = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
const day = new Intl.DateTimeFormat("zh-CN", { month: "numeric", day: "numeric", timeZone: zone });

/* A sentence with places for facts: "%(n)s people". */
export function say(sentence, facts) {
  return sentence.replace(/%\((\w+)\)s/g, (_, name) => facts[name]);
}

/* Sentences one after the other, as the language of the page sets them. */
export function join(sentences) { return sentences.join(document.documentElement.lang === "en" ? " " : ""); }

/* 09:02, and the day where it is not `today`. */
export function time(moment, today) {
  const at = new Date(moment), on = day.format(at);
  return on === day.format(today || at) ? clock.format(at) : on + " " + clock.format(at);
}

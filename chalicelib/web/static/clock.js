// The desk's clock, and how spans and instants read.
//
// Waits are counted by the server's clock, not by this machine's: the server says its time
// with every answer. In a demonstration it runs faster than ours, so its pace is learned too;
// it may fall back into step with ours at any time, so what counts in seconds asks `latest`.

import { strings } from "./strings.js";

const { units } = strings;
/** What the pace is measured from, and what tells the time. */
let sample = null;
let heard = null;
let pace = 1;

export function learn(instant) {
  const server = Date.parse(instant);
  if (Number.isNaN(server)) return;
  const local = performance.now();
  // Within two seconds the answer that was least long on its way tells the time best.
  if (!sample || local - sample.local > 2000 || server - local > heard.server - heard.local) heard = { server, local };
  if (sample && local - sample.local > 2000) {
    const measured = (server - sample.server) / (local - sample.local);
    pace = Math.abs(measured - 1) < 0.5 || measured < 0 ? 1 : measured;
  } else if (sample) {
    return;
  }
  sample = { server, local };
}

export function now(speed = pace) {
  return heard ? heard.server + (performance.now() - heard.local) * speed : Date.now();
}

/** What the desk's clock said last, and the real time since. */
export const latest = () => now(1);

/** A span in milliseconds as words: `14 min`, `2 h 5 min`, `3 d 4 h`. */
export function span(milliseconds) {
  const minutes = Math.floor(Math.max(0, milliseconds) / 60000);
  if (minutes < 1) return units.moment;
  if (minutes < 60) return units.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return units.hours(hours, minutes % 60);
  return units.days(Math.floor(hours / 24), hours % 24);
}

/** Until an instant to come: in minutes, the last one in seconds. */
export function left(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return seconds < 60 ? units.seconds(seconds) : span(Math.ceil(seconds / 60) * 60000);
}

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY_AND_TIME = new Intl.DateTimeFormat("en-GB", {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
});
const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/** `03:05` in the viewer's zone, with the day when that is not today. */
export function when(instant) {
  const at = new Date(instant);
  const is_today = at.toDateString() === new Date(now()).toDateString();
  return (is_today ? TIME : DAY_AND_TIME).format(at);
}

/** The instant in full, for whoever must know. */
export const exact = (instant) => `${EXACT.format(new Date(instant))} (${instant})`;

// Who is on call: now, and in the coming weeks as a drawing that reads as a list.
//
// A week is a row of seven days in the viewer's zone; a shift is a bar in each week it touches.
// On a phone the same elements stand beneath each other.

import { addressOf } from "./address.js";
import { Refusal, get } from "./api.js";
import { exact, left, now, when } from "./clock.js";
import { foreign, h, say } from "./dom.js";
import { announce } from "./notice.js";
import { words as later } from "./strings_later.js";
import { readinessView } from "./readiness.js";

const words = later.onCall;
const FURTHEST = 12;
/** A shift that began so little after now, by clocks that differ, is the present one. */
const SLACK = 60000;
const wide = matchMedia("(min-width: 40rem)");
const COLOURS = 6;

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const format = (options) => {
  const formatter = new Intl.DateTimeFormat("en-GB", options);
  return (at) => formatter.format(at);
};
const timeOf = format({ hour: "2-digit", minute: "2-digit" });
const dayAndTimeOf = format({ weekday: "short", hour: "2-digit", minute: "2-digit" });
const dayOf = format({ weekday: "short", day: "numeric" });
const dayAndMonthOf = format({ weekday: "short", day: "numeric", month: "short" });
const dateOf = format({ day: "numeric", month: "short" });

/** Midnight, `days` after the one before `at`, on the viewer's wall: not always 24 hours each. */
const midnight = (at, days = 0) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days);
const monday = (at) => midnight(at, -((at.getDay() + 6) % 7));
const isoOf = (day) => format({ year: "numeric", month: "2-digit", day: "2-digit" })(day).split("/").reverse().join("-");

/** How far into the week an instant lies, in percent of its width; each day is as wide as another. */
function place(at, days) {
  const day = days.findLastIndex((one) => one <= at);
  if (day < 0) return 0;
  if (day >= 7) return 100;
  return ((day + (at - days[day]) / (days[day + 1] - days[day])) / 7) * 100;
}

export function create({ desk }) {
  const heading = h("h2", { id: "on-call-heading", tabindex: "-1" }, words.heading);
  const range = h("p", { class: "range", role: "status" });
  const [earlier, later_] = [words.earlier, words.later].map((label) => h("a", { class: "button", href: "#/on-call" }, label));
  const trouble = h("p", { class: "trouble", role: "alert" });
  const again = h("button", { type: "button", hidden: true, onclick: () => opened(opened_id) }, words.again);
  const schedules = h("div", { class: "schedules" });
  const subscribe = h("details", { class: "subscribe", hidden: true });
  const readiness = readinessView({ desk });
  const element = h("section", { class: "wide", "aria-labelledby": "on-call-heading" },
    h("header", { class: "line" }, heading, h("p", { class: "meta" }, words.zone(zone)),
      h("nav", { class: "paging", "aria-label": words.paging }, earlier, range, later_)),
    readiness.element, trouble, again, schedules, subscribe);
  const colours = new Map();
  let known = { weeks: 0, value: null };
  let opened_id = null;
  let ticks = [];

  /** The Monday the view begins with: this week's, or one that the address names. */
  function firstOf(id) {
    const current = monday(new Date(now()));
    const weeks = wide.matches ? 4 : 2;
    const ahead = Math.round((monday(new Date(`${id}T00:00`)) - current) / (7 * 86400000)) || 0;
    const shown = Math.min(FURTHEST - weeks, Math.max(0, ahead));
    return { current, first: midnight(current, shown * 7), shown, weeks };
  }

  async function opened(id) {
    opened_id = id;
    const { shown, weeks } = firstOf(id);
    heading.focus({ preventScroll: true });
    await Promise.all([load(shown + weeks), desk.pullReadiness().catch((error) => readiness.fail(error.message))]);
    if (opened_id === id) fill(id);
  }

  async function load(weeks) {
    say(trouble, "");
    again.hidden = true;
    if (!known.value) schedules.replaceChildren(h("p", { class: "meta" }, words.loading));
    try {
      const value = await get(`on-call?weeks=${Math.max(weeks, known.weeks)}`);
      known = { weeks: Math.max(weeks, known.weeks), value };
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401) throw error;
      if (!known.value) schedules.replaceChildren();
      say(trouble, words.failed(error.message));
      again.hidden = false;
    }
  }

  function fill(id) {
    if (!known.value) return;
    const { current, first, shown, weeks } = firstOf(id);
    const lead = (link, week) => {
      const is_there = week !== shown;
      link.ariaDisabled = is_there ? null : "true";
      if (is_there) link.href = addressOf("on-call", week && isoOf(midnight(current, week * 7)));
      else link.removeAttribute("href");
    };
    lead(earlier, Math.max(0, shown - weeks));
    lead(later_, Math.min(FURTHEST - weeks, shown + weeks));
    say(range, words.range(dateOf(first), dateOf(midnight(first, weeks * 7 - 1))));
    ticks = [];
    schedules.replaceChildren(...known.value.schedules.map((one) => scheduleOf(one, first, weeks)));
    fillSubscribe(known.value.calendars);
  }

  function scheduleOf(schedule, first, count) {
    const id = `schedule-${schedule.name}`;
    const weeks = Array.from({ length: count }, (_, week) => weekOf(schedule, midnight(first, week * 7)));
    return h("section", { class: "schedule", "aria-labelledby": id },
      h("h3", { id }, schedule.name),
      current(schedule.now),
      h("p", { class: "meta" },
        schedule.zone === zone ? "" : words.scheduleZone(schedule.zone), schedule.owner_name ? words.owner(schedule.owner_name) : ""),
      h("ol", { class: "weeks" }, weeks));
  }

  function current(one) {
    if (!one) return null;
    const names = [one.name, ...(one.also ?? [])].join(words.and);
    const until = h("span", { class: "meta" });
    const ends_at = one.until && Date.parse(one.until);
    const tick = () => say(until, ends_at ? words.until(when(one.until), left(ends_at - now())) : "");
    ticks.push(tick);
    tick();
    return h("p", { class: `current ${one.is_fallback ? "gap" : ""}` },
      h("strong", {}, one.is_fallback ? words.standsIn(names) : words.isOnCall(names)), " ", until);
  }

  function weekOf(schedule, first) {
    const days = Array.from({ length: 8 }, (_, day) => midnight(first, day));
    const at = now();
    const today = days.findLastIndex((one) => one <= at);
    const is_current = today >= 0 && today < 7;
    const touching = schedule.shifts.filter((one) => Date.parse(one.starts_at) < days[7] && Date.parse(one.ends_at) > days[0]);
    const mark = h("span", { class: "now", "aria-hidden": "true" });
    if (is_current) mark.style.left = `${place(at, days)}%`;
    return h("li", { class: "week" },
      h("h4", {}, words.week(dateOf(first), is_current)),
      h("div", { class: "days", "aria-hidden": "true" },
        days.slice(0, 7).map((day, index) =>
          h("span", { class: is_current && index === today ? "today" : index < today ? "past" : "" }, (day.getDate() === 1 ? dayAndMonthOf : dayOf)(day)))),
      h("ol", { class: "shifts" }, touching.map((one) => barOf(one, days))), is_current && mark);
  }

  function barOf(shift, days) {
    const starts_at = new Date(shift.starts_at);
    const ends_at = new Date(shift.ends_at);
    const from = place(starts_at, days);
    const width = place(ends_at, days) - from;
    const names = [shift.name, ...(shift.also ?? [])].join(words.and);
    const label = shift.is_gap ? words.gap(names) : names;
    const span = spanOf(starts_at, ends_at, days);
    const bar = h("li", { class: `shift ${shift.is_gap ? "gap" : `colour-${colourOf(shift.responder)}`}`, title: `${label}, ${span}` },
      h("strong", {}, foreign(label)), " ", h("span", { class: "span" }, span));
    bar.style.setProperty("--from", `${from}%`);
    bar.style.setProperty("--width", `${width}%`);
    return bar;
  }

  /** When within the week, in words; `days` begins with its Monday and ends with the next. */
  function spanOf(starts_at, ends_at, days) {
    const has_begun = starts_at <= days[0] || starts_at <= now() + SLACK;
    const goes_on = ends_at >= days[7];
    if (starts_at <= days[0] && goes_on) return words.allWeek;
    if (has_begun && goes_on) return words.goesOn;
    if (has_begun) return words.ends(dayAndTimeOf(ends_at));
    if (goes_on) return words.begins(dayAndTimeOf(starts_at));
    const is_one_day = midnight(starts_at) >= midnight(ends_at);
    return words.fromTo(dayAndTimeOf(starts_at), (is_one_day ? timeOf : dayAndTimeOf)(ends_at));
  }

  function colourOf(responder) {
    if (!colours.has(responder)) colours.set(responder, colours.size % COLOURS);
    return colours.get(responder);
  }

  function fillSubscribe(calendars) {
    subscribe.hidden = !calendars.length;
    subscribe.replaceChildren(
      h("summary", {}, words.subscribe), h("p", { class: "hint" }, words.subscribeHint),
      h("ul", {}, calendars.map(calendarOf)));
  }

  function calendarOf({ kind, name: id, url }, index) {
    const shifts = known.value.schedules.flatMap((one) => one.shifts);
    const name = (kind === "person" && shifts.find((one) => one.responder === id)?.name) || id;
    const field = h("input", { id: `calendar-${index}`, readonly: true, value: url, onfocus: () => field.select() });
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(url);
        announce(words.copied);
        say(button, words.copiedShort);
      } catch {
        field.focus();
        announce(words.copyByHand);
      }
    };
    const button = h("button", { type: "button", "aria-label": words.copyOf(name), onclick: copy }, words.copy);
    return h("li", {}, h("label", { for: field.id }, words.calendar[kind]?.(name) ?? name), h("div", { class: "row" }, field, button));
  }

  wide.addEventListener("change", () => element.isConnected && opened(opened_id));
  return { element, opened, update: () => readiness.update(), tick: () => ticks.forEach((tick) => tick()) };
}

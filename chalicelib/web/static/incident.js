// One incident: what it is, who has it, what can be done, and who did what when.

import { exact, now, when } from "./clock.js";
import { confirm } from "./dialogs.js";
import { foreign, h, outward } from "./dom.js";
import { holderOfIncident, nameOf, ringOf } from "./incidents.js";
import { urgencyLabel } from "./card.js";
import { platformName } from "./names.js";
import { strings } from "./strings.js";
import { words as later } from "./strings_later.js";

const words = later.incident;
const MORNING = 8;
const MINUTE = 60000;
const LONGEST_SNOOZE = 24 * 60;

/** Whole minutes until it is next 8:00 where the viewer is. */
function untilMorning() {
  const at = new Date(now());
  const morning = new Date(at.getFullYear(), at.getMonth(), at.getDate(), MORNING);
  if (morning <= at) morning.setDate(morning.getDate() + 1);
  return Math.min(LONGEST_SNOOZE, Math.ceil((morning - at) / MINUTE));
}

export function create({ desk, actions }) {
  const element = h("article", { class: "detail", "aria-labelledby": "incident-heading" });
  const heading = h("h2", { id: "incident-heading", class: "name", tabindex: "-1" });
  const meta = h("p", { class: "line meta" });
  const bar = h("div", { class: "bar" });
  const said = h("div");
  const course = h("section", { "aria-labelledby": "course" });
  const parts = { heading: { fill: fillHeading }, bar: { fill: fillBar }, said: { fill: fillSaid }, course: { fill: fillCourse } };
  let tick = () => {};
  element.append(h("a", { class: "back", href: "#/" }, `‹ ${words.back}`), h("header", {}, heading, meta), bar, said, course);

  function update(id) {
    const incident = desk.incident(id);
    element.classList.toggle("waiting", !incident);
    if (!incident) return heading.replaceChildren(words.loading);
    const { timeline, people, loudness, ...rest } = incident;
    // Each part is made anew only when it changed: a choice in a list outlives the next poll.
    show("heading", [rest, loudness, nameOf(incident)], incident);
    show("bar", [rest, people, desk.isIncidentBusy(id)], incident);
    show("said", [rest.id], incident);
    show("course", [timeline], incident);
  }

  function show(name, of, incident) {
    const state = JSON.stringify(of);
    if (parts[name].state === state) return;
    parts[name].state = state;
    parts[name].fill(incident);
  }

  function fillHeading(incident) {
    heading.replaceChildren(nameOf(incident));
    meta.replaceChildren(
      incident.urgency ? urgencyLabel(incident) : "",
      h("span", { title: exact(incident.opened_at) }, strings.incidents.loud(incident.loudness, when(incident.opened_at))));
  }

  function fillBar(incident) {
    const focused = bar.contains(document.activeElement) && document.activeElement.dataset.action;
    const ring = ringOf(incident);
    tick = ring.tick;
    const is_over = incident.state === "resolved";
    const who = is_over
      ? h("strong", {}, words.over(byName(incident.resolved_by, incident.resolved_by_name), when(incident.resolved_at ?? now())))
      : holderOfIncident(incident, desk.me);
    bar.replaceChildren(h("p", { class: "holder" }, who, ring.parts), ...(is_over ? grading(incident) : acting(incident)));
    if (focused) (bar.querySelector(`[data-action="${focused}"]:enabled`) ?? heading).focus({ preventScroll: true });
  }

  const button = (incident, action, label, run, attributes = {}) =>
    h("button", { type: "button", disabled: desk.isIncidentBusy(incident.id), data: { action }, onclick: run, ...attributes }, label);
  const key = (letter) => h("kbd", { "aria-hidden": "true" }, letter);

  function acting(incident) {
    const { id, state, people = [] } = incident;
    const is_busy = desk.isIncidentBusy(id);
    const snooze = (name, label, minutes) =>
      button(incident, `snooze-${name}`, label, () => actions.attempt(() => desk.snooze(id, minutes()), words.snoozed(label)));
    const whom = h("select", { id: "hand-to", disabled: is_busy, data: { action: "whom" } },
      h("option", { value: "" }, words.choose), people.map((one) => h("option", { value: one.id }, one.name)));
    return [
      h("div", { class: "row" },
        state === "triggered" && button(incident, "acknowledge", [strings.incidents.acknowledge, key("a")], () => actions.acknowledge(incident), { class: "primary", "aria-keyshortcuts": "a" }),
        button(incident, "end", [strings.incidents.resolve, key("e")], () => actions.end(incident), { "aria-keyshortcuts": "e" }),
        button(incident, "escalate", words.escalate, () => escalate(incident))),
      h("div", { class: "row", role: "group", "aria-label": words.snooze },
        h("span", { class: "hint", "aria-hidden": "true" }, words.snooze),
        snooze("short", words.short, () => 30), snooze("long", words.long, () => 120), snooze("morning", words.morning, untilMorning)),
      people.length > 0 && h("form", { class: "row", onsubmit: (event) => handOver(event, incident, whom) },
        h("label", { for: "hand-to", class: "hint" }, words.handTo), whom,
        h("button", { disabled: is_busy, data: { action: "hand-over" } }, words.handOver)),
    ].filter(Boolean);
  }

  function grading(incident) {
    const mine = incident.grades?.[desk.me.name] ?? incident.grades?.[desk.me.id];
    const grade = (is_worth_it, label) =>
      button(incident, `grade-${is_worth_it}`, label, () => actions.attempt(() => desk.grade(incident.id, is_worth_it), words.graded),
        { "aria-pressed": String(mine === is_worth_it) });
    return [h("div", { class: "row", role: "group", "aria-label": strings.incidents.worth },
      h("span", { class: "hint", "aria-hidden": "true" }, strings.incidents.worth), grade(true, words.yes), grade(false, words.no))];
  }

  async function escalate(incident) {
    const { escalateConfirm, escalateHint, escalateYes, escalated } = words;
    if (await confirm(escalateConfirm, escalateHint, escalateYes)) actions.attempt(() => desk.escalate(incident.id), escalated);
  }

  function handOver(event, incident, whom) {
    event.preventDefault();
    const { value, selectedOptions } = whom;
    if (!value) return whom.focus();
    actions.attempt(() => desk.handOver(incident.id, value), words.handed(selectedOptions[0].textContent));
  }

  function fillSaid(incident) {
    said.replaceChildren(
      h("blockquote", { dir: "auto", "aria-label": later.ticket.said }, incident.quote),
      h("p", { class: "meta" },
        foreign(incident.author ? `@${incident.author}` : strings.unknownAuthor), " · ",
        outward(incident.url, strings.openOn(platformName(incident.platform))) ?? platformName(incident.platform)),
      h("h3", {}, words.reasons),
      h("ul", { class: "reasons" }, incident.reasons.map((reason) => h("li", { dir: "auto" }, reason))));
  }

  function fillCourse({ timeline }) {
    course.replaceChildren(h("h3", { id: "course" }, words.course), h("ol", { class: "course" }, (timeline ?? []).map(entry)));
  }

  function entry(one) {
    const fate = one.kind === "page" ? words.fate(one, one.settled_at && when(one.settled_at)) : "";
    return h("li", { class: `${one.kind} ${one.state ?? ""}` },
      h("time", { datetime: one.at, title: exact(one.at) }, when(one.at)),
      h("span", {}, sentence(one), fate && h("span", { class: "fate" }, fate)));
  }

  function sentence(one) {
    const say = words.acts[one.kind];
    if (!say) return one.kind;
    return say({
      ...one, who: byName(one.by, one.by_name), whom: byName(one.to, one.to_name), called: one.responder_name || one.responder,
      via: words.via[one.via] ?? "", until: one.until && when(one.until),
    });
  }

  const byName = (id, name) => (id === desk.me.id ? words.you : name || id || words.somebody);

  return {
    element, update,
    tick: () => tick(),
    async opened(id) {
      if (!desk.incident(id)) heading.focus({ preventScroll: true });
      await desk.pullIncident(id);
      heading.focus({ preventScroll: true });
    },
  };
}

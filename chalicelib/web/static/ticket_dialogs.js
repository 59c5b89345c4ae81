// What a ticket's view asks before it acts: when, to whom, why.

import { get } from "./api.js";
import { now } from "./clock.js";
import { ask } from "./dialogs.js";
import { foreign, h, say } from "./dom.js";
import { words as all } from "./strings_ticket.js";

const words = all.ask;
const HOUR = 60 * 60000;
const EVENING = 20;
const MORNING = 9;

/** A dialog of fields. `read()` gives what was asked, or throws what is to be said first. */
function askFor({ heading, hint, fields, yes, read }) {
  const trouble = h("p", { class: "trouble", role: "alert" });
  let answer = null;
  const dialog = h("dialog", { "aria-labelledby": "ask", "aria-describedby": "ask-hint", class: "asking" },
    h("form", { method: "dialog", novalidate: true, onsubmit: (event) => {
      if (event.submitter?.value !== "yes") return;
      try {
        answer = read();
      } catch (missing) {
        event.preventDefault();
        say(trouble, missing.message);
        missing.field?.focus();
      }
    } },
      h("h2", { id: "ask" }, heading), h("p", { id: "ask-hint", class: "hint" }, hint), fields, trouble,
      h("div", { class: "row" }, h("button", { class: "primary", value: "yes" }, yes), h("button", { class: "quiet", value: "" }, words.cancel))));
  // Ctrl or ⌘ + Enter in a longer text is the same as the first button.
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) dialog.querySelector("[value=yes]").click();
  });
  return ask(dialog).then(() => answer);
}

function missing(message, field) {
  return Object.assign(new Error(message), { field });
}

function textField(id, label, { rows = 2, most = 2000, placeholder = null } = {}) {
  const field = h("textarea", { id, rows: String(rows), maxlength: most, dir: "auto", placeholder });
  return { element: h("div", { class: "asked" }, h("label", { for: id }, label), field), field, read: () => field.value.trim() };
}

/** A text that has to be there. */
function needed(text) {
  return () => text.read() || (() => { throw missing(words.missing, text.field); })();
}

// --- when ---------------------------------------------------------------------------------

function atHour(hour, days = 0) {
  const at = new Date(now());
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days, hour);
}

/** As `datetime-local` wants it: the viewer's own wall clock. */
function local(at) {
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A choice of instants; `read` gives the chosen one as text with its zone. */
function whenField(choices, chosen) {
  const pick = h("input", { type: "datetime-local", id: "ask-at", "aria-label": words.at, value: local(atHour(MORNING, 1)), min: local(new Date(now())) });
  const radio = (value, label, more) => {
    const input = h("input", { type: "radio", name: "when", value, checked: value === chosen });
    return h("div", { class: "option-row" }, h("label", { class: "switch" }, input, label), more);
  };
  const open = choices.filter(([, , at]) => at().getTime() > now());
  const element = h("fieldset", {}, h("legend", {}, words.when),
    open.map(([value, label]) => radio(value, label)), radio("pick", words.pick, pick),
    h("p", { class: "hint" }, words.zone(Intl.DateTimeFormat().resolvedOptions().timeZone)));
  pick.addEventListener("focus", () => { element.querySelector("[value=pick]").checked = true; });
  return {
    element,
    read() {
      const value = element.querySelector(":checked")?.value;
      const at = value === "pick" ? new Date(pick.value) : open.find(([name]) => name === value)?.[2]();
      if (!at || !(at.getTime() > now())) throw missing(words.past, pick);
      return at.toISOString();
    },
  };
}

const TOMORROW = ["tomorrow", words.tomorrow, () => atHour(MORNING, 1)];

/** `{ what, until }`, or null. */
export function askPromise() {
  const what = textField("ask-what", words.what, { most: 300, placeholder: words.whatExample });
  const until = whenField([["tonight", words.tonight, () => atHour(EVENING)], TOMORROW, ["days", words.inTwoDays, () => atHour(MORNING, 2)]], "tomorrow");
  const read = needed(what);
  return askFor({ heading: words.promise, hint: words.promiseHint, fields: [what.element, until.element], yes: words.promiseYes,
    read: () => ({ what: read(), until: until.read() }) });
}

/** Until when, or null. */
export function askSnooze() {
  const ahead = (hours) => () => new Date(now() + hours * HOUR);
  const until = whenField([["soon", words.soon, ahead(1)], ["later", words.later, ahead(3)], TOMORROW], "soon");
  return askFor({ heading: words.snooze, hint: words.snoozeHint, fields: [until.element], yes: words.snoozeYes, read: until.read });
}

// --- to whom, why -------------------------------------------------------------------------

/** `{ to, name, note }`, or null; `without` are ids of whom it cannot go to. */
export function askHandOver(without) {
  const people = h("fieldset", {}, h("legend", {}, words.people), h("p", { class: "meta" }, words.loading));
  const note = textField("ask-note", words.noteTo);
  get("team").then(({ on_duty, on_call }) => {
    const found = new Map();
    for (const [all_of_them, why] of [[on_duty, words.onDuty], [on_call, words.onCall]])
      for (const one of all_of_them) found.set(one.agent, { name: one.name, why: [...(found.get(one.agent)?.why ?? []), why] });
    for (const id of without) found.delete(id);
    const options = [...found].map(([id, { name, why }], at) => h("label", { class: "switch" },
      h("input", { type: "radio", name: "to", value: id, checked: at === 0, data: { name } }), h("span", {}, foreign(name), " ", h("small", { class: "meta" }, why.join(", ")))));
    people.replaceChildren(people.firstChild, ...(options.length ? options : [h("p", {}, words.nobody)]));
  }, (error) => people.replaceChildren(people.firstChild, h("p", { class: "trouble" }, error.message)));
  return askFor({ heading: words.handOver, hint: words.handOverHint, fields: [people, note.element], yes: words.handOverYes,
    read() {
      const chosen = people.querySelector(":checked");
      if (!chosen) throw missing(words.nobody, null);
      return { to: chosen.value, name: chosen.dataset.name, note: note.read() };
    } });
}

function askText({ heading, hint, label, yes }) {
  const text = textField("ask-text", label, { rows: 3 });
  return askFor({ heading, hint, fields: [text.element], yes, read: needed(text) });
}

/** Why it is taken from somebody, or null. */
export const askTakeOver = (name) =>
  askText({ heading: words.takeOver(name), hint: words.takeOverHint, label: words.reason, yes: words.takeOverYes });

/** How a reply should be otherwise, or null. */
export const askSendBack = () =>
  askText({ heading: words.sendBack, hint: words.sendBackHint, label: words.noteBack, yes: words.sendBackYes });

/** Where it was answered, `""` when that is not said, or null. */
export function askElsewhere() {
  const url = h("input", { type: "url", id: "ask-url", maxlength: 2000, inputmode: "url", autocomplete: "off" });
  return askFor({ heading: words.elsewhere, hint: words.elsewhereHint, yes: words.elsewhereYes,
    fields: [h("div", { class: "asked" }, h("label", { for: "ask-url" }, words.url), url)],
    read() {
      const found = url.value.trim();
      if (found && !/^https?:\/\/[^\s/]/.test(found)) throw missing(words.badUrl, url);
      return found;
    } });
}

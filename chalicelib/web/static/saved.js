// Saved replies: found by typing, filled in by the desk, begun where the personal words belong.

import { h, say } from "./dom.js";
import { topicName } from "./names.js";
import { announce, warn } from "./notice.js";
import { previewed } from "./preview.js";
import { words as all } from "./strings_ticket.js";

const words = all.saved;
export const PERSONAL = "{personal}";
// Characters that no text holds (private use): where the words begin and end, whatever the
// platform puts around them, and where the personal ones belong.
const [BEGIN, END, PLACE] = ["\ue000", "\ue001", "\ue002"];

/** A saved reply with its variables filled in, `{personal}` still in its place. */
async function filledIn(id, { name, text }, is_private) {
  const marked = BEGIN + text.replace(PERSONAL, PLACE).replaceAll(PERSONAL, "") + END;
  const { text: shown } = await previewed(id, { text: marked, is_private, saved: name });
  const [from, to] = [shown.indexOf(BEGIN), shown.lastIndexOf(END)];
  return (from < 0 || to < from ? text : shown.slice(from + 1, to)).replace(PLACE, PERSONAL);
}

/** `take({ text, saved })` puts it into the box; `leave()` gives the focus back. */
export function savedReplies({ desk, id, isPrivate, take, leave }) {
  const field = h("input", { type: "search", role: "combobox", "aria-label": words.find, placeholder: words.find, "aria-expanded": "true",
    "aria-controls": "saved-list", "aria-autocomplete": "list", autocomplete: "off", maxlength: 100 });
  const list = h("ul", { id: "saved-list", role: "listbox", "aria-label": words.heading });
  const state = h("p", { class: "meta", role: "status" });
  const element = h("div", { class: "saved", hidden: true },
    h("div", { class: "row" }, field, h("button", { type: "button", class: "quiet", onclick: close }, words.close)), state, list);
  let found = [];
  let at = 0;

  /** Those for this brand; what suits topic and language first. */
  function suiting() {
    const { brand, topic, language } = desk.ticket(id);
    const fits = (wanted, is_there) => (is_there ? 2 : wanted ? 0 : 1);
    const suits = (one) => fits(one.topics.length, one.topics.includes(topic)) + fits(one.language && language, one.language && one.language === language);
    return (desk.settings?.saved ?? []).filter((one) => !one.brands.length || one.brands.includes(brand))
      .toSorted((one, other) => suits(other) - suits(one) || one.name.localeCompare(other.name));
  }

  function filter() {
    const asked = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all_of_them = suiting();
    found = all_of_them.filter((one) => asked.every((word) => `${one.name} ${one.text}`.toLowerCase().includes(word)));
    at = 0;
    list.replaceChildren(...found.map((one, number) =>
      h("li", { role: "option", id: `saved-${number}`, dir: "auto", onclick: () => choose(number), onpointermove: () => mark(number) },
        h("strong", {}, one.name), " ", h("span", { class: "meta" }, one.topics.map(topicName).join(", ")), h("span", { class: "text" }, one.text))));
    say(state, !all_of_them.length ? words.nothing : found.length ? words.found(found.length) : words.none);
    mark(0);
  }

  function mark(number) {
    at = Math.min(found.length - 1, Math.max(0, number));
    [...list.children].forEach((item, here) => { item.ariaSelected = String(here === at); });
    if (found.length) field.setAttribute("aria-activedescendant", `saved-${at}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  async function choose(number) {
    const one = found[number];
    if (!one) return;
    say(state, words.filling);
    try {
      take({ text: await filledIn(id, one, isPrivate()), saved: one.name });
    } catch (error) {
      say(state, "");
      return warn(words.failed(error.message));
    }
    close();
    if (one.text.includes(PERSONAL)) announce(words.personal);
  }

  function open() {
    element.hidden = false;
    field.value = "";
    filter();
    field.focus();
  }

  function close() {
    if (element.hidden) return;
    element.hidden = true;
    leave();
  }

  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    const act = { ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Enter: () => choose(at), Escape: close }[event.key];
    if (!act || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });

  return { element, open, byName: (name) => suiting().find((one) => one.name === name), fill: async (one) => take({ text: await filledIn(id, one, isPrivate()), saved: one.name }) };
}

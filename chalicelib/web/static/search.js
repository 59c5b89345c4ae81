// Search: over everything ever said and answered, newest first. What is asked stands in the address.

import { addressOf, here } from "./address.js";
import { Refusal, get } from "./api.js";
import { cardLink } from "./card.js";
import { h, say } from "./dom.js";
import { brandName, sourceName, topicName } from "./names.js";
import { strings } from "./strings.js";
import { words as later } from "./strings_later.js";

const words = later.search;
const FIELDS = ["q", "author", "brand", "source", "topic", "state", "since", "until"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day of the viewer's as the instant it begins, or `days` after that. */
export function dayBegins(day, days = 0) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + days).toISOString();
}

export function create({ desk }) {
  const heading = h("h2", { id: "search-heading", tabindex: "-1" }, words.heading);
  const input = (name, attributes) => h("input", { id: `search-${name}`, name, ...attributes });
  const select = (name) => h("select", { id: `search-${name}`, name });
  const fields = {
    q: input("q", { type: "search", maxlength: 200, enterkeyhint: "search", autocomplete: "off", "aria-describedby": "search-hint" }),
    author: input("author", { type: "text", maxlength: 100, autocomplete: "off", autocapitalize: "none", spellcheck: "false" }),
    brand: select("brand"), source: select("source"), topic: select("topic"), state: select("state"),
    since: input("since", { type: "date" }), until: input("until", { type: "date" }),
  };
  const { filters } = strings.queue;
  const labels = { ...filters, q: words.words, author: words.author, state: words.state, since: words.since, until: words.until };
  const labelled = (name) => h("div", { class: "field" }, h("label", { for: `search-${name}` }, labels[name]), fields[name]);
  const status = h("p", { class: "meta", role: "status" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const list = h("ol", { class: "tickets", "aria-label": words.results });
  const hint = h("p", { class: "meta" });
  const more = h("button", { type: "button", class: "more", hidden: true, onclick: () => ask(next) }, words.more);
  const further = h("details", {}, h("summary", {}, words.further), h("div", { class: "row fields" }, FIELDS.slice(1).map(labelled)));
  const form = h("form", { role: "search", class: "sheet searching", onsubmit: submit },
    h("div", { class: "row" }, labelled("q"), h("button", { class: "primary" }, words.go)),
    h("p", { id: "search-hint", class: "hint" }, words.hint), further);
  const element = h("section", { class: "wide search", "aria-labelledby": "search-heading" },
    h("a", { class: "back", href: "#/" }, `‹ ${later.ticket.back}`),
    heading, form, status, trouble, list, hint, more);
  let asked = null;
  let next = null;
  let ids = [];
  let ticks = [];
  let cursor = null;
  let shown = "";

  function offer(query) {
    const fill = (name, values, nameOf) =>
      fields[name].replaceChildren(h("option", { value: "" }, words.any),
        ...[...new Set([...values, query[name]])].filter(Boolean).map((value) => h("option", { value }, nameOf(value))));
    fill("brand", Object.keys(desk.counts?.brands ?? {}).concat((desk.settings?.brands ?? []).map((one) => one.id)), brandName);
    fill("source", Object.keys(desk.counts?.sources ?? {}).concat((desk.settings?.sources ?? []).map((one) => one.name)), sourceName);
    fill("topic", Object.keys(strings.topics), topicName);
    fill("state", Object.keys(words.states), (state) => words.states[state] ?? state);
  }

  function submit(event) {
    event.preventDefault();
    const query = Object.fromEntries(FIELDS.map((name) => [name, fields[name].value.trim()]));
    const address = addressOf("search", null, query);
    if (address === location.hash) ask();
    else location.hash = address;
  }

  async function opened(_, query) {
    offer(query);
    for (const name of FIELDS) fields[name].value = query[name] ?? "";
    if (FIELDS.slice(1).some((name) => query[name])) further.open = true;
    if (asked === JSON.stringify(query)) { // back from a ticket: what was found stands as it was
      if (!focusOn(cursor)) heading.focus({ preventScroll: true });
      return;
    }
    if (FIELDS.some((name) => query[name])) {
      heading.focus({ preventScroll: true });
      return ask();
    }
    asked = null;
    show([]);
    say(status, words.begin);
    fields.q.focus();
  }

  /** Ask what the address says; from `after` on, in addition to what is there. */
  async function ask(after = null) {
    const { query } = here();
    const wanted = JSON.stringify(query);
    asked = wanted;
    if (!after) show([]);
    say(status, words.searching);
    say(trouble, "");
    more.hidden = true;
    const { since, until, ...rest } = query;
    const parameters = new URLSearchParams({
      ...rest, ...(DAY.test(since) && { since: dayBegins(since) }), ...(DAY.test(until) && { until: dayBegins(until, 1) }), ...(after && { after }),
    });
    try {
      const answer = await get(`search?${parameters}`);
      if (asked !== wanted) return;
      answer.cards.forEach(desk.keepCard);
      next = answer.next || null;
      const before = ids.length;
      show([...(after ? ids : []), ...answer.cards.map((card) => card.id)]);
      if (after) focusOn(ids[before]);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401) throw error;
      asked = null;
      say(status, "");
      say(trouble, words.failed(error.message));
    }
  }

  function show(found) {
    ids = [...new Set(found)];
    shown = "";
    update();
    const text = ids.length ? words.found(ids.length, next) : next ? words.notYet : words.nothing;
    say(status, asked ? text : "");
    say(hint, asked && !ids.length && !next ? words.nothingHint : "");
    more.hidden = !asked || !next;
  }

  function update() {
    const cards = ids.map((id) => desk.card(id)).filter(Boolean);
    const state = JSON.stringify(cards);
    if (state === shown) return;
    shown = state;
    const focused = list.contains(document.activeElement) && document.activeElement.dataset.id;
    const rows = cards.map((card) => cardLink(card, {
      me: desk.me, href: addressOf("ticket", card.id), onfocus: () => { cursor = card.id; },
    }));
    ticks = rows.map((row) => row.tick);
    list.replaceChildren(...rows.map((row) => h("li", {}, row.link)));
    if (focused) focusOn(focused);
  }

  function focusOn(id) {
    const link = id && list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    link?.focus();
    return Boolean(link);
  }

  function move(by) {
    const at = ids.indexOf(cursor);
    focusOn(ids[at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + by))]);
  }

  return {
    element, opened, update,
    tick: () => ticks.forEach((tick) => tick()),
    focusSearch: () => { fields.q.focus(); fields.q.select(); },
    cursor: () => (ids.includes(cursor) ? cursor : null),
    keys: { j: () => move(1), k: () => move(-1) },
  };
}

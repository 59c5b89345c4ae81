// The queue: its views, its filters, and what waits, in the order of the desk.

import { FILTERS, QUEUE_VIEWS, addressOf, here } from "./address.js";
import { cardLink } from "./card.js";
import { h, say } from "./dom.js";
import { brandName, languageName, sourceName, topicName } from "./names.js";
import { strings } from "./strings.js";

const words = strings.queue;
const MOST_UNASKED = 3;
const NAMES = { brand: brandName, topic: topicName, source: sourceName, language: languageName };
const COUNTS = { brand: "brands", topic: "topics", source: "sources", language: "languages" };

/** A form that leads to the search for what was typed. */
export function searchBox() {
  const field = h("input", { type: "search", name: "q", id: "search-box", "aria-label": strings.search.label,
    placeholder: strings.search.placeholder, maxlength: 200, enterkeyhint: "search", autocomplete: "off", "aria-keyshortcuts": "/" });
  const form = h("form", { role: "search", class: "searchbox", onsubmit: (event) => {
    event.preventDefault();
    if (field.value.trim()) location.hash = addressOf("search", null, { q: field.value.trim() });
  } }, field);
  return { element: form, focus: () => { field.focus(); field.select(); } };
}

/** Lists that choose what the queue shows; `change` is called with the filters chosen. */
function filterBar(change) {
  const summary = h("summary");
  const none = h("button", { type: "button", class: "quiet", onclick: () => change({}) }, words.noFilter);
  const selects = Object.fromEntries(FILTERS.map((name) =>
    [name, h("select", { name, onchange: () => change(chosen()) })]));
  const labels = FILTERS.map((name) => h("label", {}, words.filters[name], " ", selects[name]));
  const element = h("details", { class: "filters" }, summary, h("div", { class: "row" }, labels, none));
  const chosen = () => Object.fromEntries(FILTERS.map((name) => [name, selects[name].value]));
  let shown = "";

  /** What can be chosen is what is there, and what is chosen already. */
  function update(counts, filters) {
    const state = JSON.stringify([counts, filters, FILTERS.map((name) => Object.keys(counts?.[COUNTS[name]] ?? {}).map(NAMES[name]))]);
    if (state === shown) return;
    shown = state;
    const active = FILTERS.filter((name) => filters[name]);
    say(summary, words.filter(active.map((name) => NAMES[name](filters[name]))));
    if (active.length) element.open = true;
    none.hidden = !active.length;
    FILTERS.forEach((name, at) => {
      const found = Object.entries(counts?.[COUNTS[name]] ?? {});
      if (filters[name] && !found.some(([value]) => value === filters[name])) found.push([filters[name], 0]);
      labels[at].hidden = found.length < 2 && !filters[name];
      if (document.activeElement === selects[name] && selects[name].value === (filters[name] ?? "")) return;
      selects[name].replaceChildren(h("option", { value: "" }, words.any),
        ...found.filter(([value]) => value).toSorted(([, one], [, other]) => other - one)
          .map(([value, count]) => h("option", { value, selected: value === filters[name] }, words.option(NAMES[name](value), count))));
    });
    element.hidden = labels.every((one) => one.hidden);
  }
  return { element, update };
}

export function queueView({ desk }) {
  const heading = h("h2", { id: "queue-heading" }, words.heading);
  const count = h("p", { class: "meta" }, words.loading);
  const search = searchBox();
  const links = QUEUE_VIEWS.map((view) => h("a", { data: { list: view } }, words.views[view], " ", h("span", { class: "count" })));
  const views = h("nav", { class: "views", "aria-label": words.label }, links);
  const filters = filterBar((chosen) => { location.hash = addressOf("queue", shown_view, chosen); });
  const list = h("ol", { class: "tickets", "aria-labelledby": "queue-heading" });
  const more = h("button", { type: "button", class: "more", hidden: true, onclick: () => pullMore() }, words.more);
  const blank = h("p");
  const hint = h("p", { class: "meta" });
  const empty = h("div", { class: "blank", hidden: true }, blank, hint);
  const element = h("section", { class: "queue", "aria-labelledby": "queue-heading" },
    h("header", {}, heading, count, search.element),
    views, filters.element, list, empty, more);
  const rows = new Map();
  let cursor = null;
  let shown_view = QUEUE_VIEWS[0];
  let shown_filters = {};
  let is_asking = false;
  let unasked = 0;
  let revealed = "";

  // Whoever scrolls to the end is given more without asking; the button is there for the others.
  // A filter may leave pages empty: after some of these somebody has to ask.
  const end = new IntersectionObserver(([seen]) => {
    if (!seen.isIntersecting) unasked = 0;
    else if (unasked < MOST_UNASKED) pullMore(unasked + 1);
  }, { rootMargin: "200px" });
  end.observe(more);

  async function pullMore(pages = 0) {
    if (is_asking || !desk.has_more) return;
    is_asking = true;
    unasked = pages;
    say(more, words.loadingMore);
    await desk.pullMore().catch(() => {});
    is_asking = false;
    say(more, words.more);
    end.unobserve(more);
    end.observe(more); // it tells anew whether the end still shows
  }

  /** Show the list that the address names; the one before stays beside other views. */
  function choose() {
    const { view, id, query } = here();
    if (view === "queue") {
      shown_view = id;
      shown_filters = Object.fromEntries(FILTERS.filter((name) => query[name]).map((name) => [name, query[name]]));
    }
    desk.choose(shown_view, shown_filters);
  }

  function updateLinks() {
    for (const link of links) {
      const view = link.dataset.list;
      const waiting = desk.counts?.views[view];
      link.href = addressOf("queue", view, shown_filters);
      link.ariaCurrent = view === shown_view ? "page" : null;
      link.classList.toggle("alarm", view === "breached" && waiting > 0);
      say(link.lastElementChild, waiting === undefined ? "" : String(waiting));
    }
    reveal(links[QUEUE_VIEWS.indexOf(shown_view)]);
  }

  /** Where the views do not all fit, the chosen one shows; once, for somebody may look at others. */
  function reveal(chosen) {
    const state = element.checkVisibility() && `${shown_view} ${Boolean(desk.counts)}`;
    if (state && state !== revealed) views.scrollLeft = chosen.offsetLeft - views.offsetLeft - (views.clientWidth - chosen.offsetWidth) / 2;
    revealed = state;
  }

  function update(open_id) {
    updateLinks();
    filters.update(desk.counts, shown_filters);
    const is_filtered = Object.keys(shown_filters).length > 0;
    const tickets = desk.queue;
    empty.hidden = tickets?.length !== 0 || desk.has_more;
    more.hidden = !tickets || !desk.has_more;
    if (!tickets) {
      list.replaceChildren();
      return say(count, words.loading);
    }
    const total = is_filtered ? null : desk.counts?.views[shown_view];
    say(count, words.count(tickets.length, desk.has_more, total));
    say(blank, is_filtered ? words.noMatch : words.empty[shown_view]);
    say(hint, is_filtered ? words.noMatchHint : words.emptyHint[shown_view] ?? words.emptyHint.all);
    const focused = document.activeElement?.closest?.(".ticket")?.dataset.id;
    const wanted = tickets.map((ticket) => rowOf(ticket, open_id));
    if (wanted.length !== list.children.length || wanted.some((row, at) => row !== list.children[at])) {
      list.replaceChildren(...wanted);
      if (focused) focusOn(focused);
    }
    const ids = new Set(tickets.map((ticket) => ticket.id));
    for (const id of rows.keys()) if (!ids.has(id)) rows.delete(id);
  }

  function rowOf(ticket, open_id) {
    const is_here = ticket.id === open_id;
    const state = JSON.stringify([ticket, is_here, brandName(ticket.brand)]);
    const known = rows.get(ticket.id);
    if (known?.state === state) return known.item;
    const { link, tick } = cardLink(ticket, {
      me: desk.me, href: addressOf("ticket", ticket.id), is_here, onfocus: () => { cursor = ticket.id; },
    });
    const had_focus = known && known.item.contains(document.activeElement);
    const item = known?.item ?? h("li");
    item.replaceChildren(link);
    rows.set(ticket.id, { item, state, tick });
    if (had_focus) link.focus({ preventScroll: true });
    return item;
  }

  const linkOf = (id) => rows.get(id)?.item.firstElementChild;
  const ids = () => (desk.queue ?? []).map((ticket) => ticket.id);

  function focusOn(id) {
    const link = linkOf(id);
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
    return Boolean(link);
  }

  /** Move the cursor by `by` rows, from where it is. */
  function move(by) {
    const all = ids();
    if (!all.length) return;
    const at = all.indexOf(cursor);
    focusOn(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
    if (by > 0 && at >= all.length - 2) pullMore();
  }

  /** The ticket that takes the cursor when `id` leaves the queue. */
  function neighbour(id) {
    const all = ids();
    const at = all.indexOf(id);
    return all[at + 1] ?? all[at - 1] ?? null;
  }

  return {
    element, choose, update, move, neighbour, focusOn,
    focus: () => (cursor && focusOn(cursor)) || focusOn(ids()[0]),
    focusSearch: search.focus,
    cursor: () => (ids().includes(cursor) ? cursor : null),
    tick: () => rows.forEach((row) => row.tick()),
  };
}

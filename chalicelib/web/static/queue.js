// The queue: what waits, gravest first, oldest first, and who has it.

import { exact, now, span } from "./clock.js";
import { foreign, h, say } from "./dom.js";
import { strings } from "./strings.js";

/** What the API lists at most; beyond it more may wait. */
const MOST_LISTED = 100;

export const authorOf = (ticket) => (ticket.author ? `@${ticket.author}` : strings.unknownAuthor);

/** Whether a customer still waits for the first answer. */
const isAnswered = (ticket) => ticket.replies.some((reply) => reply.state === "sent");

export function holderOf(ticket, me) {
  if (!ticket.holder) return strings.state.open;
  return ticket.holder === me.id ? strings.mine : strings.holder(ticket.holder);
}

/** Urgency, in colour and in a word. */
export const urgencyLabel = (ticket) =>
  h("span", { class: `urgency ${ticket.urgency}` }, strings.urgency[ticket.urgency]);

/** How long the customer has waited and what was promised; `tick` keeps it true. */
export function waitOf(ticket) {
  const wait = h("span", { class: "wait", title: exact(ticket.waiting_since) });
  const due = h("span", { class: "due", title: exact(ticket.due_at) });
  const waiting_since = Date.parse(ticket.waiting_since);
  const due_at = Date.parse(ticket.due_at);
  const ended_at = ticket.ended_at && Date.parse(ticket.ended_at);
  function tick() {
    const at = ended_at || now();
    const left = due_at - at;
    const is_answered = isAnswered(ticket);
    say(wait, (ended_at ? strings.waitedUntil : strings.waiting)(span(at - waiting_since)));
    due.hidden = Boolean(ended_at);
    due.className = is_answered ? "due answered" : left < 0 ? "due late" : left < 15 * 60000 ? "due near" : "due";
    if (is_answered) say(due, strings.answered);
    else say(due, left < 0 ? strings.overdue(span(-left)) : strings.due(span(Math.ceil(left / 60000) * 60000)));
  }
  tick();
  return { parts: [wait, due], tick };
}

export function queueView({ desk, address }) {
  const heading = h("h2", { id: "queue-heading" }, strings.queue.heading);
  const count = h("p", { class: "meta" }, strings.queue.loading);
  const list = h("ol", { class: "tickets", "aria-labelledby": "queue-heading" });
  const empty = h("div", { class: "blank", hidden: true },
    h("p", {}, strings.queue.empty), h("p", { class: "meta" }, strings.queue.emptyHint));
  const element = h("section", { class: "queue", "aria-labelledby": "queue-heading" },
    h("header", {}, heading, count), list, empty);
  const rows = new Map();
  let cursor = null;

  function update(open_id) {
    if (desk.order === null) return;
    const tickets = desk.queue;
    const waiting = tickets.filter(({ state }) => state === "open" || state === "claimed");
    const free = waiting.filter((ticket) => !ticket.holder).length;
    say(count, strings.queue.count(waiting.length, free, tickets.length >= MOST_LISTED));
    empty.hidden = tickets.length > 0;
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
    const state = JSON.stringify([ticket, ticket.id === open_id]);
    const known = rows.get(ticket.id);
    if (known?.state === state) return known.item;
    const { parts, tick } = waitOf(ticket);
    const link = h("a", {
      class: `ticket ${ticket.urgency}`, href: address(ticket.id), data: { id: ticket.id },
      "aria-current": ticket.id === open_id && "true", onfocus: () => { cursor = ticket.id; },
    },
      h("span", { class: "line" }, urgencyLabel(ticket), h("span", { class: "topic" }, ticket.topic), parts[0]),
      h("span", { class: "text", dir: "auto" }, ticket.text),
      h("span", { class: "line meta" },
        h("span", { class: `holder ${ticket.holder === desk.me.id ? "mine" : ticket.holder ? "taken" : ""}` }, holderOf(ticket, desk.me)),
        h("span", { class: "author" }, foreign(authorOf(ticket)), strings.on(ticket.platform)), parts[1]));
    const had_focus = known && known.item.contains(document.activeElement);
    const item = known?.item ?? h("li");
    item.replaceChildren(link);
    rows.set(ticket.id, { item, state, tick });
    if (had_focus) link.focus({ preventScroll: true });
    return item;
  }

  const linkOf = (id) => rows.get(id)?.item.firstElementChild;

  function focusOn(id) {
    const link = linkOf(id);
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
    return Boolean(link);
  }

  /** Move the cursor by `by` rows, from where it is. */
  function move(by) {
    const ids = desk.queue.map((ticket) => ticket.id);
    if (!ids.length) return;
    const at = ids.indexOf(cursor);
    const next = at < 0 ? (by > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, at + by));
    focusOn(ids[next]);
  }

  /** The ticket that takes the cursor when `id` leaves the queue. */
  function neighbour(id) {
    const ids = desk.queue.map((ticket) => ticket.id);
    const at = ids.indexOf(id);
    return ids[at + 1] ?? ids[at - 1] ?? null;
  }

  return {
    element, update, move, neighbour, focusOn,
    focus: () => (cursor && focusOn(cursor)) || focusOn(desk.queue[0]?.id),
    cursor: () => (desk.queue.some((one) => one.id === cursor) ? cursor : null),
    tick: () => rows.forEach((row) => row.tick()),
  };
}

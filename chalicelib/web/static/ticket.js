// One ticket: what was said, who has it, the answer, and what is known of the customer beside it.

import { addressOf } from "./address.js";
import { bar } from "./bar.js";
import { authorOf, urgencyLabel, waitOf } from "./card.js";
import { span } from "./clock.js";
import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { customer } from "./customer.js";
import { foreign, h } from "./dom.js";
import { brandName, platformName, topicName } from "./names.js";
import { presence } from "./presence.js";
import { strings } from "./strings.js";
import { words as all } from "./strings_ticket.js";
import { timeline } from "./timeline.js";
import { verdict } from "./verdict.js";

const words = all.ticket;
const MINUTE = 60000;
/** From this width on there is room for what else is known. */
const WIDE = matchMedia("(min-width: 60rem)");

/** A part of the view that can be folded; open where there is room, if it is to be. */
function panel(heading, content, { is_open = false } = {}) {
  return h("details", { class: "panel", open: is_open && WIDE.matches }, h("summary", {}, h("h3", {}, heading)), content);
}

/** A word among colleagues. */
function noteForm({ desk, actions, id }) {
  const { label, hint, keep, kept } = all.note;
  const text = h("textarea", { id: "ticket-note", rows: "2", maxlength: 2000, dir: "auto", "aria-describedby": "ticket-note-hint" });
  return h("form", { class: "asked", onsubmit: async (event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (!said) return text.focus();
    if (await actions.attempt(() => desk.act(id, "note", { body: { text: said } }), kept)) text.value = "";
  } }, h("label", { for: "ticket-note" }, label), text, h("p", { id: "ticket-note-hint", class: "hint" }, hint), h("button", {}, keep));
}

function build({ desk, actions, id }) {
  const heading = h("h2", { id: "ticket-heading", tabindex: "-1" });
  const meta = h("p", { class: "line meta" });
  const reasons = h("ul", { class: "reasons" });
  const signs = presence({ id, draft: () => answer.text(), hear: (looking) => top.hear(looking) });
  const answer = composer({ desk, actions, id, sent: (reply_id) => thread.focusOn(reply_id), typed: signs.typed, changed: signs.changed,
    leave: () => heading.focus({ preventScroll: true }) });
  const thread = conversation({ desk, actions, id, composer: answer });
  const top = bar({ desk, actions, id, presence: () => signs, fallback: () => heading });
  const person = customer({ desk, actions, id });
  const judged = verdict({ desk, actions, id });
  const course = timeline({ desk });
  const known = panel(all.customer.heading, person.element, { is_open: true });
  known.addEventListener("toggle", () => known.open && person.show());
  let tickWait = () => {};
  let has_begun = false;

  function fill(ticket) {
    const { parts: wait, tick } = waitOf(ticket);
    tickWait = tick;
    heading.replaceChildren(foreign(authorOf(ticket)), strings.on(platformName(ticket.platform)));
    const { wall_minutes, in_hours_minutes } = ticket.waited;
    meta.replaceChildren(...[urgencyLabel(ticket), h("span", { class: "topic" }, topicName(ticket.topic)), h("span", {}, ticket.brand_name || brandName(ticket.brand)), ...wait,
      ticket.is_waiting && in_hours_minutes < wall_minutes && h("span", { class: "hours" }, words.hours(in_hours_minutes && span(in_hours_minutes * MINUTE)))].filter(Boolean));
    reasons.replaceChildren(...[...ticket.reasons.map((reason) => h("li", { dir: "auto" }, reason)),
      ticket.incident_id && h("li", {}, h("a", { href: addressOf("incident", ticket.incident_id) },
        ticket.incident_name ? all.why.partOfNamed(ticket.incident_name) : all.why.partOf))].filter(Boolean));
    if (!has_begun) answer.begin(ticket);
    has_begun = true;
    top.update(ticket);
    top.hear(ticket.looking);
    answer.update(ticket);
    thread.update(ticket);
    judged.update(ticket);
    course.update(ticket);
    person.update(ticket);
  }

  return {
    id, heading, fill, top, thread, answer, signs,
    content: [
      h("a", { class: "back", href: "#/" }, `‹ ${words.back}`), h("header", {}, heading, meta), ...top.elements,
      h("div", { class: "body" },
        h("div", { class: "talk" }, thread.element, answer.element),
        h("aside", { class: "panels", "aria-label": all.customer.heading }, known,
          panel(all.why.heading, [reasons, judged.element], { is_open: true }),
          panel(all.note.heading, noteForm({ desk, actions, id })), panel(all.timeline.heading, course.element))),
    ],
    tick() {
      tickWait();
      thread.tick();
      top.tick();
      signs.tick();
    },
    end() {
      answer.end();
      signs.end();
    },
  };
}

export function create({ desk, actions }) {
  const element = h("article", { class: "detail ticket-view", "aria-labelledby": "ticket-heading" });
  let shown = "";
  let parts = null;

  function update(id) {
    const ticket = desk.ticket(id);
    if (!ticket) return blank();
    if (parts?.id !== id) {
      closed();
      parts = build({ desk, actions, id });
      element.setAttribute("aria-labelledby", "ticket-heading");
      element.replaceChildren(...parts.content);
      element.scrollTop = 0;
    }
    const state = JSON.stringify([ticket, desk.isBusy(id), Boolean(desk.settings)]);
    if (state === shown) return;
    shown = state;
    parts.fill(ticket);
  }

  function blank() {
    closed();
    element.removeAttribute("aria-labelledby");
    element.replaceChildren(h("p", { class: "meta" }, words.loading));
  }

  function closed() {
    parts?.end();
    parts = null;
    shown = "";
  }

  return {
    element, update, closed,
    tick: () => parts?.tick(),
    async opened(id) {
      const known = desk.ticket(id);
      const pulled = desk.pullTicket(id);
      if (known) pulled.catch(() => {}); // what is wrong the next turn tells
      else await pulled;
      if (parts?.id !== id) return;
      parts.signs.beat();
      import("./ticket_dialogs.js").catch(() => {}); // so that what asks first asks at once
      parts.heading.focus({ preventScroll: true });
    },
    focusComposer: () => parts?.answer.focus() ?? false,
    keys: {
      h: () => parts?.top.keys.h(),
      a: () => parts?.top.keys.a(),
      z: () => parts?.thread.undo(),
    },
  };
}

// One ticket: what was said, why it is here, who has it, and the answer.

import { addressOf } from "./address.js";
import { exact, now, when } from "./clock.js";
import { isEnded, pendingReply } from "./desk.js";
import { foreign, h, outward, say } from "./dom.js";
import { announce, warn } from "./notice.js";
import { authorOf, holderOf, urgencyLabel, waitOf } from "./queue.js";
import { strings } from "./strings.js";
import { words as later } from "./strings_later.js";

const words = later.ticket;
const STUCK = 2 * 60000;

export function create({ desk, actions }) {
  const element = h("article", { class: "detail", "aria-labelledby": "ticket-heading" });
  let shown = "";
  let parts = null;

  function update(id) {
    const ticket = desk.ticket(id);
    if (!ticket) return blank(h("p", { class: "meta" }, words.loading));
    if (parts?.id !== id) build(id);
    const state = JSON.stringify([ticket, desk.isBusy(id)]);
    if (state !== shown) {
      shown = state;
      fill(ticket);
    }
  }

  function blank(content) {
    parts = null;
    shown = "";
    element.removeAttribute("aria-labelledby");
    element.replaceChildren(content);
  }

  function build(id) {
    const heading = h("h2", { id: "ticket-heading", tabindex: "-1" });
    parts = { id, heading, meta: h("p", { class: "line meta" }), said: h("div"), verdict: verdict(id), bar: h("div", { class: "bar row" }),
      replies: h("section", { class: "replies", "aria-label": words.replies }), composer: composer(id), tick: () => {} };
    shown = "";
    element.setAttribute("aria-labelledby", "ticket-heading");
    element.replaceChildren(
      h("a", { class: "back", href: "#/" }, `‹ ${words.back}`),
      h("header", {}, heading, parts.meta), parts.bar, parts.said, parts.verdict.element, parts.replies, parts.composer.element);
    element.scrollTop = 0;
  }

  function fill(ticket) {
    const { parts: wait, tick } = waitOf(ticket);
    parts.tick = tick;
    parts.heading.replaceChildren(foreign(authorOf(ticket)), strings.on(ticket.platform));
    parts.meta.replaceChildren(urgencyLabel(ticket), h("span", { class: "topic" }, ticket.topic), ...wait);
    parts.said.replaceChildren(
      h("blockquote", { dir: "auto", "aria-label": words.said }, ticket.text),
      h("p", { class: "meta" },
        ticket.author_name ? foreign(ticket.author_name) : null, ticket.author_name ? " · " : null,
        ticket.followers === null ? null : `${strings.followers(ticket.followers)} · `,
        h("time", { datetime: ticket.waiting_since, title: exact(ticket.waiting_since) }, when(ticket.waiting_since)),
        ticket.url ? " · " : null, outward(ticket.url, strings.openOn(ticket.platform))),
      h("h3", {}, words.reasons),
      h("ul", { class: "reasons" },
        ticket.reasons.map((reason) => h("li", { dir: "auto" }, reason)),
        ticket.incident_id && h("li", {}, h("a", { href: addressOf("incident", ticket.incident_id) }, words.partOf))));
    parts.verdict.update(ticket);
    fillBar(ticket);
    fillReplies(ticket);
    parts.composer.update(ticket);
  }

  function fillBar(ticket) {
    const focused = parts.bar.contains(document.activeElement) && document.activeElement.dataset.action;
    const is_mine = ticket.holder === desk.me.id;
    const pending = Boolean(pendingReply(ticket));
    const button = (action, label, key, kind = "", disabled = false) =>
      h("button", {
        type: "button", class: kind, disabled: disabled || desk.isBusy(ticket.id), data: { action },
        "aria-keyshortcuts": key, onclick: () => actions[action](ticket.id),
      }, label, key && h("kbd", { "aria-hidden": "true" }, key));
    const who = h("p", { class: `holder ${is_mine ? "mine" : ticket.holder ? "taken" : ""}` });
    const buttons = [];
    if (isEnded(ticket)) {
      who.append(strings.state[ticket.state]);
      buttons.push(button("reopen", strings.reopen, null));
    } else {
      who.append(holderOf(ticket, desk.me));
      if (!ticket.holder) buttons.push(button("claim", words.claim, "c", "primary"));
      if (is_mine) {
        buttons.push(button("resolve", words.resolve, "e", "", pending), button("release", words.release, null, "quiet", pending));
      }
    }
    parts.bar.replaceChildren(who, ...buttons);
    if (focused) (parts.bar.querySelector(`[data-action="${focused}"]:enabled`) ?? parts.heading).focus({ preventScroll: true });
  }

  function fillReplies(ticket) {
    parts.replies.hidden = !ticket.replies.length;
    parts.replies.replaceChildren(h("h3", {}, words.replies), ...ticket.replies.map((one) => replyOf(one, ticket)));
  }

  function replyOf(reply, ticket) {
    const by = reply.by === desk.me.id ? later.reply.you : reply.by;
    const at = reply.approved_at ?? new Date(now()).toISOString();
    const button = (label, run) => h("button", { type: "button", disabled: desk.isBusy(ticket.id), onclick: run }, label);
    const fate = h("div", { class: `fate ${reply.state}` });
    const is_stuck = reply.state === "sending" && reply.approved_at && now() - Date.parse(reply.approved_at) > STUCK;
    if (reply.state === "sent") {
      const link = outward(reply.url, later.reply.see);
      fate.append(h("span", {}, later.reply.sent), link ?? "");
    } else if (reply.state === "unknown" || is_stuck) {
      fate.append(h("span", {}, later.reply.unknown), button(later.reply.lookUp, () => lookUp(ticket.id)));
    } else if (reply.state === "refused") {
      fate.append(h("span", {}, reply.refusal ? later.reply.refused(reply.refusal) : later.reply.refusedPlain));
      if (ticket.holder === desk.me.id && !isEnded(ticket)) {
        fate.append(button(later.reply.again, () => parts.composer.take(reply.text)));
      }
    } else {
      fate.append(h("span", {}, later.reply.sending));
    }
    return h("div", { class: `reply ${reply.state}` },
      h("p", { class: "meta", title: exact(at) }, later.reply.by(by, when(at))),
      h("p", { class: "words", dir: "auto" }, reply.text), fate);
  }

  /** What the verdict should have been, by this agent and by others. */
  function verdict(id) {
    const { judged, hint, urgency: names, asJudged, kept, by, you } = later.verdict;
    const legend = h("legend");
    const buttons = Object.entries(names).map(([value, name]) =>
      h("button", { type: "button", value, onclick: () => correct({ urgency: value }) }, name));
    const choice = (name, label, values) => {
      const select = h("select", { name, onchange: () => correct({}) },
        h("option", { value: "" }, asJudged), values.map((one) => h("option", { value: one }, one)));
      return { select, label: h("label", {}, label, " ", select) };
    };
    const topic = choice("topic", later.verdict.topic, later.verdict.topics);
    const mood = choice("mood", later.verdict.mood, later.verdict.moods);
    const others = h("ul", { class: "meta" });
    let known = null;

    async function correct(change) {
      const ticket = desk.ticket(id);
      const mine = { urgency: known?.urgency ?? ticket.urgency, topic: topic.select.value || null, mood: mood.select.value || null };
      const done = await actions.attempt(() => desk.correct(id, { ...mine, ...change }));
      if (done) announce(kept(names[change.urgency ?? mine.urgency]));
      else if (parts?.id === id) update(desk.ticket(id));
    }

    function update(ticket) {
      const busy = desk.isBusy(id);
      known = ticket.corrections.find((one) => one.by === desk.me.id);
      say(legend, judged(names[ticket.urgency]));
      for (const button of buttons) {
        button.ariaPressed = String(button.value === known?.urgency);
        button.ariaDisabled = busy ? "true" : null;
      }
      if (!busy) {
        topic.select.value = known?.topic ?? "";
        mood.select.value = known?.mood ?? "";
      }
      others.replaceChildren(...ticket.corrections.map((one) =>
        h("li", {}, by(one.by === desk.me.id ? you : one.by, names[one.urgency].toLowerCase(), when(one.at)))));
      others.hidden = !ticket.corrections.length;
    }
    return {
      update,
      element: h("fieldset", { class: "verdict", "aria-describedby": "verdict-hint" }, legend,
        h("div", { class: "row" }, buttons),
        h("div", { class: "row" }, topic.label, mood.label),
        h("p", { id: "verdict-hint", class: "hint" }, hint), others),
    };
  }

  function composer(id) {
    const text = h("textarea", { id: "reply-text", rows: "4", dir: "auto", maxlength: later.reply.most,
      placeholder: later.reply.placeholder, "aria-describedby": "reply-hint reply-count" });
    const label = h("label", { for: "reply-text" });
    const count = h("span", { id: "reply-count", class: "count" });
    const send = h("button", { type: "submit", class: "primary" }, later.reply.send);
    const form = h("form", { class: "composer", hidden: true }, label,
      h("p", { id: "reply-hint", class: "hint" }, later.reply.hint), text,
      h("div", { class: "row" }, send, h("small", { class: "hint keyhint" }, later.reply.sendHint), count));
    const note = h("p", { class: "meta claim-first", hidden: true });
    let limit = later.reply.most;
    let platform = "";
    let pending = false;
    text.value = drafts.get(id).text;

    function measure() {
      const used = [...text.value].length;
      const is_long = used > limit;
      count.classList.toggle("long", is_long);
      say(count, used || is_long ? later.reply.count(used, limit) + (is_long ? `: ${later.reply.tooLong(limit, platform)}` : "") : "");
      send.disabled = pending || !text.value.trim();
    }
    function submit(event) {
      event?.preventDefault();
      if (send.disabled) return;
      const draft = drafts.keep(id, text.value);
      text.value = "";
      measure();
      reply(id, draft, () => { if (!text.value) { text.value = draft.text; measure(); } });
    }
    text.addEventListener("input", () => { drafts.keep(id, text.value); measure(); });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
      if (event.key === "Escape") { event.stopPropagation(); parts.heading.focus(); }
    });
    form.addEventListener("submit", submit);

    function update(ticket) {
      const is_mine = ticket.holder === desk.me.id && !isEnded(ticket) && ticket.state !== "open";
      form.hidden = !is_mine;
      platform = ticket.platform;
      limit = later.reply.limits[platform] ?? later.reply.most;
      pending = Boolean(pendingReply(ticket)) || desk.isBusy(id);
      label.replaceChildren(later.reply.label(authorOf(ticket)));
      note.hidden = is_mine || isEnded(ticket);
      say(note, ticket.holder && !is_mine ? words.theirs(ticket.holder) : words.claimFirst);
      if (is_mine && pendingReply(ticket) && !desk.isBusy(id)) { note.hidden = false; say(note, later.reply.wait); }
      measure();
    }
    return {
      element: h("div", {}, note, form), update,
      focus: () => { if (form.hidden) return false; text.focus(); form.scrollIntoView({ block: "nearest" }); return true; },
      take: (words_) => { text.value = words_; drafts.keep(id, words_); measure(); text.focus(); },
    };
  }

  async function reply(id, draft, giveBack) {
    const ticket = await actions.attempt(() => desk.reply(id, draft.text, draft.reply_id));
    // The desk may have it although its answer was lost: then the ticket knows the reply.
    const has_it = desk.ticket(id)?.replies.some((one) => one.id === draft.reply_id);
    if (ticket || has_it) drafts.forget(id);
    else giveBack();
    tellFate(ticket);
  }

  const lookUp = async (id) => tellFate(await actions.attempt(() => desk.lookUp(id)));

  function tellFate(ticket) {
    const reply = ticket?.replies.at(-1);
    if (reply?.state === "sent") announce(later.reply.isPublic);
    if (reply?.state === "unknown") warn(later.reply.isUnknown);
    if (reply?.state === "refused") warn(later.reply.isRefused);
  }

  return {
    element, update,
    tick: () => parts?.tick(),
    async opened(id) {
      if (!desk.ticket(id)) await desk.pullTicket(id);
      parts?.heading.focus({ preventScroll: true });
    },
    focusComposer: () => parts?.composer.focus() ?? false,
  };
}

/** What somebody began to write, kept in this tab; its id stays until it was sent. */
const drafts = {
  get: (id) => JSON.parse(sessionStorage.getItem(`nightdesk.draft.${id}`) ?? '{"text":""}'),
  keep(id, text) {
    const before = drafts.get(id);
    const is_same = before.reply_id && before.text === text;
    const draft = { text, reply_id: is_same ? before.reply_id : crypto.randomUUID() };
    sessionStorage.setItem(`nightdesk.draft.${id}`, JSON.stringify(draft));
    return draft;
  },
  forget: (id) => sessionStorage.removeItem(`nightdesk.draft.${id}`),
};

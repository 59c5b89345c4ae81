// The answer: in public or in private, as it will look there, sent once.

import { authorOf } from "./card.js";
import { isEnded } from "./desk.js";
import { h, outward, say } from "./dom.js";
import { draftOf, emptyDraft, keepDraft } from "./drafts.js";
import { personName, platformName } from "./names.js";
import { announce, dismiss, shownNotice, warn } from "./notice.js";
import { livePreview } from "./preview.js";
import { PERSONAL, savedReplies } from "./saved.js";
import { isolated, words as all } from "./strings_ticket.js";

const words = all.reply;
const PENDING = ["proposed", "queued", "sending", "unknown"];
const MOST = 5000;
/** The saved reply of this name says in public what was solved in private. */
const SOLVED = "solved-in-public";

/** `sent(reply_id)` is told what went to the desk, `typed()` and `changed()` of what is in the box. */
export function composer({ desk, actions, id, sent, typed, changed, leave }) {
  const text = h("textarea", { id: "reply-text", rows: "4", dir: "auto", maxlength: MOST, "aria-describedby": "reply-hint reply-count reply-hints" });
  const label = h("label", { for: "reply-text" });
  const hint = h("p", { id: "reply-hint", class: "hint" });
  const count = h("span", { id: "reply-count", class: "count" });
  const send = h("button", { type: "submit", class: "primary" }, words.send);
  const audience = h("div", { class: "row audience", role: "group", "aria-label": words.who },
    [[false, words.public], [true, words.private]].map(([value, name]) =>
      h("button", { type: "button", value: String(value), onclick: () => address(value) }, name)));
  const opener = h("button", { type: "button", class: "quiet", "aria-keyshortcuts": "Control+/" }, all.saved.open, h("kbd", { "aria-hidden": "true" }, "/"));
  const saved = savedReplies({ desk, id, isPrivate: () => is_private, take, leave: () => text.focus() });
  const preview = livePreview({ id, written, changed: measure });
  const solved = h("div", { class: "row solved", hidden: true }, h("span", { class: "meta" }, words.solved),
    h("button", { type: "button", onclick: saySolved }, words.saySolved));
  const form = h("form", { class: "composer", hidden: true, onsubmit: submit }, audience, label, hint, saved.element, text,
    h("div", { class: "row" }, send, opener, h("small", { class: "hint keyhint" }, words.sendHint), count), ...preview.elements, solved);
  const note = h("p", { class: "meta claim-first", hidden: true });
  const why = h("p");
  const there = h("div", { class: "row" });
  const elsewhere = h("div", { class: "elsewhere", hidden: true }, why, there);
  const texts = new Map();
  let begun_with = "";
  let is_private = false;
  let has_chosen = false;
  let is_pending = false;

  function written() {
    return { text: text.value, is_private, saved: begun_with };
  }

  // --- what is in the box -----------------------------------------------------------------

  /** Once, when the ticket opens: what this tab kept, else what the desk did. */
  function begin(ticket) {
    const kept = draftOf(id) ?? { text: ticket.draft, is_private: null, saved: "" };
    text.value = kept.text;
    begun_with = kept.saved;
    has_chosen = kept.is_private !== null;
    is_private = kept.is_private ?? Boolean(ticket.conversation.at(-1)?.is_private);
    preview.later();
  }

  function keep() {
    if (!text.value.trim()) begun_with = "";
    keepDraft(id, { text: text.value, is_private: has_chosen ? is_private : null, saved: begun_with });
    measure();
    preview.later();
  }

  /** Put a text into the box, behind what is there; the place of the personal words is marked. */
  function take(one, { is_instead = false } = {}) {
    const before = is_instead || !text.value.trim() ? "" : `${text.value.trimEnd()}\n\n`;
    text.value = (before + one.text).slice(0, MOST);
    begun_with = one.saved ?? "";
    if (one.is_private !== undefined) address(one.is_private, { is_quiet: true });
    const place = text.value.indexOf(PERSONAL);
    text.focus();
    if (place >= 0) text.setSelectionRange(place, place + PERSONAL.length);
    else text.setSelectionRange(text.value.length, text.value.length);
    keep();
    changed();
  }

  /** Without the signature, which is set anew. */
  function unsigned(said) {
    const signature = desk.settings?.signatures[desk.ticket(id).brand] ?? "";
    return (signature && said.endsWith(signature) ? said.slice(0, -signature.length) : said).trim();
  }

  /** What was sent or refused is in the box again. `is_quiet`: the focus stays where it is. */
  function giveBack(reply, { is_quiet = false } = {}) {
    if (form.hidden) return false;
    const known = texts.get(reply.id) ?? { text: unsigned(reply.text), saved: "" };
    const focused = document.activeElement;
    take({ ...known, is_private: reply.is_private }, { is_instead: true });
    if (is_quiet) focused?.focus({ preventScroll: true });
    return true;
  }

  function address(value, { is_quiet = false } = {}) {
    is_private = value;
    has_chosen = true;
    update(desk.ticket(id));
    if (is_quiet) return;
    keep();
    text.focus();
  }

  async function saySolved() {
    address(false);
    text.placeholder = words.placeholderSolved;
    const one = saved.byName(SOLVED);
    if (one) await actions.attempt(() => saved.fill(one));
  }

  // --- sending ----------------------------------------------------------------------------

  let told = null;

  async function submit(event) {
    event.preventDefault();
    if (is_pending) return announce(words.wait);
    if (!text.value.trim()) return text.focus();
    const problem = preview.problem();
    if (problem) {
      text.focus();
      warn(words.fixFirst(problem));
      told = shownNotice();
      return;
    }
    if (text.value.includes(PERSONAL)) return take({ ...written(), text: text.value }, { is_instead: true });
    has_chosen = true;
    const draft = keepDraft(id, written());
    texts.set(draft.reply_id, draft);
    text.value = "";
    preview.later();
    measure();
    const done = desk.reply(id, draft.text, draft.reply_id, { is_private: draft.is_private, saved: draft.saved });
    sent(draft.reply_id);
    const ticket = await actions.attempt(() => done);
    // The desk may have it although its answer was lost: then the ticket knows the reply.
    const reply = desk.ticket(id)?.replies.find((one) => one.id === draft.reply_id);
    if (!reply) {
      if (!text.value) take(draft);
      return;
    }
    if (!text.value) emptyDraft(id);
    begun_with = "";
    changed();
    if (!ticket) return;
    announce(reply.state === "proposed" ? all.fate.waitsForLead : all.fate.outgoing(desk.settings?.limits.undo_seconds ?? 10));
    sent(draft.reply_id);
  }

  async function markThere() {
    const { askElsewhere } = await import("./ticket_dialogs.js");
    const url = await askElsewhere();
    if (url === null) return;
    await actions.attempt(() => desk.act(id, "answered-elsewhere", { body: { url }, is_checked: true }), words.marked);
  }

  text.addEventListener("input", () => {
    if (told && told === shownNotice()) dismiss(); // it spoke of what is being changed
    keep();
    typed();
  });
  text.addEventListener("keydown", (event) => {
    const is_control = event.ctrlKey || event.metaKey;
    if (event.isComposing) return;
    if (event.key === "Enter" && is_control) submit(event);
    else if (event.key === "/" && (is_control || !text.value)) {
      event.preventDefault();
      saved.open();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      leave();
    }
  });
  opener.addEventListener("click", saved.open);

  // --- what shows -------------------------------------------------------------------------

  function measure() {
    const ticket = desk.ticket(id);
    const limit = ticket.ways.limit;
    const used = preview.length();
    const is_long = used > limit;
    count.classList.toggle("long", is_long);
    say(count, text.value ? words.count(used, limit) + (is_long ? `: ${words.tooLong(limit, platformName(ticket.platform))}` : "") : "");
    say(send, preview.needs_approval ? words.propose : is_private ? words.sendPrivately : words.send);
    send.disabled = is_pending || !text.value.trim();
  }

  function update(ticket) {
    const { can_reply, can_reply_privately, why_not } = ticket.ways;
    const is_mine = ticket.holder === desk.me.id && !isEnded(ticket) && ticket.state !== "open";
    const platform = platformName(ticket.platform);
    if (!can_reply) is_private = true;
    else if (!can_reply_privately) is_private = false;
    form.hidden = !is_mine || (!can_reply && !can_reply_privately);
    audience.hidden = !can_reply || !can_reply_privately;
    for (const button of audience.children) button.ariaPressed = String(button.value === String(is_private));
    form.classList.toggle("private", is_private);
    is_pending = desk.isBusy(id) || ticket.replies.some((one) => PENDING.includes(one.state) && one.is_private === is_private);
    say(label, (is_private ? words.privateLabel : words.publicLabel)(isolated(authorOf(ticket))));
    const signature = desk.settings?.signatures[ticket.brand];
    const was_private = ticket.replies.some((one) => one.is_private && one.state === "sent");
    say(hint, [is_private ? words.privateHint(isolated(authorOf(ticket))) : words.publicHint, is_private && can_reply && !was_private && words.traceHint,
      signature && words.signed(signature)].filter(Boolean).join(" "));
    const has_saved = Boolean(desk.settings?.saved.length);
    opener.hidden = !has_saved;
    if (text.placeholder !== words.placeholderSolved) text.placeholder = has_saved ? words.placeholderSaved : words.placeholder;
    preview.of(platform);
    solved.hidden = !isSolvedInPrivate(ticket) || !can_reply;
    note.hidden = isEnded(ticket) || (is_mine && !(is_pending && !desk.isBusy(id)));
    say(note, is_mine ? words.wait : ticket.holder && ticket.state !== "open" ? words.theirs(personName(ticket.holder, ticket.holder_name, desk.me)) : words.claimFirst);
    showElsewhere(ticket, { is_mine, can_reply, why_not, platform });
    measure();
  }

  /** The last word of all was one in private, and those who read along know of nothing. */
  function isSolvedInPrivate(ticket) {
    const last = ticket.conversation.at(-1);
    const has_told = ticket.replies.some((one) => !one.is_private && !one.id.endsWith(".trace") && Date.parse(one.approved_at) > Date.parse(last.at));
    return last.is_private && !has_told && ticket.conversation.some((one) => !one.is_private) && ticket.replies.some((one) => one.is_private && one.state === "sent");
  }

  function showElsewhere(ticket, { is_mine, can_reply, why_not, platform }) {
    elsewhere.hidden = can_reply || isEnded(ticket);
    if (elsewhere.hidden) return;
    say(why, words.cannot(why_not));
    const state = JSON.stringify([ticket.url, is_mine, desk.isBusy(id)]);
    if (there.dataset.state === state) return;
    there.dataset.state = state;
    there.replaceChildren(...[outward(ticket.url, words.openThere(platform), { class: "button" }),
      is_mine && h("button", { type: "button", disabled: desk.isBusy(id), onclick: markThere }, words.markThere)].filter(Boolean));
  }

  return {
    element: h("section", { class: "answer", "aria-label": words.heading }, note, elsewhere, form),
    begin, update, giveBack,
    text: () => text.value,
    isEmpty: () => !text.value.trim(),
    focus() {
      if (form.hidden) return false;
      text.focus();
      form.scrollIntoView({ block: "nearest" });
      return true;
    },
    end: preview.end,
  };
}

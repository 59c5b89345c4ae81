// A ticket as a list shows it: what it is, who has it, how long the customer has waited.

import { exact, left, now, span, when } from "./clock.js";
import { foreign, h, say } from "./dom.js";
import { brandName, personName, platformName, topicName } from "./names.js";
import { strings } from "./strings.js";

const words = strings.card;
const NEAR = 15 * 60000;
/** From when the holder is told that the claim ends by itself. */
const CLAIM_NEAR = 10 * 60000;
const PUT_OFF = ["waiting", "snoozed"];
const COMPACT = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
const HEARD = 100;

/** How often we were heard: a card counts, a whole ticket has the replies themselves. */
const answersOf = ({ replies }) => (Array.isArray(replies) ? replies.filter((one) => one.state === "sent").length : replies);

export const authorOf = (ticket) => (ticket.author ? `@${ticket.author}` : strings.unknownAuthor);

/** Who has it, in words; of a ticket that has ended, how it ended. */
export function holderOf(ticket, me) {
  if (strings.state[ticket.state]) return strings.state[ticket.state];
  if (!ticket.holder) return words.put[ticket.state]?.("") ?? strings.state.open;
  const name = personName(ticket.holder, ticket.holder_name, me);
  return words.put[ticket.state]?.(name) ?? (ticket.holder === me.id ? strings.mine : strings.holder(name));
}

/** Urgency, in colour and in a word. */
export const urgencyLabel = ({ urgency, is_thanks }) =>
  is_thanks ? h("span", { class: "urgency thanks" }, strings.urgency.thanks)
    : h("span", { class: `urgency ${urgency}` }, strings.urgency[urgency]);

/** How long the customer has waited by the clock on the wall, and what was promised; `tick` keeps it true. */
export function waitOf(ticket) {
  const wait = h("span", { class: "wait", title: exact(ticket.waiting_since) });
  const due = h("span", { class: "due", title: exact(ticket.due_at) });
  const waiting_since = Date.parse(ticket.waiting_since);
  const due_at = Date.parse(ticket.due_at);
  const ended_at = ticket.ended_at && Date.parse(ticket.ended_at);
  const is_owed = ticket.is_waiting && !ticket.is_thanks && !ended_at;
  const is_answered = !ticket.is_waiting && answersOf(ticket) > 0;
  function tick() {
    const at = ended_at || now();
    const ahead = due_at - at;
    const say_wait = ended_at ? strings.waitedUntil : ticket.is_waiting && !ticket.is_thanks ? strings.waiting : strings.ago;
    say(wait, say_wait(span(at - waiting_since)));
    due.hidden = !is_owed && !is_answered;
    due.className = is_answered ? "due answered" : ahead < 0 ? "due late" : ahead < NEAR ? "due near" : "due";
    if (is_answered) say(due, strings.answered);
    else say(due, ahead < 0 ? strings.overdue(span(-ahead)) : strings.due(left(Math.ceil(ahead / 60000) * 60000)));
  }
  tick();
  return { parts: [wait, due], tick };
}

/** What else is to be known, in words: replies under way, promises, a claim that ends. */
export function marksOf(ticket, me) {
  const marks = [];
  const mark = (kind, text, title) => marks.push(h("span", { class: `mark ${kind}`, title }, text));
  if (ticket.incident_id) mark("", words.incident);
  if (ticket.wants_approval) mark("near", words.wantsApproval);
  else if (ticket.is_under_way) mark("", words.underWay);
  const returns_at = Date.parse(ticket.returns_at ?? "");
  if (PUT_OFF.includes(ticket.state) && returns_at) {
    const back = words.returns(when(ticket.returns_at));
    marks.push(h("span", { class: "mark", title: exact(ticket.returns_at) }, back, ticket.returns_for ? [": ", foreign(ticket.returns_for)] : null));
  }
  const held_until = Date.parse(ticket.held_until ?? "");
  if (ticket.holder !== me.id || ticket.state !== "claimed" || !held_until) return { marks, tick: () => {} };
  const ends = h("span", { class: "mark near", title: exact(ticket.held_until) });
  const tick = () => {
    const ahead = held_until - now();
    ends.hidden = ahead > CLAIM_NEAR;
    say(ends, ahead > 0 ? words.claimEnds(left(ahead)) : words.claimEnded);
  };
  tick();
  return { marks: [...marks, ends], tick };
}

/** The link of a ticket in a list, and what keeps its times true. */
export function cardLink(ticket, { me, href, is_here = false, onfocus = null }) {
  const { parts: [wait, due], tick } = waitOf(ticket);
  const { marks, tick: tickMarks } = marksOf(ticket, me);
  const whose = ticket.holder === me.id ? "mine" : ticket.holder ? "taken" : "";
  const link = h("a", {
    class: `ticket ${ticket.is_thanks ? "thanks" : ticket.urgency}`, href, data: { id: ticket.id }, "aria-current": is_here && "true", onfocus,
  },
    h("span", { class: "line" }, urgencyLabel(ticket), h("span", { class: "topic" }, topicName(ticket.topic)), wait),
    ticket.excerpt
      ? h("span", { class: "text", dir: "auto" }, ticket.excerpt)
      : h("span", { class: "text meta" }, words.privateOnly),
    h("span", { class: "line meta" },
      h("span", { class: "author" }, foreign(authorOf(ticket))),
      h("span", { class: "facts" }, [
        ticket.brand_name || brandName(ticket.brand), platformName(ticket.platform),
        ticket.reach >= HEARD && words.reach(COMPACT.format(ticket.reach), ticket.reach),
        ticket.posts > 1 && words.posts(ticket.posts),
      ].filter(Boolean).join(" · "))),
    h("span", { class: "line" },
      h("span", { class: `holder ${whose}` }, holderOf(ticket, me)), marks, due));
  return { link, tick: () => { tick(); tickMarks(); } };
}

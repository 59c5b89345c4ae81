// What this page knows of the desk: cards by view, whole tickets, and what is under way.
//
// An action shows at once and is taken back, with the reason, when the desk refuses. Of two
// copies of a ticket the higher version counts: the queue's index may lag behind a write.

import * as api from "./api.js";
import { Refusal } from "./api.js";
import { IncidentDesk } from "./incident_desk.js";
import { List } from "./lists.js";
import { personName } from "./names.js";
import { strings } from "./strings.js";

const ENDED = ["content", "not_content", "no_answer"];
const PENDING = ["proposed", "queued", "sending", "unknown"];
const STALE = 412;
const MOST_LISTS = 20;
const WITH_FREE_ONES = ["all", "unclaimed"];

export const isEnded = (ticket) => ENDED.includes(ticket.state);
export const pendingReply = (ticket) => ticket.replies.find((reply) => PENDING.includes(reply.state));

const pathOf = (id) => `tickets/${encodeURIComponent(id)}`;

export class Desk extends IncidentDesk {
  counts = null;
  /** What `GET desk` tells: names, saved replies, checklists; null until it has come. */
  settings = null;
  #cards = new Map();
  #tickets = new Map();
  #underWay = new Map();
  #lists = new Map();
  #list = null;

  // --- lists ------------------------------------------------------------------------------

  /** Show the list of `view` with these filters; it is what `pullQueue` asks for. */
  choose(view, filters = {}) {
    const query = { view, ...filters };
    const key = JSON.stringify(query);
    if (!this.#lists.has(key)) this.#lists.set(key, new List(query));
    this.#list = this.#lists.get(key);
    if (this.#lists.size > MOST_LISTS) this.#lists.delete(this.#lists.keys().next().value);
  }

  /** Cards of the chosen list, in the order of the desk; null until it has come. */
  get queue() {
    return this.#list?.ids ? this.#list.ids.map((id) => this.card(id)).filter((one) => one && !isEnded(one)) : null;
  }

  get has_more() {
    return this.#list.has_more;
  }

  async pullQueue() {
    const list = this.#list;
    const fresh = await list.pull(this.keepCard);
    if (list !== this.#list) return;
    const arrived = fresh.map((id) => this.card(id)).filter((one) => one?.state === "open");
    if (arrived.length) this.tell("arrived", { count: arrived.length, urgent: arrived.filter((one) => one.urgency === "wake").length });
    this.tell("change");
  }

  async pullMore() {
    await this.#list.more(this.keepCard);
    this.tell("change");
  }

  /** How much waits, by view and by what can be filtered for. */
  async pullCounts() {
    const answer = await api.poll("queue/counts", this.counts !== null);
    if (!answer) return;
    const more = answer.views.unclaimed - (this.counts?.views.unclaimed ?? Infinity);
    this.counts = answer;
    // The list that shows announces its own; from the others one hears that somebody came.
    if (more > 0 && !WITH_FREE_ONES.includes(this.#list.query.view)) this.tell("arrived", { count: more, urgent: 0 });
    this.tell("change");
  }

  async pullSettings() {
    this.settings = await api.get("desk");
    this.tell("change");
  }

  // --- tickets ----------------------------------------------------------------------------

  /** A ticket as a list shows it, what is under way included. */
  card(id) {
    const [card, ticket] = [this.#cards.get(id), this.#tickets.get(id)];
    const newest = !card || ticket?.version > card.version ? ticket : card;
    return newest && { ...newest, ...this.#underWay.get(id) };
  }

  /** A whole ticket as it shall show now; undefined until it was pulled. */
  ticket(id) {
    const known = this.#tickets.get(id);
    return known && { ...known, ...this.#underWay.get(id) };
  }

  /** Whether a list knows of a newer version than the whole ticket that is here. */
  isBehind = (id) => this.#cards.get(id)?.version > (this.#tickets.get(id)?.version ?? 0);
  isBusy = (id) => this.#underWay.has(id);

  async pullTicket(id) {
    const answer = await api.poll(pathOf(id), this.#tickets.has(id));
    if (answer) this.keepTicket(answer);
    return this.ticket(id);
  }

  keepCard = (card) => {
    if (!(this.#cards.get(card.id)?.version > card.version)) this.#cards.set(card.id, card);
  };

  /** Keep what an answer told of a ticket, unless something newer is known. */
  keepTicket(ticket) {
    if (!(this.#tickets.get(ticket.id)?.version > ticket.version)) this.#tickets.set(ticket.id, ticket);
    this.tell("change");
  }

  claim = (id) => this.act(id, "claim", { change: { state: "claimed", holder: this.me.id, holder_name: this.me.name } });
  release = (id) => this.act(id, "release", { change: { state: "open", holder: null } });
  reopen = (id) => this.act(id, "reopen", { change: { state: "open", holder: null, ended_at: null } });
  resolve = (id, outcome) => this.act(id, "resolve", { change: { state: outcome }, body: { outcome }, is_checked: true });
  lookUp = (id) => this.act(id, "look-up");
  correct = (id, correction) => this.act(id, "correct", { body: correction });

  /** Send one text; the same `reply_id` never becomes public twice. */
  reply(id, text, reply_id, { is_private = false, saved = "" } = {}) {
    const shown = { id: reply_id, by: this.me.id, by_name: this.me.name, text, is_private, state: "queued", url: "", refusal: "", trouble: "" };
    const replies = (this.ticket(id)?.replies ?? []).filter((one) => one.id !== reply_id);
    return this.act(id, "reply", { change: { replies: [...replies, shown] }, body: { text, reply_id, is_private, saved }, is_checked: true });
  }

  /** `POST tickets/{id}/{action}`: `change` shows at once and is taken back when it is refused.
   *
   *  `is_checked`: refused when the customer or somebody else did something since this page
   *  looked. Null while something is under way with that ticket. Throws the Refusal, once what
   *  is true was loaded. */
  async act(id, action, { change = {}, body, is_checked = false } = {}) {
    if (this.isBusy(id)) return null;
    this.#underWay.set(id, change);
    this.tell("change");
    try {
      const ticket = await this.#post(id, action, body, is_checked);
      this.keepTicket(ticket);
      this.tell("acted", action);
      return ticket;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status !== STALE) await this.pullTicket(id).catch(() => {});
      error.action = action;
      throw error;
    } finally {
      this.#underWay.delete(id);
      this.tell("change");
    }
  }

  async #post(id, action, body, is_checked) {
    const path = `${pathOf(id)}/${action}`;
    const seen = this.#tickets.get(id) ?? this.#cards.get(id);
    if (!is_checked || !seen) return api.post(path, body);
    try {
      return await api.post(path, body, seen.version);
    } catch (error) {
      if (error.status !== STALE) throw error;
      await this.pullTicket(id).catch(() => {});
      const found = this.#tickets.get(id);
      const what = found && this.#news(seen, found);
      // What the desk itself wrote (a claim that was kept, a reply that went out) is no news.
      if (found && !what) return api.post(path, body, found.version);
      throw new Refusal(what || error.message, STALE, error.code);
    }
  }

  /** What happened between two versions that a person would want to see first, or `""`. */
  #news(before, after) {
    if (after.posts > before.posts) return strings.stale.customer;
    const who = (ticket) => personName(ticket.holder, ticket.holder_name, this.me);
    if (after.holder !== before.holder) return after.holder ? strings.stale.taken(who(after)) : strings.stale.freed;
    return after.state === before.state ? "" : strings.stale.changed;
  }
}

// What this page knows of the desk: the queue, the incidents, and what is under way.
//
// An action shows at once and is taken back, with the reason, when the desk refuses. Of two
// copies of a ticket the higher version counts: the queue's index may lag behind a write.

import * as api from "./api.js";
import { Refusal } from "./api.js";
import { now } from "./clock.js";

/** How an action on an incident stands in its timeline. */
const DONE = {
  acknowledge: "acknowledged", resolve: "resolved", escalate: "escalated",
  snooze: "snoozed", "hand-over": "handed-over", grade: "graded",
};
const SLACK = 2000;
const ENDED = ["content", "not_content", "no_answer"];

export const isEnded = (ticket) => ENDED.includes(ticket.state);
export const pendingReply = (ticket) =>
  ticket.replies.find((reply) => reply.state === "sending" || reply.state === "unknown");

export class Desk extends EventTarget {
  me = null;
  incidents = null;
  order = null;
  readiness = null;
  #tickets = new Map();
  #underWay = new Map();
  #details = new Map();
  #incidentsUnderWay = new Map();

  /** Tickets that wait, in the order of the desk. */
  get queue() {
    return (this.order ?? []).map((id) => this.ticket(id)).filter((one) => one && !isEnded(one));
  }

  /** A ticket as it shall show now, what is under way included. */
  ticket(id) {
    const known = this.#tickets.get(id);
    return known && { ...known, ...this.#underWay.get(id) };
  }

  isBusy = (id) => this.#underWay.has(id);
  isIncidentBusy = (id) => this.#incidentsUnderWay.has(id);

  async pullQueue() {
    const answer = await api.poll("queue");
    if (!answer) return;
    const before = new Set(this.order ?? []);
    const is_first = this.order === null;
    answer.tickets.forEach((ticket) => this.#keep(ticket));
    this.order = answer.tickets.map((ticket) => ticket.id);
    const arrived = this.queue.filter((ticket) => !before.has(ticket.id) && !ticket.holder);
    if (!is_first && arrived.length) this.#tell("arrived", arrived);
    this.#tell("change");
  }

  async pullIncidents() {
    const answer = await api.poll("incidents");
    if (!answer) return;
    const before = this.incidents && new Map(this.incidents.map((one) => [one.id, one]));
    this.incidents = answer.incidents.map((one) => {
      const known = before?.get(one.id);
      return known?.version > one.version ? known : { ...one, ...this.#incidentsUnderWay.get(one.id)?.change };
    });
    if (before) {
      const added = this.incidents.filter((one) => !before.has(one.id));
      if (added.length) this.#tell("incidents", added);
    }
    this.#tell("change");
  }

  /** An incident with its timeline; undefined until it was pulled. */
  incident(id) {
    const detail = this.#details.get(id);
    const listed = this.incidents?.find((one) => one.id === id);
    const newer = listed?.version > detail?.version ? listed : null;
    return detail && { ...detail, ...newer, ...this.#incidentsUnderWay.get(id)?.change };
  }

  async pullIncident(id) {
    const answer = await api.poll(`incidents/${encodeURIComponent(id)}`);
    if (!answer || answer.version < this.#details.get(id)?.version) return;
    this.#details.set(id, answer);
    this.#tell("change");
  }

  async pullReadiness() {
    this.readiness = await api.get("readiness");
    this.#tell("change");
  }

  async pullTicket(id) {
    this.#keep(await api.get(`tickets/${encodeURIComponent(id)}`));
    this.#tell("change");
    return this.ticket(id);
  }

  claim = (id) => this.#act(id, "claim", { state: "claimed", holder: this.me.id });
  release = (id) => this.#act(id, "release", { state: "open", holder: null });
  reopen = (id) => this.#act(id, "reopen", { state: "open", holder: null, ended_at: null });
  lookUp = (id) => this.#act(id, "look-up", {});
  resolve = (id, outcome) => this.#act(id, "resolve", { state: outcome }, { outcome });
  correct = (id, correction) => this.#act(id, "correct", {}, correction);

  /** Send one approved text; the same `reply_id` never becomes public twice. */
  reply(id, text, reply_id) {
    const shown = { id: reply_id, by: this.me.id, text, state: "sending", url: "", refusal: "" };
    const replies = this.ticket(id).replies.filter((one) => one.id !== reply_id);
    return this.#act(id, "reply", { replies: [...replies, shown] }, { text, reply_id });
  }

  acknowledge = (id) =>
    this.#actOnIncident(id, "acknowledge", {
      state: "acknowledged", acknowledged_by: this.me.id, acknowledged_at: new Date(now()).toISOString(),
      rings_next_at: null, called: [],
    });
  end = (id) => this.#actOnIncident(id, "resolve", { state: "resolved" });
  escalate = (id) => this.#actOnIncident(id, "escalate");
  snooze = (id, minutes) => this.#actOnIncident(id, "snooze", {}, { minutes });
  handOver = (id, to) => this.#actOnIncident(id, "hand-over", {}, { to });
  grade = (id, is_worth_it) => this.#actOnIncident(id, "grade", {}, { is_worth_it });

  /** Do it, show it at once, and on refusal load what is true. Throws the Refusal. */
  async #act(id, action, change, body) {
    if (this.isBusy(id)) return null;
    this.#underWay.set(id, change);
    this.#tell("change");
    try {
      const ticket = await api.post(`tickets/${encodeURIComponent(id)}/${action}`, body);
      this.#keep(ticket);
      if (!isEnded(ticket) && this.order && !this.order.includes(id)) this.order.push(id);
      return ticket;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await api.get(`tickets/${encodeURIComponent(id)}`).then((one) => this.#keep(one), () => {});
      error.action = action;
      throw error;
    } finally {
      this.#underWay.delete(id);
      this.#tell("change");
    }
  }

  /** As `#act`; another action waits its turn. Null while the same is under way: nothing is sent twice. */
  async #actOnIncident(id, action, change = {}, body) {
    let before_it;
    while ((before_it = this.#incidentsUnderWay.get(id))) {
      if (before_it.action === action) return null;
      await before_it.done;
    }
    let end;
    const done = new Promise((resolve) => { end = resolve; });
    const began = now();
    const before = this.incidents?.find((one) => one.id === id);
    let known = before;
    this.#incidentsUnderWay.set(id, { action, change, done });
    this.#showIncident({ ...before, ...change });
    try {
      known = await api.post(`incidents/${encodeURIComponent(id)}/${action}`, body);
      return known;
    } catch (error) {
      // It may have been done although its answer was lost: the timeline knows.
      await this.pullIncident(id).catch(() => {});
      const has_done = ({ at, kind, by }) => kind === DONE[action] && by === this.me.id && Date.parse(at) >= began - SLACK;
      if (!error.status && this.#details.get(id)?.timeline.some(has_done)) return (known = this.#details.get(id));
      error.action = action;
      throw error;
    } finally {
      this.#incidentsUnderWay.delete(id);
      end();
      const is_done = known !== before;
      if (is_done) this.#details.set(id, known);
      this.#showIncident(known);
      if (!is_done) await this.pullIncidents().catch(() => {});
    }
  }

  #showIncident(incident) {
    this.incidents = this.incidents?.map((one) => (one.id === incident?.id ? incident : one));
    this.#tell("change");
  }

  #keep(ticket) {
    const known = this.#tickets.get(ticket.id);
    if (!known || ticket.version >= known.version) this.#tickets.set(ticket.id, ticket);
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

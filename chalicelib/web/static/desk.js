// What this page knows of the desk: the queue, the incidents, and what is under way.
//
// An action shows at once and is taken back, with the reason, when the desk refuses. Of two
// copies of a ticket the higher version counts: the queue's index may lag behind a write.

import * as api from "./api.js";
import { Refusal } from "./api.js";

const ENDED = ["content", "not_content", "no_answer"];

export const isEnded = (ticket) => ENDED.includes(ticket.state);
export const pendingReply = (ticket) =>
  ticket.replies.find((reply) => reply.state === "sending" || reply.state === "unknown");

export class Desk extends EventTarget {
  me = null;
  incidents = null;
  order = null;
  #tickets = new Map();
  #underWay = new Map();
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
    const before = this.incidents && new Set(this.incidents.map((one) => one.id));
    this.incidents = answer.incidents.map((one) => ({ ...one, ...this.#incidentsUnderWay.get(one.id) }));
    if (before) {
      const added = this.incidents.filter((one) => !before.has(one.id));
      if (added.length) this.#tell("incidents", added);
    }
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

  /** Send one approved text; the same `reply_id` never becomes public twice. */
  reply(id, text, reply_id) {
    const shown = { id: reply_id, by: this.me.id, text, state: "sending", url: "", refusal: "" };
    const replies = this.ticket(id).replies.filter((one) => one.id !== reply_id);
    return this.#act(id, "reply", { replies: [...replies, shown] }, { text, reply_id });
  }

  acknowledge = (id) =>
    this.#actOnIncident(id, "acknowledge", { state: "acknowledged", acknowledged_by: this.me.id });
  resolveIncident = (id) => this.#actOnIncident(id, "resolve", { state: "resolved" });

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

  async #actOnIncident(id, action, change) {
    if (this.isIncidentBusy(id)) return null;
    const before = this.incidents.find((one) => one.id === id);
    this.#incidentsUnderWay.set(id, change);
    this.#replaceIncident({ ...before, ...change });
    try {
      const incident = await api.post(`incidents/${encodeURIComponent(id)}/${action}`);
      this.#incidentsUnderWay.delete(id);
      this.#replaceIncident(incident);
      return incident;
    } catch (error) {
      this.#incidentsUnderWay.delete(id);
      this.#replaceIncident(before);
      await this.pullIncidents().catch(() => {});
      error.action = action;
      throw error;
    }
  }

  #replaceIncident(incident) {
    this.incidents = this.incidents.map((one) => (one.id === incident.id ? incident : one));
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

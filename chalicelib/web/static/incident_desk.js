// What this page knows of incidents and of readiness, and what is under way there.

import * as api from "./api.js";
import { now } from "./clock.js";

/** How an action on an incident stands in its timeline. */
const DONE = {
  acknowledge: "acknowledged", resolve: "resolved", escalate: "escalated",
  snooze: "snoozed", "hand-over": "handed-over", grade: "graded",
};
const SLACK = 2000;

export class IncidentDesk extends EventTarget {
  me = null;
  incidents = null;
  readiness = null;
  #details = new Map();
  #underWay = new Map();

  isIncidentBusy = (id) => this.#underWay.has(id);

  async pullIncidents() {
    const answer = await api.poll("incidents", this.incidents !== null);
    if (!answer) return;
    const before = this.incidents && new Map(this.incidents.map((one) => [one.id, one]));
    this.incidents = answer.incidents.map((one) => {
      const known = before?.get(one.id);
      return this.#newest(known?.version > one.version ? known : one);
    });
    if (before) {
      const added = this.incidents.filter((one) => !before.has(one.id));
      if (added.length) this.tell("incidents", added);
    }
    this.tell("change");
  }

  /** An incident with its timeline; undefined until it was pulled. */
  incident(id) {
    const detail = this.#details.get(id);
    const listed = this.incidents?.find((one) => one.id === id);
    const newer = listed?.version > detail?.version ? listed : null;
    return detail && { ...detail, ...newer, ...this.#underWay.get(id)?.change };
  }

  async pullIncident(id) {
    const answer = await api.poll(`incidents/${encodeURIComponent(id)}`, this.#details.has(id));
    if (!answer || answer.version < this.#details.get(id)?.version) return;
    this.#details.set(id, answer);
    this.incidents = this.incidents?.map((one) => this.#newest(one));
    this.tell("change");
  }

  /** As the list has it, unless more is known of it; with what is under way. */
  #newest(listed) {
    const detail = this.#details.get(listed?.id);
    return { ...(detail?.version > listed?.version ? detail : listed), ...this.#underWay.get(listed?.id)?.change };
  }

  async pullReadiness() {
    this.readiness = await api.get("readiness");
    this.tell("change");
  }

  acknowledge = (id) =>
    this.#act(id, "acknowledge", {
      state: "acknowledged", acknowledged_by: this.me.id, acknowledged_at: new Date(now()).toISOString(),
      rings_next_at: null, called: [],
    });
  end = (id) => this.#act(id, "resolve", { state: "resolved" });
  escalate = (id) => this.#act(id, "escalate");
  snooze = (id, minutes) => this.#act(id, "snooze", {}, { minutes });
  handOver = (id, to) => this.#act(id, "hand-over", {}, { to });
  grade = (id, is_worth_it) => this.#act(id, "grade", {}, { is_worth_it });

  /** Do it and show it at once; another action waits its turn. Null while the same is under way:
   *  nothing is sent twice. Throws the Refusal, once what is true was loaded. */
  async #act(id, action, change = {}, body) {
    let before_it;
    while ((before_it = this.#underWay.get(id))) {
      if (before_it.action === action) return null;
      await before_it.done;
    }
    let end;
    const done = new Promise((resolve) => { end = resolve; });
    const began = now();
    const before = this.incidents?.find((one) => one.id === id);
    let known = before;
    this.#underWay.set(id, { action, change, done });
    this.#show({ ...before, ...change });
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
      this.#underWay.delete(id);
      end();
      const is_done = known !== before;
      if (is_done) this.#details.set(id, known);
      this.#show(this.#newest(known));
      if (!is_done) await this.pullIncidents().catch(() => {});
    }
  }

  #show(incident) {
    this.incidents = this.incidents?.map((one) => (one.id === incident?.id ? incident : one));
    this.tell("change");
  }

  tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

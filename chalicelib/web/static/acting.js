// What a button or a key does, what is said of it, and what is asked before.

import { here, isAt } from "./address.js";
import { Refusal } from "./api.js";
import { isEnded } from "./desk.js";
import { h, say } from "./dom.js";
import { nameOf } from "./incidents.js";
import { fetchDialogs, mayCount } from "./later.js";
import { personName } from "./names.js";
import { announce, inform, warn } from "./notice.js";
import { strings } from "./strings.js";

const { said } = strings;
/** Milliseconds after which one is told that something is still under way. */
const LONG = 1000;

/** `frame`: what moves between views (`go`, `back`, `open`, `shown`) and ends the session. */
export function actionsFor({ desk, queue, frame }) {
  const { me } = desk;
  const progress = h("p", { class: "progress", role: "status" });
  let under_way = 0;

  function failed(error, action) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 401) return frame.signOut(error.message);
    warn(said.failed(strings.actions[error.action] ?? action, error.message));
  }

  /** Try it; say what came of it. Undefined when it was refused, null when it is under way. */
  async function attempt(run, success = "") {
    under_way += 1;
    const timer = setTimeout(() => say(progress, said.working), LONG);
    try {
      const done = await run();
      if (done && success) announce(success);
      return done;
    } catch (error) {
      return failed(error, said.that);
    } finally {
      clearTimeout(timer);
      under_way -= 1;
      if (!under_way) say(progress, "");
    }
  }

  /** What asks before something is done; it may be fetched only now. */
  const ask = () => fetchDialogs().catch(() => warn(said.unloadable));
  const help = async () => (await ask())?.showHelp();
  const claim = (id) => attempt(() => desk.claim(id), said.claimed);
  const release = (id) => attempt(() => desk.release(id), said.released);
  const reopen = (id) => attempt(() => desk.reopen(id), said.reopened);

  async function resolve(id) {
    const dialogs = await ask();
    const outcome = dialogs && (await dialogs.askOutcome());
    if (!outcome) return;
    const next = queue.neighbour(id);
    const done = attempt(() => desk.resolve(id, outcome));
    if (isAt("ticket") && here().id === id) frame.back({ is_gone: true });
    if (next) queue.focusOn(next);
    if (await done) {
      const name = strings.resolve.outcomes.find(([value]) => value === outcome)[1];
      inform(said.resolved(name), { label: strings.reopen, run: () => reopen(id) });
    }
  }

  async function acknowledge(incident) {
    const taken = await attempt(() => desk.acknowledge(incident.id));
    if (!taken) return;
    if (taken.acknowledged_by === me.id) announce(strings.incidents.acknowledged(nameOf(incident)));
    else warn(strings.incidents.tooLate(taken.acknowledged_by_name || taken.acknowledged_by || taken.resolved_by));
  }

  /** An incident is over, if they mean it; whether the page was worth it can be told then. */
  async function end(incident) {
    const { confirm: question, confirmHint, confirmed, resolved, worth } = strings.incidents;
    const dialogs = await ask();
    if (!(await dialogs?.confirm(question(nameOf(incident)), confirmHint, confirmed))) return;
    if (!(await attempt(() => desk.end(incident.id)))) return;
    const text = resolved(nameOf(incident));
    if (isAt("incident") && here().id === incident.id) announce(text);
    else inform(text, { label: worth, run: () => frame.go("incident", incident.id) });
  }

  return { attempt, failed, claim, release, reopen, resolve, acknowledge, end, help, progress };
}

/** The keyboard map. A view's own keys come before these. */
export function keysFor({ desk, queue, strip, actions, frame }) {
  const { me } = desk;
  /** The ticket that a key means: the open one, else the one under the cursor. */
  const meant = () => (isAt("ticket") ? desk.ticket(here().id) : desk.card(isAt("queue") ? queue.cursor() : frame.shown()?.cursor?.()));
  const openIncident = () => (isAt("incident") ? desk.incident(here().id) ?? desk.incidents?.find(({ id }) => id === here().id) : null);
  const isTheirs = (ticket) => ticket.state !== "open" && ticket.holder && ticket.holder !== me.id;
  const isMine = (ticket) => ticket.state !== "open" && ticket.holder === me.id;
  const sayTheirs = (ticket) => warn(said.notYours(personName(ticket.holder, ticket.holder_name, me)));

  /** What a ticket's view does for a key, after the ticket was opened. */
  async function inTicket(key) {
    const ticket = meant();
    if (!ticket) return;
    await frame.open("ticket", ticket.id);
    frame.shown()?.keys?.[key]?.();
  }

  function claim() {
    const ticket = meant();
    if (ticket && !isEnded(ticket) && !isMine(ticket)) actions.claim(ticket.id);
  }

  async function reply() {
    const ticket = meant();
    if (!ticket || isEnded(ticket)) return;
    if (isTheirs(ticket)) return sayTheirs(ticket);
    await frame.open("ticket", ticket.id);
    if (!isAt("ticket")) return;
    if (!isMine(ticket)) {
      if (!(await actions.claim(ticket.id))) return;
      inform(said.claimed, { label: said.release, run: () => actions.release(ticket.id) });
    }
    frame.shown()?.focusComposer?.();
  }

  function end() {
    const incident = openIncident();
    if (incident && incident.state !== "resolved") return actions.end(incident);
    const ticket = meant();
    if (!ticket || isEnded(ticket)) return;
    if (isMine(ticket)) actions.resolve(ticket.id);
    else if (isTheirs(ticket)) sayTheirs(ticket);
    else warn(said.claimBefore);
  }

  function acknowledge() {
    const incident = openIncident();
    if (!incident) return inTicket("a");
    if (incident.state === "triggered" && !desk.isIncidentBusy(incident.id)) actions.acknowledge(incident);
  }

  return {
    j: () => queue.move(1),
    k: () => queue.move(-1),
    u: () => frame.back(),
    Escape: () => frame.back(),
    c: claim,
    r: reply,
    e: end,
    a: acknowledge,
    h: () => inTicket("h"),
    i: () => { const id = strip.next(openIncident()?.id); if (id) frame.go("incident", id); },
    o: () => frame.go("on-call"),
    p: () => frame.go("phones"),
    s: () => frame.go("sources"),
    t: () => frame.go("team"),
    f: () => mayCount(me) && frame.go("costs"),
    "/": () => frame.search(),
    "?": actions.help,
  };
}

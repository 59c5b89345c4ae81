// Where it begins: who is here, what is open, and what a key or a button does.

import { Refusal, get, token } from "./api.js";
import { now, when } from "./clock.js";
import { Desk, isEnded } from "./desk.js";
import { askOutcome, confirmResolve, showHelp } from "./dialogs.js";
import { h, say } from "./dom.js";
import { incidentStrip, nameOf } from "./incidents.js";
import { listen } from "./keys.js";
import { announce, inform, regions, warn } from "./notice.js";
import { queueView } from "./queue.js";
import { keepAsking } from "./rhythm.js";
import { signIn } from "./signin.js";
import { strings } from "./strings.js";
import { drafts, ticketView } from "./ticket.js";

const { said, connection } = strings;
const INCIDENTS_EVERY = 3;

const address = (id) => `#/ticket/${encodeURIComponent(id)}`;
const openId = () => {
  const found = /^#\/ticket\/(.+)$/.exec(location.hash);
  try {
    return found && decodeURIComponent(found[1]);
  } catch {
    return null;
  }
};

let leave = () => {};

async function enter() {
  const me = await get("me");
  leave();
  leave = openDesk(me);
}

function signOut(why = "") {
  leave();
  leave = () => {};
  token.forget();
  signIn({ why, enter });
}

function openDesk(me) {
  const desk = new Desk();
  desk.me = me;
  let asked = 0;
  let seen_at = null;
  let opened = null;

  const actions = {
    claim: (id) => attempt(id, () => desk.claim(id), said.claimed),
    release: (id) => attempt(id, () => desk.release(id), said.released),
    reopen: (id) => attempt(id, () => desk.reopen(id), said.reopened),
    lookUp: async (id) => tellFate(await attempt(id, () => desk.lookUp(id))),
    reply,
    resolve,
  };
  const strip = incidentStrip({ desk, acknowledge, resolve: resolveIncident });
  const queue = queueView({ desk, address });
  const detail = ticketView({ desk, actions });
  const status = h("p", { class: "connection", role: "status" });
  document.body.replaceChildren(
    h("header", { class: "top" },
      h("h1", {}, strings.product), status,
      h("span", { class: "me" }, h("span", { class: "unseen" }, strings.session.as("")), me.name),
      h("button", { type: "button", class: "quiet", "aria-keyshortcuts": "?", "aria-label": strings.help.open, onclick: showHelp }, h("span", { class: "label" }, strings.help.open), h("kbd", { "aria-hidden": "true" }, "?")),
      h("button", { type: "button", class: "quiet", onclick: () => signOut() }, strings.session.out)),
    h("main", {}, strip.element, h("div", { class: "panes" }, queue.element, detail.element)),
    ...regions());

  function update() {
    const id = openId();
    strip.update();
    queue.update(id);
    detail.update(id);
    document.title = strings.title(desk.queue.filter((one) => !one.holder).length);
  }

  function navigate() {
    const id = openId();
    document.body.dataset.view = id ? "ticket" : "queue";
    update();
    if (id === opened) return;
    const before = opened;
    opened = id;
    if (id && !desk.ticket(id)) load(id);
    else if (id) detail.focusHeading();
    else if (before) queue.focusOn(before) || queue.focus();
  }

  async function load(id) {
    try {
      await desk.pullTicket(id);
      detail.focusHeading();
    } catch (error) {
      failed(error, strings.ticket.loading);
      if (openId() === id) location.hash = "#/";
    }
  }

  async function pull() {
    try {
      if (navigator.onLine === false) throw new Refusal("", 0, "Offline");
      const is_turn = asked % INCIDENTS_EVERY === 0;
      await Promise.all([desk.pullQueue(), is_turn && desk.pullIncidents()]);
      asked += 1;
      seen_at = now();
      status.className = "connection live";
      say(status, connection.live);
    } catch (error) {
      if (error.status === 401) return signOut(error.message);
      const from = seen_at ? when(seen_at) : connection.never;
      status.className = "connection lost";
      say(status, error.code === "Offline" ? connection.offline(from) : connection.failing(error.message, from));
      throw error;
    }
    const id = openId();
    const ticket = id && desk.ticket(id);
    if (ticket && !desk.order.includes(id) && !isEnded(ticket) && !desk.isBusy(id)) {
      await desk.pullTicket(id).catch(() => {});
    }
  }

  function failed(error, action) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 401) return signOut(error.message);
    warn(said.failed(strings.actions[error.action] ?? action, error.message));
  }

  /** Try it; say what came of it. Undefined when it was refused. */
  async function attempt(id, run, success = "") {
    try {
      const ticket = await run();
      if (ticket && success) announce(success);
      return ticket;
    } catch (error) {
      return failed(error, "");
    }
  }

  function tellFate(ticket) {
    const reply = ticket?.replies.at(-1);
    if (reply?.state === "sent") announce(said.sent);
    if (reply?.state === "unknown") warn(said.unknownReply);
    if (reply?.state === "refused") warn(said.refusedReply);
  }

  async function reply(id, draft, giveBack) {
    const ticket = await attempt(id, () => desk.reply(id, draft.text, draft.reply_id));
    // The desk may have it although its answer was lost: then the ticket knows the reply.
    const has_it = desk.ticket(id)?.replies.some((one) => one.id === draft.reply_id);
    if (ticket || has_it) drafts.forget(id);
    else giveBack();
    tellFate(ticket);
  }

  async function resolve(id) {
    const outcome = await askOutcome();
    if (!outcome) return;
    const next = queue.neighbour(id);
    const done = attempt(id, () => desk.resolve(id, outcome));
    if (openId() === id) {
      opened = null;
      location.hash = "#/";
    }
    if (next) queue.focusOn(next);
    if (await done) {
      const name = strings.resolve.outcomes.find(([value]) => value === outcome)[1];
      inform(said.resolved(name), { label: strings.ticket.reopen, run: () => actions.reopen(id) });
    }
  }

  async function acknowledge(incident) {
    try {
      const taken = await desk.acknowledge(incident.id);
      if (!taken) return;
      if (taken.acknowledged_by === me.id) announce(strings.incidents.acknowledged(nameOf(incident)));
      else warn(strings.incidents.tooLate(taken.acknowledged_by ?? taken.resolved_by));
    } catch (error) {
      failed(error, "");
    }
  }

  async function resolveIncident(incident) {
    if (!(await confirmResolve(nameOf(incident)))) return;
    try {
      if (await desk.resolveIncident(incident.id)) announce(strings.incidents.resolved(nameOf(incident)));
    } catch (error) {
      failed(error, "");
    }
  }

  /** The ticket that a key means: the open one, else the one under the cursor. */
  const meant = () => desk.ticket(openId() ?? queue.cursor());

  async function keyReply() {
    const ticket = meant();
    if (!ticket || isEnded(ticket)) return;
    if (ticket.holder && ticket.holder !== me.id) return warn(said.notYours(ticket.holder));
    if (openId() !== ticket.id) {
      location.hash = address(ticket.id);
      navigate();
    }
    if (!ticket.holder && !(await actions.claim(ticket.id))) return;
    detail.focusComposer();
  }

  const back = () => { if (openId()) location.hash = "#/"; };
  const keys = {
    j: () => queue.move(1),
    k: () => queue.move(-1),
    u: back,
    Escape: back,
    c: () => { const ticket = meant(); if (ticket && !isEnded(ticket) && ticket.holder !== me.id) actions.claim(ticket.id); },
    r: keyReply,
    e: () => {
      const ticket = meant();
      if (!ticket || isEnded(ticket)) return;
      if (ticket.holder !== me.id) warn(ticket.holder ? said.notYours(ticket.holder) : said.claimBefore);
      else resolve(ticket.id);
    },
    "?": showHelp,
  };

  desk.addEventListener("change", update);
  desk.addEventListener("arrived", ({ detail: arrived }) =>
    announce(said.arrived(arrived.length, arrived.filter((one) => one.urgency === "wake").length)));
  desk.addEventListener("incidents", ({ detail: added }) => announce(said.incident(nameOf(added[0]))));
  addEventListener("hashchange", navigate);
  const unlisten = listen(keys);
  const ticking = setInterval(() => { queue.tick(); detail.tick(); }, 1000);
  navigate();
  const asking = keepAsking(pull);

  return () => {
    asking.stop();
    unlisten();
    clearInterval(ticking);
    removeEventListener("hashchange", navigate);
  };
}

// A sign-in link that is pasted into a tab of the desk changes its fragment only.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) location.reload();
});
token.takeFromAddress();
if (token.get()) enter().catch((error) => signOut(error.message));
else signIn({ enter });

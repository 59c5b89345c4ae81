// Where it begins: who is here, what is open, and what a key or a button does.

import { addressOf, here, isAt } from "./address.js";
import { Refusal, get, token } from "./api.js";
import { now, when } from "./clock.js";
import { Desk, isEnded } from "./desk.js";
import { askOutcome, confirm, showHelp } from "./dialogs.js";
import { h, say } from "./dom.js";
import { incidentStrip, nameOf } from "./incidents.js";
import { listen } from "./keys.js";
import { fetchView } from "./later.js";
import { announce, inform, regions, warn } from "./notice.js";
import { queueView } from "./queue.js";
import { keepAsking } from "./rhythm.js";
import { signIn } from "./signin.js";
import { strings } from "./strings.js";

const { said, connection } = strings;
const INCIDENTS_EVERY = 3;
/** Milliseconds between looks at the readiness report, which is made once an hour. */
const READINESS_EVERY = 60 * 60000;

const go = (view, id) => { location.hash = addressOf(view, id); };

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
  let looked_at = -READINESS_EVERY;
  let opened = { view: "queue", id: null };
  const views = new Map();

  const actions = {
    attempt,
    claim: (id) => attempt(() => desk.claim(id), said.claimed),
    release: (id) => attempt(() => desk.release(id), said.released),
    reopen: (id) => attempt(() => desk.reopen(id), said.reopened),
    resolve, acknowledge, end,
  };
  const strip = incidentStrip({ desk, actions });
  const queue = queueView({ desk, address: (id) => addressOf("ticket", id) });
  const nothing = h("div", { class: "detail" },
    h("div", { class: "blank" }, h("p", {}, strings.queue.none), h("p", { class: "meta" }, strings.queue.noneHint)));
  const place = h("div", { class: "place", hidden: true });
  const banner = h("p", { class: "banner", role: "alert", hidden: true });
  const status = h("p", { class: "connection", role: "status" });
  const tabs = strings.nav.views.map(([view, name]) => h("a", { href: addressOf(view), data: { view } }, name));
  document.body.replaceChildren(
    h("header", { class: "top" },
      h("h1", {}, strings.product), status,
      h("nav", { "aria-label": strings.nav.label }, tabs),
      h("span", { class: "me" }, h("span", { class: "unseen" }, strings.session.as("")), me.name),
      h("button", { type: "button", class: "quiet", "aria-keyshortcuts": "?", "aria-label": strings.help.open, onclick: showHelp }, h("span", { class: "label" }, strings.help.open), h("kbd", { "aria-hidden": "true" }, "?")),
      h("button", { type: "button", class: "quiet", onclick: () => signOut() }, strings.session.out)),
    h("main", {}, banner, strip.element, h("div", { class: "panes" }, queue.element, nothing, place)),
    ...regions());

  /** The view that shows beside the queue or in its place, if it has come. */
  const shown = () => {
    const view = views.get(here().view);
    return view?.element.parentNode === place ? view : null;
  };

  function update() {
    const { id } = here();
    strip.update(isAt("incident") && id);
    queue.update(isAt("ticket") && id);
    shown()?.update(id);
    warnOfTonight();
    document.title = strings.title(desk.queue.filter((one) => !one.holder).length);
  }

  function warnOfTonight() {
    const { is_covered_tonight, findings } = desk.readiness ?? {};
    banner.hidden = is_covered_tonight !== false;
    if (banner.hidden) return;
    const text = strings.nav.tonight(findings.find((one) => one.gravity === "tonight")?.what ?? "");
    if (banner.firstChild?.textContent === text) return;
    banner.replaceChildren(h("span", {}, text), " ", h("a", { href: addressOf("on-call") }, strings.nav.remedy));
  }

  async function navigate() {
    const { view, id } = here();
    const before = opened;
    const is_new = view !== before.view || id !== before.id;
    opened = { view, id };
    document.body.dataset.view = view;
    const tab = tabs.find((one) => one.dataset.view === view) ?? tabs[0];
    for (const one of tabs) one.ariaCurrent = one === tab ? "page" : null;
    nothing.hidden = view !== "queue";
    place.hidden = view === "queue";
    update();
    if (view !== "queue") return is_new && show(view, id);
    if (before.view === "incident") strip.focusOn(before.id);
    else if (before.view === "ticket") queue.focusOn(before.id) || queue.focus();
  }

  /** A view, fetched when it is first opened. */
  async function show(view, id) {
    try {
      if (!views.has(view)) {
        place.replaceChildren();
        const { create } = await fetchView(view);
        views.set(view, create({ desk, actions }));
      }
      if (!isAt(view)) return;
      place.replaceChildren(views.get(view).element);
      update();
      await views.get(view).opened(id);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        place.replaceChildren(h("div", { class: "blank" },
          h("p", {}, said.unloadable), h("button", { type: "button", onclick: () => location.reload() }, said.reload)));
        return;
      }
      failed(error, said.loading);
      if (isAt(view) && here().id === id) go("queue");
    }
  }

  /** Who looks all night hears of each new report. */
  async function lookAtReadiness() {
    if (performance.now() - looked_at < READINESS_EVERY) return;
    looked_at = performance.now();
    await desk.pullReadiness().catch(() => {});
  }

  async function pull() {
    try {
      if (navigator.onLine === false) throw new Refusal("", 0, "Offline");
      const is_turn = asked % INCIDENTS_EVERY === 0;
      const incident = isAt("incident") && desk.incident(here().id);
      await Promise.all([
        desk.pullQueue(), lookAtReadiness(),
        is_turn && desk.pullIncidents(), is_turn && incident && desk.pullIncident(incident.id),
      ]);
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
    if (asked === 1) fetchView("ticket").catch(() => {}); // so that the first one opens at once
    const ticket = isAt("ticket") && desk.ticket(here().id);
    if (ticket && !desk.order.includes(ticket.id) && !isEnded(ticket) && !desk.isBusy(ticket.id)) {
      await desk.pullTicket(ticket.id).catch(() => {});
    }
  }

  function failed(error, action) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 401) return signOut(error.message);
    warn(said.failed(strings.actions[error.action] ?? action, error.message));
  }

  /** Try it; say what came of it. Undefined when it was refused, null when it is under way. */
  async function attempt(run, success = "") {
    try {
      const done = await run();
      if (done && success) announce(success);
      return done;
    } catch (error) {
      return failed(error, "");
    }
  }

  async function resolve(id) {
    const outcome = await askOutcome();
    if (!outcome) return;
    const next = queue.neighbour(id);
    const done = attempt(() => desk.resolve(id, outcome));
    if (isAt("ticket") && here().id === id) {
      opened = { view: "queue", id: null };
      go("queue");
    }
    if (next) queue.focusOn(next);
    if (await done) {
      const name = strings.resolve.outcomes.find(([value]) => value === outcome)[1];
      inform(said.resolved(name), { label: strings.reopen, run: () => actions.reopen(id) });
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
    if (!(await confirm(question(nameOf(incident)), confirmHint, confirmed))) return;
    if (!(await attempt(() => desk.end(incident.id)))) return;
    const text = resolved(nameOf(incident));
    if (isAt("incident") && here().id === incident.id) announce(text);
    else inform(text, { label: worth, run: () => go("incident", incident.id) });
  }

  /** The ticket that a key means: the open one, else the one under the cursor. */
  const meant = () => (isAt("ticket") || isAt("queue") ? desk.ticket(here().id ?? queue.cursor()) : null);
  const openIncident = () => (isAt("incident") ? desk.incident(here().id) ?? desk.incidents?.find(({ id }) => id === here().id) : null);

  async function keyReply() {
    const ticket = meant();
    if (!ticket || isEnded(ticket)) return;
    if (ticket.holder && ticket.holder !== me.id) return warn(said.notYours(ticket.holder));
    if (!isAt("ticket")) {
      go("ticket", ticket.id);
      await navigate();
    }
    if (!ticket.holder && !(await actions.claim(ticket.id))) return;
    shown()?.focusComposer?.();
  }

  const back = () => { if (!isAt("queue")) go("queue"); };
  const keys = {
    j: () => queue.move(1),
    k: () => queue.move(-1),
    u: back,
    Escape: back,
    c: () => { const ticket = meant(); if (ticket && !isEnded(ticket) && ticket.holder !== me.id) actions.claim(ticket.id); },
    r: keyReply,
    i: () => { const id = strip.next(openIncident()?.id); if (id) go("incident", id); },
    a: () => { const incident = openIncident(); if (incident?.state === "triggered" && !desk.isIncidentBusy(incident.id)) acknowledge(incident); },
    e: () => {
      const incident = openIncident();
      if (incident && incident.state !== "resolved") return end(incident);
      const ticket = meant();
      if (!ticket || isEnded(ticket)) return;
      if (ticket.holder !== me.id) warn(ticket.holder ? said.notYours(ticket.holder) : said.claimBefore);
      else resolve(ticket.id);
    },
    o: () => go("on-call"),
    p: () => go("phones"),
    "?": showHelp,
  };

  desk.addEventListener("change", update);
  desk.addEventListener("arrived", ({ detail: arrived }) =>
    announce(said.arrived(arrived.length, arrived.filter((one) => one.urgency === "wake").length)));
  desk.addEventListener("incidents", ({ detail: added }) => announce(said.incident(nameOf(added[0]))));
  addEventListener("hashchange", navigate);
  const unlisten = listen(keys);
  const ticking = setInterval(() => [queue, strip, shown()].forEach((one) => one?.tick()), 1000);
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

// What stands around every view: the header, the way between views, and the rhythm of asking.

import { addressOf, here, isAt, keepList, lastList, lastQueue, parse } from "./address.js";
import { actionsFor, keysFor } from "./acting.js";
import { Refusal } from "./api.js";
import { now, when } from "./clock.js";
import { Desk } from "./desk.js";
import { h, say } from "./dom.js";
import { dutySwitch } from "./duty.js";
import { incidentStrip, nameOf } from "./incidents.js";
import { listen } from "./keys.js";
import { fetchBlindness, fetchDialogs, fetchView } from "./later.js";
import { learnNames } from "./names.js";
import { announce, regions, shownNotice } from "./notice.js";
import { queueView } from "./queue.js";
import { keepAsking } from "./rhythm.js";
import { strings } from "./strings.js";
import { thumbBar } from "./thumb.js";

const { said, connection } = strings;
/** Milliseconds for which the page waits to show all at once. */
const LONGEST_EMPTY = 3000;
/** Turns of asking between looks at what changes less often than the list that shows. */
const TURNS = 3;
/** Milliseconds between looks at the readiness report, which is made once an hour. */
const READINESS_EVERY = 60 * 60000;
const BESIDE = ["ticket", "incident"];

/** Open the desk for somebody; returns what closes it. `signOut(why)` ends the session. */
export function openDesk(me, signOut) {
  const desk = new Desk();
  desk.me = me;
  const duty = dutySwitch({ me });
  const views = new Map();
  let opened = parse("");
  let asked = 0;
  let is_filled = false;
  let seen_at = null;
  let looked_at = -READINESS_EVERY;
  let counts_wanted = true;
  let keeps_focus = false;
  /** The notice of an address that led nowhere: it goes with the next view. */
  let astray = null;

  const frame = { go, back, open, shown, signOut, search };
  const queue = queueView({ desk });
  const actions = actionsFor({ desk, queue, frame });
  const strip = incidentStrip({ desk, actions });
  const thumb = thumbBar({ desk, actions });
  const nothing = h("div", { class: "detail" },
    h("div", { class: "blank" }, h("p", {}, strings.queue.none), h("p", { class: "meta" }, strings.queue.noneHint)));
  const place = h("div", { class: "place", hidden: true });
  const banner = h("p", { class: "banner", role: "alert", hidden: true });
  const blindness = h("div");
  const status = h("p", { class: "connection", role: "status" });
  const overdue = h("a", { class: "overdue", href: addressOf("queue", "breached"), hidden: true },
    h("span"), h("span", { class: "label" }, strings.nav.late));
  const tabs = strings.nav.views.map(([view, name]) => h("a", { href: addressOf(view), data: { view } }, name));
  document.body.replaceChildren(
    h("header", { class: "top" },
      h("h1", {}, strings.product), status,
      h("nav", { "aria-label": strings.nav.label }, tabs, overdue),
      actions.progress, duty.element,
      h("span", { class: "me" }, h("span", { class: "unseen" }, strings.session.as("")), me.name),
      h("button", { type: "button", class: "quiet help", "aria-keyshortcuts": "?", onclick: actions.help }, h("span", { class: "label" }, strings.help.open), h("kbd", { "aria-hidden": "true" }, "?")),
      h("button", { type: "button", class: "quiet", onclick: leave }, strings.session.out)),
    h("main", {}, banner, blindness, strip.element, h("div", { class: "panes" }, queue.element, nothing, place)),
    thumb.element, ...regions());

  async function leave() {
    await duty.end();
    signOut();
  }

  // --- between views ----------------------------------------------------------------------

  /** The view that shows beside the queue or in its place, if it has come. */
  function shown() {
    const view = views.get(here().view);
    return view?.element.parentNode === place ? view : null;
  }

  function go(view, id) {
    location.hash = addressOf(view, id);
  }

  /** To a view that is there once this resolves; nothing happens at it already. */
  async function open(view, id) {
    if (isAt(view) && here().id === id) return;
    go(view, id);
    await navigate();
  }

  /** To the list one came from; `is_gone`: what was open leaves it, and the focus is seen to. */
  function back({ is_gone = false } = {}) {
    if (isAt("queue") || isAt("search")) return;
    keeps_focus = is_gone;
    location.hash = BESIDE.includes(here().view) ? lastList() : lastQueue();
  }

  function search() {
    if (shown()?.focusSearch) return shown().focusSearch();
    if (!queue.element.checkVisibility()) go("search");
    else queue.focusSearch();
  }

  function update() {
    const { id } = here();
    strip.update(isAt("incident") && id);
    thumb.update();
    queue.update(isAt("ticket") && id);
    shown()?.update(id);
    warnOfTonight();
    const late = desk.counts?.views.breached ?? 0;
    overdue.hidden = !late;
    say(overdue.firstChild, String(late));
    document.title = strings.title(desk.counts?.views.unclaimed ?? 0);
  }

  function warnOfTonight() {
    const { is_covered_tonight, findings } = desk.readiness ?? {};
    banner.hidden = is_covered_tonight !== false;
    if (banner.hidden) return;
    const text = strings.nav.tonight(findings.find((one) => one.gravity === "tonight")?.what ?? "");
    if (banner.firstChild?.textContent === text) return;
    banner.replaceChildren(h("span", {}, text), " ", h("a", { href: addressOf("on-call") }, strings.nav.remedy));
  }

  /** What could not be fetched is fetched at the next turn. */
  async function warnOfBlindness() {
    const found = desk.counts.sources_in_trouble;
    if (found.length || blindness.firstChild) await fetchBlindness().then(({ warn }) => warn(blindness, found), () => {});
  }

  async function navigate() {
    const found = here();
    const { view, id } = found;
    const before = opened;
    const is_new = JSON.stringify(found) !== JSON.stringify(before);
    if (is_new) {
      views.get(before.view)?.closed?.();
      astray?.remove();
      astray = null;
    }
    opened = found;
    document.body.dataset.view = view;
    keepList();
    for (const tab of tabs) tab.ariaCurrent = tab.dataset.view === view || (tab === tabs[0] && !tabs.some((one) => one.dataset.view === view)) ? "page" : null;
    tabs[0].href = lastQueue();
    nothing.hidden = view !== "queue";
    place.hidden = view === "queue";
    queue.choose();
    update();
    if (view !== "queue") return is_new && show(found);
    if (!desk.queue) desk.pullQueue().catch(() => {}); // what is wrong the next turn tells
    if (before.view === "incident") strip.focusOn(before.id);
    else if (before.view === "ticket" && !keeps_focus) queue.focusOn(before.id) || queue.focus();
    keeps_focus = false;
  }

  /** A view, fetched when it is first opened. */
  async function show({ view, id, query }) {
    fill(); // what is not the list has its own time, and is to be given the focus
    const is_there = () => isAt(view) && here().id === id;
    try {
      if (!views.has(view)) {
        place.replaceChildren(h("p", { class: "meta blank" }, said.loading));
        const { create } = await fetchView(view);
        views.set(view, create({ desk, actions }));
      }
      if (!isAt(view)) return;
      place.replaceChildren(views.get(view).element);
      update();
      await views.get(view).opened(id, query);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        place.replaceChildren(h("div", { class: "blank" },
          h("p", {}, said.unloadable), h("button", { type: "button", onclick: () => location.reload() }, said.reload)));
        return;
      }
      if (!is_there()) return;
      location.hash = BESIDE.includes(view) ? lastList() : lastQueue();
      await navigate();
      actions.failed(error, said.opening);
      astray = shownNotice();
    }
  }

  // --- asking -----------------------------------------------------------------------------

  /** Who looks all night hears of each new report. */
  async function lookAtReadiness() {
    if (performance.now() - looked_at < READINESS_EVERY) return;
    looked_at = performance.now();
    await desk.pullReadiness().catch(() => {});
  }

  /** What is asked once: names, and whether one is on duty. Asked again until it came. */
  async function introduce() {
    if (desk.settings) return;
    await Promise.all([desk.pullSettings(), duty.load()]).catch(() => {});
    if (desk.settings) learnNames(desk.settings);
    update();
  }

  function fill() {
    clearTimeout(patience);
    if (is_filled) return;
    is_filled = true;
    delete document.body.dataset.filling;
    update();
  }

  async function pull() {
    try {
      if (navigator.onLine === false) throw new Refusal("", 0, "Offline");
      const is_turn = asked % TURNS === 0;
      const wants_counts = is_turn || counts_wanted;
      counts_wanted = false;
      const { view, id } = here();
      const incident = view === "incident" && desk.incident(id);
      const ticket = view === "ticket" && desk.ticket(id);
      await Promise.all([
        desk.pullQueue(), lookAtReadiness(), introduce(), wants_counts && desk.pullCounts(),
        is_turn && desk.pullIncidents(), is_turn && incident && desk.pullIncident(id), is_turn && shown()?.pull?.(),
        ticket && !desk.isBusy(id) && (is_turn || desk.isBehind(id)) && desk.pullTicket(id),
      ]);
      asked += 1;
      seen_at = now();
      status.className = "connection live";
      say(status, connection.live);
      await warnOfBlindness();
      fill();
    } catch (error) {
      fill();
      if (error.status === 401) return signOut(error.message);
      const from = seen_at ? when(seen_at) : connection.never;
      status.className = "connection lost";
      say(status, error.code === "Offline" ? connection.offline(from) : connection.failing(error.message, from));
      throw error;
    }
    if (asked === 1) [fetchBlindness(), fetchView("ticket"), fetchDialogs()].forEach((one) => one.catch(() => {})); // so that they are there at once
  }

  // At first all shows at once: what came piece by piece would move what is being read.
  document.body.dataset.filling = "";
  const patience = setTimeout(fill, LONGEST_EMPTY);
  desk.addEventListener("change", () => { if (is_filled) update(); });
  desk.addEventListener("acted", () => { counts_wanted = true; });
  desk.addEventListener("arrived", ({ detail: { count, urgent } }) => { counts_wanted = true; announce(said.arrived(count, urgent)); });
  desk.addEventListener("incidents", ({ detail: added }) => announce(said.incident(nameOf(added[0]))));
  addEventListener("hashchange", navigate);
  // Links back lead to the list one came from, filters and all.
  place.addEventListener("click", (event) => {
    if (!event.target.closest(".back") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    back();
  });
  const keys = keysFor({ desk, queue, strip, actions, frame });
  const unlisten = listen((key) => shown()?.keys?.[key] ?? keys[key]);
  const ticking = setInterval(() => {
    for (const part of [queue, strip, shown()]) part?.tick?.();
    duty.tick();
  }, 1000);
  navigate();
  const asking = keepAsking(pull);

  return () => {
    shown()?.closed?.();
    asking.stop();
    unlisten();
    clearInterval(ticking);
    removeEventListener("hashchange", navigate);
  };
}

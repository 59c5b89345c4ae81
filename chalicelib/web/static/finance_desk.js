// The desk of whoever counts and answers nobody: the costs and the sources. Nothing is asked for
// again by itself: books change once an hour, and each request costs money.

import { addressOf, here } from "./address.js";
import { Refusal } from "./api.js";
import { h, say } from "./dom.js";
import { fetchView } from "./later.js";
import { regions } from "./notice.js";
import { strings } from "./strings.js";
import { words } from "./strings_finance.js";

const { said } = strings;
const VIEWS = ["costs", "sources"];

/** Open the desk for somebody; returns what closes it. `signOut(why)` ends the session. */
export function openDesk(me, signOut) {
  const views = new Map();
  let is_open = true;
  const place = h("div", { class: "place" });
  const status = h("p", { class: "connection", role: "status" });
  const tabs = VIEWS.map((view) => h("a", { href: addressOf(view), data: { view } }, words.nav[view]));
  document.body.replaceChildren(
    h("header", { class: "top" },
      h("h1", {}, strings.product), status,
      h("nav", { "aria-label": words.nav.label }, tabs),
      h("span", { class: "me" }, h("span", { class: "unseen" }, strings.session.as("")), me.name),
      h("button", { type: "button", class: "quiet", onclick: () => signOut() }, strings.session.out)),
    h("main", {}, h("div", { class: "panes" }, place)), ...regions());

  async function navigate() {
    const { view: asked, id } = here();
    const view = VIEWS.includes(asked) ? asked : VIEWS[0];
    document.body.dataset.view = view;
    for (const tab of tabs) tab.ariaCurrent = tab.dataset.view === view ? "page" : null;
    try {
      if (!views.has(view)) {
        place.replaceChildren(h("p", { class: "meta blank" }, said.loading));
        views.set(view, (await fetchView(view)).create({ desk: { me } }));
      }
      if (!is_open || document.body.dataset.view !== view) return;
      place.replaceChildren(views.get(view).element);
      await views.get(view).opened(asked === view ? id : null);
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return signOut(error.message);
      place.replaceChildren(h("div", { class: "blank" },
        h("p", {}, said.unloadable), h("button", { type: "button", onclick: () => location.reload() }, said.reload)));
    }
  }

  function lookAtLine() {
    const is_lost = navigator.onLine === false;
    status.className = is_lost ? "connection lost" : "connection";
    say(status, is_lost ? words.offline : "");
  }

  addEventListener("hashchange", navigate);
  for (const kind of ["online", "offline"]) addEventListener(kind, lookAtLine);
  const ticking = setInterval(() => views.get(document.body.dataset.view)?.tick(), 1000);
  navigate();

  return () => {
    is_open = false;
    clearInterval(ticking);
    removeEventListener("hashchange", navigate);
    for (const kind of ["online", "offline"]) removeEventListener(kind, lookAtLine);
  };
}

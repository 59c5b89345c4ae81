// Views that are fetched when they are first opened: the queue shows before they come.
//
// A view's module has `create({ desk, actions })`, which gives its `element`, `opened(id, query)`
// (it shows now; may reject with a Refusal), `update(id)` (something changed) and `tick()` (once a
// second); and, where it has them, `pull()` (each 15 s while it shows), `keys` (what it does for a
// key, before the keys of the page), `focusComposer()`, `focusSearch()`, `cursor()` (the ticket
// a key means) and `closed()` (another view or ticket shows now).

import { h } from "./dom.js";

const MODULES = {
  ticket: () => import("./ticket.js"),
  search: () => import("./search.js"),
  team: () => import("./team.js"),
  sources: () => import("./sources.js"),
  incident: () => import("./incident.js"),
  "on-call": () => import("./on_call.js"),
  phones: () => import("./phones.js"),
  costs: () => import("./finance.js"),
};
const STYLES = {
  ticket: ["views.css", "ticket.css"], sources: ["views.css", "sources.css"], costs: ["finance.css"],
};
const styles = new Map();

function fetchStyle(name) {
  if (!styles.has(name)) styles.set(name, new Promise((resolve, reject) => {
    const link = h("link", { rel: "stylesheet", href: new URL(name, import.meta.url), onload: resolve });
    link.addEventListener("error", () => {
      styles.delete(name);
      link.remove();
      reject(new Error(link.href));
    });
    document.head.append(link);
  }));
  return styles.get(name);
}

/** The module of a view, styled. Rejects when it could not be fetched. */
export const fetchView = async (view) =>
  (await Promise.all([MODULES[view](), ...(STYLES[view] ?? ["views.css"]).map(fetchStyle)]))[0];

/** What says on every view that a source is not heard. */
export const fetchBlindness = () => import("./blindness.js");

/** What asks before something is done. */
export const fetchDialogs = () => import("./dialogs.js");

/** What is around the views of whoever answers nobody. */
export const fetchFinanceDesk = () => import("./finance_desk.js");

/** Whether somebody is to know what it costs. */
export const mayCount = ({ roles }) => ["finance", "lead", "admin"].some((one) => roles.includes(one));

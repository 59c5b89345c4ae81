// Views that are fetched when they are first opened: the queue shows before they come.

import { h } from "./dom.js";

const MODULES = {
  ticket: () => import("./ticket.js"),
  incident: () => import("./incident.js"),
  "on-call": () => import("./on_call.js"),
  phones: () => import("./phones.js"),
};
let style = null;

function fetchStyle() {
  style ??= new Promise((resolve, reject) => {
    const link = h("link", { rel: "stylesheet", href: new URL("views.css", import.meta.url), onload: resolve });
    link.addEventListener("error", () => {
      style = null;
      link.remove();
      reject(new Error(link.href));
    });
    document.head.append(link);
  });
  return style;
}

/** The module of a view, styled. Rejects when it could not be fetched. */
export const fetchView = async (view) => (await Promise.all([MODULES[view](), fetchStyle()]))[0];

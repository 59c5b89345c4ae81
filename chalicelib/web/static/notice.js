// What happened, said once: to the eye as a notice, to a screen reader by a live region.

import { h, say } from "./dom.js";
import { strings } from "./strings.js";

const STAYS = 8000;
const polite = h("div", { class: "unseen", role: "status" });
const box = h("div", { class: "notices" });
let timer = 0;

export const regions = () => [polite, box];

/** Said to a screen reader only. */
export const announce = (text) => say(polite, text);

/** A notice that goes by itself, with at most one thing to do about it. */
export function inform(text, action = null) {
  show(text, { kind: "info", role: "status", action });
  timer = setTimeout(dismiss, STAYS);
}

/** A notice that stays until it is dismissed or the next one comes. */
export const warn = (text) => show(text, { kind: "error", role: "alert", action: null });

/** The notice that shows, if one does. */
export const shownNotice = () => box.firstElementChild;

export function dismiss() {
  clearTimeout(timer);
  box.replaceChildren();
}

function show(text, { kind, role, action }) {
  dismiss();
  box.append(
    h("div", { class: `notice ${kind}`, role },
      h("p", {}, text),
      action && h("button", { type: "button", onclick: () => { dismiss(); action.run(); } }, action.label),
      h("button", { type: "button", class: "quiet", onclick: dismiss }, strings.said.dismiss)),
  );
}

// Would a phone ring tonight: the newest report, in a line or as findings with their remedies.

import { exact, now, when } from "./clock.js";
import { h } from "./dom.js";
import { words as later } from "./strings_later.js";

const words = later.readiness;
const OLD = 26 * 60 * 60000;
const KINDS = { tonight: "wake", soon: "soon", note: "answer" };

export function readinessView({ desk }) {
  const line = h("p", { class: "line" });
  const list = h("ul", { class: "findings" });
  const element = h("section", { class: "readiness", "aria-label": words.label }, line, list);
  let shown = "";

  function update() {
    if (!desk.readiness) return;
    const { checked_at, findings = [] } = desk.readiness;
    const is_old = now() - Date.parse(checked_at) > OLD;
    const state = JSON.stringify([desk.readiness, is_old]);
    if (state === shown) return;
    shown = state;
    element.classList.toggle("well", Boolean(checked_at) && !is_old && !findings.length);
    line.replaceChildren(h("strong", { title: checked_at && exact(checked_at) }, sentence(checked_at, is_old, findings.length)));
    list.replaceChildren(...findings.map(({ gravity, what, remedy }) =>
      h("li", {},
        h("span", { class: `urgency ${KINDS[gravity] ?? "answer"}` }, words.gravity[gravity] ?? gravity),
        h("div", {}, h("p", {}, what), remedy && h("p", { class: "meta" }, remedy)))));
  }

  function sentence(checked_at, is_old, count) {
    if (!checked_at) return words.never;
    const at = when(checked_at);
    if (is_old) return words.old(at);
    return count ? words.found(at, count) : words.well(at);
  }

  return {
    element, update,
    fail(why) {
      shown = "";
      element.classList.remove("well");
      list.replaceChildren();
      line.replaceChildren(h("strong", {}, words.failed(why)));
    },
  };
}

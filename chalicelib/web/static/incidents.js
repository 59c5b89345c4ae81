// The strip of open incidents: what, how loud, and who has it.

import { exact, when } from "./clock.js";
import { foreign, h, outward } from "./dom.js";
import { strings } from "./strings.js";

const words = strings.incidents;
export const nameOf = (incident) => `${incident.brand}: ${incident.topic}`;

export function incidentStrip({ desk, acknowledge, resolve }) {
  const list = h("ul", { class: "incidents" });
  const strip = h("section", { "aria-label": words.label, hidden: true }, list);
  let shown = "";

  function update() {
    const open = (desk.incidents ?? []).filter((one) => one.state !== "resolved");
    const state = JSON.stringify(open.map((one) => [one, desk.isIncidentBusy(one.id)]));
    if (state === shown) return;
    shown = state;
    const focused = document.activeElement?.dataset?.focus;
    strip.hidden = !open.length;
    list.replaceChildren(...open.map(card));
    if (focused && !document.activeElement?.dataset?.focus) {
      list.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  function card(incident) {
    const what = nameOf(incident);
    const is_free = incident.state === "triggered";
    const is_busy = desk.isIncidentBusy(incident.id);
    const button = (action, label, name, run, kind) =>
      h("button", {
        type: "button", class: kind, "aria-label": name, onclick: run,
        disabled: is_busy, data: { focus: `${action} ${incident.id}` },
      }, label);
    return h("li", { class: `incident ${incident.state}` },
      h("div", {},
        h("h2", {}, what),
        h("p", { class: "meta" },
          h("span", { title: exact(incident.opened_at) }, words.loud(incident.loudness, when(incident.opened_at))),
          " · ", holder(incident)),
        h("p", { class: "quote", dir: "auto" }, incident.quote),
        h("p", { class: "meta" },
          foreign(incident.author ? `@${incident.author}` : strings.unknownAuthor), " · ",
          outward(incident.url, strings.ticket.open(incident.platform)) ?? incident.platform)),
      h("div", { class: "row" },
        is_free && button("acknowledge", words.acknowledge, words.acknowledgeOf(what), () => acknowledge(incident), "primary"),
        button("resolve", words.resolve, words.resolveOf(what), () => resolve(incident), "")));
  }

  function holder(incident) {
    if (incident.state === "triggered") return h("strong", { class: "alarm" }, words.nobody);
    const since = when(incident.acknowledged_at ?? Date.now());
    if (incident.acknowledged_by === desk.me.id) return h("strong", {}, words.you(since));
    return h("strong", {}, words.has(incident.acknowledged_by, since));
  }

  return { element: strip, update };
}

// On a phone: the gravest thing that can be done about an incident, where the thumb is.

import { here } from "./address.js";
import { h } from "./dom.js";
import { nameOf } from "./incidents.js";
import { strings } from "./strings.js";

const words = strings.incidents;

export function thumbBar({ desk, actions }) {
  const element = h("div", { class: "thumb", hidden: true });
  let shown = "";

  /** The incident that is open, else of those that nobody has an urgent one, else the newest. */
  function meant() {
    const open = (desk.incidents ?? []).filter((one) => one.state !== "resolved");
    const { view, id } = here();
    const looked_at = view === "incident" && open.find((one) => one.id === id);
    const free = open.filter((one) => one.state === "triggered");
    return looked_at || free.find((one) => one.urgency === "wake") || free[0];
  }

  function update() {
    const incident = meant();
    element.hidden = !incident;
    const state = JSON.stringify([incident, incident && [nameOf(incident), desk.isIncidentBusy(incident.id)]]);
    if (state === shown) return;
    shown = state;
    if (!incident) return element.replaceChildren();
    const is_free = incident.state === "triggered";
    const had_focus = element.contains(document.activeElement);
    const what = nameOf(incident);
    element.replaceChildren(
      h("button", {
        type: "button", class: is_free ? "primary" : "", disabled: desk.isIncidentBusy(incident.id),
        onclick: () => (is_free ? actions.acknowledge(incident) : actions.end(incident)),
      }, h("span", {}, is_free ? words.acknowledge : words.resolve), h("small", { class: "name" }, what)));
    if (had_focus) element.firstElementChild.focus();
  }

  return { element, update };
}

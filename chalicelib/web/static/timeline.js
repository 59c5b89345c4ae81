// Every act on a ticket: who, what, when.

import { exact, when } from "./clock.js";
import { foreign, h } from "./dom.js";
import { personName } from "./names.js";
import { words as all } from "./strings_ticket.js";

const words = all.timeline;

export function timeline({ desk }) {
  const list = h("ol", { class: "course" });
  let shown = "";

  function update(ticket) {
    const state = JSON.stringify(ticket.acts);
    if (state === shown) return;
    shown = state;
    list.replaceChildren(...ticket.acts.map(actOf));
  }

  function actOf(act) {
    const name = (id, its_name, without) => (id ? personName(id, its_name, desk.me) : without);
    const said = words.acts[act.kind]?.({
      who: name(act.by, act.by_name, words.clock), whom: name(act.to, act.to_name, words.somebody),
      until: act.until && when(act.until), outcome: words.outcomes[act.to] ?? act.to,
    });
    return h("li", { class: act.kind },
      h("time", { datetime: act.at, title: exact(act.at) }, when(act.at)),
      h("span", {}, said ?? act.kind, act.text ? [": ", foreign(act.text)] : null));
  }

  return { element: list, update };
}

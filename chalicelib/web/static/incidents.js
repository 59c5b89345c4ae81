// The strip of open incidents: what, how loud, who has it, who is called and when it rings next.

import { addressOf } from "./address.js";
import { exact, left, now, when } from "./clock.js";
import { foreign, h, outward, say } from "./dom.js";
import { urgencyLabel } from "./card.js";
import { platformName, topicName } from "./names.js";
import { strings } from "./strings.js";

const words = strings.incidents;
export const nameOf = (incident) => words.name(incident.brand_name, topicName(incident.topic));

/** Who has it, or that nobody has. */
export function holderOfIncident(incident, me) {
  if (incident.state === "triggered") return h("strong", { class: "alarm" }, words.nobody);
  const since = when(incident.acknowledged_at ?? now());
  if (incident.acknowledged_by === me.id) return h("strong", {}, words.you(since));
  return h("strong", {}, words.has(incident.acknowledged_by_name || incident.acknowledged_by, since));
}

/** Who is called, and when it rings next; `tick` keeps it true. */
export function ringOf(incident) {
  const is_free = incident.state === "triggered";
  const next = h("span", { class: "ring" });
  const rings_at = Date.parse(incident.rings_next_at ?? "");
  function tick() {
    const ahead = rings_at - now();
    say(next, ahead <= 0 ? words.ringsNow : (is_free ? words.rings : words.ringsAgain)(left(ahead)));
  }
  const parts = is_free && incident.called?.length ? [" · ", words.calling(incident.called.join(", "))] : [];
  if (Number.isNaN(rings_at) || incident.state === "resolved") return { parts, tick: () => {} };
  next.title = exact(incident.rings_next_at);
  tick();
  return { parts: [...parts, " · ", next], tick };
}

export function incidentStrip({ desk, actions }) {
  const list = h("ul", { class: "incidents" });
  const strip = h("section", { class: "strip", "aria-label": words.label, hidden: true }, list);
  let shown = "";
  let ticks = [];

  const openOnes = () => (desk.incidents ?? []).filter((one) => one.state !== "resolved");

  function update(open_id) {
    const open = openOnes();
    const state = JSON.stringify(open.map((one) => [one, nameOf(one), one.id === open_id, desk.isIncidentBusy(one.id)]));
    if (state === shown) return;
    shown = state;
    const focused = document.activeElement?.dataset?.focus;
    strip.hidden = !open.length;
    ticks = [];
    list.replaceChildren(...open.map((one) => card(one, one.id === open_id)));
    if (focused && !document.activeElement?.dataset?.focus) {
      list.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  function card(incident, is_here) {
    const what = nameOf(incident);
    const is_free = incident.state === "triggered";
    const is_busy = desk.isIncidentBusy(incident.id);
    const { parts, tick } = ringOf(incident);
    ticks.push(tick);
    const button = (action, label, name, run, kind) =>
      h("button", {
        type: "button", class: kind, "aria-label": name, onclick: run,
        disabled: is_busy, data: { focus: `${action} ${incident.id}` },
      }, label);
    return h("li", { class: `incident ${incident.state}` },
      h("div", {},
        h("h2", { class: "line name" },
          h("a", { href: addressOf("incident", incident.id), "aria-current": is_here && "true", data: { focus: `open ${incident.id}` } }, what),
          incident.urgency && urgencyLabel(incident)),
        h("p", { class: "meta" },
          h("span", { title: exact(incident.opened_at) }, words.loud(incident.loudness, when(incident.opened_at))),
          " · ", holderOfIncident(incident, desk.me), parts),
        h("p", { class: "quote", dir: "auto" }, incident.quote),
        h("p", { class: "meta" },
          foreign(incident.author ? `@${incident.author}` : strings.unknownAuthor), " · ",
          outward(incident.url, strings.openOn(platformName(incident.platform))) ?? platformName(incident.platform))),
      h("div", { class: "row" },
        is_free && button("acknowledge", words.acknowledge, words.acknowledgeOf(what), () => actions.acknowledge(incident), "primary"),
        button("resolve", words.resolve, words.resolveOf(what), () => actions.end(incident), "")));
  }

  return {
    element: strip, update,
    tick: () => ticks.forEach((tick) => tick()),
    focusOn: (id) => list.querySelector(`[data-focus="${CSS.escape(`open ${id}`)}"]`)?.focus(),
    /** The one after `id`, else the first. */
    next(id) {
      const ids = openOnes().map((one) => one.id);
      return ids[(ids.indexOf(id) + 1) % ids.length];
    },
  };
}

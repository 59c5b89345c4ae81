// The team: who is on duty now, who is on call, and who has how much.

import { addressOf } from "./address.js";
import { Refusal, get } from "./api.js";
import { exact, now, span } from "./clock.js";
import { h, say } from "./dom.js";
import { exporting } from "./exporting.js";
import { mayCount } from "./later.js";
import { words as later } from "./strings_later.js";

const words = later.team;
const HERE = 6 * 60000;
const isLead = ({ roles }) => roles.includes("lead") || roles.includes("admin");

export function create({ desk }) {
  const heading = h("h2", { id: "team-heading", tabindex: "-1" }, words.heading);
  const trouble = h("p", { class: "trouble", role: "alert" });
  const again = h("button", { type: "button", hidden: true, onclick: () => pull() }, words.again);
  const on_duty = h("ul", { class: "people" });
  const on_call = h("ul", { class: "people" });
  const rest = h("div", { class: "team", hidden: true },
    h("h3", {}, words.onDuty), on_duty, h("h3", {}, words.onCall), on_call,
    h("p", {}, h("a", { href: addressOf("on-call") }, words.schedules)),
    h("p", {}, h("a", { href: addressOf("sources") }, words.sources)),
    mayCount(desk.me) && h("p", {}, h("a", { href: addressOf("costs") }, words.costs)),
    isLead(desk.me) && exporting());
  const element = h("section", { class: "wide", "aria-labelledby": "team-heading" },
    h("header", { class: "line" }, heading, h("p", { class: "meta" }, words.hint)), trouble, again, rest);
  let ticks = [];

  async function opened() {
    heading.focus({ preventScroll: true });
    if (rest.hidden) say(trouble, words.loading);
    await pull();
  }

  async function pull() {
    again.hidden = true;
    try {
      const team = await get("team");
      say(trouble, "");
      fill(team);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401) throw error;
      say(trouble, words.failed(error.message));
      again.hidden = false;
    }
  }

  function fill(team) {
    rest.hidden = false;
    ticks = [];
    const shown = (people, none) => (people.length ? people.map(personOf) : [h("li", { class: "meta" }, none)]);
    on_duty.replaceChildren(...shown(team.on_duty, words.nobodyOnDuty));
    on_call.replaceChildren(...shown(team.on_call, words.nobodyOnCall));
  }

  function personOf(one) {
    const name = one.name || one.agent;
    const seen = h("span", { class: "meta", title: one.heard_at && exact(one.heard_at) });
    const tick = () => {
      const ago = one.heard_at && now() - Date.parse(one.heard_at);
      say(seen, !one.heard_at ? "" : ago < HERE ? words.here : words.heard(span(ago)));
    };
    ticks.push(tick);
    tick();
    const held = typeof one.tickets === "number" && words.has(one.tickets);
    return h("li", { class: "person line" },
      h("strong", {}, one.agent === desk.me.id ? words.you(name) : name), seen,
      held && h("span", { class: "meta" }, held), one.schedule && h("span", { class: "meta" }, words.schedule(one.schedule)));
  }

  return { element, opened, pull, update: () => {}, tick: () => ticks.forEach((tick) => tick()) };
}

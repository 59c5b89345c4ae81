// The sources: which of them are heard, since when one is not and why, and what reading them takes.

import { Refusal, poll } from "./api.js";
import { exact, left, now, when } from "./clock.js";
import { foreign, h, say } from "./dom.js";
import { platformName } from "./names.js";
import { words as later } from "./strings_later.js";

const words = later.sources;
/** Gravest first, each with a shape of its own. */
const MARKS = { blind: "✕", back: "↻", degraded: "▲", watching: "●" };
const ORDER = Object.keys(MARKS);
const USD = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });
const COUNT = new Intl.NumberFormat("en");
const NEAR = 0.8;

const rank = ({ condition }) => ORDER.indexOf(condition);
const at = (instant, say) => h("time", { datetime: instant, title: exact(instant) }, say(when(instant)));
const percent = (share) => `${Math.min(100, Math.max(0, share * 100))}%`;

export function create() {
  const heading = h("h2", { id: "sources-heading", tabindex: "-1" }, words.heading);
  const trouble = h("p", { class: "trouble", role: "alert" });
  const loading = h("p", { class: "meta", role: "status" });
  const again = h("button", { type: "button", hidden: true, onclick: () => pull() }, words.again);
  const sum = h("p", { class: "sum" });
  const groups = h("div", { class: "groups" });
  const element = h("section", { class: "wide", "aria-labelledby": "sources-heading" },
    h("header", { class: "line" }, heading, h("p", { class: "meta" }, words.hint)), trouble, loading, again, sum, groups);
  let is_there = false;
  let ticks = [];

  async function opened() {
    heading.focus({ preventScroll: true });
    await pull();
  }

  async function pull() {
    again.hidden = true;
    if (!is_there) say(loading, words.loading);
    try {
      const answer = await poll("sources", is_there);
      if (answer) fill(answer.sources);
      is_there = true;
      say(trouble, "");
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401) throw error;
      say(trouble, words.failed(error.message));
      again.hidden = false;
    } finally {
      say(loading, "");
    }
  }

  function fill(sources) {
    ticks = [];
    const troubled = sources.filter(({ condition }) => condition !== "watching").length;
    if (!sources.length) {
      say(sum, "");
      return groups.replaceChildren(h("div", { class: "blank" }, h("p", {}, words.none), h("p", { class: "meta" }, words.noneHint)));
    }
    say(sum, troubled ? words.notHeard(troubled, sources.length) : words.allHeard(sources.length));
    const brands = Map.groupBy(sources.toSorted((one, other) => rank(one) - rank(other)), ({ brand }) => brand);
    groups.replaceChildren(...[...brands.values()].flatMap((of_brand) =>
      [h("h3", {}, foreign(of_brand[0].brand_name)), h("ul", { class: "people" }, of_brand.map(sourceOf))]));
  }

  function sourceOf(one) {
    const { condition } = one;
    const spent = Number(one.spent_usd);
    const can = Object.entries(words.abilities).filter(([ability]) => one[ability]).map(([, name]) => name);
    if (!one.can_reply) can.push(words.cannotReply);
    if (one.is_by_keyword) can.push(words.byWords);
    return h("li", { class: "person source", data: { condition } },
      h("div", { class: "line" },
        h("h4", {}, foreign(one.name)), h("span", { class: "meta" }, platformName(one.kind)),
        h("strong", { class: "condition" }, h("span", { "aria-hidden": "true" }, `${MARKS[condition] ?? "?"} `), words.condition[condition] ?? condition),
        one.since && h("span", { class: "meta" }, at(one.since, words.since[condition] ?? words.since.watching))),
      h("p", { dir: "auto" }, foreign(one.says)),
      one.not_read && h("p", { class: "lacking" },
        !one.says.includes(one.not_read) && words.notRead(one.not_read), one.not_read_since && at(one.not_read_since, words.lessSince)),
      one.late > 0 && condition !== "back" && h("p", {}, words.late(one.late)),
      one.is_pulled && h("p", { class: "meta" }, one.succeeded_at ? at(one.succeeded_at, words.read) : words.neverRead, nextOf(one)),
      one.limits.map(limitOf),
      one.is_pulled && h("p", { class: "meta" }, words.month(COUNT.format(one.calls), COUNT.format(one.posts), spent > 0 ? USD.format(spent) : "")),
      h("p", { class: "meta" }, can.join(" · ")));
  }

  function nextOf({ due_at }) {
    const next = h("span", { title: due_at && exact(due_at) });
    const tick = () => {
      const ahead = due_at ? Date.parse(due_at) - now() : 0;
      say(next, ` · ${ahead > 0 ? words.next(left(ahead)) : words.nextNow}`);
    };
    ticks.push(tick);
    tick();
    return next;
  }

  /** A limit in words; the bar beside it repeats them. */
  function limitOf({ unit, most, used, forecast, share }) {
    const amount = (of) => (unit === "USD" ? USD : COUNT).format(Number(of));
    const ahead = Math.max(share, Number(most) > 0 ? Number(forecast ?? 0) / Number(most) : share);
    const kind = share >= 1 ? "over" : share >= NEAR || ahead > 1 ? "near" : "";
    const bar = h("div", { class: `gauge ${kind}`, "aria-hidden": "true" }, h("span", { class: "ahead" }), h("span", {}));
    bar.style.setProperty("--used", percent(share));
    bar.style.setProperty("--ahead", percent(ahead));
    return h("div", { class: "limit" }, bar, h("p", { class: `meta ${kind}` }, words.limit({
      unit: unit === "USD" ? "" : words.calls, used: amount(used), most: amount(most),
      percent: Math.round(share * 100), forecast: forecast === null ? "" : amount(forecast),
    })));
  }

  return { element, opened, pull, update: () => {}, tick: () => ticks.forEach((tick) => tick()) };
}

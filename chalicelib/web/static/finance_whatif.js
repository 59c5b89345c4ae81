// What a month would cost a company of another size.

import { Refusal, get } from "./api.js";
import { foreign, h, say } from "./dom.js";
import { dateName, exactly, money } from "./money.js";
import { count, words } from "./strings_finance.js";
import { words as said } from "./strings_whatif.js";

const NUMBERS = [
  ["mentions_a_day", 300, 10000000], ["storms_a_month", 1, 1000], ["mentions_a_storm", 500, 1000000, 1], ["agents", 3, 10000],
  ["hours_a_day", 8, 24], ["days_a_month", 22, 30], ["pages_an_incident", 2, 100, 1], ["replies_a_ticket", 1, 100], ["months_kept", 13, 120],
];
const SHARES = [["answer_share", 30], ["wake_share", 0.2]];
const TEXTS = ["countries", "sources"];

export function whatIfForm() {
  const fields = new Map();
  const field = (name, attributes) => {
    const input = h("input", { id: `if-${name}`, name, ...attributes });
    fields.set(name, input);
    return h("div", { class: "field" }, h("label", { for: input.id }, said.fields[name]), input);
  };
  const number = ([name, value, max, min = 0]) => field(name, { type: "number", inputmode: "decimal", min, max, step: "any", required: true, value });
  const status = h("p", { class: "meta", role: "status" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const go = h("button", { class: "primary" }, said.go);
  const result = h("div", { class: "books" });
  const [first, ...further] = NUMBERS;
  const form = h("form", { class: "fields", onsubmit: reckon },
    number(first), further.slice(0, 3).map(number), field("countries", { type: "text", maxlength: 200, "aria-describedby": "if-hint" }),
    h("details", {}, h("summary", {}, said.more), h("div", { class: "fields" }, further.slice(3).map(number),
      SHARES.map(([name, value]) => number([name, value, 100])), field("sources", { type: "text", maxlength: 400, "aria-describedby": "if-hint" }))),
    go);

  async function reckon(event) {
    event.preventDefault();
    const asked = new URLSearchParams();
    for (const [name] of NUMBERS) asked.set(name, fields.get(name).value);
    for (const [name] of SHARES) asked.set(name, Number(fields.get(name).value) / 100);
    for (const name of TEXTS) if (fields.get(name).value.trim()) asked.set(name, fields.get(name).value);
    say(trouble, "");
    say(status, said.reckoning);
    go.disabled = true;
    try {
      const found = await get(`costs/what-if?${asked}`);
      result.replaceChildren(...resultOf(found));
      say(status, said.together(money(found.amount, found.currency), money(found.at_rest, found.currency)));
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401) throw error;
      result.replaceChildren();
      say(status, "");
      say(trouble, said.failed(error.message));
    } finally {
      go.disabled = false;
    }
  }

  return h("div", {}, h("p", { class: "meta", id: "if-hint" }, said.hint), form, status, trouble, result);
}

function resultOf(found) {
  const { currency } = found;
  const cell = (amount) => h("td", { title: exactly(amount, currency) }, money(amount, currency));
  const table = (title, heads, rows) => [h("h4", {}, title),
    h("table", { "aria-label": title }, h("thead", {}, h("tr", {}, heads.map((one) => h("th", { scope: "col" }, one)))), h("tbody", {}, rows))];
  return [
    h("p", { class: "meta" }, said.size(count(found.mentions), count(found.incidents), found.sources.join(", "), found.countries.join(", "))),
    ...table(said.lines, [said.what, said.quantity, words.splits.amount], found.lines.map((one) => h("tr", {},
      h("th", { scope: "row" }, foreign([one.sku, one.price.country].filter(Boolean).join(" ")), h("p", { class: "meta" },
        said.price(money(one.price.amount, one.price.currency), one.price.per.toLocaleString("en"), dateName(one.price.seen_on), one.price.is_stale))),
      h("td", {}, count(one.quantity)), cell(one.amount)))),
    ...table(said.features, [words.splits.name, words.splits.amount], found.features.map(({ name, amount }) =>
      h("tr", {}, h("th", { scope: "row" }, words.features[name] ?? name), cell(amount)))),
    ...table(words.units.heading, [words.units.unit, words.units.each], found.unit_costs.map((one) =>
      h("tr", {}, h("th", { scope: "row" }, foreign(words.units.named(one.unit, one.of))), cell(one.each)))),
    found.unpriced.length > 0 && h("p", { class: "doubt" }, said.unpriced(found.unpriced.join(", "))),
    h("details", {}, h("summary", {}, said.assumed), h("p", { class: "meta" }, said.measured(dateName(found.measured_on))),
      h("ul", { class: "flags meta" }, found.assumed.map((one) => h("li", {}, one)))),
  ].filter(Boolean);
}

// What we metered beside what was charged.

import { foreign, h } from "./dom.js";
import { dayName, exactly, money } from "./money.js";
import { percent, words } from "./strings_finance.js";

const { bill } = words;

export function billOf({ comparison, currency }, show) {
  const title = h("h3", { id: "bill" }, bill.heading);
  if (!comparison) return h("section", { class: "sheet" }, title, h("p", { class: "meta" }, bill.none));
  const { lines } = comparison;
  const shown = (amount) => money(amount, currency);
  const what = ({ group, named }) => [words.groups[group] ?? group, named].filter(Boolean).join(": ");
  const on = ({ period }) => dayName(period);
  const flagged = lines.filter((one) => one.is_flagged);
  const unexplained = Number(comparison.unexplained);

  const apart = comparison.share === null ? "" : percent(Math.abs(comparison.share));
  const amount = (value) => h("td", { title: value && exactly(value, currency) }, value === null ? bill.unknown : shown(value));
  const rows = lines.map((one) => h("tr", { class: one.is_flagged ? "flagged" : "" },
    h("th", { scope: "row" }, on(one)), h("td", {}, foreign(what(one)), h("p", { class: "meta" }, bill.state(one.state, one.by))),
    amount(one.metered), amount(one.charged),
    h("td", {}, one.share === null ? "" : percent(one.share)), h("td", {}, one.reason && bill.reason(one.reason))));

  return h("section", { class: "sheet" }, title,
    h("p", {}, bill.sum(shown(comparison.charged), shown(comparison.metered), apart), " ", unexplained ? bill.unexplained(shown(comparison.unexplained)) : bill.explained),
    flagged.length ? [h("p", { class: "doubt" }, bill.flagged(flagged.length)),
      h("ul", { class: "flags" }, flagged.map((one) => h("li", {},
        bill.flag(what(one), on(one), shown(one.charged), shown(one.metered)), " ", one.reason && bill.reason(one.reason))))]
      : h("p", { class: "meta" }, bill.well),
    h("details", {}, h("summary", {}, bill.all),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "bill" },
        h("table", { class: "bill", "aria-labelledby": "bill" },
          h("thead", {}, h("tr", {}, [bill.period, bill.group, bill.metered, bill.charged, bill.difference, bill.why].map((one) => h("th", { scope: "col" }, one)))),
          h("tbody", {}, rows)))));
}

// The tables of the costs: splits of the same money, what one of something costs, budgets.

import { foreign, h } from "./dom.js";
import { dateName, exactly, money } from "./money.js";
import { count, percent, words } from "./strings_finance.js";

const NEAR = 0.8;
const width = (share) => `${Math.min(100, Math.max(0, share * 100))}%`;

/** An amount that opens what is behind it; `what` it is for, for whoever cannot see its row. */
export function figure(amount, currency, what, open) {
  const [shown, further] = words.rows.open(money(amount, currency), what);
  return h("button", { type: "button", class: "figure", "aria-haspopup": "dialog", title: exactly(amount, currency), onclick: open },
    shown, h("span", { class: "unseen" }, further));
}

/** A bar of a share; what it says stands beside it in words. */
export function gauge(used, ahead = used, kind = "") {
  const bar = h("div", { class: `gauge ${kind}`, "aria-hidden": "true" }, h("span", { class: "ahead" }), h("span", {}));
  bar.style.setProperty("--used", width(used));
  bar.style.setProperty("--ahead", width(ahead));
  return bar;
}

const head = (...titles) => h("thead", {}, h("tr", {}, titles.map((title) => h("th", { scope: "col" }, title))));

// --- splits ---------------------------------------------------------------------------------

export function splitsOf(books, show) {
  const { currency } = books;
  const whole = Number(books.amount) || 1;
  const { splits, features, groups } = words;

  function row(amount, name, filters, className = "") {
    const title = typeof name === "string" ? name : name.textContent;
    const share = Number(amount) / whole;
    return h("tr", { class: className }, h("th", { scope: "row" }, name, gauge(share)),
      h("td", {}, figure(amount, currency, title, () => show(filters, title))), h("td", { class: "meta" }, percent(share)));
  }

  const table = (kind, rows) => h("section", { class: "sheet" }, h("h3", { id: `by-${kind}` }, splits[kind]),
    h("table", { class: "split", "aria-labelledby": `by-${kind}` }, head(splits.name, splits.amount, splits.share), h("tbody", {}, rows)));
  const named = (kind, filter, titleOf) => table(kind, books[kind].map(({ name, title, amount }) =>
    row(amount, name ? titleOf(name, title) : splits.none[kind], { [filter]: name || "-" })));
  const bill = books.groups.map(({ group, amount, skus }) => [
    row(amount, groups[group] ?? group, { group }),
    skus.length > 1 && skus.map((one) => row(one.amount, one.name, { sku: one.name }, "part")),
  ]);

  return h("div", {}, h("p", { class: "meta hint unprinted" }, splits.hint), h("div", { class: "two" },
    named("features", "feature", (name) => features[name] ?? name),
    table("groups", bill.flat(2).filter(Boolean)),
    named("sources", "source", (name) => foreign(name)),
    named("brands", "brand", (_, title) => foreign(title))));
}

// --- what one of it costs -------------------------------------------------------------------

export function unitsOf({ unit_costs, currency }) {
  if (!unit_costs.length) return null;
  const { units } = words;
  // Roles are said again, since on a phone a row is laid out as no row of a table is.
  const shown = (amount) => h("td", { role: "cell", title: amount && exactly(amount, currency) }, amount === null ? "–" : money(amount, currency));
  const rows = unit_costs.map((one) => {
    const name = units.named(one.unit, one.title);
    const rule = h("details", {}, h("summary", {}, h("span", { "aria-hidden": "true" }, units.rule), h("span", { class: "unseen" }, units.of(name))), h("p", {}, one.rule));
    return h("tr", { role: "row" },
      h("th", { scope: "row", role: "rowheader" }, foreign(name),
        h("div", { class: "meta" }, one.each === null ? units.noneOf(one.reason) : units.counted(count(one.count), one.counted), rule)),
      shown(one.each), shown(one.direct_each), shown(one.shared_each));
  });
  return h("section", { class: "sheet" }, h("h3", { id: "unit-costs" }, units.heading), h("p", { class: "meta" }, units.hint),
    h("table", { class: "units", role: "table", "aria-labelledby": "unit-costs" },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, [units.unit, units.each, units.direct, units.shared].map((one) => h("th", { scope: "col", role: "columnheader" }, one)))),
      h("tbody", { role: "rowgroup" }, rows)));
}

// --- budgets --------------------------------------------------------------------------------

export function budgetsOf({ budgets, currency }) {
  const said = words.budgets;
  const shown = (amount) => money(amount, currency);

  function budgetOf(one) {
    const { share, forecast } = one;
    const ahead = Math.max(share, Number(one.most) > 0 && forecast ? Number(forecast.amount) / Number(one.most) : share);
    const kind = one.is_used_up ? "over" : share >= NEAR || one.is_foretold_over ? "near" : "";
    const verdict = one.is_used_up ? (Number(one.left) < 0 ? said.over(shown(one.left.replace("-", ""))) : said.usedUp) : one.is_foretold_over && said.foretold;
    return h("li", { class: "limit" },
      h("h4", {}, one.is_of_reading ? foreign(said.reading(one.name)) : said.names[one.name] ?? foreign(one.name)),
      gauge(share, ahead, kind),
      h("p", {}, said.spent(shown(one.spent), shown(one.most), percent(share)), forecast && said.expected(shown(forecast.amount)), "."),
      verdict && h("p", { class: kind }, verdict),
      one.stops && h("p", { class: "meta" }, said.stops(one.confirmed_by)),
      one.is_of_reading && h("p", { class: "meta" }, said.slows));
  }

  return h("section", { class: "sheet" }, h("h3", {}, said.heading),
    budgets.length ? h("ul", { class: "budgets" }, budgets.map(budgetOf)) : h("p", { class: "meta" }, said.none));
}

/** How long SMS go on. */
export const smsOf = ({ sms }) => sms?.says && h("section", { class: "sheet" }, h("h3", {}, words.sms.heading),
  h("p", { class: sms.runs_out_at || sms.is_in_sandbox ? "doubt" : "" }, words.sms.sentence(sms.says)));

/** What has no price, or an old one; nothing when all is well. */
export function missingOf({ unpriced, stale }) {
  if (!unpriced.length && !stale.length) return null;
  return h("section", { class: "sheet missing" }, h("h3", {}, words.missing),
    h("ul", {},
      unpriced.map(({ sku, quantity, country }) => h("li", {}, words.unpriced(sku, count(quantity), country))),
      stale.map(({ sku, price }) => h("li", {}, words.stale(sku, price.version, dateName(price.seen_on))))),
    h("p", { class: "meta" }, words.remedy));
}

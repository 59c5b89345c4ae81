// What is behind a figure: rows, each a quantity times a price, with where that price stands.

import { Refusal, get } from "./api.js";
import { ask } from "./dialogs.js";
import { foreign, h, outward, say } from "./dom.js";
import { dateName, dayName, exactly, money } from "./money.js";
import { words } from "./strings_finance.js";

const { rows: said } = words;
const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 20 });

/** Open the rows of a month for which `filters` are true. */
export function showRows({ month, currency, filters, title }) {
  const sum = h("p", { class: "sum-of", role: "status" }, said.loading);
  const trouble = h("p", { class: "trouble", role: "alert" });
  const list = h("ol", { class: "ledger" });
  const more = h("button", { type: "button", hidden: true, onclick: pull }, said.more);
  let next = null;
  let is_asking = false;

  async function pull() {
    if (is_asking) return;
    is_asking = true;
    say(trouble, "");
    try {
      const asked = new URLSearchParams({ month, ...filters, ...(next && { after: next }) });
      const found = await get(`costs/rows?${asked}`);
      list.append(...found.rows.map(rowOf));
      say(sum, found.count ? said.sum(money(found.amount, currency), found.count) : said.none);
      sum.title = exactly(found.amount, currency);
      next = found.next;
      say(more, said.more);
      more.hidden = !next;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (sum.textContent === said.loading) say(sum, "");
      say(trouble, said.failed(error.message));
      say(more, words.again);
      more.hidden = false;
    } finally {
      is_asking = false;
    }
  }

  function rowOf(row) {
    const { price, amount, quantity } = row;
    const whose = [row.source, row.brand, row.country].filter(Boolean);
    const number = NUMBER.format(quantity);
    return h("li", {},
      h("div", { class: "line" }, h("time", { datetime: row.day }, dayName(row.day)), h("strong", {}, words.features[row.feature] ?? row.feature),
        whose.map((one) => h("span", {}, foreign(one))),
        h("span", { class: "amount", title: amount && exactly(amount, currency) }, amount === null ? said.noAmount : money(amount, currency))),
      h("p", {}, h("code", {}, row.sku), " ",
        price ? said.product(number, row.unit, `${price.currency === "USD" ? "$" : `${price.currency} `}${price.amount}`, price.per) : said.noPrice(number)),
      price && h("p", { class: "meta" }, said.price(price.kind, dateName(price.since), dateName(price.seen_on)),
        (price.url && outward(price.url, price.origin)) || foreign(price.origin), price.is_stale && h("span", { class: "doubt" }, ` (${said.isStale})`)));
  }

  pull();
  return ask(h("dialog", { class: "rows", "aria-labelledby": "rows" },
    h("form", { method: "dialog" },
      h("header", {}, h("h2", { id: "rows", tabindex: "-1", autofocus: true }, foreign(title)), h("button", { class: "quiet" }, said.close)),
      sum, trouble, list, more)));
}

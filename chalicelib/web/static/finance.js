// The costs of a month: what it cost and will cost, for what, and what the bill says to that.

import { addressOf } from "./address.js";
import { Refusal, get } from "./api.js";
import { now, when } from "./clock.js";
import { h, say } from "./dom.js";
import { billOf } from "./finance_bill.js";
import { chartOf } from "./finance_chart.js";
import { budgetsOf, figure, missingOf, smsOf, splitsOf, unitsOf } from "./finance_tables.js";
import { warn } from "./notice.js";
import { money, monthName, shortMonth } from "./money.js";
import { strings } from "./strings.js";
import { words } from "./strings_finance.js";

const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/;
const thisMonth = () => new Date(now()).toISOString().slice(0, 7);

/** The month `by` months later. */
function monthBeside(month, by) {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + by)).toISOString().slice(0, 7);
}

export function create() {
  const heading = h("h2", { id: "costs-heading", tabindex: "-1" }, words.heading);
  const paging = h("nav", { class: "paging", "aria-label": words.paging });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const loading = h("p", { class: "meta", role: "status" });
  const again = h("button", { type: "button", hidden: true, onclick: () => pull() }, words.again);
  const body = h("div", { class: "books" });
  const element = h("section", { class: "wide costs", "aria-labelledby": "costs-heading" },
    h("header", { class: "line" }, heading, paging), trouble, loading, again, body);
  let chosen = "";
  let opened_for_print = [];

  async function opened(id) {
    heading.focus({ preventScroll: true });
    const month = MONTH.test(id ?? "") ? id : thisMonth();
    if (month !== chosen) body.replaceChildren();
    chosen = month;
    turnPages();
    addEventListener("beforeprint", unfold);
    addEventListener("afterprint", fold);
    await pull();
  }

  function closed() {
    removeEventListener("beforeprint", unfold);
    removeEventListener("afterprint", fold);
  }

  function turnPages() {
    const [before, after] = [monthBeside(chosen, -1), monthBeside(chosen, 1)];
    const button = (month, label, is_there = true) => h("a", { class: "button", title: monthName(month),
      ...(is_there ? { href: addressOf("costs", month) } : { role: "link", "aria-disabled": "true" }) }, label(shortMonth(month)));
    paging.replaceChildren(button(before, words.earlier), h("span", { class: "range" }, monthName(chosen)), button(after, words.later, chosen < thisMonth()));
  }

  async function pull() {
    const month = chosen;
    again.hidden = true;
    if (!body.firstChild) say(loading, words.loading);
    try {
      const answer = await get(`costs?month=${month}`);
      if (month !== chosen) return;
      say(trouble, "");
      fill(answer);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401) throw error;
      if (month !== chosen) return;
      say(trouble, words.failed(error.message));
      again.hidden = false;
    } finally {
      if (month === chosen) say(loading, "");
    }
  }

  // --- what shows -------------------------------------------------------------------------

  function fill(books) {
    const { month, currency } = books;
    const name = monthName(month);
    if (!books.days.length) {
      const hint = month === thisMonth() ? words.noneNow : words.noneThen;
      return body.replaceChildren(
        h("div", { class: "blank" }, h("p", {}, words.none(name)), h("p", { class: "meta" }, hint)), whatIf());
    }
    const show = (filters, title) => openRows({ month, currency, filters, title });
    body.replaceChildren(
      totals(books, show),
      chartOf(books, show),
      h("div", { class: "two" }, budgetsOf(books), h("div", { class: "stack" }, smsOf(books), missingOf(books))),
      splitsOf(books, show),
      unitsOf(books),
      billOf(books, show),
      exporting(month), whatIf(),
      h("p", { class: "meta" }, words.asOf(when(new Date(now()).toISOString()))));
  }

  function totals(books, show) {
    const { month, currency, amount, forecast, state } = books;
    const name = monthName(month);
    const is_running = month === thisMonth();
    const expected = forecast ? [
      h("strong", { class: "sum" }, money(forecast.amount, currency)),
      h("p", { class: "meta" }, words.band(money(forecast.low, currency), money(forecast.high, currency), forecast.coverage)),
      h("p", { class: "meta" }, words.method(forecast.method, forecast.days)),
    ] : h("p", { class: "meta" }, words.noForecast(books.no_forecast));
    return h("div", { class: "two totals" },
      h("section", { class: "sheet" }, h("h3", {}, words.total(name, is_running)),
        h("p", {}, figure(amount, currency, words.rows.everything(name), () => show({}, name))),
        h("p", { class: "meta" }, words.states[state] ?? state)),
      (is_running || forecast) && h("section", { class: "sheet" }, h("h3", {}, words.forecast), expected));
  }

  async function openRows(asked) {
    const found = await import("./finance_rows.js").catch(() => warn(strings.said.unloadable));
    found?.showRows(asked);
  }

  // --- on paper, in files -----------------------------------------------------------------

  function unfold() {
    opened_for_print = [...element.querySelectorAll("details:not([open])")];
    for (const one of opened_for_print) one.open = true;
  }

  function fold() {
    for (const one of opened_for_print) one.open = false;
    opened_for_print = [];
  }

  function exporting(month) {
    const status = h("p", { class: "meta", role: "status" });
    const wrong = h("p", { class: "trouble", role: "alert" });
    const take = (format, name) => async ({ currentTarget: button }) => {
      button.disabled = true;
      say(wrong, "");
      try {
        const { save, wholeTable } = await import("./tables.js");
        const tell = (number) => say(status, words.exporting.loading(number));
        save(await wholeTable("costs/", `export?month=${month}&format=${format}`, tell), `nightdesk-${name}-${month}.csv`);
      } catch (error) {
        if (error.status === 401) throw error;
        say(wrong, words.exporting.failed(error instanceof Refusal ? error.message : strings.said.unloadable));
      } finally {
        say(status, "");
        button.disabled = false;
      }
    };
    const button = (label, onclick) => h("button", { type: "button", onclick }, label);
    return h("section", { class: "sheet unprinted" }, h("h3", {}, words.exporting.heading), h("p", { class: "meta" }, words.exporting.hint),
      h("div", { class: "row" }, button(words.exporting.csv, take("csv", "costs")), button(words.exporting.focus, take("focus-csv", "focus")),
        button(words.exporting.print, () => print())),
      status, wrong);
  }

  function whatIf() {
    const inside = h("div", {});
    let is_there = false;
    return h("details", { class: "sheet unprinted what-if", ontoggle: fetchIt }, h("summary", {}, words.whatIf), inside);

    async function fetchIt({ currentTarget: details }) {
      if (!details.open || is_there) return;
      try {
        inside.replaceChildren((await import("./finance_whatif.js")).whatIfForm());
        is_there = true;
      } catch {
        say(inside, strings.said.unloadable);
      }
    }
  }

  return { element, opened, closed, update: () => {}, tick: () => {} };
}

// The days of a month as bars, with what each day to come is expected to cost; and as a table.

import { now } from "./clock.js";
import { h } from "./dom.js";
import { draw } from "./drawing.js";
import { figure } from "./finance_tables.js";
import { dayName, money, monthName } from "./money.js";
import { words } from "./strings_finance.js";

const DAY = 86400000;
const [STEP, BAR, HEIGHT] = [10, 8, 100];

export function chartOf(books, show) {
  const { month, currency, days } = books;
  const { chart } = words;
  const [year, number] = month.split("-").map(Number);
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const ends = Date.UTC(year, number);
  const shown = (amount) => money(amount, currency);
  const rate = rateOf(books, ends);
  const dearest = days.reduce((one, other) => (Number(other.amount) > Number(one.amount) ? other : one));
  const top = Math.max(Number(dearest.amount), rate?.high ?? 0) || 1;
  const up = (amount) => (Number(amount) / top) * (HEIGHT - 4);
  const at = (day) => (Number(day.slice(8)) - 1) * STEP + (STEP - BAR) / 2;

  const bars = days.map(({ day, amount, state }) => draw("rect",
    { x: at(day), y: HEIGHT - up(amount), width: BAR, height: up(amount), class: state },
    draw("title", {}, `${dayName(day)}: ${shown(amount)}, ${words.dayStates[state] ?? state}`)));
  const from = Number(days.at(-1).day.slice(8)) * STEP;
  const to_come = rate && from < length * STEP ? [
    draw("rect", { x: from, y: HEIGHT - up(rate.high), width: length * STEP - from, height: up(rate.high) - up(rate.low), class: "band" }),
    draw("line", { x1: from, x2: length * STEP, y1: HEIGHT - up(rate.amount), y2: HEIGHT - up(rate.amount), class: "rate", "vector-effect": "non-scaling-stroke" }),
  ] : [];
  const svg = draw("svg", { viewBox: `0 0 ${length * STEP} ${HEIGHT}`, preserveAspectRatio: "none", role: "img",
    "aria-label": chart.label(monthName(month), days.length, shown(dearest.amount), dayName(dearest.day)) }, ...to_come, ...bars);
  const states = [...new Set(days.map(({ state }) => state))];
  const legend = h("ul", { class: "legend meta" }, states.map((state) => h("li", { class: state }, words.dayStates[state] ?? state)),
    to_come.length > 0 && h("li", { class: "band" }, chart.rate(shown(rate.amount), shown(rate.low), shown(rate.high))));

  const rows = days.map((one) => h("tr", {},
    h("th", { scope: "row" }, h("time", { datetime: one.day }, dayName(one.day))),
    h("td", {}, figure(one.amount, currency, dayName(one.day), () => show({ day: one.day }, dayName(one.day)))),
    h("td", { class: "meta" }, words.dayStates[one.state] ?? one.state, one.is_partly_unpriced && `; ${chart.partly}`)));
  return h("section", { class: "sheet" }, h("h3", { id: "by-day" }, chart.heading),
    h("div", { class: "chart" }, h("p", { class: "meta top-of" }, shown(top)), svg,
      h("p", { class: "meta axis", "aria-hidden": "true" }, [1, 8, 15, 22, length].map((day) => axisOf(day, length)))),
    legend,
    h("details", {}, h("summary", {}, chart.table),
      h("table", { class: "days", "aria-labelledby": "by-day" },
        h("thead", {}, h("tr", {}, [chart.day, chart.amount, chart.state].map((title) => h("th", { scope: "col" }, title)))), h("tbody", {}, rows))));
}

function axisOf(day, length) {
  const mark = h("span", {}, String(day));
  mark.style.setProperty("--at", `${((day - 0.5) / length) * 100}%`);
  return mark;
}

/** What the forecast leaves for each day to come: the rest of it by the rest of the month. */
function rateOf({ forecast, amount }, ends) {
  const left = (ends - now()) / DAY;
  if (!forecast || left <= 0) return null;
  const each = (sum) => Math.max(0, Number(sum) - Number(amount)) / left;
  return { amount: each(forecast.amount), low: each(forecast.low), high: each(forecast.high) };
}

// How a customer felt: in a word, and over time as a line with a table beside it.

import { exact, when } from "./clock.js";
import { h } from "./dom.js";
import { draw } from "./drawing.js";
import { words as all } from "./strings_ticket.js";

const words = all.customer;
const FELT = 0.3;
const [WIDTH, HEIGHT, EDGE] = [240, 48, 5];

export const moodKind = (mood) => (mood <= -FELT ? "negative" : mood >= FELT ? "positive" : "neutral");
export const moodWord = (mood) => all.thread.mood[moodKind(mood)];

/** A line of moods, oldest first, and the same as a table; nothing of fewer than two. */
export function moodsOverTime(moods) {
  if (moods.length < 2) return null;
  const first = Date.parse(moods[0].at);
  const span = Math.max(1, Date.parse(moods.at(-1).at) - first);
  const points = moods.map(({ at, mood }) => [
    EDGE + ((Date.parse(at) - first) / span) * (WIDTH - 2 * EDGE),
    HEIGHT / 2 - mood * (HEIGHT / 2 - EDGE),
  ].map((one) => one.toFixed(1)));
  const chart = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "moods",
    "aria-label": words.moodChart(moods.length, moodWord(moods[0].mood), moodWord(moods.at(-1).mood)) },
    draw("line", { x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2, class: "middle" }),
    draw("polyline", { points: points.map((one) => one.join(",")).join(" ") }),
    ...points.map(([cx, cy], at) => draw("circle", { cx, cy, r: 3, class: moodKind(moods[at].mood) })));
  const rows = moods.toReversed().map(({ at, mood }) =>
    h("tr", {}, h("td", {}, h("time", { datetime: at, title: exact(at) }, when(at))), h("td", {}, moodWord(mood))));
  return h("div", {}, h("h4", {}, words.moods), chart,
    h("details", { class: "small" }, h("summary", {}, words.table),
      h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.at), h("th", { scope: "col" }, words.mood))), h("tbody", {}, rows))));
}

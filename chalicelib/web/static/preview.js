// How an answer will look there, how long it counts, and what to think of before it goes out.

import { post } from "./api.js";
import { h, say } from "./dom.js";
import { words as all } from "./strings_ticket.js";

const words = all.reply;
const PAUSE = 500;

/** What the desk makes of a text; throws a Refusal. */
export const previewed = (id, { text, is_private, saved }) =>
  post(`tickets/${encodeURIComponent(id)}/preview`, { text, is_private, saved });

/** `written()` gives `{ text, is_private, saved }`; `changed()` is called when more is known. */
export function livePreview({ id, written, changed }) {
  const heading = h("h4", { id: "preview-heading" });
  const shown = h("p", { class: "words", dir: "auto" });
  const frame = h("div", { class: "preview", role: "group", "aria-labelledby": "preview-heading", hidden: true }, heading, shown);
  // Only what is new is read out: the same hints are not told again with each word.
  const hints = h("ul", { class: "hints", "aria-live": "polite", "aria-relevant": "additions", id: "reply-hints" });
  let known = null;
  let known_of = "";
  let timer = 0;
  let turn = 0;

  const stateOf = (of) => JSON.stringify([of.text, of.is_private, of.saved]);

  async function ask() {
    clearTimeout(timer);
    const of = written();
    turn += 1;
    const mine = turn;
    if (!of.text.trim()) return show(null, "");
    try {
      const answer = await previewed(id, of);
      if (mine === turn) show(answer, of);
    } catch (error) {
      const is_said = error.status >= 400 && error.status < 500 && error.status !== 429;
      if (mine === turn) show(is_said ? { text: "", problems: [error.message], hints: [] } : null, of);
    }
  }

  function show(answer, of) {
    known = answer;
    known_of = answer ? stateOf(of) : "";
    frame.hidden = !answer?.text;
    frame.classList.toggle("private", Boolean(of.is_private));
    if (answer) say(shown, answer.text);
    const told = answer ? [
      ...answer.problems.map((text) => ["problem", words.problem, text]),
      ...answer.hints.filter((one) => !one.is_problem).map((one) => ["hint", words.hint, one.says]),
    ] : [];
    const before = new Map([...hints.children].map((item) => [item.dataset.said, item]));
    hints.replaceChildren(...told.map(([kind, label, text]) => before.get(kind + text) ??
      h("li", { class: kind, data: { said: kind + text } }, h("strong", {}, label), text)));
    changed();
  }

  return {
    elements: [hints, frame],
    of: (platform) => say(heading, words.preview(platform)),
    /** Ask once nobody has typed for a moment. */
    later() {
      clearTimeout(timer);
      if (!written().text.trim()) return ask();
      timer = setTimeout(ask, PAUSE);
    },
    /** Characters as the platform counts them: exact for what was asked, near enough while typing. */
    length() {
      const { text } = written();
      if (!known?.limit) return [...text].length;
      return known.length + [...text].length - [...JSON.parse(known_of)[0]].length;
    },
    /** What must change first in exactly this text; nothing while that is not known. */
    problem: () => (known_of === stateOf(written()) ? known?.problems[0] ?? "" : ""),
    get needs_approval() {
      return Boolean(known?.needs_approval);
    },
    end() {
      clearTimeout(timer);
      turn += 1;
    },
  };
}

// What the verdict should have been, by this agent and by others.

import { when } from "./clock.js";
import { h, say } from "./dom.js";
import { personName, topicName } from "./names.js";
import { announce } from "./notice.js";
import { words } from "./strings_ticket.js";

const { judged, hint, urgency: names, asJudged, kept, by, topics, moods, topic: topicLabel, mood: moodLabel } = words.verdict;

export function verdict({ desk, actions, id }) {
  const legend = h("legend");
  const buttons = Object.entries(names).map(([value, name]) =>
    h("button", { type: "button", value, onclick: () => correct({ urgency: value }) }, name));
  const topic = choice("topic", topicLabel, topics.map((one) => [one, topicName(one)]));
  const mood = choice("mood", moodLabel, moods.map((one) => [one, words.thread.mood[one]]));
  const others = h("ul", { class: "meta" });
  const element = h("fieldset", { class: "verdict", "aria-describedby": "verdict-hint" }, legend,
    h("div", { class: "row" }, buttons), h("div", { class: "row" }, topic.label, mood.label),
    h("p", { id: "verdict-hint", class: "hint" }, hint), others);
  let known = null;

  function choice(name, label, values) {
    const select = h("select", { name, onchange: () => correct({}) },
      h("option", { value: "" }, asJudged), values.map(([value, text]) => h("option", { value }, text)));
    return { select, label: h("label", {}, label, " ", select) };
  }

  async function correct(change) {
    const ticket = desk.ticket(id);
    const mine = { urgency: known?.urgency ?? ticket.urgency, topic: topic.select.value || null, mood: mood.select.value || null };
    const done = await actions.attempt(() => desk.correct(id, { ...mine, ...change }));
    if (done) announce(kept(names[change.urgency ?? mine.urgency]));
    else update(desk.ticket(id));
  }

  function update(ticket) {
    const is_busy = desk.isBusy(id);
    known = ticket.corrections.find((one) => one.by === desk.me.id);
    say(legend, judged(names[ticket.urgency]));
    for (const button of buttons) {
      button.ariaPressed = String(button.value === known?.urgency);
      button.ariaDisabled = is_busy ? "true" : null;
    }
    if (!is_busy) {
      topic.select.value = known?.topic ?? "";
      mood.select.value = known?.mood ?? "";
    }
    others.replaceChildren(...ticket.corrections.map((one) =>
      h("li", {}, by(personName(one.by, one.by_name, desk.me), names[one.urgency].toLowerCase(), when(one.at)))));
    others.hidden = !ticket.corrections.length;
  }

  return { element, update };
}

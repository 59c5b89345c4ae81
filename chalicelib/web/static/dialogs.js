// What asks before the page goes on: native dialogs, which keep the focus.

import { h } from "./dom.js";
import { areOn, setOn } from "./keys.js";
import { announce } from "./notice.js";
import { strings } from "./strings.js";

/** Open `dialog`; resolves with what was chosen, `""` when it was closed. */
export function ask(dialog) {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before?.isConnected) before.focus();
      resolve(dialog.returnValue);
    });
  });
}

const closing = (value, attributes, ...content) => h("button", { value, ...attributes }, ...content);

/** How a ticket ended, one of the outcomes, or `""`. */
export function askOutcome() {
  const { heading, outcomes, cancel } = strings.resolve;
  const dialog = h("dialog", { "aria-labelledby": "outcome", class: "choice" },
    h("form", { method: "dialog" },
      h("h2", { id: "outcome" }, heading),
      outcomes.map(([value, name, hint], index) =>
        closing(value, { class: "option", "aria-keyshortcuts": String(index + 1) },
          h("kbd", { "aria-hidden": "true" }, String(index + 1)), h("span", {}, h("strong", {}, name), " ", h("small", {}, hint)))),
      closing("", { class: "quiet" }, cancel)));
  dialog.addEventListener("keydown", (event) => {
    const chosen = outcomes[Number(event.key) - 1];
    if (chosen && areOn()) dialog.close(chosen[0]);
  });
  return ask(dialog);
}

/** Whether somebody means it. */
export async function confirm(question, hint, yes) {
  const dialog = h("dialog", { "aria-labelledby": "confirm", "aria-describedby": "confirm-hint", class: "choice" },
    h("form", { method: "dialog" },
      h("h2", { id: "confirm" }, question),
      h("p", { id: "confirm-hint" }, hint),
      h("div", { class: "row" },
        closing("yes", { class: "primary" }, yes),
        closing("", { class: "quiet" }, strings.resolve.cancel))));
  return (await ask(dialog)) === "yes";
}

export function showHelp() {
  const { heading, keys, enabled, enabledHint, close } = strings.help;
  const toggle = h("input", { type: "checkbox", checked: areOn(), "aria-describedby": "shortcuts-hint" });
  toggle.addEventListener("change", () => {
    setOn(toggle.checked);
    announce(toggle.checked ? strings.said.shortcutsOn : strings.said.shortcutsOff);
  });
  return ask(h("dialog", { "aria-labelledby": "help" },
    h("form", { method: "dialog" },
      h("h2", { id: "help" }, heading),
      h("dl", { class: "keys" }, keys.map(([key, meaning]) =>
        h("div", {}, h("dt", {}, key.split("  ").map((one) => h("kbd", {}, one))), h("dd", {}, meaning)))),
      h("label", { class: "switch" }, toggle, enabled),
      h("p", { id: "shortcuts-hint", class: "hint" }, enabledHint),
      closing("", { class: "quiet" }, close))));
}

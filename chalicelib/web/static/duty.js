// On duty: the switch in the header, and the word each five minutes that somebody is there.
//
// The desk takes whoever was not heard of for a quarter of an hour for gone. A hidden page says
// nothing: nobody looks at it.

import { get, put } from "./api.js";
import { h } from "./dom.js";
import { announce, inform, warn } from "./notice.js";
import { strings } from "./strings.js";

const words = strings.duty;
const EVERY = 5 * 60000;

export function dutySwitch({ me }) {
  const button = h("button", { type: "button", role: "switch", class: "duty", "aria-checked": "false", disabled: true, onclick: () => set(!is_on) },
    h("span", { class: "knob", "aria-hidden": "true" }), h("span", { class: "label" }, words.label), h("span", { class: "short", "aria-hidden": "true" }, words.short));
  let is_on = false;
  let heard = 0;

  function show(value) {
    is_on = value;
    button.setAttribute("aria-checked", String(value));
    button.disabled = false;
  }

  async function set(value) {
    const before = is_on;
    show(value);
    heard = performance.now();
    try {
      await put("me/duty", { is_on_duty: value });
    } catch (error) {
      show(before);
      return warn(strings.said.failed(words.changing, error.message));
    }
    if (value) announce(words.isOn);
    else inform(words.isOff, { label: words.again, run: () => set(true) });
  }

  return {
    element: button,
    /** What the desk believes: somebody may have said so in another tab, or yesterday. */
    async load() {
      const { on_duty } = await get("team");
      show(on_duty.some((one) => one.agent === me.id));
    },
    /** Called once a second. */
    tick() {
      if (!is_on || document.hidden || performance.now() - heard < EVERY) return;
      heard = performance.now();
      put("me/duty", { is_on_duty: true }).catch(() => { heard = performance.now() - EVERY + 30000; });
    },
    /** Whoever signs out is not there any more. */
    end: async () => is_on && put("me/duty", { is_on_duty: false }).catch(() => {}),
  };
}

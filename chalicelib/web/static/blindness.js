// What every view says while a source is not heard as it should be.

import { addressOf } from "./address.js";
import { when } from "./clock.js";
import { foreign, h, say } from "./dom.js";
import { announce } from "./notice.js";
import { words as later } from "./strings_later.js";

const words = later.blindness;

/** Say it in `place`; `found` is `sources_in_trouble`, gravest first.
 *
 *  What is said may change often, as the platform's words do. It is announced once, when another
 *  source is blind or hears again: blindness at once, the rest when nothing else is being said. */
export function warn(place, found) {
  if (!place.firstChild) place.append(h("p", { class: "blindness" }), h("p", { class: "unseen", role: "alert" }));
  const [banner, alarm] = place.children;
  const [first] = found;
  const is_blind = first?.condition === "blind";
  const text = first ? words.banner(first, first.since && when(first.since), found.length - 1) : "";
  banner.hidden = !first;
  banner.classList.toggle("calm", !is_blind);
  if (first && banner.firstChild?.textContent !== text) {
    const link = banner.querySelector("a") ?? h("a", { href: addressOf("sources") }, words.see);
    const had_focus = document.activeElement === link;
    banner.replaceChildren(foreign(text), " ", link);
    if (had_focus) link.focus({ preventScroll: true });
  }
  const state = JSON.stringify(found.map(({ name, condition }) => [name, condition]));
  if (state === place.dataset.state) return;
  place.dataset.state = state;
  alarm.hidden = !is_blind;
  say(alarm, is_blind ? text : "");
  if (!is_blind) announce(text || words.heard);
}

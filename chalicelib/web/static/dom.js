// Elements made of text: nothing here, or anywhere on this page, parses HTML.

const is_something = (child) => child !== null && child !== undefined && child !== false && child !== "";

/** An element; `on…` are listeners, `data` becomes data-*, null and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter(is_something)); // strings become text nodes
  return element;
}

/** Set text only when it differs, so that a tick once a second costs nothing. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A link out of the desk; just text when the address is none a browser may follow. */
export function outward(address, text, attributes = {}) {
  let is_web = false;
  try {
    is_web = ["http:", "https:"].includes(new URL(address).protocol);
  } catch {
    is_web = false;
  }
  if (!is_web) return null;
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer", ...attributes }, text);
}

/** Text that others wrote, kept from reordering what stands around it. */
export const foreign = (text) => h("bdi", {}, text);

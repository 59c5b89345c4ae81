// What things are called: never an id where there is a name.

import { strings } from "./strings.js";

let desk = { brands: {}, sources: {} };
let languages = null;

/** Learn from `GET desk`; people look the same whether it has come or not. */
export const learnNames = ({ brands = [], sources = [] }) => {
  const byId = (all) => Object.fromEntries(all.map((one) => [one.id ?? one.name, one.name]));
  desk = { brands: byId(brands), sources: byId(sources) };
};

export const brandName = (id) => desk.brands[id] ?? id;
export const sourceName = (id) => desk.sources[id] ?? id;
export const topicName = (topic) => strings.topics[topic] ?? topic;
export const platformName = (platform) => strings.platforms[platform] ?? platform;

/** `German` for `de`; the code itself where the browser knows none. */
export function languageName(code) {
  languages ??= new Intl.DisplayNames("en", { type: "language", fallback: "code" });
  try {
    return languages.of(code);
  } catch {
    return code;
  }
}

/** Somebody's name: "You" to themselves, the id as a last resort. */
export const personName = (id, name, me) => (id === me.id ? strings.you : name || id);

// The customer beside the ticket: who they are, what they said before, what colleagues know.

import { addressOf } from "./address.js";
import { get, post } from "./api.js";
import { exact, when } from "./clock.js";
import { foreign, h } from "./dom.js";
import { moodsOverTime } from "./moods.js";
import { personName, platformName } from "./names.js";
import { strings } from "./strings.js";
import { words as all } from "./strings_ticket.js";

const words = all.customer;

export function customer({ desk, actions, id }) {
  const element = h("div", { class: "customer" });
  let known = null;
  let shown = "";
  let asked_of = null;
  let is_open = false;

  async function load() {
    asked_of = desk.ticket(id)?.posts;
    if (!known) element.replaceChildren(h("p", { class: "meta" }, words.loading));
    try {
      show(await get(`tickets/${encodeURIComponent(id)}/customer`));
    } catch (error) {
      if (error.status === 401) return actions.failed(error, words.heading);
      if (!known) element.replaceChildren(h("p", { class: "meta" }, words.failed(error.message)), h("button", { type: "button", onclick: load }, words.again));
    }
  }

  function show(found) {
    const state = JSON.stringify(found);
    if (state === shown) return;
    shown = state;
    known = found;
    const others = found.tickets.filter((one) => one.id !== id);
    element.replaceChildren(...[
      h("p", {}, h("span", { class: "reach" }, found.reach ? words.reach(found.reach) : words.noReach), found.is_verified && h("span", { class: "meta" }, ` · ${words.verified}`)),
      found.mark && h("p", { class: `standing ${found.mark.standing}` }, h("strong", {}, words.standing[found.mark.standing] ?? found.mark.standing), " ", h("span", { class: "meta" }, found.mark.evidence)),
      h("h4", {}, words.profiles),
      found.profiles.length
        ? h("ul", {}, found.profiles.map((one) => h("li", {}, foreign(`@${one.handle}`), words.on(platformName(one.platform)))))
        : h("p", { class: "meta" }, words.unknown),
      found.profiles.length > 0 && linking(),
      moodsOverTime(found.moods),
      h("h4", {}, words.earlier),
      others.length ? h("ul", { class: "earlier" }, others.map(earlier)) : h("p", { class: "meta" }, words.noEarlier),
      h("h4", {}, words.notes), found.notes.length === 0 && h("p", { class: "meta" }, words.noNotes),
      found.notes.length > 0 && h("ul", { class: "notes" }, found.notes.map((one) => h("li", {},
        h("p", { class: "meta" }, foreign(personName(one.by, one.by_name, desk.me)), " ", h("time", { datetime: one.at, title: exact(one.at) }, when(one.at))),
        h("p", { class: "words", dir: "auto" }, h("bdi", {}, one.text))))),
      found.profiles.length > 0 && noting(),
    ].filter(Boolean));
  }

  function earlier(card) {
    return h("li", {}, h("a", { href: addressOf("ticket", card.id) },
      h("span", { class: "meta", title: exact(card.opened_at) }, `${when(card.opened_at)} · ${strings.state[card.state] ?? platformName(card.platform)}`),
      h("span", { class: "text", dir: "auto" }, card.excerpt || strings.card.privateOnly)));
  }

  /** Do what changes a person, and show them as they then are. */
  async function change(run, said) {
    if (!(await actions.attempt(run, said))) return;
    await load();
    element.closest("details")?.querySelector("summary").focus({ preventScroll: true });
  }

  const link = (platform, handle) => change(() => desk.act(id, "link", { body: { platform, handle } }), words.linked);
  const note = (text) => change(() => post(`customers/${encodeURIComponent(known.id)}/note`, { text })
    .catch((error) => { throw Object.assign(error, { action: "note" }); }), words.noted);

  function linking() {
    const platforms = [...new Set([...(desk.settings?.sources ?? []).map((one) => one.kind), ...known.profiles.map((one) => one.platform)])].toSorted();
    const platform = h("select", { id: "link-platform" }, platforms.map((one) => h("option", { value: one }, platformName(one))));
    const handle = h("input", { type: "text", id: "link-handle", maxlength: 200, required: true, autocomplete: "off", spellcheck: "false" });
    return h("details", { class: "small" }, h("summary", {}, words.link),
      h("form", { class: "asked", onsubmit: (event) => {
        event.preventDefault();
        link(platform.value, handle.value.trim());
      } },
        h("p", { class: "hint" }, words.linkHint),
        h("label", { for: "link-platform" }, words.platform), platform, h("label", { for: "link-handle" }, words.handle), handle,
        h("button", {}, words.linkYes)));
  }

  function noting() {
    const text = h("textarea", { id: "customer-note", rows: "2", maxlength: 2000, dir: "auto", required: true, "aria-describedby": "customer-note-hint" });
    return h("form", { class: "asked", onsubmit: (event) => {
      event.preventDefault();
      if (text.value.trim()) note(text.value.trim());
    } },
      h("label", { for: "customer-note" }, words.note), text, h("p", { id: "customer-note-hint", class: "hint" }, words.noteHint), h("button", {}, words.noteYes));
  }

  return {
    element,
    /** Asked for when it is first opened, and again when the customer has written. */
    show() {
      is_open = true;
      if (!known) load();
    },
    update(ticket) {
      const is_typing = [...element.querySelectorAll("textarea, input")].some((field) => field.value);
      if (is_open && known && asked_of !== ticket.posts && !is_typing) load();
    },
  };
}

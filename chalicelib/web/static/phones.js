// Test my phone: what is known of each way to each person, a test page, and the code it brings.

import { get, post } from "./api.js";
import { exact, when } from "./clock.js";
import { h, say } from "./dom.js";
import { announce } from "./notice.js";
import { upper, words as later } from "./strings_later.js";

const words = later.phones;

export function create({ desk }) {
  const heading = h("h2", { id: "phones-heading", tabindex: "-1" }, words.heading);
  const list = h("ul", { class: "people" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const again = h("button", { type: "button", hidden: true, onclick: () => load() }, later.onCall.again);
  const element = h("section", { class: "wide phones", "aria-labelledby": "phones-heading" },
    h("header", { class: "line" }, heading, h("p", { class: "meta" }, words.hint)), trouble, again, list);
  const ways = new Map();
  let people = "";

  async function opened() {
    heading.focus({ preventScroll: true });
    await load();
  }

  async function load() {
    say(trouble, list.children.length ? "" : words.loading);
    trouble.className = "meta";
    again.hidden = true;
    try {
      fill(await get("responders"));
      say(trouble, "");
    } catch (error) {
      if (error.status === 401) throw error;
      trouble.className = "trouble";
      say(trouble, words.failed(error.message));
      again.hidden = false;
    }
  }

  /** Rows stay as they are when the people are the same, so that nobody loses what they type. */
  function fill(answer) {
    const responders = answer.responders ?? answer;
    const names = JSON.stringify(responders.map((one) => [one.id, one.name, one.contacts.map((way) => way.channel)]));
    if (names !== people) {
      people = names;
      ways.clear();
      const is_mine = (one) => Number(one.id === desk.me.id || one.name === desk.me.name);
      list.replaceChildren(...responders.toSorted((one, other) => is_mine(other) - is_mine(one)).map(personOf));
    }
    for (const one of responders) for (const way of one.contacts) ways.get(`${one.id} ${way.channel}`).show(way);
  }

  function personOf(person) {
    return h("li", { class: "person" },
      h("h3", {}, person.name),
      person.contacts.length
        ? h("ul", {}, person.contacts.map((way) => wayOf(person, way)))
        : h("p", { class: "alarm" }, words.unreachable));
  }

  function wayOf(person, { channel }) {
    const name = later.channels[channel] ?? channel;
    const id = `code-${person.id}-${channel}`;
    const state = h("ul", { class: "state" });
    const fault = h("p", { class: "trouble", role: "alert" });
    const test = h("button", { type: "button", "aria-label": words.testOf(name, person.name), onclick: send }, words.test);
    const code = h("input", { id, type: "text", autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false", maxlength: 12, required: true });
    const confirm = h("button", { class: "primary" }, words.confirm);
    const form = h("form", { class: "row", hidden: true, onsubmit: verify }, h("label", { for: id }, words.code), code, confirm);
    form.noValidate = true;
    const path = `responders/${encodeURIComponent(person.id)}`;
    ways.set(`${person.id} ${channel}`, { show });

    function show(way) {
      const facts = words.facts(way, when);
      state.replaceChildren(...facts.map(([kind, text, at]) => h("li", { class: kind, title: at && exact(at) }, text)));
      form.hidden = !words.isAwaited(way);
    }

    /** Nothing is sent twice: while it is under way its buttons rest. */
    async function attempt(button, run, done) {
      test.disabled = confirm.disabled = true;
      say(fault, "");
      try {
        await run();
        announce(done);
        await load();
      } catch (error) {
        say(fault, error.message);
      }
      test.disabled = confirm.disabled = false;
      (form.hidden ? test : button === test ? code : button).focus({ preventScroll: true });
    }

    function send() {
      return attempt(test, () => post(`${path}/test-page`, { channel }), words.sent(name, person.name));
    }

    async function verify(event) {
      event.preventDefault();
      const typed = code.value.replace(/[^a-z0-9]/gi, "").toUpperCase();
      if (!typed) return code.focus();
      await attempt(code, () => post(`${path}/verify`, { channel, code: typed }), words.verified(name, person.name));
      if (form.hidden) code.value = "";
    }

    return h("li", { class: "way" }, h("div", { class: "row" }, h("strong", {}, upper(name)), state, test), form, fault);
  }

  return { element, opened, update: () => {}, tick: () => {} };
}

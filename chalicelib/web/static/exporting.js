// Tickets as a table, for a lead: asked for piece by piece, given to the browser as one file.

import { Refusal } from "./api.js";
import { h, say } from "./dom.js";
import { dayBegins } from "./search.js";
import { words as later } from "./strings_later.js";
import { save, wholeTable } from "./tables.js";

const words = later.exporting;

/** Where a lead chooses days and takes what was opened in them. */
export function exporting() {
  const day = (name) => h("input", { type: "date", id: `export-${name}`, name });
  const since = day("since");
  const until = day("until");
  const field = (input, label) => h("div", { class: "field" }, h("label", { for: input.id }, label), input);
  const take = h("button", {}, words.take);
  const status = h("p", { class: "meta", role: "status" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const form = h("form", { class: "row fields", onsubmit: submit },
    field(since, words.since), field(until, words.until), take);

  async function submit(event) {
    event.preventDefault();
    say(trouble, "");
    take.disabled = true;
    try {
      const text = await everything();
      say(status, "");
      save(text, "tickets.csv");
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401) throw error;
      say(status, "");
      say(trouble, words.failed(error.message));
    } finally {
      take.disabled = false;
    }
  }

  function everything() {
    const asked = new URLSearchParams();
    if (since.value) asked.set("since", dayBegins(since.value));
    if (until.value) asked.set("until", dayBegins(until.value, 1));
    return wholeTable("export/", `tickets.csv?${asked}`, (count) => say(status, words.loading(count)));
  }

  return h("section", {}, h("h3", {}, words.heading), h("p", { class: "meta" }, words.hint), form, status, trouble);
}

// Tickets as a table, for a lead: asked for piece by piece, given to the browser as one file.

import { Refusal, getText } from "./api.js";
import { h, say } from "./dom.js";
import { dayBegins } from "./search.js";
import { words as later } from "./strings_later.js";

const words = later.exporting;
const ROOT = "export/";

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
      save(text);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401) throw error;
      say(status, "");
      say(trouble, words.failed(error.message));
    } finally {
      take.disabled = false;
    }
  }

  async function everything() {
    const asked = new URLSearchParams();
    if (since.value) asked.set("since", dayBegins(since.value));
    if (until.value) asked.set("until", dayBegins(until.value, 1));
    let path = `tickets.csv?${asked}`;
    let whole = "";
    while (path) {
      say(status, words.loading(Math.max(0, whole.split("\r\n").length - 2)));
      const { text, next } = await getText(ROOT + path);
      // Each piece begins with the names of its columns.
      whole += whole ? text.slice(text.indexOf("\r\n") + 2) : text;
      path = next;
    }
    return whole;
  }

  return h("section", {}, h("h3", {}, words.heading), h("p", { class: "meta" }, words.hint), form, status, trouble);
}

function save(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  h("a", { href: address, download: "tickets.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

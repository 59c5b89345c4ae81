// Pages of cards of one view of the queue, kept true by asking again.
//
// The first page is asked for at every turn. A later page follows when the one before it ends
// elsewhere than it did, and now and then anyway: no ticket slips through between two pages.

import * as api from "./api.js";

const PER_PAGE = 50;
const LATER_PAGES_EVERY = 6;

export class List {
  #pages = [{ after: "" }];
  #turns = 0;

  constructor(query) {
    this.query = query;
  }

  /** Null until it has come. */
  get ids() {
    return this.#pages[0].ids && [...new Set(this.#pages.flatMap((page) => page.ids ?? []))];
  }

  get has_more() {
    return Boolean(this.#pages.at(-1).next);
  }

  /** What newly stands on the first page; what only moved up from beyond its end is not new. */
  async pull(keep) {
    const [first] = this.#pages;
    const before = first.ids && new Set(this.ids);
    const was_cut = first.next;
    await this.#ask(first, "", keep);
    this.#turns += 1;
    for (let at = 1; at < this.#pages.length; at += 1) {
      const { next } = this.#pages[at - 1];
      if (!next) this.#pages.length = at;
      else if (next !== this.#pages[at].after || this.#turns % LATER_PAGES_EVERY === 0) await this.#ask(this.#pages[at], next, keep);
    }
    if (!before) return [];
    const last_known = was_cut ? first.ids.findLastIndex((id) => before.has(id)) : first.ids.length;
    return first.ids.filter((id, at) => !before.has(id) && at < last_known);
  }

  async more(keep) {
    if (!this.has_more) return;
    const page = { after: null };
    await this.#ask(page, this.#pages.at(-1).next, keep);
    this.#pages.push(page);
  }

  async #ask(page, after, keep) {
    const query = new URLSearchParams({ ...this.query, limit: PER_PAGE, ...(after && { after }) });
    const answer = await api.poll(`queue?${query}`, page.ids && page.after === after);
    if (!answer) return;
    answer.cards.forEach(keep);
    page.after = after;
    page.next = answer.next || null;
    page.ids = answer.cards.map((card) => card.id);
  }
}

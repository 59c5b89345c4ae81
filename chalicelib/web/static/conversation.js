// What the customer said, what we answered and what we noted, in one thread by time.

import { exact, now, when } from "./clock.js";
import { foreign, h, outward, say } from "./dom.js";
import { authorOf } from "./card.js";
import { fates, isTrace, tellFate } from "./fate.js";
import { moodKind, moodWord } from "./moods.js";
import { personName, platformName } from "./names.js";
import { announce, warn } from "./notice.js";
import { isolated, words as all } from "./strings_ticket.js";

const words = all.thread;
const OPEN_FATES = ["queued", "sending"];
const WORTH_ASKING = 4000;
const SOON = 30000;
/** How often, at most, in a row: what goes on for longer the usual rhythm tells. */
const MOST_ASKED = 15;

/** `composer` is what takes a text back. */
export function conversation({ desk, actions, id, composer }) {
  const list = h("ol", { class: "thread" });
  const feeling = h("p", { class: "meta" });
  const element = h("section", { "aria-labelledby": "thread-heading" },
    h("div", { class: "line" }, h("h3", { id: "thread-heading" }, words.heading), feeling), list);
  const { fateOf, undo } = fates({ desk, actions, id, giveBack: (reply) => composer.giveBack(reply) });
  const rows = new Map();
  const states = new Map();
  let seen_posts = null;
  let asked_at = 0;
  let asked = 0;

  function update(ticket) {
    const posts = ticket.conversation.map((post) => ({ key: `post ${post.id}`, at: post.at, of: post, make: postItem }));
    const replies = ticket.replies.map((reply) => ({ key: `reply ${reply.id}`, at: reply.approved_at ?? now(), of: reply, make: replyItem }));
    const notes = ticket.notes.map((note, at) => ({ key: `note ${at}`, at: note.at, of: note, make: noteItem }));
    const entries = [...posts, ...replies, ...notes].toSorted((one, other) => new Date(one.at) - new Date(other.at));
    const wanted = entries.map((entry) => rowOf(entry, ticket));
    if (wanted.length !== list.children.length || wanted.some((item, at) => item !== list.children[at])) {
      const focused = document.activeElement;
      const had_focus = list.contains(focused);
      list.replaceChildren(...wanted);
      if (had_focus && focused.isConnected) focused.focus({ preventScroll: true });
    }
    const { moods } = ticket;
    say(feeling, moods.length > 1 ? words.moods(moodWord(moods[0].mood), moodWord(moods.at(-1).mood)) : words.moodOnce(moodWord(moods[0].mood)));
    tellNews(ticket);
  }

  function rowOf({ key, of, make }, ticket) {
    const is_new = seen_posts && key.startsWith("post ") && !seen_posts.has(of.id);
    const known = rows.get(key);
    const state = JSON.stringify([of, desk.isBusy(id), ticket.holder, ticket.state]);
    if (known?.state === state) return known.item;
    const item = known?.item ?? h("li", { tabindex: "-1", data: { key } });
    const focused = item.contains(document.activeElement) && document.activeElement;
    const { kind, parts, tick } = make(of, ticket);
    const was_new = item.classList.contains("new");
    item.className = `${kind}${is_new || was_new ? " new" : ""}`;
    item.replaceChildren(...parts.filter(Boolean));
    if (focused && focused !== item) (item.querySelector(`[data-action="${focused.dataset.action}"]:enabled`) ?? item).focus({ preventScroll: true });
    rows.set(key, { item, state, tick });
    return item;
  }

  const at = (instant) => h("time", { datetime: instant, title: exact(instant) }, when(instant));

  function postItem(post, ticket) {
    const media = post.media.map(({ url, alt }) => {
      const text = alt || words.picture;
      return h("li", {}, outward(url, foreign(text)) ?? foreign(text));
    });
    return {
      kind: `post ${moodKind(post.mood)}${post.is_private ? " private" : ""}`, tick: () => {},
      parts: [
        h("p", { class: "meta line" },
          h("strong", {}, foreign(post.author_name || authorOf(post))),
          post.author_name && post.author ? foreign(authorOf(post)) : null,
          post.platform !== ticket.platform && platformName(post.platform), at(post.at),
          post.is_late && words.late, post.edited_at && [words.edited, at(post.edited_at)],
          h("span", { class: "mood" }, moodWord(post.mood)), h("span", { class: "fresh" }, words.isNew),
          outward(post.url, words.openThere)),
        post.is_private && h("p", { class: "secret" }, words.privatePost),
        h("blockquote", { dir: "auto" }, h("bdi", {}, post.withdrawn_at ? words.removed : post.text)),
        media.length > 0 && h("ul", { class: "media" }, media),
      ],
    };
  }

  function replyItem(reply, ticket) {
    const fate = fateOf(reply, ticket);
    const instant = reply.approved_at ?? new Date(now()).toISOString();
    return {
      kind: `reply ${reply.state}${reply.is_private ? " private" : ""}`, tick: fate.tick,
      parts: [
        h("p", { class: "meta line" }, h("strong", {}, foreign(personName(reply.by, reply.by_name, desk.me))), at(instant),
          isTrace(reply) && words.trace, !reply.is_private && h("span", { class: "who" }, words.publicReply)),
        reply.is_private && h("p", { class: "secret" }, words.privateReply(isolated(authorOf(ticket)))),
        reply.text && h("p", { class: "words", dir: "auto" }, h("bdi", {}, reply.text)), fate.element,
      ],
    };
  }

  const noteItem = (note) => ({
    kind: "note", tick: () => {},
    parts: [
      h("p", { class: "meta line" }, h("strong", {}, foreign(personName(note.by, note.by_name, desk.me))), at(note.at), words.note),
      h("p", { class: "words", dir: "auto" }, h("bdi", {}, note.text)),
    ],
  });

  /** What came since one looked: a word of the customer, the fate of one's own reply. */
  function tellNews(ticket) {
    const fresh = seen_posts && ticket.conversation.filter((post) => !seen_posts.has(post.id));
    seen_posts = new Set(ticket.conversation.map((post) => post.id));
    if (fresh?.length) announce(all.ticket.wasWritten);
    for (const reply of ticket.replies) {
      const state = `${reply.state} ${reply.trouble ? "trouble" : ""}`;
      const before = states.get(reply.id);
      states.set(reply.id, state);
      if (!before || before === state || reply.by !== desk.me.id || isTrace(reply)) continue;
      const gave_back = reply.state === "refused" && composer.isEmpty() && composer.giveBack(reply, { is_quiet: true });
      tellFate(reply, { gave_back, warn });
    }
  }

  /** Its fate is known within seconds: ask sooner than usual while that is so. */
  function pursue() {
    const ticket = desk.ticket(id);
    const is_about_to = ({ trouble, send_at }) => !trouble || Math.abs(Date.parse(send_at) - now()) < SOON;
    const is_open = ticket?.replies.some((one) => OPEN_FATES.includes(one.state) && is_about_to(one));
    if (!is_open) asked = 0;
    if (!is_open || asked >= MOST_ASKED || desk.isBusy(id) || document.hidden || performance.now() - asked_at < WORTH_ASKING) return;
    asked_at = performance.now();
    asked += 1;
    desk.pullTicket(id).catch(() => {});
  }

  const mineToUndo = () => desk.ticket(id)?.replies.findLast((one) =>
    ["queued", "proposed"].includes(one.state) && one.by === desk.me.id && !isTrace(one));

  return {
    element, update,
    /** To what was just sent, so that keys count again. */
    focusOn(reply_id) {
      const item = rows.get(`reply ${reply_id}`)?.item;
      item?.focus({ preventScroll: true });
      item?.scrollIntoView({ block: "nearest" });
    },
    undo() {
      const reply = mineToUndo();
      if (reply) undo(reply);
    },
    tick() {
      for (const row of rows.values()) row.tick();
      pursue();
    },
  };
}

// Who has the ticket, who looks at it, and what can be done with it besides answering.

import { isEnded, pendingReply } from "./desk.js";
import { left, now, when, exact } from "./clock.js";
import { foreign, h, say } from "./dom.js";
import { holderOf } from "./card.js";
import { personName } from "./names.js";
import { announce, warn } from "./notice.js";
import { strings } from "./strings.js";
import { words as all } from "./strings_ticket.js";

const words = all.ticket;
const MINUTE = 60000;
/** From when somebody is told that their claim ends by itself. */
const NEAR = 5 * MINUTE;
const dialogs = () => import("./ticket_dialogs.js");

/** `presence` keeps a claim; `fallback` takes the focus when what had it is gone. */
export function bar({ desk, actions, id, presence, fallback }) {
  const element = h("div", { class: "bar row" });
  const looking = h("p", { class: "meta looking", hidden: true });
  const ending = h("p", { class: "ending", hidden: true }, h("span"), " ",
    h("button", { type: "button", onclick: keep }, words.keep));
  let held_until = null;

  async function keep() {
    if (await presence().beat()) announce(words.kept);
    tick();
    fallback().focus({ preventScroll: true });
  }

  const isMine = (ticket) => ticket.holder === desk.me.id && ticket.state !== "open" && !isEnded(ticket);
  const isTheirs = (ticket) => ticket.holder && ticket.holder !== desk.me.id && ticket.state !== "open" && !isEnded(ticket);

  // --- what asks first --------------------------------------------------------------------

  const run = (action, body, said) => actions.attempt(() => desk.act(id, action, { body, is_checked: true }), said);

  async function promise() {
    const asked = await (await dialogs()).askPromise();
    if (asked) run("wait", asked, words.promised(when(asked.until)));
  }

  /** A key was pressed for what only its holder may do. */
  function refuse({ holder, holder_name, ...ticket }) {
    if (isEnded(ticket)) return;
    warn(holder && ticket.state !== "open" ? strings.said.notYours(personName(holder, holder_name, desk.me)) : strings.said.claimBefore);
  }

  async function snooze() {
    if (!isMine(desk.ticket(id))) return refuse(desk.ticket(id));
    const until = await (await dialogs()).askSnooze();
    if (until) run("snooze", { until }, words.snoozed(when(until)));
  }

  async function handOver() {
    const ticket = desk.ticket(id);
    if (isEnded(ticket) || isTheirs(ticket)) return refuse(ticket);
    const asked = await (await dialogs()).askHandOver([desk.me.id, ticket.holder]);
    if (asked) run("hand-over", { to: asked.to, note: asked.note }, words.handedOver(asked.name));
  }

  async function takeOver() {
    const { holder, holder_name } = desk.ticket(id);
    const reason = await (await dialogs()).askTakeOver(personName(holder, holder_name, desk.me));
    if (reason) run("take-over", { reason }, words.tookOver);
  }

  // --- what shows -------------------------------------------------------------------------

  function update(ticket) {
    const focused = element.contains(document.activeElement) && document.activeElement.dataset.action;
    const is_mine = isMine(ticket);
    const is_pending = Boolean(pendingReply(ticket));
    const button = (action, label, onclick, { key = null, kind = "", disabled = false } = {}) =>
      h("button", { type: "button", class: kind, disabled: disabled || desk.isBusy(id), data: { action }, "aria-keyshortcuts": key, onclick },
        label, key && h("kbd", { "aria-hidden": "true" }, key));
    const own = (action) => () => actions[action](id);
    const who = h("p", { class: `holder ${is_mine ? "mine" : ticket.holder ? "taken" : ""}` }, holderOf(ticket, desk.me));
    const returns = ["waiting", "snoozed", "replied"].includes(ticket.state) || (is_mine && ticket.returns_for) ? ticket.returns_at : null;
    const buttons = [];
    if (isEnded(ticket)) buttons.push(button("reopen", strings.reopen, own("reopen")));
    else if (is_mine) {
      buttons.push(
        button("resolve", words.resolve, own("resolve"), { key: "e", disabled: is_pending }),
        button("promise", words.promise, promise), button("snooze", words.snooze, snooze, { key: "h" }),
        button("hand-over", words.handOver, handOver, { key: "a" }),
        button("release", words.release, own("release"), { kind: "quiet" }));
    } else if (isTheirs(ticket)) {
      buttons.push(button("take-over", words.takeOver, takeOver));
    } else {
      buttons.push(button("claim", words.claim, own("claim"), { key: "c", kind: "primary" }),
        button("hand-over", words.handOver, handOver, { key: "a" }));
    }
    element.replaceChildren(
      h("div", { class: "holding" }, who,
        returns && h("p", { class: "meta", title: exact(returns) },
          ticket.returns_for ? [words.comesBackFor(when(returns)), foreign(ticket.returns_for)] : words.comesBack(when(returns)))),
      ...buttons);
    if (focused) (element.querySelector(`[data-action="${focused}"]:enabled`) ?? fallback()).focus({ preventScroll: true });
    held_until = is_mine && ticket.state === "claimed" && ticket.held_until ? Date.parse(ticket.held_until) : null;
    tick();
  }

  /** A sign of this page keeps a claim for its whole length; the ticket itself tells that later. */
  function endsAt() {
    const lasts = (desk.settings?.limits.claim_minutes ?? 0) * MINUTE;
    const heard = presence().heard();
    return Math.max(held_until, heard === null ? 0 : now() - heard + lasts);
  }

  function tick() {
    const ahead = held_until === null ? Infinity : endsAt() - now();
    ending.hidden = ahead > NEAR;
    if (!ending.hidden) say(ending.firstChild, ahead > 0 ? words.ends(left(ahead)) : words.ended);
  }

  let writing = "";
  function hear(others) {
    const names = (is_typing) => others.filter((one) => one.is_typing === is_typing).map((one) => one.name || one.agent);
    const parts = [[names(true), words.typing], [names(false), words.looking]]
      .filter(([found]) => found.length).map(([found, tell]) => tell(found.join(words.and), found.length > 1));
    looking.hidden = !parts.length;
    say(looking, parts.join(" · "));
    const [writes = ""] = names(true);
    if (writes && writes !== writing) announce(words.isWriting(writes));
    writing = writes;
  }

  return { elements: [element, ending, looking], update, hear, tick, keys: { h: snooze, a: handOver } };
}

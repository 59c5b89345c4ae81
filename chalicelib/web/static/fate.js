// What became of a reply, and what can be done about it.

import { isEnded } from "./desk.js";
import { latest, left, now, when } from "./clock.js";
import { h, outward, say } from "./dom.js";
import { announce } from "./notice.js";
import { personName } from "./names.js";
import { words as all } from "./strings_ticket.js";

const words = all.fate;
const STUCK = 2 * 60000;
const LEADING = ["lead", "admin"];

export const isTrace = (reply) => reply.id.endsWith(".trace");
export const isLead = (me) => me.roles.some((role) => LEADING.includes(role));

/** `giveBack(reply)` puts its text into the box. Shows each fate; `undo(reply)` takes one back. */
export function fates({ desk, actions, id, giveBack }) {
  const act = (action, body) => desk.act(id, action, { body });

  /** Once nothing is under way with the ticket. */
  function idle() {
    return new Promise((resolve) => {
      const look = () => {
        if (desk.isBusy(id)) return;
        desk.removeEventListener("change", look);
        resolve();
      };
      desk.addEventListener("change", look);
      look();
    });
  }

  async function undo(reply) {
    await idle();
    const undone = await actions.attempt(() => act("undo", { reply_id: reply.id }), words.undone);
    if (undone) giveBack(reply);
  }

  async function approve(reply) {
    await actions.attempt(() => act("approve", { reply_id: reply.id }), words.approved);
  }

  async function sendBack(reply) {
    const { askSendBack } = await import("./ticket_dialogs.js");
    const note = await askSendBack();
    if (note) await actions.attempt(() => act("send-back", { reply_id: reply.id, note }), words.wasSentBack);
  }

  const lookUp = () => actions.attempt(() => desk.lookUp(id));

  /** Its fate as an element, and what keeps a countdown true. */
  function fateOf(reply, ticket) {
    const { me } = desk;
    const is_writer = reply.by === me.id;
    const may_undo = is_writer || ticket.holder === me.id;
    const element = h("div", { class: `fate ${reply.state}` });
    const button = (action, label, run, kind = "") =>
      h("button", { type: "button", class: kind, disabled: desk.isBusy(id), data: { action }, onclick: run }, label);
    const back = (label) => may_undo && !isTrace(reply) && button("undo", label, () => undo(reply));
    const again = () => is_writer && ticket.holder === me.id && !isEnded(ticket) && button("again", words.again, () => giveBack(reply));
    const show = (...parts) => element.append(...parts.filter(Boolean));
    const text = (said) => h("span", {}, said);
    const is_stuck = reply.state === "sending" && reply.approved_at && now() - Date.parse(reply.approved_at) > STUCK;
    let tick = () => {};

    if (reply.is_elsewhere) {
      show(text(all.thread.elsewhere), outward(reply.url, words.see));
    } else if (reply.state === "sent") {
      show(text(reply.is_private ? words.sentPrivately : words.sent), outward(reply.url, words.see),
        reply.approved_by && h("span", { class: "meta" }, words.approvedBy(personName(reply.approved_by, reply.approved_by_name, me))));
    } else if (reply.state === "unknown" || is_stuck) {
      show(text(words.unknown), reply.send_at && text(words.unknownRetry(when(reply.send_at))), button("look-up", words.lookUp, lookUp));
    } else if (reply.state === "refused") {
      show(text(reply.refusal ? words.refused(reply.refusal) : words.refusedPlain), again());
    } else if (reply.state === "undone") {
      show(text(reply.refusal ? words.back(reply.refusal) : words.gone), reply.refusal && again());
    } else if (reply.state === "proposed") {
      const decides = isLead(me) && !is_writer;
      show(text(isLead(me) && is_writer ? words.proposedYours : words.proposed),
        decides && button("approve", words.approve, () => approve(reply), "primary"),
        decides && button("send-back", words.sendBack, () => sendBack(reply)), back(words.takeBack));
    } else if (reply.trouble) {
      show(text(words.trouble(reply.trouble)), reply.send_at && text(words.retry(when(reply.send_at))),
        button("look-up", words.tryNow, lookUp), back(words.takeBack));
    } else if (reply.state === "sending" || !reply.send_at) {
      show(text(reply.state === "sending" ? words.sending : words.storing));
    } else {
      const count = h("span", { class: "countdown" });
      tick = () => {
        const ahead = Date.parse(reply.send_at) - latest();
        say(count, ahead > 0 ? words.soon(left(ahead)) : words.going);
      };
      tick();
      show(count, back([words.undo, h("kbd", { "aria-hidden": "true" }, "z")]));
    }
    return { element, tick };
  }

  return { fateOf, undo };
}

/** Say to a screen reader what has just become of a reply of one's own. */
export function tellFate(reply, { gave_back = false, warn }) {
  if (reply.state === "sent") announce(reply.is_private ? words.isDelivered : words.isPublic);
  if (reply.state === "unknown") warn(words.isUnknown);
  if (reply.state === "refused") warn((gave_back ? words.isRefused : words.isRefusedPlain)(stop(reply.refusal || words.refusedPlain)));
  if (reply.state === "queued" && reply.trouble) warn(words.isWaiting(stop(reply.trouble)));
}

const stop = (text) => text.replace(/[.\s]*$/, ".");

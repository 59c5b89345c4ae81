// Where it begins: who is here, and the desk opened for them.

import { get, token } from "./api.js";
import { openDesk } from "./frame.js";
import { fetchFinanceDesk } from "./later.js";
import { session } from "./session.js";
import { arrive, end, signIn } from "./signin.js";

let leave = () => {};

async function enter() {
  const me = await get("me");
  const answers = ["agent", "lead", "admin"].some((one) => me.roles.includes(one));
  const open = answers ? openDesk : (await fetchFinanceDesk()).openDesk;
  leave();
  leave = open(me, signOut);
}

/** Leave the desk: because of `why`, or because somebody wants to. */
function signOut(why = "") {
  leave();
  leave = () => {};
  if (!why) return end();
  token.forget();
  signIn({ why });
}

async function start() {
  await arrive();
  if (session.is_open()) await enter();
  else signIn();
}

start().catch((error) => {
  // The desk may be away for a moment: who is signed in stays so.
  const is_over = !session.is_open() || error.status === 401 || error.status === 403;
  if (is_over) signOut(error.message);
  else signIn({ why: error.message, retry: enter });
});

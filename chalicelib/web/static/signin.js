// Signing in and out, on pages of the user pool: authorization code with PKCE (RFC 7636). This
// page asks its own desk alone; to the user pool it only leads.

import { Refusal, get, open, token } from "./api.js";
import { h, say } from "./dom.js";
import { begun, session } from "./session.js";
import { strings } from "./strings.js";

const words = strings.session;

const text = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = (length) => text(crypto.getRandomValues(new Uint8Array(length)));

const lead = (address, query) => location.assign(`${address}?${new URLSearchParams(query)}`);

/** Lead to where people sign in; what stands in the address now stands there again after it. */
async function begin() {
  const place = await get("sign-in");
  const state = random(16);
  const verifier = random(48);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  begun.keep({ state, verifier, view: location.hash });
  lead(place.authorize_url, {
    response_type: "code",
    client_id: place.client_id,
    redirect_uri: place.redirect_uri,
    scope: place.scope,
    state,
    code_challenge: text(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
}

/** Coming back from there, begin the session; what came back leaves the address at once. */
export async function arrive() {
  const asked = new URLSearchParams(location.search);
  if (!asked.has("code") && !asked.has("error")) return;
  const { state, verifier, view = "" } = begun.take() ?? {};
  history.replaceState(null, "", location.pathname + view);
  if (asked.has("error")) throw new Refusal(words.refused, 0);
  if (!state || asked.get("state") !== state) throw new Refusal(words.strange, 0);
  session.keep(await open("session", { code: asked.get("code"), verifier }));
}

/** End the session, here and at the user pool, and lead through its sign-out back to here. */
export async function end() {
  const refresh_token = session.refreshToken();
  token.forget();
  try {
    if (refresh_token) await open("session/end", { refresh_token });
    const place = await get("sign-in");
    lead(place.logout_url, { client_id: place.client_id, logout_uri: place.redirect_uri });
  } catch (error) {
    signIn({ why: error.message });
  }
}

/** Show the way in; while the session is still good, `retry` is what to do again. */
export function signIn({ why = "", retry = null } = {}) {
  const trouble = h("p", { class: "trouble", role: "alert" }, why);
  const button = h("button", { type: "button", class: "primary" }, retry ? words.again : words.submit);
  button.addEventListener("click", async () => {
    say(trouble, "");
    say(button, retry ? words.checking : words.going);
    button.disabled = true;
    try {
      await (retry ?? begin)();
    } catch (error) {
      say(trouble, error.message);
      say(button, retry ? words.again : words.submit);
      button.disabled = false;
    }
  });
  document.body.replaceChildren(
    h("main", { class: "signin" }, h("h1", {}, strings.product), h("p", { class: "meta" }, words.intro),
      h("h2", {}, words.heading), h("div", { class: "sheet" }, h("p", { class: "hint" }, words.hint), trouble, button)));
  document.title = strings.product;
  button.focus();
}

// Signing in: a token, pasted or from the address, kept in this tab.

import { token } from "./api.js";
import { h, say } from "./dom.js";
import { strings } from "./strings.js";

const words = strings.session;

/** Show the form; `enter` is called once a token is there, and throws what is wrong with it. */
export function signIn({ why = "", enter }) {
  const trouble = h("p", { id: "token-trouble", class: "trouble", role: "alert" }, why);
  const field = h("input", { id: "token", type: "password", autocomplete: "off", spellcheck: "false",
    required: true, "aria-describedby": "token-hint token-trouble" });
  const button = h("button", { class: "primary" }, words.submit);
  const form = h("form", { class: "sheet" },
    h("label", { for: "token" }, words.token), field,
    h("p", { id: "token-hint", class: "hint" }, words.hint), trouble, button);
  form.noValidate = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // Who pastes the whole link means the token in it.
    const value = decodeURIComponent(field.value.trim().replace(/^.*#token=/, ""));
    if (!value) { say(trouble, words.empty); field.focus(); return; }
    say(trouble, "");
    say(button, words.checking);
    token.set(value);
    try {
      await enter();
    } catch (error) {
      token.forget();
      say(trouble, error.message);
      say(button, words.submit);
      field.select();
    }
  });
  document.body.replaceChildren(
    h("main", { class: "signin" }, h("h1", {}, strings.product), h("p", { class: "meta" }, words.intro), h("h2", {}, words.heading), form));
  document.title = strings.product;
  field.focus();
}

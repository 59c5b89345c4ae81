// The one way to the desk. Addresses are relative to this file, so any prefix before it holds.

import { learn, now } from "./clock.js";
import { session } from "./session.js";
import { strings } from "./strings.js";

const ROOT = new URL("../../api/v1/", import.meta.url);
const PATIENCE = 25000;
const EARLY = 5 * 60000;
/** Milliseconds between two tries to renew a session that is good for a while yet. */
const PAUSE = 60000;
const tags = new Map();

/** The desk said no, or said nothing (status 0); the message is for people. */
export class Refusal extends Error {
  constructor(message, status, code = "") {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const token = {
  forget: () => {
    session.forget();
    tags.clear();
  },
};

/** What stands at `path`; null when it is what it was, to whoever `has` that still. */
export async function poll(path, has = true) {
  const known = has && tags.get(path);
  const answer = await send("GET", path, { headers: known ? { "If-None-Match": known } : {} });
  if (answer.status === 304) return null;
  const value = await read(answer);
  if (answer.headers.has("ETag")) tags.set(path, answer.headers.get("ETag"));
  return value;
}

export const get = async (path) => read(await send("GET", path));

/** Text that stands at `path`, and the path where it goes on, if it does (`Link`). */
export async function getText(path) {
  const answer = await send("GET", path);
  if (!answer.ok) return read(answer);
  return { text: await answer.text(), next: /<([^>]+)>; rel="next"/.exec(answer.headers.get("Link") ?? "")?.[1] };
}

/** Change what stands at `path`; with a `version`, only if that is what the desk has (else 412). */
export const post = (path, body, version) => write("POST", path, body, version);
export const put = (path, body) => write("PUT", path, body);

const write = async (method, path, body = {}, version = null) =>
  read(
    await send(method, path, {
      headers: { "Content-Type": "application/json", ...(version && { "If-Match": `"${version}"` }) },
      body: JSON.stringify(body),
    }),
  );

/** As `post`, where no session is needed. */
export const open = async (path, body) =>
  read(await ask("POST", path, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));

let renewing = null;
let renewed_at = -PAUSE;

/** Go on with the session; whether that was possible. Whoever asks meanwhile waits for the same. */
function renew() {
  const refresh_token = session.refreshToken();
  if (!refresh_token) return Promise.resolve(false);
  renewed_at = performance.now();
  renewing ??= open("session/refresh", { refresh_token })
    .then((given) => {
      const is_ours = session.refreshToken() === refresh_token; // nobody signed out meanwhile
      if (is_ours) session.keep(given);
      return is_ours;
    })
    .catch((error) => { if (error.status === 401) return false; throw error; })
    .finally(() => { renewing = null; });
  return renewing;
}

/** Renew early, so that nobody waits for it; when it fails there is time to try again. */
function keepFresh() {
  const is_due = session.expires() - now() < EARLY && performance.now() - renewed_at > PAUSE;
  if (is_due && session.is_open()) renew().catch(() => {});
}

async function send(method, path, options) {
  keepFresh();
  const used = session.token();
  const answer = await ask(method, path, options, used);
  if (answer.status !== 401 || !used) return answer;
  // Once: a token may have run out while the machine slept.
  return session.token() !== used || (await renew()) ? ask(method, path, options, session.token()) : answer;
}

async function ask(method, path, { headers = {}, body } = {}, token = "") {
  let answer;
  try {
    answer = await fetch(new URL(path, ROOT), {
      method,
      body,
      headers: token ? { ...headers, Authorization: `Bearer ${token}` } : headers,
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (error) {
    const is_slow = error?.name === "TimeoutError";
    throw new Refusal(is_slow ? strings.connection.slow : strings.connection.unreachable, 0);
  }
  const instant = answer.headers.get("X-Nightdesk-Now");
  if (instant) learn(instant);
  return answer;
}

async function read(answer) {
  let value;
  try {
    value = await answer.json();
  } catch {
    throw new Refusal(strings.connection.broken, answer.ok ? 0 : answer.status);
  }
  if (!answer.ok) {
    throw new Refusal(value.detail || value.message || answer.statusText, answer.status, value.code);
  }
  return value;
}

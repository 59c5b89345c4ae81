// The one way to the desk. Addresses are relative to this file, so any prefix before it holds.

import { learn } from "./clock.js";
import { strings } from "./strings.js";

const ROOT = new URL("../../api/v1/", import.meta.url);
const PATIENCE = 25000;
const TOKEN = "nightdesk.token";
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
  get: () => sessionStorage.getItem(TOKEN),
  set: (value) => sessionStorage.setItem(TOKEN, value),
  forget: () => {
    sessionStorage.removeItem(TOKEN);
    tags.clear();
  },
  /** From `#token=…`, which leaves the address and the history at once. */
  takeFromAddress: () => {
    if (!location.hash.startsWith("#token=")) return;
    const found = decodeURIComponent(location.hash.slice("#token=".length));
    history.replaceState(null, "", location.pathname + location.search);
    if (found) token.set(found);
  },
};

/** What stands at `path`, or null when it is what it was. */
export async function poll(path) {
  const known = tags.get(path);
  const answer = await send("GET", path, { headers: known ? { "If-None-Match": known } : {} });
  if (answer.status === 304) return null;
  const value = await read(answer);
  if (answer.headers.has("ETag")) tags.set(path, answer.headers.get("ETag"));
  return value;
}

export const get = async (path) => read(await send("GET", path));

export const post = async (path, body = {}) =>
  read(
    await send("POST", path, {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );

async function send(method, path, { headers = {}, body } = {}) {
  let answer;
  try {
    answer = await fetch(new URL(path, ROOT), {
      method,
      body,
      headers: { ...headers, Authorization: `Bearer ${token.get() ?? ""}` },
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

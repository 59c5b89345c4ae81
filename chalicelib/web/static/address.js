// Every view has an address: `#/`, `#/queue/mine?brand=acme&topic=outage`, `#/search?q=…`,
// `#/ticket/<id>`, `#/incident/<id>`, `#/team`, `#/sources`, `#/on-call`, `#/on-call/<monday>`, `#/phones`,
// `#/costs`, `#/costs/<month>`.
// What is none of them is the queue with all that waits.

export const QUEUE_VIEWS = ["all", "unclaimed", "mine", "team", "waiting", "snoozed", "breached", "thanks"];
export const FILTERS = ["brand", "topic", "source", "language"];

const SHAPE = /^#\/?(queue|search|ticket(?=\/.)|incident(?=\/.)|team|sources|on-call|phones|costs)(?:\/([^?]*))?(?:\?(.*))?$/;
const LISTS = ["queue", "search"];
const LAST_LIST = "nightdesk.list";

/** The address of a view; empty parts of the query are left out. */
export function addressOf(view, id = null, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  const is_start = view === "queue" && (!id || id === QUEUE_VIEWS[0]);
  if (is_start && !asked) return "#/";
  return `#/${view}${id && !is_start ? `/${encodeURIComponent(id)}` : ""}${asked && `?${asked}`}`;
}

/** What an address names: its view, its id or null, and what it asks for. */
export function parse(hash) {
  const [, view = "queue", id = null, asked = ""] = SHAPE.exec(hash) ?? [];
  const query = Object.fromEntries([...new URLSearchParams(asked)].filter(([, value]) => value));
  try {
    const name = id && decodeURIComponent(id);
    if (view !== "queue") return { view, id: name, query };
    return { view, id: QUEUE_VIEWS.includes(name) ? name : QUEUE_VIEWS[0], query };
  } catch {
    return { view: "queue", id: QUEUE_VIEWS[0], query: {} };
  }
}

/** The view that the browser's address names. */
export const here = () => parse(location.hash);

export const isAt = (view) => here().view === view;

/** Remember the list that shows, so that a ticket leads back to it. */
export function keepList() {
  if (LISTS.includes(here().view)) sessionStorage.setItem(LAST_LIST, location.hash);
}

/** The list that showed last, in this tab. */
export const lastList = () => sessionStorage.getItem(LAST_LIST) || "#/";

/** The queue as it showed last; all that waits when a search came after it. */
export const lastQueue = () => (parse(lastList()).view === "queue" ? lastList() : "#/");

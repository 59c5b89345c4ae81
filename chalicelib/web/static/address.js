// Every view has an address: `#/`, `#/ticket/<id>`, `#/incident/<id>`, `#/on-call`,
// `#/on-call/<monday>`, `#/phones`. What is none of them is the queue.

const QUEUE = { view: "queue", id: null };

export const addressOf = (view, id) => (view === "queue" ? "#/" : `#/${view}${id ? `/${encodeURIComponent(id)}` : ""}`);

/** The view that the browser's address names. */
export function here() {
  const [, view, id = null] = /^#\/?(ticket(?=\/.)|incident(?=\/.)|on-call|phones)(?:\/(.*))?$/.exec(location.hash) ?? [];
  try {
    return view ? { view, id: id && decodeURIComponent(id) } : QUEUE;
  } catch {
    return QUEUE;
  }
}

export const isAt = (view) => here().view === view;

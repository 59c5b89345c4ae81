// What somebody began to write, kept in this tab; its id stays until it was sent.

const keyOf = (id) => `nightdesk.draft.${id}`;

/** `{ text, is_private, saved, reply_id }`; `is_private` is null until somebody chose. Null as a
 *  whole when nothing was ever written here: what the desk kept counts then. */
export const draftOf = (id) => JSON.parse(sessionStorage.getItem(keyOf(id)) ?? "null");

/** Keep it. The same words keep their `reply_id`, so that a lost answer sends nothing twice. */
export function keepDraft(id, { text, is_private, saved }) {
  const before = draftOf(id);
  const is_same = before && before.text === text && before.is_private === is_private && before.saved === saved;
  const draft = { text, is_private, saved, reply_id: is_same ? before.reply_id : crypto.randomUUID() };
  sessionStorage.setItem(keyOf(id), JSON.stringify(draft));
  return draft;
}

/** It was sent: the box is empty, and what the desk may still have is not wanted back. */
export const emptyDraft = (id) => {
  sessionStorage.removeItem(keyOf(id));
  keepDraft(id, { text: "", is_private: null, saved: "" });
};

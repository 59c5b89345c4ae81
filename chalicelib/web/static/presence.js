// Saying that somebody has a ticket open, and keeping what they began to write.
//
// The desk takes whoever said nothing for 45 s for gone, and gives a claim back some time after
// its holder's last sign. Whoever has touched nothing for 5 minutes gives none: a page that is
// left open must not keep a customer waiting.

import { put } from "./api.js";

const EVERY = 15000;
const AFTER_TYPING = 1500;
const TYPES_FOR = 8000;
const UNTOUCHED = 5 * 60000;
const TOUCHES = ["pointerdown", "keydown", "wheel"];

/** `draft()` gives what is in the box; `hear(looking)` is told who else looks. */
export function presence({ id, draft, hear }) {
  let said_at = -EVERY;
  let said = null;
  let typed_at = -TYPES_FOR;
  let touched_at = performance.now();
  let saving = 0;
  let kept_at = null;
  let is_over = false;
  const isTyping = () => performance.now() - typed_at < TYPES_FOR;

  async function beat() {
    said_at = performance.now();
    said = draft();
    try {
      const { looking } = await put(`tickets/${encodeURIComponent(id)}/presence`, { is_typing: isTyping(), draft: said });
      kept_at = performance.now();
      if (!is_over) hear(looking);
      return true;
    } catch {
      said = null; // said again at the next turn; the box keeps the text meanwhile
      return false;
    }
  }

  const touch = () => { touched_at = performance.now(); };
  for (const kind of TOUCHES) addEventListener(kind, touch, { passive: true });

  return {
    beat,
    /** Milliseconds since the desk last heard of this page here; null when it never did. */
    heard: () => (kept_at === null ? null : performance.now() - kept_at),
    /** Somebody writes: that is said at once, and the draft is kept when they pause. */
    typed() {
      const was_typing = isTyping();
      typed_at = performance.now();
      clearTimeout(saving);
      saving = setTimeout(beat, AFTER_TYPING);
      if (!was_typing) beat();
    },
    /** The box changed otherwise than by typing. */
    changed() {
      typed_at = -TYPES_FOR;
      clearTimeout(saving);
      saving = setTimeout(beat, 0);
    },
    /** Called once a second. */
    tick() {
      const at = performance.now();
      if (!document.hidden && at - touched_at < UNTOUCHED && at - said_at >= EVERY) beat();
    },
    end() {
      is_over = true;
      clearTimeout(saving);
      for (const kind of TOUCHES) removeEventListener(kind, touch);
      if (said !== draft()) beat();
    },
  };
}

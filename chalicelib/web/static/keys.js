// Single-key shortcuts: they rest while somebody types, and can be switched off (WCAG 2.1.4).

const STORE = "nightdesk.shortcuts";
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

export const areOn = () => localStorage.getItem(STORE) !== "off";
export const setOn = (is_on) => localStorage.setItem(STORE, is_on ? "on" : "off");

/** Call what `actionFor` gives for a key pressed outside fields and dialogs; Escape always counts.
 *  Returns what stops it. */
export function listen(actionFor) {
  const heard = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.("dialog") || event.target.matches?.(TYPING)) return;
    if (event.key !== "Escape" && !areOn()) return;
    const action = actionFor(event.key);
    if (!action) return;
    event.preventDefault();
    action();
  };
  document.addEventListener("keydown", heard);
  return () => document.removeEventListener("keydown", heard);
}

// When to ask the desk again: every 5 s while somebody is here, every 30 s when nobody has
// touched the page for 2 minutes, never while it is hidden. Each request costs money.

const ACTIVE = 5000;
const IDLE = 30000;
const UNTOUCHED = 2 * 60000;
const LONGEST = 60000;

/** Call `pull` in that rhythm; it throws when the desk failed, and is then called less often. */
export function keepAsking(pull) {
  let timer = 0;
  let failures = 0;
  let touched = performance.now();
  let is_asking = false;
  let is_over = false;

  const pause = () => {
    const usual = performance.now() - touched < UNTOUCHED ? ACTIVE : IDLE;
    return failures ? Math.min(LONGEST, Math.max(usual, ACTIVE * 2 ** failures)) : usual;
  };

  async function ask() {
    clearTimeout(timer);
    if (is_over || is_asking || document.hidden) return;
    is_asking = true;
    try {
      await pull();
      failures = 0;
    } catch {
      failures += 1;
    }
    is_asking = false;
    if (!is_over && !document.hidden) timer = setTimeout(ask, pause());
  }

  function touch() {
    const was_idle = performance.now() - touched >= UNTOUCHED;
    touched = performance.now();
    if (was_idle) ask();
  }

  const again = () => { failures = 0; ask(); };
  const seen = () => (document.hidden ? clearTimeout(timer) : again());
  for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, touch, { passive: true });
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", again);
  addEventListener("offline", again);
  ask();

  return {
    stop() {
      is_over = true;
      clearTimeout(timer);
      for (const kind of ["pointerdown", "keydown", "wheel"]) removeEventListener(kind, touch);
      document.removeEventListener("visibilitychange", seen);
      removeEventListener("online", again);
      removeEventListener("offline", again);
    },
  };
}

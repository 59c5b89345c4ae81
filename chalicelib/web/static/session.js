// The session of this tab: its tokens, which go when the tab closes.

const KEY = "nightdesk.session";
const BEGUN = "nightdesk.sign-in";

const read = (key) => {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
};

export const session = {
  token: () => read(KEY)?.token ?? "",
  refreshToken: () => read(KEY)?.refresh_token ?? "",
  expires: () => Date.parse(read(KEY)?.expires_at ?? ""),
  is_open: () => Boolean(read(KEY)?.token),
  /** What the desk gave; it sends no new refresh token while the old one stays good. */
  keep: ({ token, refresh_token, expires_at }) =>
    sessionStorage.setItem(KEY, JSON.stringify({ token, expires_at, refresh_token: refresh_token || session.refreshToken() })),
  forget: () => sessionStorage.removeItem(KEY),
};

/** What a sign-in was begun with, for the page that it leads back to; it is good for one. */
export const begun = {
  keep: (what) => sessionStorage.setItem(BEGUN, JSON.stringify(what)),
  take: () => {
    const what = read(BEGUN);
    sessionStorage.removeItem(BEGUN);
    return what;
  },
};

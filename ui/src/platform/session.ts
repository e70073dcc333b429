// The key of the loopback page. A one-time code comes in the address behind the #, which browsers do not send; it is
// traded for a token that lives as long as the tab. Neither is ever put into a path or a query.
const KEY = "outlay.token";
const LINK = /^#once=(.+)$/;

/** Trades the code of the address for a token, and takes the code out of the address. */
export async function enter(): Promise<void> {
  // Opened in a tab of the page, a link changes only what is behind the #, which loads nothing.
  addEventListener("hashchange", () => LINK.test(location.hash) && location.reload());
  const code = LINK.exec(location.hash)?.[1];
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  const response = await fetch("/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: decodeURIComponent(code) }),
  });
  // A code that was used before is no failure while the tab still has its token.
  if (response.ok) sessionStorage.setItem(KEY, ((await response.json()) as { token: string }).token);
}

/** The header that opens the host's doors. */
export function authorization(): Record<string, string> {
  const token = sessionStorage.getItem(KEY);
  return token ? { authorization: `Bearer ${token}` } : {};
}

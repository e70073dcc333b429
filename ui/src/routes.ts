// Where the page is, as a value, and the same in the address: `#/calls?model=x`. What is not in the address is not
// state of a view. An address that nobody wrote leads to the overview.
export type Route =
  | { screen: "overview"; month?: string; user?: string }
  | {
      screen: "calls";
      user?: string;
      month?: string;
      from?: string;
      to?: string;
      model?: string;
      any_name_of?: string;
      provider?: string;
      type?: string;
      application?: string;
      source?: string;
      import?: string;
      basis?: string;
      at_least?: string;
      unpriced?: string;
      left_out?: string;
      order?: string;
      call?: string;
    }
  | { screen: "budgets"; edit?: string }
  | { screen: "alerts"; view?: string; type?: string; alert?: string; rule?: string }
  | { screen: "imports"; view?: string; import?: string; step?: string; file?: string; tab?: string }
  | {
      screen: "prices";
      view?: string;
      month?: string;
      by?: string;
      say?: string;
      provider?: string;
      model?: string;
      find?: string;
    }
  | { screen: "sync" }
  | { screen: "settings"; section?: string };

export type Screen = Route["screen"];

const KEYS: { [S in Screen]: Exclude<keyof Extract<Route, { screen: S }>, "screen">[] } = {
  overview: ["month", "user"],
  calls: [
    "user",
    "month",
    "from",
    "to",
    "model",
    "any_name_of",
    "provider",
    "type",
    "application",
    "source",
    "import",
    "basis",
    "at_least",
    "unpriced",
    "left_out",
    "order",
    "call",
  ],
  budgets: ["edit"],
  alerts: ["view", "type", "alert", "rule"],
  imports: ["view", "import", "step", "file", "tab"],
  prices: ["view", "month", "by", "say", "provider", "model", "find"],
  sync: [],
  settings: ["section"],
};

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const screen: Screen = path in KEYS ? (path as Screen) : "overview";
  const values = new URLSearchParams(query);
  const known = KEYS[screen].flatMap((key) => {
    const value = values.get(key);
    return value ? [[key, value]] : [];
  });
  return { screen, ...Object.fromEntries(known) } as Route;
}

export function href(route: Route): string {
  const { screen, ...rest } = route;
  const query = new URLSearchParams(Object.entries(rest).filter(([, value]) => value));
  const text = query.toString();
  return `#/${screen}${text ? `?${text}` : ""}`;
}

/** Goes there, so that Back leads here. */
export function go(route: Route): void {
  location.hash = href(route);
}

/** Opens something above the screen, which Back closes. */
export function goAbove(route: Route): void {
  history.pushState({ above: true }, "", href(route));
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

/** Closes it: the way back is gone then, and Back leads to the screen before. */
export function comeDown(to: Route): void {
  if ((history.state as { above?: boolean } | null)?.above) history.back();
  else replace(to);
}

/** Is there from now on; Back leads to where it led before. */
export function replace(route: Route): void {
  history.replaceState(null, "", href(route));
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

// Sync with a team in words. What waits, what differs and whether both sides agree, the core says; nothing is counted
// here.
import type {
  AdoptedTable,
  AdoptionPlan,
  AdoptionRequest,
  Clash,
  Side,
  Synced,
  SyncVerified,
  Team,
  TrialStep,
} from "../bindings";
import { format } from "../data/format";
import { counted } from "../data/words";
import type { Tone } from "../parts/Chip.svelte";

const STAGES: Record<string, string> = {
  name: "Name",
  network: "Network",
  tls: "Encryption",
  login: "Login",
  database: "Database",
  rights: "Rights",
};

/** The steps of a trial in their order, as they are called before there is an answer. */
export const stages = Object.values(STAGES);
export const stageName = ({ stage }: Pick<TrialStep, "stage">): string => STAGES[stage] ?? stage;

const STATES: Record<string, { tone: Tone; words: string }> = {
  passed: { tone: "ok", words: "passed" },
  failed: { tone: "danger", words: "failed" },
  not_tried: { tone: "neutral", words: "not tried" },
};

export const stateOf = ({ state }: Pick<TrialStep, "state">): { tone: Tone; words: string } =>
  STATES[state] ?? { tone: "neutral", words: state };

export const rows = (count: number): string => counted(format.count(count), "row");

export type Remark = { isUrgent: boolean; words: string };
const urgent = (words: string): Remark => ({ isUrgent: true, words });

/** What every screen says about sync: nothing while there is nothing to say. */
export function remark(team: Team): Remark | undefined {
  const waiting = `${rows(team.waiting)} waiting`;
  if (team.failure?.needs_person) return urgent("Sync has stopped");
  if (team.conflicts > 0 || team.quarantined > 0 || team.missing > 0) return urgent("Sync has questions");
  if (team.background && lacksPassword(team)) return urgent("Sync lacks its password");
  if (team.failure) return { isUrgent: false, words: `Working offline, ${waiting}` };
  return team.waiting > 0 ? { isUrgent: false, words: `${waiting} to be synced` } : undefined;
}

/** Whether the password is nowhere that a sync looks by itself. */
export const lacksPassword = ({ password }: Pick<Team, "password">): boolean =>
  password === "missing" || password === "unavailable";

/** How sync stands, as a mark beside its sentence. */
export function standing(team: Team): { tone: Tone; words: string } {
  const left = remark(team);
  if (left?.isUrgent) return { tone: "warn", words: "needs you" };
  if (team.failure) return { tone: "info", words: "offline" };
  return team.synced_at ? { tone: "ok", words: "in order" } : { tone: "info", words: "new" };
}

const membership = (team: Team): [string, string][] => [
  ["Member", team.member ?? "told by the first sync"],
  ["Read here", team.member ? (team.reads_all ? "everybody's rows" : "own rows") : "told by the first sync"],
];

const table = ({ table, me, writes }: AdoptedTable): [string, string][] => [
  ["Table", table],
  ["You are", me],
  ["Written there", writes ? "own rows that it lacks" : "nothing"],
];

/** What adopting a table would bring. */
export function planFacts(plan: AdoptionPlan): [string, string][] {
  const about = plan.is_exact ? "" : "about ";
  const found: [string, string][] = [
    ["Table", plan.table ?? "not known yet"],
    ["Rows", format.count(plan.rows)],
    ["Spend", `${about}${format.money(plan.spend)}`],
    ["Users", format.count(plan.user_count)],
  ];
  const [last, first] = [plan.months.at(-1), plan.months[0]];
  if (first && last) found.push(["Months", first === last ? first.month : `${first.month} to ${last.month}`]);
  if (plan.unpriced > 0) found.push(["Without a cost", rows(plan.unpriced)]);
  if (plan.open_alerts !== null && plan.open_alerts > 0)
    found.push(["Open alerts", `${format.count(plan.open_alerts)}, which stay there`]);
  return found;
}

/** An answer to a question about a table, as a part of the request. */
export function answerOf(flag: string, value: string): Partial<AdoptionRequest> {
  switch (flag) {
    case "--table":
      return { table: value };
    case "--user-column":
      return { user_column: value };
    case "--cached":
      return { cached: value === "apart" ? "apart" : "inside" };
    default:
      return { me: value };
  }
}

/** What is so about the connection. */
export function facts(team: Team, zone: string | undefined): [string, string][] {
  const when = (instant: string | null) => (instant ? format.instant(instant, zone) : "never");
  const known: [string, string][] = [
    ["Server", team.host],
    ["Login", team.login],
    ...(team.adopted ? table(team.adopted) : membership(team)),
    ["Last sync", when(team.synced_at)],
    ["Last verified", when(team.verified_at)],
  ];
  if (team.background && team.next_at) known.push(["Next sync", when(team.next_at)]);
  const ahead = team.clock_ahead_seconds;
  if (ahead !== null && Math.abs(ahead) >= 60)
    known.push([
      "Clock",
      `${counted(format.count(Math.abs(ahead)), "second")} ${ahead > 0 ? "ahead of" : "behind"} the server's`,
    ]);
  return known;
}

/** A line about things of which there are some. */
const line = (count: number, noun: string, words: string): string[] =>
  count > 0 ? [`${counted(format.count(count), noun)} ${words}`] : [];

/** What a sync did, line by line. */
export function ran(synced: Synced): string[] {
  const did = [
    ...line(synced.pushed, "row", "pushed"),
    ...line(synced.pulled, "row", "pulled"),
    ...line(synced.known, "row", "were there already"),
    ...line(synced.pushed_again, "row", "wait to be pushed again, because the server was set back"),
    ...line(synced.alerts, "alert", "brought in line"),
    ...line(synced.records, "record", "of caps and names brought in line"),
  ];
  const left = [
    ...line(synced.conflicts, "value", "that both sides say differently"),
    ...line(synced.quarantined, "row", "that the server does not take"),
    ...line(synced.missing, "row", "of yours that the server has no longer"),
    ...line(synced.waiting, "row", "still waiting"),
  ];
  return [...(did.length > 0 ? did : ["Nothing was new on either side"]), ...left];
}

/** What a comparison of everything came to. */
export const verifiedWords = (of: SyncVerified): string =>
  of.identical
    ? of.sums_compared
      ? `Verified identical: ${rows(of.rows)}, ${format.moneyExact(of.spend)}`
      : `Verified identical, row by row: ${rows(of.rows)}, ${format.moneyExact(of.spend)} here. ` +
        "Sums are not compared: what counts is decided over everybody's rows, and your login reads only its own"
    : `Not identical: ${rows(of.rows)}, ${format.moneyExact(of.spend)} here; ` +
      `${rows(of.rows_there)}, ${format.moneyExact(of.spend_there)} on the server`;

const KINDS: Record<string, string> = {
  cost_config: "Limits",
  applications: "Application",
  generations: "Call",
  imports: "Import",
  import_members: "Rows of an import",
  voids: "Undo or redo",
  authorities: "Who speaks where sources overlap",
  prices: "Own price",
  budgets: "Budget",
};

const FIELDS: Record<string, string> = {
  monthly_ai_cap_usd: "monthly cap",
  alert_threshold_pct: "warning threshold",
  single_call_alert: "price of an expensive call",
  block_on_cap: "block at the cap",
  email_on_high: "mail alerts",
  storage_limit_bytes: "size of the ledger's file",
  bandwidth_limit_bytes: "what sync moves in a month",
  time_zone: "time zone",
  name: "name",
  merged_into: "what it is merged into",
  content: "what it says",
};
const AMOUNTS = new Set(["monthly_ai_cap_usd", "single_call_alert"]);
const SWITCHES = new Set(["block_on_cap", "email_on_high"]);

export const kindName = (kind: string): string => KINDS[kind] ?? kind;

/** What a clash is about: "Limits: monthly cap". */
export const clashTitle = ({ kind, what }: Pick<Clash, "kind" | "what">): string =>
  `${kindName(kind)}: ${FIELDS[what] ?? what}`;

/** One of the two values as a person reads it. What has no meaning here stays as it is. */
export function valueWords({ what }: Pick<Clash, "what">, value: string): string {
  const text = plain(value);
  if (["", "null", "none"].includes(text)) return "nothing";
  if (AMOUNTS.has(what) && !Number.isNaN(Number(text))) return format.money(text);
  if (SWITCHES.has(what)) return text === "true" || text === "1" ? "on" : "off";
  if (what === "alert_threshold_pct") return `${text} %`;
  if (what.endsWith("_bytes")) return `${format.count(text)} bytes`;
  return text;
}

export const otherSide = (side: Side): Side => (side === "mine" ? "theirs" : "mine");

/** A text of JSON without its marks. */
function plain(value: string): string {
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === "string" ? read : value;
  } catch {
    return value;
  }
}

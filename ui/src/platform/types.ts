// What the page asks of its host, whichever that is. No decision about spend is made here: a host carries requests
// and files, and tells what happens.
import type { ApiError, Code, Commands, Event } from "../bindings";

export type CommandName = keyof Commands;
export type Request<Name extends CommandName> = Commands[Name]["request"];
export type Response<Name extends CommandName> = Commands[Name]["response"];

/** Why a request did not succeed: what the program says, or that it could not be reached. */
export type Failure = Omit<ApiError, "code"> & { code: Code | "unreachable" | "no_session" };

/** What the host tells without being asked. */
export type HostEvent =
  | Event
  /** The stream of events was lost, or is back: what was missed is unknown. */
  | { type: "connection"; lost: boolean };

/** What is being dragged over the window, or was let go there. */
export type Drop = { type: "over" } | { type: "left" } | { type: "dropped"; paths: string[] };

export type Theme = "light" | "dark";
export type Stop = () => void;

export interface Platform {
  readonly kind: "desktop" | "browser";
  /** Answers that the host gave before they were asked, by command and request; they may be older than the page. */
  readonly firstAnswers: Record<string, unknown>;
  /** Runs a command of the list. Rejects with a `Failure`. */
  call<Name extends CommandName>(name: Name, input: Request<Name>): Promise<Response<Name>>;
  /** Hears events until stopped. */
  listen(listener: (event: HostEvent) => void): Stop;
  /** Lets the person choose files; empty when nothing was chosen. */
  chooseFiles(): Promise<string[]>;
  /** Lends a file's bytes to the host, which gives a path for them. */
  holdFile(bytes: Blob, name: string): Promise<string>;
  /**
   * Saves a file: `write` writes it to the path that the person chooses in the window or, given none, answers with
   * its text, and a browser saves that. False when the person chose no path.
   */
  save(name: string, write: (path: string | null) => Promise<string | null>): Promise<boolean>;
  /** Hears files dragged over and dropped on the window. A browser's files are held before they are told. */
  onDrop(listener: (drop: Drop) => void, failed: (failure: Failure) => void): Stop;
  /** Asks the work that is going on to stop. */
  cancel(): Promise<void>;
  /** Hears the theme of the system, now and whenever it changes. */
  onTheme(listener: (theme: Theme) => void): Stop;
}

/** Whatever was thrown, as a failure that can be shown. */
export function asFailure(thrown: unknown): Failure {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    const { code, message } = thrown as Failure;
    const hint = "hint" in thrown ? String(thrown.hint) : "";
    return { code, message: String(message), hint };
  }
  return {
    code: "unreachable",
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: "Try again. If it stays so, start Outlay again.",
  };
}

// The sync that is going on, and what the last one did. It outlives its screen, so that looking something up elsewhere
// loses nothing. A password that no keychain keeps stays in this page until it is closed, and goes nowhere else.
import type { SyncDirection, Synced, SyncVerified } from "../bindings";
import { on } from "../data/events";
import { asFailure, platform, type Failure, type HostEvent } from "../platform";

export type Doing = SyncDirection | "verify";
type Progress = Extract<HostEvent, { type: "progress" }>;

export class Work {
  doing = $state<Doing>();
  isStopping = $state(false);
  progress = $state.raw<Progress>();
  /** What the last one did; with `verified`, what its comparison came to. */
  synced = $state.raw<Synced>();
  verified = $state.raw<SyncVerified>();
  failure = $state.raw<Failure>();
  /** Of the login, while this page alone has it. */
  password = $state<string>();

  /** Whether the server asked for a password that nobody has. */
  get needsPassword(): boolean {
    return this.failure?.code === "password_needed";
  }

  /** Syncs or compares. What was done before a failure stays done. */
  async run(doing: Doing): Promise<void> {
    if (this.doing) return;
    this.doing = doing;
    this.failure = this.synced = this.verified = undefined;
    const stop = on("progress", (event) => (this.progress = event));
    try {
      await this.#ask(doing);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      stop();
      this.doing = this.progress = undefined;
      this.isStopping = false;
    }
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await platform.cancel().catch(() => undefined);
  }

  /** What was said about another connection holds no longer. */
  forget(): void {
    this.synced = this.verified = this.failure = this.password = undefined;
  }

  async #ask(doing: Doing) {
    const password = this.password ?? null;
    if (doing === "verify") {
      this.verified = await platform.call("verify_sync", { password });
      this.synced = this.verified.sync;
    } else {
      this.synced = await platform.call("run_sync", { direction: doing, password });
    }
  }
}

export const work = new Work();

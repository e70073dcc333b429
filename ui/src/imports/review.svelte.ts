// The review that is going on: which files, what was said about each, and the plan that came of it. It outlives its
// screen, so that looking something up elsewhere loses nothing. What the plan says is the core's; here is only asked.
import type { FileAnswers, ImportPlan, PlannedFile } from "../bindings";
import { on } from "../data/events";
import { asFailure, platform, type Failure, type HostEvent } from "../platform";
import type { Draft } from "./draft";
import { fileName } from "./words";

export type Step = "file" | "map" | "review" | "done";
type Progress = Extract<HostEvent, { type: "progress" }>;

export class Review {
  /** The files in their order, each with its answers. */
  files = $state.raw<FileAnswers[]>([]);
  /** What importing them would do; none while nobody knows. */
  plan = $state.raw<ImportPlan>();
  /** What was done. */
  done = $state.raw<ImportPlan>();
  /** What columns are said to be, by path, until it is an answer. */
  drafts = $state.raw<Record<string, Draft>>({});
  work = $state<"plan" | "commit">();
  progress = $state.raw<Progress>();
  failure = $state.raw<Failure>();
  /** Whether the failure is that of the commit. */
  isRefused = $state(false);
  #turn = 0;

  get isOpen(): boolean {
    return this.files.length > 0;
  }

  /** The furthest step that the files allow. */
  get step(): Step {
    if (this.done) return "done";
    const planned = this.plan?.files ?? [];
    if (planned.some(needsMapping)) return "map";
    return planned.some((file) => !file.error || file.needs) ? "review" : "file";
  }

  /** Whether the columns of a file were, or have to be, said. */
  isMapped(at: number): boolean {
    const file = this.plan?.files[at];
    const isSaid = (this.files[at]?.map?.length ?? 0) > 0;
    return file !== undefined && (isSaid || needsMapping(file) || file.source === "mapped-csv");
  }

  /** Adds files and plans. What could not be read gives way, and a review that is done is over. */
  async take(paths: string[]): Promise<void> {
    if (this.done) this.abandon();
    const unreadable = (this.plan?.files ?? []).flatMap((file, at) =>
      file.error && !file.needs ? [this.files[at]] : [],
    );
    this.#letGo(unreadable);
    const kept = this.files.filter((each) => !unreadable.includes(each) && !paths.includes(each.file));
    this.#arrange([...kept, ...[...new Set(paths)].map((file) => ({ file }))]);
    await this.look();
  }

  /** Says something about a file, and plans anew. */
  async answer(path: string, said: Partial<FileAnswers>): Promise<void> {
    const { files, plan } = this;
    this.files = files.map((each) => (each.file === path ? { ...each, ...said } : each));
    await this.look();
    if (this.failure?.code !== "cancelled") return;
    this.files = files;
    this.plan = plan;
  }

  /** Takes a file out. */
  async remove(path: string): Promise<void> {
    this.#letGo(this.files.filter((each) => each.file === path));
    this.#arrange(this.files.filter((each) => each.file !== path));
    if (this.files.length > 0) await this.look();
    else this.abandon();
  }

  /** Plans: reads the files and shows what would come of them. */
  look = async (): Promise<void> => {
    const { files } = this;
    const plan = await this.#run("plan", () =>
      platform.call("plan_import", { files: files.map((each) => each.file), answers: files, detail: true }),
    );
    if (files === this.files) this.plan = plan;
  };

  /** Imports exactly what the plan shows. */
  commit = async (): Promise<void> => {
    const { files, plan } = this;
    if (!plan) return;
    const request = { files: files.map((each) => each.file), answers: files, plan_id: plan.plan_id };
    this.done = await this.#run("commit", () => platform.call("commit_import", request));
  };

  /** Goes on with those that an open question kept out. */
  async goOn(): Promise<void> {
    const out = this.done?.files.map((file) => !file.imported && !file.already_imported) ?? [];
    this.#arrange(this.files.filter((_, at) => out[at]));
    this.done = undefined;
    await this.look();
  }

  /** Ends the review. Files that were only lent go away. */
  abandon(): void {
    this.#letGo(this.files);
    this.files = [];
    this.plan = undefined;
    this.done = undefined;
    this.drafts = {};
    this.failure = undefined;
  }

  /** Other files: what is planned of those before says nothing about them. */
  #arrange(files: FileAnswers[]) {
    this.files = files;
    this.plan = undefined;
  }

  async #run(work: "plan" | "commit", ask: () => Promise<ImportPlan>): Promise<ImportPlan | undefined> {
    const turn = ++this.#turn;
    const stop = on("progress", (event) => (this.progress = event));
    this.work = work;
    this.failure = undefined;
    try {
      return await ask();
    } catch (thrown) {
      if (turn === this.#turn) this.failure = asFailure(thrown);
      this.isRefused = work === "commit";
      return undefined;
    } finally {
      stop();
      // Work that was begun meanwhile goes on.
      if (turn === this.#turn) this.work = this.progress = undefined;
    }
  }

  #letGo(files: (FileAnswers | undefined)[]) {
    const paths = files.flatMap((each) => each?.file ?? []);
    // What is not let go now goes when the program ends.
    if (paths.length > 0) platform.call("release_files", { files: paths }).catch(() => undefined);
  }
}

export const review = new Review();

/** A message in which files are called by their names: where one is held tells a person nothing. */
export function named(message: string): string {
  return review.files.reduce((text, each) => text.replaceAll(each.file, fileName(each.file)), message);
}

export const needsMapping = (file: PlannedFile): boolean => file.needs?.kind === "mapping";

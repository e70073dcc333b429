import { beforeEach, expect, test, vi } from "vitest";

const call = vi.fn();
let tell: (event: object) => void = () => {};
vi.mock("../platform", async () => ({
  ...(await import("../platform/types")),
  platform: {
    call: (...asked: unknown[]) => call(...asked) as Promise<unknown>,
    cancel: () => Promise.resolve(),
    listen: (listener: typeof tell) => {
      tell = listener;
      return () => {};
    },
  },
}));
const { Work } = await import("./work.svelte");

beforeEach(() => {
  call.mockReset();
});

test("one sync at a time; it is followed while it goes on, and ends with what it did", async () => {
  const answers: ((value: unknown) => void)[] = [];
  call.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  const work = new Work();
  const running = work.run("push");
  await work.run("verify");
  expect(call.mock.calls).toEqual([["run_sync", { direction: "push", password: null }]]);
  tell({ type: "progress", what: "pushing", done: 3, of: 9 });
  expect(work.progress).toMatchObject({ done: 3 });
  await work.stop();
  expect(work.isStopping).toBe(true);
  answers[0]?.({ pushed: 9 });
  await running;
  expect(work).toMatchObject({ doing: undefined, progress: undefined, isStopping: false });
  expect(work.synced).toEqual({ pushed: 9 });
});

test("a password that this page keeps goes with every request, until it is forgotten", async () => {
  const work = new Work();
  call.mockRejectedValueOnce({ code: "password_needed", message: "It asks for one.", hint: "" });
  await work.run("both");
  expect(work.needsPassword).toBe(true);
  work.password = "held";
  call.mockResolvedValueOnce({ identical: true, sync: { pushed: 1 } });
  await work.run("verify");
  expect(call).toHaveBeenLastCalledWith("verify_sync", { password: "held" });
  expect(work.synced).toEqual({ pushed: 1 });
  expect(work.needsPassword).toBe(false);
  work.forget();
  expect(work.password).toBeUndefined();
});

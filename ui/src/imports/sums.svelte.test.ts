import { flushSync } from "svelte";
import { expect, test, vi } from "vitest";

const asked: { id: string; answer: (spend: string) => void; refuse: (thrown: unknown) => void }[] = [];
vi.mock("../platform", async () => ({
  ...(await import("../platform/types")),
  platform: {
    firstAnswers: {},
    call: (_: string, { id }: { id: string }) =>
      new Promise((resolve, refuse) => {
        asked.push({ id, answer: (spend) => resolve({ spend }), refuse });
      }),
    listen: () => () => undefined,
  },
}));
const { sums } = await import("./sums.svelte");

test("one import is asked after another, and a failure is its own", async () => {
  let come: ReturnType<typeof sums> | undefined;
  const stop = $effect.root(() => {
    come = sums(() => ["first", "second", "third"]);
  });
  flushSync();
  expect(asked.map(({ id }) => id)).toEqual(["first"]);
  asked[0]?.answer("1.50");
  await vi.waitFor(() => expect(asked.map(({ id }) => id)).toEqual(["first", "second"]));
  expect(come?.known).toEqual({ first: { of: { spend: "1.50" } } });
  asked[1]?.refuse({ code: "storage", message: "It cannot be read.", hint: "" });
  await vi.waitFor(() => expect(asked.length).toBe(3));
  expect(come?.known.second).toMatchObject({ failure: { message: "It cannot be read." } });
  // Nobody looks any more: what comes is not kept.
  stop();
  asked[2]?.answer("9");
  await Promise.resolve();
  expect(come?.known.third).toBeUndefined();
});

import { beforeEach, expect, test, vi } from "vitest";

const call = vi.fn();
const hears: ((event: { type: string; lost?: boolean }) => void)[] = [];
vi.mock("../platform", async () => ({
  ...(await import("../platform/types")),
  platform: {
    firstAnswers: { "overview {}": { month: "2026-04" } },
    call: (...asked: unknown[]) => call(...asked) as Promise<unknown>,
    listen: (listener: (typeof hears)[number]) => {
      hears.push(listener);
      return () => hears.pop();
    },
  },
}));
const { Query, onLedgerChange } = await import("./queries.svelte");

beforeEach(() => {
  call.mockReset();
});

test("a slower answer to an earlier request is dropped", async () => {
  const answers: ((value: unknown) => void)[] = [];
  call.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  let month = "2026-05";
  const query = new Query("overview", () => ({ month }));
  const first = query.retry();
  month = "2026-06";
  const second = query.retry();
  answers[1]?.({ month: "2026-06" });
  await second;
  answers[0]?.({ month: "2026-05" });
  await first;
  expect(query.data?.month).toBe("2026-06");
  expect(query.loading).toBe(false);
});

test("what the host answered first is there before it is asked, and what is the same again is not drawn again", async () => {
  const query = new Query("overview", () => ({}));
  const first = query.data;
  expect(first?.month).toBe("2026-04");
  expect(new Query("overview", () => ({ month: "2026-04" })).data).toBeUndefined();
  call.mockResolvedValueOnce({ month: "2026-04" });
  await query.retry();
  expect(query.data).toBe(first);
  call.mockResolvedValueOnce({ month: "2026-05" });
  await query.retry();
  expect(query.data?.month).toBe("2026-05");
});

test("a failure takes away figures of another request, and keeps those of the same", async () => {
  let month = "2026-01";
  const query = new Query("overview", () => ({ month }));
  call.mockResolvedValueOnce({ month });
  await query.retry();
  call.mockRejectedValueOnce({ code: "storage", message: "It cannot be read.", hint: "" });
  await query.retry();
  expect(query.data?.month).toBe("2026-01");
  expect(query.error?.message).toBe("It cannot be read.");
  month = "2026-02";
  call.mockRejectedValueOnce(new TypeError("lost"));
  await query.retry();
  expect(query.data).toBeUndefined();
  expect(query.error?.code).toBe("unreachable");
});

test("a change of the ledger and a connection that is back are told", () => {
  const told = vi.fn();
  const stop = onLedgerChange(told);
  hears[0]?.({ type: "ledger_changed" });
  hears[0]?.({ type: "connection", lost: true });
  hears[0]?.({ type: "connection", lost: false });
  hears[0]?.({ type: "progress" });
  expect(told).toHaveBeenCalledTimes(2);
  stop();
  expect(hears).toEqual([]);
});

// The loopback host: requests by fetch, events as a stream that is read by hand, since EventSource sends no header.
import { authorization, enter } from "./session";
import { stream } from "./stream";
import type { Drop, Failure, Platform } from "./types";
import { asFailure } from "./types";

export function browser(): Platform {
  const entered = enter().catch(() => undefined);
  const send = async (path: string, body: BodyInit, headers: Record<string, string>): Promise<unknown> => {
    await entered;
    const init = { method: "POST", body, headers: { ...headers, ...authorization() } };
    const response = await fetch(path, init).catch(() => Promise.reject(unreachable));
    if (response.status === 401) return Promise.reject(noSession);
    const answer: unknown = await response.json().catch(() => Promise.reject(unreachable));
    return response.ok ? answer : Promise.reject(asFailure(answer));
  };
  const sendJson = (path: string, value: unknown) =>
    send(path, JSON.stringify(value), { "content-type": "application/json" });
  const hold = async (bytes: Blob, name: string) => {
    // A folder, and a file that went away meanwhile, would else look like a host that does not answer.
    // One that is gone counts as empty, and of nothing the first byte is read without complaint.
    await (bytes.size > 0 ? bytes.slice(0, 1) : bytes)
      .arrayBuffer()
      .catch(() => Promise.reject(unreadable(name)));
    const headers = { "content-type": "application/octet-stream", "x-file-name": encodeURIComponent(name) };
    const held = await send("/files", bytes, headers).catch((failure: Failure) =>
      Promise.reject(failure.code === "too_large" ? tooLong(name) : failure),
    );
    return (held as { path: string }).path;
  };
  const holdAll = (files: File[]) => Promise.all(files.map((file) => hold(file, file.name)));
  return {
    kind: "browser",
    firstAnswers: {},
    call: (name, input) => sendJson(`/api/${name}`, input) as never,
    listen: (listener) => stream(entered, listener),
    chooseFiles: async () => holdAll(await pick()),
    holdFile: hold,
    async save(name, write) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([(await write(null)) ?? ""]));
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
      return true;
    },
    onDrop: (listener, failed) => dropsOn(window, listener, hold, failed),
    cancel: async () => void (await sendJson("/api/cancel_work", {})),
    onTheme(listener) {
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const tell = () => listener(dark.matches ? "dark" : "light");
      tell();
      dark.addEventListener("change", tell);
      return () => dark.removeEventListener("change", tell);
    },
  };
}

const unreachable: Failure = {
  code: "unreachable",
  message: "Outlay does not answer.",
  hint: "Is “outlay serve” still running? Start it again and open the link that it prints.",
};

const noSession: Failure = {
  code: "no_session",
  message: "This tab has no key to the ledger.",
  hint: "Open the link that “outlay serve” prints; it works once.",
};

const unreadable = (name: string): Failure => ({
  code: "unreadable_input",
  message: `“${name}” cannot be read: it is a folder, or it is no longer there.`,
  hint: "Drop the files themselves.",
});

const tooLong = (name: string): Failure => ({
  code: "too_large",
  message: `“${name}” is longer than a browser can bring here.`,
  hint: "Import it where it lies, with “outlay import FILE”.",
});

function pick(): Promise<File[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve([...(input.files ?? [])]));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  });
}

function dropsOn(
  target: Window,
  listener: (drop: Drop) => void,
  hold: (bytes: Blob, name: string) => Promise<string>,
  failed: (failure: Failure) => void,
) {
  const stop = new AbortController();
  const on = (type: "dragenter" | "dragover" | "dragleave" | "drop", hear: (event: DragEvent) => void) =>
    target.addEventListener(type, hear, { signal: stop.signal });
  on("dragover", (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    listener({ type: "over" });
  });
  // Every element in between is left too; only leaving the page has nowhere to go.
  on("dragleave", (event) => event.relatedTarget === null && listener({ type: "left" }));
  on("drop", (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    listener({ type: "left" });
    const files = [...(event.dataTransfer?.files ?? [])];
    // One that cannot be held does not keep the others away.
    void Promise.allSettled(files.map((file) => hold(file, file.name))).then((held) => {
      listener({ type: "dropped", paths: held.flatMap((each) => ("value" in each ? each.value : [])) });
      for (const each of held) if (each.status === "rejected") failed(asFailure(each.reason));
    });
  });
  return () => stop.abort();
}

function bringsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

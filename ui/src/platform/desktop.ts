// The window's host: Tauri commands and events.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { getCurrentWindow } from "@tauri-apps/api/window";
import { open, save } from "@tauri-apps/plugin-dialog";
import type { Platform, HostEvent, Stop } from "./types";
import { asFailure } from "./types";

declare global {
  interface Window {
    OUTLAY_FIRST_ANSWERS?: Record<string, unknown>;
  }
}

export function desktop(): Platform {
  return {
    kind: "desktop",
    firstAnswers: firstAnswers(),
    call: (name, input) => rejectingFailures(invoke("call", { name, input })),
    listen(listener) {
      const listening = listen<HostEvent>("outlay-event", ({ payload }) => listener(payload));
      // Files that the program was started with wait until somebody hears of them.
      void listening.then(() => invoke("listening"));
      return stopping(listening);
    },
    chooseFiles: async () => (await open({ multiple: true, title: "Import files" })) ?? [],
    async holdFile(bytes, name) {
      const body = new Uint8Array(await bytes.arrayBuffer());
      const headers = { "x-file-name": encodeURIComponent(name) };
      const held = await rejectingFailures(invoke<{ path: string }>("hold_file", body, { headers }));
      return held.path;
    },
    async save(name, write) {
      const path = await save({ defaultPath: name });
      if (path) await write(path);
      return path !== null;
    },
    onDrop: (listener) =>
      stopping(
        getCurrentWebview().onDragDropEvent(({ payload }) => {
          if (payload.type === "drop") listener({ type: "dropped", paths: payload.paths });
          else listener({ type: payload.type === "leave" ? "left" : "over" });
        }),
      ),
    cancel: async () => void (await rejectingFailures(invoke("call", { name: "cancel_work", input: {} }))),
    // Some Linux webviews report prefers-color-scheme wrongly; the window knows.
    onTheme(listener) {
      const window = getCurrentWindow();
      void window.theme().then((theme) => theme && listener(theme));
      return stopping(window.onThemeChanged(({ payload }) => listener(payload)));
    },
  };
}

/** What the window was opened with. A page that is loaded anew is too late for it. */
function firstAnswers(): Record<string, unknown> {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return navigation?.type === "reload" ? {} : (window.OUTLAY_FIRST_ANSWERS ?? {});
}

function rejectingFailures<T>(work: Promise<T>): Promise<T> {
  return work.catch((thrown: unknown) => Promise.reject(asFailure(thrown)));
}

/** Stops a listener that may still be on its way to being one. */
function stopping(listening: Promise<Stop>): Stop {
  return () => void listening.then((stop) => stop());
}

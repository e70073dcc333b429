// Short messages that say what was done, with a way back. They go by themselves, but not while they are read.
export type Toast = { id: number; text: string; action?: { label: string; run: () => void } };

const LIFE = 10_000;
let last = 0;

export const toasts: Toast[] = $state([]);

/** Says it; ten seconds long, unless it is held. */
export function toast(text: string, action?: Toast["action"]): void {
  const id = ++last;
  toasts.push({ id, text, action });
  release(id);
}

const clocks = new Map<number, ReturnType<typeof setTimeout>>();

export function dismiss(id: number): void {
  hold(id);
  const index = toasts.findIndex((each) => each.id === id);
  if (index >= 0) toasts.splice(index, 1);
}

/** Stays as long as the pointer or the focus is on it. */
export function hold(id: number): void {
  clearTimeout(clocks.get(id));
  clocks.delete(id);
}

export function release(id: number): void {
  hold(id);
  clocks.set(
    id,
    setTimeout(() => dismiss(id), LIFE),
  );
}

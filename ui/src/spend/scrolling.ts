// Which rows of a long list are in sight, and where a key leads in it. Rows are all as high as the head.
export const ROW = 32;
/** Rows that are there above and below what is in sight, so that a quick hand sees no gap. */
const BEYOND = 10;

/** The rows that have to be in the page: from the first up to, but without, the end. */
export function inSight(top: number, height: number, rows: number): { first: number; end: number } {
  const first = Math.min(Math.floor(top / ROW) - BEYOND, rows - 1);
  return { first: Math.max(0, first), end: Math.min(rows, Math.ceil((top + height) / ROW) + BEYOND) };
}

/** Whether the end of what is loaded comes near. */
export function nearsEnd(top: number, height: number, rows: number): boolean {
  return top + height > (rows - 3 * BEYOND) * ROW;
}

/** The row that a key leads to; nothing for a key that leads nowhere. */
export function led(key: string, from: number, height: number, rows: number): number | undefined {
  const page = Math.floor(height / ROW) - 1;
  const steps: Record<string, number> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: rows - 1,
  };
  const to = steps[key];
  return to === undefined ? undefined : Math.max(0, Math.min(rows - 1, to));
}

/** Where the box has to be scrolled to for a row to be whole in it, below its head. */
export function showing(row: number, top: number, height: number): number {
  if (row * ROW < top) return row * ROW;
  const bottom = (row + 2) * ROW;
  return bottom > top + height ? bottom - height : top;
}

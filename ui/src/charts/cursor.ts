// Where a reader stands in a chart: a day, and a series of that day or the whole of it.
export type Cursor = { column: number; row: number };

/** The row that stands for the whole of a column. */
export const WHOLE = -1;

/** Where a key leads from here; nothing for a key that does not move. `rows` counts the series. */
export function moved(
  from: Cursor | undefined,
  key: string,
  columns: number,
  rows: number,
): Cursor | undefined {
  const last = columns - 1;
  if (columns === 0) return undefined;
  const at = from ?? { column: key === "ArrowLeft" ? columns : -1, row: WHOLE };
  switch (key) {
    case "ArrowLeft":
      return { ...at, column: Math.max(0, at.column - 1) };
    case "ArrowRight":
      return { ...at, column: Math.min(last, at.column + 1) };
    case "ArrowUp":
      return { column: within(at.column, last), row: Math.min(rows - 1, at.row + 1) };
    case "ArrowDown":
      return { column: within(at.column, last), row: Math.max(WHOLE, at.row - 1) };
    case "Home":
      return { ...at, column: 0 };
    case "End":
      return { ...at, column: last };
    default:
      return undefined;
  }
}

function within(column: number, last: number): number {
  return Math.min(Math.max(column, 0), last);
}

// Where the columns of a month lie: amounts and days as places on the screen. The only sums here are of pixels.
import { scaleBand, scaleLinear } from "d3-scale";
import type { Daily, OverviewDay } from "../bindings";

export const HEIGHT = 220;
export const EDGE = { left: 44, right: 4, top: 20, bottom: 20 };

/** A part of a column: which series, where it begins and how high it is. */
export type Part = { index: number; top: number; height: number; slot: number | undefined };
export type Layout = ReturnType<typeof layout>;

export function layout(daily: Daily, width: number) {
  const keys = daily.days.map((each) => each.day);
  const x = scaleBand(keys, [EDGE.left, width - EDGE.right]).padding(0.22);
  const amounts = daily.days.flatMap((each) => [Number(each.spend), Number(each.previous?.spend ?? 0)]);
  const y = scaleLinear([0, Math.max(0, ...amounts) || 1], [HEIGHT - EDGE.bottom, EDGE.top]).nice(4);
  const left = (each: OverviewDay) => x(each.day) ?? 0;
  return {
    y,
    left,
    breadth: x.bandwidth(),
    middle: (each: OverviewDay) => left(each) + x.bandwidth() / 2,
    /** Which day lies at a distance from the left edge, if any. */
    columnAt(at: number): number | undefined {
      const index = Math.floor((at - EDGE.left) / x.step());
      return index >= 0 && index < keys.length ? index : undefined;
    },
    /** The parts of a day from the bottom up. A refund has no height. */
    parts(each: OverviewDay): Part[] {
      let top = y(0);
      return each.parts.map((part, index) => {
        const height = Math.max(0, y(0) - y(Number(part)));
        top -= height;
        // A surface-coloured pixel parts the segments, as far as they have one to spare.
        return { index, top, height: height > 2 ? height - 1 : height, slot: daily.series[index]?.slot };
      });
    },
  };
}

/** Whether a day that has begun is not wholly known. */
export function isGap(each: OverviewDay): boolean {
  return !each.future && (!each.has_data || each.partial);
}

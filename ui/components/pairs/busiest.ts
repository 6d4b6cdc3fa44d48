import { countOf, rateOf } from "../../api/message_stats.ts";
import type { Pair } from "../../api/types.ts";

/** Maximum number of pairs that a table shows. */
export const SHOWN_PAIRS = 100;

/** Returns the pairs with the highest rates of a count, and with the highest counts among those of one rate. */
export function busiest(pairs: readonly Pair[], name: string): readonly Pair[] {
  const by = ({ stats: a }: Pair, { stats: b }: Pair) =>
    (rateOf(b, name) ?? 0) - (rateOf(a, name) ?? 0) || (countOf(b, name) ?? 0) - (countOf(a, name) ?? 0);
  return pairs.toSorted(by).slice(0, SHOWN_PAIRS);
}
